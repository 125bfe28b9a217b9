"""The verbs: every verb from every status, what each writes, and what undoes it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone, translation
from pytest_django import Settings

from requests_app import workflow
from requests_app.models import (
    DeclineReason,
    Event,
    HistoryIsAppendOnly,
    Kind,
    Post,
    Queue,
    Reply,
    ReplyStatus,
    Service,
    ServiceRequest,
    Status,
    Verb,
)
from requests_app.workflow import ChangedMeanwhile, Message, MessageRefused, MoveNotAllowed, Refusal
from tests.factories import AccountFactory, PostFactory, ServiceRequestFactory

pytestmark = pytest.mark.django_db

DONE = Message("Hecho.")


@pytest.fixture
def bins(cleaning: Queue) -> ServiceRequest:
    """A new request in the sweeper's queue, posted to @alameda."""
    return ServiceRequestFactory(queue=cleaning, opening_post__account=_alameda())


def _alameda() -> object:
    return AccountFactory(network="x", external_id="101")


def in_status(service_request: ServiceRequest, status: str, *, by: User) -> ServiceRequest:
    """Brought there by the verbs."""
    match status:
        case Status.ACCEPTED:
            return workflow.accept(service_request, by=by)
        case Status.WAITING:
            return workflow.wait(service_request, by=by)
        case Status.RESOLVED:
            return workflow.resolve(service_request, by=by, message=DONE)
        case Status.DECLINED:
            return workflow.decline(service_request, by=by, reason=DeclineReason.NOT_OURS)
    return service_request


def do(verb: str, service_request: ServiceRequest, *, by: User) -> ServiceRequest:
    match verb:
        case "transfer":
            return workflow.transfer(service_request, by=by, queue=Queue.objects.get(code="police"))
        case "decline":
            return workflow.decline(service_request, by=by, reason=DeclineReason.NOT_OURS)
        case "assign":
            return workflow.assign(service_request, by=by, to=User.objects.get(username="dispatcher"))
        case "merge":
            return workflow.merge(service_request, into=ServiceRequest.objects.latest("id"), by=by)
        case "reclassify":
            return workflow.reclassify(service_request, by=by, kind=Kind.QUESTION, service=None, is_urgent=False)
        case "place":
            return workflow.place(service_request, by=by, address="Plaza Mayor", point=None)
        case "note":
            return workflow.note(service_request, by=by, text="Llamé al proveedor.")
        case "answer" | "resolve":
            return getattr(workflow, verb)(service_request, by=by, message=DONE)  # type: ignore[no-any-return]
    return getattr(workflow, verb)(service_request, by=by)  # type: ignore[no-any-return]


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("verb", workflow.MOVES)
def test_each_verb_from_each_status(bins: ServiceRequest, carmen: User, verb: str, status: str) -> None:
    service_request = in_status(bins, status, by=carmen)
    ServiceRequestFactory(queue=bins.queue)  # to merge into
    events = Event.objects.count()

    if status in workflow.MOVES[verb]:
        do(verb, service_request, by=carmen)
        assert Event.objects.count() > events
    else:
        with pytest.raises(MoveNotAllowed):
            do(verb, service_request, by=carmen)
        assert Event.objects.count() == events


def test_accept_names_a_person_and_keeps_the_promise(bins: ServiceRequest, carmen: User) -> None:
    noon = timezone.now() + timedelta(hours=3)

    accepted = workflow.accept(bins, by=carmen, promised_for=noon)

    assert (accepted.status, accepted.assignee, accepted.promised_for, accepted.due_at) == (
        "accepted",
        carmen,
        noon,
        noon,
    )
    line = accepted.events.get(verb=Verb.ACCEPTED)
    assert (line.by, line.data["promised_for"]) == (
        carmen,
        noon.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    )


def test_a_promise_in_the_past_is_refused(bins: ServiceRequest, carmen: User) -> None:
    with pytest.raises(Refusal):
        workflow.accept(bins, by=carmen, promised_for=timezone.now() - timedelta(minutes=1))


def test_transfer_makes_it_new_and_nobodys(bins: ServiceRequest, carmen: User) -> None:
    workflow.accept(bins, by=carmen)
    police = Queue.objects.get(code="police")
    noise = Service.objects.filter(queue=police).first()

    moved = workflow.transfer(bins, by=carmen, queue=police, service=noise)

    assert (moved.status, moved.queue, moved.service, moved.assignee) == ("new", police, noise, None)
    assert moved.due_at == police.week().add(moved.posted_at, noise.answer_target)
    assert moved.events.get(verb=Verb.TRANSFERRED).queue == police


def test_transfer_to_a_service_of_another_team_is_refused(bins: ServiceRequest, carmen: User) -> None:
    stray = Service.objects.exclude(queue__code="police").first()
    with pytest.raises(Refusal):
        workflow.transfer(bins, by=carmen, queue=Queue.objects.get(code="police"), service=stray)


def test_transfer_to_a_private_service_makes_it_private(bins: ServiceRequest, carmen: User) -> None:
    private = Service.objects.filter(is_private=True).first()

    moved = workflow.transfer(bins, by=carmen, queue=private.queue, service=private)

    assert list(ServiceRequest.objects.public()) == []
    assert moved.is_private


def test_resolve_measures_both_clocks(cleaning: Queue, carmen: User) -> None:
    posted = timezone.now() - timedelta(days=2)
    bins = ServiceRequestFactory(queue=cleaning, opening_post__account=_alameda(), opening_post__posted_at=posted)

    resolved = workflow.resolve(bins, by=carmen, message=DONE)

    assert resolved.resolved_at - resolved.posted_at >= timedelta(days=2)
    assert resolved.resolved_in_hours == cleaning.week().open_between(posted, resolved.resolved_at)
    assert (resolved.due_at, resolved.assignee, resolved.accepted_at) == (None, carmen, resolved.resolved_at)


def test_resolve_without_words_is_refused(bins: ServiceRequest, carmen: User) -> None:
    with pytest.raises(Refusal):
        workflow.resolve(bins, by=carmen, message=Message("  "))


def test_decline_wants_a_reason_of_the_list(bins: ServiceRequest, carmen: User) -> None:
    with pytest.raises(Refusal):
        workflow.decline(bins, by=carmen, reason="because")

    declined = workflow.decline(bins, by=carmen, reason=DeclineReason.NOT_OURS)

    assert (declined.status, declined.decline_reason, declined.resolved_at) == ("declined", "not_ours", None)


def test_reopen_goes_back_to_accepted(bins: ServiceRequest, carmen: User) -> None:
    workflow.resolve(bins, by=carmen, message=DONE)

    again = workflow.reopen(bins, by=carmen)

    assert (again.status, again.assignee, again.resolved_at, again.resolved_in_hours) == (
        "accepted",
        carmen,
        None,
        None,
    )
    assert again.due_at > timezone.now()


def test_two_people_see_each_other(bins: ServiceRequest, carmen: User, ines: User) -> None:
    seen = bins.version
    workflow.accept(bins, by=carmen, version=seen)

    with pytest.raises(ChangedMeanwhile):
        workflow.decline(bins, by=ines, reason=DeclineReason.NOT_OURS, version=seen)

    bins.refresh_from_db()
    assert bins.status == "accepted"


def test_a_note_is_for_colleagues_only(bins: ServiceRequest, carmen: User) -> None:
    told_at = bins.told_at

    workflow.note(bins, by=carmen, text="Llamé al proveedor.")

    bins.refresh_from_db()
    assert bins.told_at == told_at
    assert [event.verb for event in bins.events.all().public().in_order()] == ["received"]


def test_a_message_is_frozen_with_name_and_number(bins: ServiceRequest, carmen: User, settings: Settings) -> None:
    settings.UNDO_SECONDS = 10
    before = timezone.now()

    workflow.answer(bins, by=carmen, message=Message("  Voy ahora. "))

    reply = Reply.objects.get()
    assert (reply.text, reply.payload) == ("Voy ahora.", f"Voy ahora.\n— Carmen · N.º {bins.pk}")
    assert (reply.status, reply.language, reply.post) == (ReplyStatus.HELD, "es", bins.opening_post)
    assert timedelta(seconds=10) <= reply.next_attempt_at - before < timedelta(seconds=12)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("a" * 281, "too long"), ("👍" * 141, "too long"), ("mira plaza.es/1042", "link"), ("https://plaza.org", "link")],
)
def test_what_the_network_forbids_is_not_written(bins: ServiceRequest, carmen: User, text: str, sentence: str) -> None:
    with translation.override("en"), pytest.raises(MessageRefused, match=sentence):
        workflow.resolve(bins, by=carmen, message=Message(text))

    bins.refresh_from_db()
    assert (bins.status, Reply.objects.count(), bins.events.count()) == ("new", 0, 1)


def test_a_deleted_post_is_not_answered(bins: ServiceRequest, carmen: User) -> None:
    Post.objects.update(deleted_at=timezone.now())
    with pytest.raises(MessageRefused):
        workflow.answer(bins, by=carmen, message=DONE)


def test_work_that_was_done_can_be_closed_where_nobody_can_be_answered(bins: ServiceRequest, carmen: User) -> None:
    Post.objects.update(deleted_at=timezone.now())

    resolved = workflow.resolve(bins, by=carmen, message=DONE)

    assert (resolved.status, Reply.objects.count()) == ("resolved", 0)
    assert resolved.events.get(verb=Verb.RESOLVED).text == "Hecho."


def test_undo_of_a_transfer_makes_it_public_again(bins: ServiceRequest, carmen: User) -> None:
    private = Service.objects.filter(is_private=True).first()
    workflow.transfer(bins, by=carmen, queue=private.queue, service=private)

    workflow.undo(Event.objects.get(verb=Verb.TRANSFERRED), by=carmen)

    assert list(ServiceRequest.objects.public()) == [bins]


def test_the_teams_own_account_speaks_when_it_was_named(cleaning: Queue, carmen: User) -> None:
    both = ServiceRequestFactory(
        queue=cleaning, opening_post__account=_alameda(), opening_post__mentions=["101", "103"]
    )

    first, *others = workflow.voices(both, by=carmen)

    assert (first.account.handle, first.post) == ("barrendera_alameda", both.opening_post)
    assert {voice.account.handle: voice.post is not None for voice in others} == {
        "alameda": True,
        "alcaldesa_alameda": False,
        "policia_alameda": False,
        "manto_alameda": False,
    }


def test_undo_puts_everything_back(bins: ServiceRequest, carmen: User, settings: Settings) -> None:
    settings.UNDO_SECONDS = 10
    kept = ServiceRequest.objects.values("status", "assignee", "due_at", "resolved_at", "accepted_at").get()
    workflow.resolve(bins, by=carmen, message=DONE)

    workflow.undo(Event.objects.get(verb=Verb.RESOLVED), by=carmen)

    assert ServiceRequest.objects.values("status", "assignee", "due_at", "resolved_at", "accepted_at").get() == kept
    assert Reply.objects.get().status == ReplyStatus.WITHDRAWN
    assert [event.verb for event in bins.events.all().public().in_order()] == ["received"]


def test_undo_is_refused_once_something_else_happened(bins: ServiceRequest, carmen: User, ines: User) -> None:
    workflow.accept(bins, by=carmen)
    workflow.note(bins, by=ines, text="Ojo.")
    with pytest.raises(MoveNotAllowed):
        workflow.undo(Event.objects.get(verb=Verb.ACCEPTED), by=carmen)


def test_undo_is_refused_once_the_message_left(bins: ServiceRequest, carmen: User) -> None:
    workflow.accept(bins, by=carmen, message=Message("Voy."))
    Reply.objects.update(
        status=ReplyStatus.SENDING, attempts=1, claimed_at=timezone.now(), first_claimed_at=timezone.now()
    )
    with pytest.raises(MoveNotAllowed):
        workflow.undo(Event.objects.get(verb=Verb.ACCEPTED), by=carmen)


def test_undo_of_a_silent_act_has_its_window_too(bins: ServiceRequest, carmen: User, settings: Settings) -> None:
    settings.UNDO_SECONDS = -1
    workflow.accept(bins, by=carmen)
    with pytest.raises(MoveNotAllowed):
        workflow.undo(Event.objects.get(verb=Verb.ACCEPTED), by=carmen)


def test_merge_brings_the_posts_together_and_unmerge_parts_them(
    bins: ServiceRequest, cleaning: Queue, ines: User
) -> None:
    same = ServiceRequestFactory(queue=cleaning, opening_post__account=_alameda())

    workflow.merge(same, into=bins, by=ines)
    assert list(ServiceRequest.objects.standing()) == [bins]
    assert list(bins.thread) == [bins.opening_post, same.opening_post]
    assert ServiceRequest.objects.with_row().get(pk=bins.pk).reporters == 2

    workflow.unmerge(same, by=ines)
    assert list(ServiceRequest.objects.standing().order_by("id")) == [bins, same]
    assert list(bins.thread) == [bins.opening_post]


def test_merging_a_merger_brings_its_own_along_and_back(bins: ServiceRequest, cleaning: Queue, ines: User) -> None:
    second = ServiceRequestFactory(queue=cleaning)
    third = ServiceRequestFactory(queue=cleaning)
    workflow.merge(third, into=second, by=ines)

    workflow.merge(second, into=bins, by=ines)
    assert set(bins.merged.all()) == {second, third}

    workflow.unmerge(second, by=ines)
    assert (set(bins.merged.all()), set(second.merged.all())) == (set(), {third})


def test_a_merged_request_offers_nothing(bins: ServiceRequest, cleaning: Queue, ines: User) -> None:
    same = ServiceRequestFactory(queue=cleaning)
    workflow.merge(same, into=bins, by=ines)
    same.refresh_from_db()

    assert workflow.moves_from(same) == []
    with pytest.raises(MoveNotAllowed):
        workflow.accept(same, by=ines)
    with pytest.raises(MoveNotAllowed):
        workflow.merge(bins, into=bins, by=ines)


def test_private_and_public_stay_apart(bins: ServiceRequest, cleaning: Queue, ines: User) -> None:
    private = ServiceRequestFactory(queue=cleaning, is_private=True)
    with pytest.raises(MoveNotAllowed):
        workflow.merge(private, into=bins, by=ines)


def test_history_is_append_only(bins: ServiceRequest) -> None:
    event = bins.events.get()
    with pytest.raises(HistoryIsAppendOnly):
        event.save()
    with pytest.raises(HistoryIsAppendOnly):
        event.delete()


def test_a_post_of_the_site_is_answered_there(cleaning: Queue, carmen: User) -> None:
    post = PostFactory(network="plaza", account=AccountFactory(network="plaza", external_id="plaza"), mentions=[])
    bins = ServiceRequestFactory(queue=cleaning, opening_post=post)

    workflow.answer(bins, by=carmen, message=Message("Voy. Más en https://alameda.test"))

    assert Reply.objects.get().account.network == "plaza"
