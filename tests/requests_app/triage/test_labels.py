"""What the town's people say of posts by what they do with them, and what of it may be learned."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from requests_app import workflow
from requests_app.models import DeclineReason, Event, Kind, LearningSource, Post, Queue, Service, ServiceRequest
from requests_app.triage.learned.labels import Label, corrections_since, town_labels
from requests_app.workflow import Message
from tests.factories import PostFactory, ServiceRequestFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("alameda")]

DONE = Message("Hecho.")


def asked(text: str = "la farola no va", *, network: str = "mastodon", queue: str = "sweeper", **more: Any) -> Any:
    """As triage left it."""
    post = PostFactory(network=network, text=text, **{k: v for k, v in more.items() if k.startswith("post_")})
    values = {k: v for k, v in more.items() if not k.startswith("post_")}
    return ServiceRequestFactory(opening_post=post, queue=Queue.objects.get(code=queue), **values)


def service(code: str) -> Service:
    return Service.objects.get(code=code)


def only() -> Label:
    (label,) = town_labels()
    return label


def told(label: Label) -> tuple[str, str, str, bool | None, float]:
    return label.kind, label.queue, label.service, label.urgent, label.weight


def test_nobody_said_anything(ines: User) -> None:
    workflow.accept(asked(), by=ines)

    assert town_labels() == []


def test_moved_to_another_team(ines: User) -> None:
    request = asked()

    workflow.transfer(request, by=ines, queue=Queue.objects.get(code="maintenance"), service=service("street-light"))

    assert told(only()) == ("", "maintenance", "street-light", None, 1.0)


def test_moved_back_to_those_who_sort_says_only_whose_it_is_not(ines: User) -> None:
    workflow.transfer(asked(), by=ines, queue=Queue.objects.get(is_fallback=True))

    assert town_labels() == []


def test_what_was_taken_back_says_nothing(ines: User) -> None:
    request = asked()
    workflow.transfer(request, by=ines, queue=Queue.objects.get(code="maintenance"))
    workflow.undo(Event.objects.get(verb="transferred"), by=ines)

    assert town_labels() == []


def test_taken_for_something_else(ines: User) -> None:
    request = asked()

    workflow.reclassify(request, by=ines, kind=Kind.QUESTION, service=None, is_urgent=True)

    # Of the team nobody said anything.
    assert told(only()) == ("question", "", "", True, 1.0)


def test_opened_by_hand(ines: User) -> None:
    post = PostFactory(network="mastodon", text="menuda noche", kind="other", triaged_at=timezone.now())

    workflow.open_by_hand(post, queue=Queue.objects.get(code="police"), by=ines)

    assert told(only()) == ("problem", "police", "", None, 1.0)


def test_done_where_it_was_put_counts_half(ines: User) -> None:
    workflow.resolve(asked(service=service("rubbish")), by=ines, message=DONE)

    assert told(only()) == ("problem", "sweeper", "rubbish", None, 0.5)


@pytest.mark.parametrize(
    ("reason", "queues"),
    [(DeclineReason.NO_BUDGET, ["sweeper"]), (DeclineReason.NOT_OURS, []), (DeclineReason.NOTHING_TO_DO, [])],
)
def test_closed_without_a_repair(ines: User, reason: str, queues: list[str]) -> None:
    workflow.decline(asked(), by=ines, reason=reason)

    assert [label.queue for label in town_labels()] == queues


def test_joined_and_separated(ines: User) -> None:
    one, other = asked(), asked("contenedor lleno", queue="police")
    workflow.merge(other, into=one, by=ines)
    workflow.resolve(one, by=ines, message=DONE)
    assert sorted(label.queue for label in town_labels()) == ["sweeper", "sweeper"]

    other.refresh_from_db()
    workflow.unmerge(other, by=ines)

    assert sorted(label.queue for label in town_labels()) == ["police", "sweeper"]


def test_nobody_elses_business_is_not_learned(ines: User) -> None:
    hidden = [
        asked(is_private=True),
        asked(),
        asked(),
        asked(),
        asked(network="x"),
        asked(service=service("rubbish")),
    ]
    for one in hidden:
        workflow.resolve(one, by=ines, message=DONE)
    deleted, offensive, secret = (one.opening_post_id for one in hidden[1:4])
    workflow.erase([Post.objects.get(pk=deleted)], at=timezone.now())
    Post.objects.filter(pk=offensive).update(is_offensive=True)
    Post.objects.filter(pk=secret).update(evidence=[{"signal": "private", "detail": ["health"]}])
    Service.objects.filter(code="rubbish").update(is_private=True)

    assert town_labels() == []


def test_posts_of_x_only_when_somebody_said_so(ines: User) -> None:
    workflow.resolve(asked(network="x"), by=ines, message=DONE)
    assert town_labels() == []

    LearningSource.objects.create(network="x", is_used=True, chosen_by=ines)
    assert only().network == "x"

    LearningSource.objects.update(is_used=False)
    assert town_labels() == []


def test_telephones_are_not_learned(ines: User) -> None:
    workflow.resolve(asked("llamadme al 612 345 678, la farola no va"), by=ines, message=DONE)

    assert "612" not in only().text
    assert "farola" in only().text


def test_a_thousand_ask_no_more_than_one(ines: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for _turn in range(3):
        workflow.transfer(asked(), by=ines, queue=Queue.objects.get(code="maintenance"))

    with django_assert_num_queries(3):
        assert len(town_labels()) == 3


def test_corrections_are_counted_by_request(ines: User) -> None:
    before = timezone.now()
    request = asked()
    workflow.reclassify(request, by=ines, kind=Kind.QUESTION, service=None, is_urgent=False)
    workflow.transfer(ServiceRequest.objects.get(pk=request.pk), by=ines, queue=Queue.objects.get(code="police"))
    workflow.conceal(asked(), by=ines, why=["health"])

    assert corrections_since(before) == 1
    assert corrections_since(timezone.now()) == 0


def test_a_fifth_is_held_back_and_always_the_same() -> None:
    held = [post for post in range(1000) if Label(post=post, network="x", text="", language="").is_held_back]

    assert 160 < len(held) < 240
    assert held[:3] == [post for post in range(held[2] + 1) if Label(post, "x", "", "").is_held_back]
