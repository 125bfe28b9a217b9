"""Which verb may start from which status, and the lock every verb takes first."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from requests_app.models import CLOSED, OPEN, ServiceRequest, Status

# A request of no known service: what a town can promise for anything at all.
ANSWER_TARGET = timedelta(hours=4)
RESOLVE_TARGET = timedelta(days=5)
# How soon an urgent request is owed an answer, whatever its service says.
URGENT_TARGET = timedelta(minutes=5)

MOVES: dict[str, frozenset[str]] = {
    "accept": frozenset({Status.NEW, Status.ACCEPTED, Status.WAITING}),
    "answer": frozenset({*OPEN, *CLOSED}),
    "transfer": frozenset(OPEN),
    "wait": frozenset({Status.NEW, Status.ACCEPTED}),
    "resolve": frozenset(OPEN),
    "decline": frozenset(OPEN),
    "reopen": frozenset(CLOSED),
    "assign": frozenset(OPEN),
    "reclassify": frozenset(OPEN),
    "place": frozenset(OPEN),
    "merge": frozenset(OPEN),
    "note": frozenset({*OPEN, *CLOSED}),
}


class Refusal(Exception):
    """A verb that was not carried out; its text is one sentence for the person who tried. Nothing was changed."""


class MoveNotAllowed(Refusal):
    """The request's state does not allow the verb."""


class ChangedMeanwhile(Refusal):
    """Somebody else acted since the page was drawn."""


def moves_from(service_request: ServiceRequest) -> list[str]:
    """The verbs a page offers, in their usual order. A merged request offers none."""
    if service_request.merged_into_id is not None:
        return []
    return [verb for verb, statuses in MOVES.items() if service_request.status in statuses]


def lock(service_request: ServiceRequest, *, verb: str, version: int | None) -> ServiceRequest:
    """The row, fresh and locked until the transaction ends. Raises MoveNotAllowed or ChangedMeanwhile."""
    fresh = (
        ServiceRequest.objects.select_for_update(of=("self",))
        .select_related("queue", "service", "opening_post__author", "assignee")
        .get(pk=service_request.pk)
    )
    if version is not None and version != fresh.version:
        raise ChangedMeanwhile(_("Somebody changed this request since you opened it. Look again, your text is kept."))
    if verb not in moves_from(fresh):
        raise MoveNotAllowed(_("That cannot be done to a request that is %(status)s.") % {"status": _state(fresh)})
    return fresh


def due(service_request: ServiceRequest) -> datetime | None:
    """When the next thing is owed: an answer, then the promise or the resolution; None once closed."""
    if not service_request.is_open:
        return None
    if service_request.promised_for:
        return service_request.promised_for
    service = service_request.service
    owes_answer = service_request.status == Status.NEW and service_request.answered_at is None
    if owes_answer:
        span = service.answer_target if service else ANSWER_TARGET
        if service_request.is_urgent:
            # Danger does not keep office hours.
            return service_request.posted_at + min(span, URGENT_TARGET)
    else:
        span = service.resolve_target if service else RESOLVE_TARGET
    return service_request.queue.week().add(service_request.posted_at, span)


def stop_the_clock(service_request: ServiceRequest, *, at: datetime) -> None:
    """A person's answer is visible since `at` (unsaved); the first one counts, even where it is heard of last."""
    # Our clock and the network's may differ by a little; nobody answers before they were asked.
    at = max(at, service_request.posted_at)
    if service_request.answered_at is not None and service_request.answered_at <= at:
        return
    service_request.answered_at = at
    service_request.answered_in_hours = service_request.queue.week().open_between(service_request.posted_at, at)
    service_request.due_at = due(service_request)


def touch(service_request: ServiceRequest, *, at: datetime, told: bool) -> None:
    """Marks a change, for open desks and for the next person's form; `told` when residents may read of it."""
    service_request.version += 1
    service_request.changed_at = at
    if told:
        service_request.told_at = at


def _state(service_request: ServiceRequest) -> str:
    return _("merged") if service_request.merged_into_id else str(service_request.get_status_display())
