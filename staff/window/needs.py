"""What needs the mayor: what cannot wait and the late ones with whoever has them, and whether they were asked already."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app import response_times, wording, workflow
from requests_app.models import Event, ServiceRequest, Status, Verb

# As many as the mayor can do something about today; the list has them all.
NEEDS = 6


@dataclass(frozen=True, slots=True)
class Need:
    """`waits_for`: the line that says on whom it waits; `undoable`: the reader's own question, while it can be taken back."""

    service_request: ServiceRequest
    owner: str
    waits_for: Event | None
    may_ask: bool
    undoable: Event | None

    @property
    def asked_words(self) -> str:
        """`Asked at 10:42`."""
        return (
            _("Asked at %(time)s") % {"time": wording.clock(self.asked_at, now=timezone.now())} if self.asked_at else ""
        )

    @property
    def asked_at(self) -> datetime | None:
        return self.service_request.nudged_at

    @property
    def ask_words(self) -> str:
        return _("Ask %(name)s") % {"name": self.owner}


def needs(*, by: User, now: datetime) -> list[Need]:
    """What cannot wait, then the late ones, the longest waiting first, in a constant number of queries."""
    urgent = response_times.urgent(now=now, most=NEEDS)
    told = {row.pk for row in urgent}
    found = [*urgent, *(row for row in response_times.overdue(now=now, most=NEEDS) if row.pk not in told)]
    waiting = _waiting(row.pk for row in found if row.status == Status.WAITING)
    asked = _asked((row.pk for row in found if row.nudged_at), by=by)
    return [
        Need(
            service_request=row,
            owner=owner(row),
            waits_for=waiting.get(row.pk),
            may_ask=workflow.may_nudge(row, now=now),
            undoable=event if (event := asked.get(row.pk)) and workflow.can_undo(event, row) else None,
        )
        for row in found
    ]


def oldest(found: Iterable[Need], *, now: datetime) -> ServiceRequest | None:
    """The late one that has waited longest."""
    late = (one.service_request for one in found if one.service_request.due_at and one.service_request.due_at < now)
    return min(late, key=lambda row: row.posted_at, default=None)


def owner(service_request: ServiceRequest) -> str:
    """The person by their first name; the team where nobody has taken it yet."""
    person = service_request.assignee
    return (person.first_name or person.username) if person else service_request.queue.name


def _waiting(numbers: Iterable[int]) -> dict[int, Event]:
    moves = Event.objects.last_moves(list(numbers))
    return {event.service_request_id: event for event in moves if event.verb == Verb.WAITING}


def _asked(numbers: Iterable[int], *, by: User) -> dict[int, Event]:
    return {event.service_request_id: event for event in Event.objects.nudges_of(by, numbers)}
