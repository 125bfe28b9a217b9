"""Acts that say nothing in public are taken back too: joined, given, noted; and what still has blanks never leaves."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.utils import timezone

from requests_app import workflow
from requests_app.models import Account, Event, Queue, Reply, ServiceRequest
from requests_app.workflow import Message, MessageRefused, MoveNotAllowed, Refusal
from tests.factories import ServiceRequestFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(cleaning: Queue, town_account: Account) -> list[ServiceRequest]:
    return [
        ServiceRequestFactory(queue=cleaning, opening_post__account=town_account, opening_post__text=f"@alameda {n}")
        for n in range(3)
    ]


def told(request: ServiceRequest) -> list[str]:
    return list(request.events.in_order().values_list("verb", flat=True))


def test_several_are_joined_at_once_and_separated_at_once(three: list[ServiceRequest], carmen: User) -> None:
    kept, first, second = three

    target = workflow.join([first, second], into=kept, by=carmen, version=kept.version)
    joined = set(kept.merged.values_list("pk", flat=True))
    workflow.undo(target.events.latest("id"), by=carmen)

    assert (joined, kept.merged.count()) == ({first.pk, second.pk}, 0)
    assert told(kept) == ["received", "merged", "merged", "undone", "undone"]
    assert told(first) == told(second) == ["received", "merged", "undone"]


def test_what_was_joined_before_stays_where_it_was(three: list[ServiceRequest], carmen: User) -> None:
    target, middle, leaf = three
    workflow.merge(leaf, into=middle, by=carmen)

    workflow.undo(workflow.merge(middle, into=target, by=carmen).events.latest("id"), by=carmen)

    leaf.refresh_from_db()
    assert (leaf.merged_into, target.merged.count()) == (middle, 0)


def test_joined_is_not_undone_after_the_next_act_nor_too_late(three: list[ServiceRequest], carmen: User) -> None:
    one, two, other = three
    answered = workflow.merge(one, into=two, by=carmen).events.latest("id")
    workflow.accept(two, by=carmen)
    late = workflow.merge(other, into=two, by=carmen).events.latest("id")

    with pytest.raises(MoveNotAllowed):
        workflow.undo(answered, by=carmen)
    with time_machine.travel(timezone.now() + timedelta(minutes=5)), pytest.raises(MoveNotAllowed):
        workflow.undo(late, by=carmen)
    assert two.merged.count() == 2


def test_join_is_all_or_nothing(three: list[ServiceRequest], carmen: User) -> None:
    kept, open_one, closed = three
    workflow.decline(closed, by=carmen, reason="not_ours")

    with pytest.raises(MoveNotAllowed):
        workflow.join([open_one, closed], into=kept, by=carmen)

    assert kept.merged.count() == 0


def test_note_is_taken_back_though_somebody_noted_after_it(three: list[ServiceRequest], carmen: User) -> None:
    request = three[0]
    noted = workflow.note(request, by=carmen, text="ojo con el perro").events.latest("id")
    workflow.note(request, by=carmen, text="y con el gato")

    workflow.undo(noted, by=carmen)

    with pytest.raises(MoveNotAllowed):
        workflow.undo(noted, by=carmen)
    assert told(request) == ["received", "noted", "noted", "undone"]


def test_assign_and_undo(three: list[ServiceRequest], carmen: User, ines: User) -> None:
    request = three[0]
    told_at = request.told_at

    given = workflow.assign(request, by=ines, to=carmen)
    back = workflow.undo(given.events.latest("id"), by=ines)

    assert (given.assignee, given.status, back.assignee) == (carmen, "new", None)
    # Residents read of neither.
    assert back.told_at == told_at


def test_what_is_given_back_is_nobodys_promise(three: list[ServiceRequest], carmen: User) -> None:
    accepted = workflow.accept(three[0], by=carmen, promised_for=timezone.now() + timedelta(hours=2))

    back = workflow.assign(accepted, by=carmen, to=None)

    assert (back.status, back.assignee, back.promised_for) == ("new", None, None)


def test_assign_to_somebody_without_a_place_or_to_whom_it_is_with(three: list[ServiceRequest], carmen: User) -> None:
    workflow.assign(three[0], by=carmen, to=carmen)

    for to in (UserFactory(), carmen):
        with pytest.raises(Refusal):
            workflow.assign(three[0], by=carmen, to=to)


@pytest.mark.parametrize("text", ["Vamos el {{día}}.", "Hola {{}}", "Antes de {{hora\ny día}}"])
def test_nothing_with_a_blank_leaves(three: list[ServiceRequest], carmen: User, text: str) -> None:
    request = three[0]

    with pytest.raises(MessageRefused):
        workflow.answer(request, by=carmen, message=Message(text))
    with pytest.raises(MessageRefused):
        workflow.resolve(request, by=carmen, message=Message("Hecho", texts={"en": text}, photo_alt=text))
    with pytest.raises(MessageRefused):
        workflow.wait(request, by=carmen, text=text)

    assert (Reply.objects.count(), Event.objects.filter(service_request=request).count()) == (0, 1)


def test_braces_of_people_are_theirs(three: list[ServiceRequest], carmen: User) -> None:
    workflow.answer(three[0], by=carmen, message=Message("Es {esto} y {{ aquello"))

    assert Reply.objects.get().text == "Es {esto} y {{ aquello"


def test_whoever_hid_a_post_is_not_said_to_have_deleted_it(three: list[ServiceRequest], carmen: User) -> None:
    hidden, deleted = three[0].opening_post, three[1].opening_post

    workflow.erase([hidden, deleted], at=timezone.now(), hidden=[hidden.pk])

    told = Event.objects.filter(verb="deleted").order_by("service_request")
    assert [event.data for event in told] == [{"hidden": True}, {}]
