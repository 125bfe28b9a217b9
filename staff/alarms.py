"""What cannot wait and is not done: who has it, who is on duty for it, and for whom it rings."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app import wording
from requests_app.models import ServiceRequest, Status
from requests_app.roles import is_dispatcher, is_mayor, queues_of, worked_by
from staff import presence
from staff.models import Presence, Shift
from staff.people import name_of

# The first time it rings for the team and the dispatcher, the second time again; the third time for the mayor too.
LAST_RING = 2
# What nobody took for longer is seen and not heard.
RINGS_FOR = timedelta(hours=12)
# As many stand in the band; the others are folded.
SHOWN = 3
MOST = 50


@dataclass(frozen=True, slots=True)
class Alarm:
    """One request; `ring`: under which name it rings for the reader, another each time, "" where it does not."""

    service_request: ServiceRequest
    on_duty: Sequence[str]
    here: Sequence[Presence]
    ring: str

    @property
    def since(self) -> datetime:
        return self.service_request.urgent_since

    @property
    def is_taken(self) -> bool:
        return is_taken(self.service_request)

    @property
    def who_has_it(self) -> str:
        """`Luis has it since 18:02.`"""
        row, now = self.service_request, timezone.now()
        if row.assignee and row.accepted_at:
            values = {"name": name_of(row.assignee), "time": wording.clock(row.accepted_at, now=now)}
            return _("%(name)s has it since %(time)s.") % values
        if row.assignee:
            return _("It is with %(name)s.") % {"name": name_of(row.assignee)}
        if row.status == Status.WAITING:
            return _("It waits for others.")
        if row.answered_at:
            return _("Answered at %(time)s.") % {"time": wording.clock(row.answered_at, now=now)}
        return _("Nobody has it yet.")

    @property
    def who_looks(self) -> str:
        """`Ana is reading it.`"""
        names = ", ".join(name_of(one.user) for one in self.here)
        return _("Reading it now: %(names)s.") % {"names": names} if names else ""

    @property
    def who_is_on_duty(self) -> str:
        team = self.service_request.queue.name
        if not self.on_duty:
            return _("Nobody of %(team)s is on duty.") % {"team": team}
        return _("On duty: %(names)s.") % {"names": ", ".join(self.on_duty)}

    @property
    def title(self) -> str:
        """What a locked telephone may show: nobody's words."""
        return _("Urgent: %(number)s") % {"number": wording.request_number(self.service_request.pk)}

    @property
    def body(self) -> str:
        row = self.service_request
        return " · ".join(filter(None, (row.queue.name, "" if row.is_private else row.address)))


@dataclass(frozen=True, slots=True)
class Alarms:
    """The band of one reader."""

    found: Sequence[Alarm]
    # They work in teams, and none of their shifts is on.
    is_off_duty: bool
    # How long nobody has it before they hear of it; None for those who hear of it at once.
    hears_after: timedelta | None

    @property
    def shown(self) -> list[Alarm]:
        """Nobody's yet, the newest first."""
        return [one for one in self.found if not one.is_taken][:SHOWN]

    @property
    def waiting(self) -> int:
        """How many nobody has yet."""
        return sum(not one.is_taken for one in self.found)

    @property
    def folded(self) -> list[Alarm]:
        shown = {one.service_request.pk for one in self.shown}
        return [one for one in self.found if one.service_request.pk not in shown]

    @property
    def rings(self) -> str:
        return " ".join(one.ring for one in self.found if one.ring)


def alarms(user: User) -> Alarms:
    """What concerns this person: their teams', or every one for dispatcher and mayor. One query where nothing is urgent."""
    now = timezone.now()
    rows = list(worked_by(user).open().urgent().with_row().order_by("-id")[:MOST])
    rows.sort(key=lambda row: (is_taken(row), -row.urgent_since.timestamp()))
    duty = _on_duty({row.queue_id for row in rows}) if rows else {}
    here = presence.looking([row.pk for row in rows], besides=user) if rows else {}
    # Dispatchers hear of everything while they are at their screens.
    hears_all = is_dispatcher(user)
    is_team = bool(queues_of(user)) and not hears_all
    is_on_duty = is_team and Shift.objects.filter(user=user, ended_at=None).exists()
    found = [
        Alarm(
            row,
            on_duty=duty.get(row.queue_id, ()),
            here=here.get(row.pk, ()),
            ring=_ring(row, user=user, is_on_duty=is_on_duty, now=now),
        )
        for row in rows
    ]
    # Never, where nothing rings a second time.
    late = LAST_RING * _again() or None if is_mayor(user) and not hears_all and not is_on_duty else None
    return Alarms(found, is_off_duty=is_team and not is_on_duty and late is None, hears_after=late)


def is_taken(row: ServiceRequest) -> bool:
    """A person has it, waits for it, or spoke to whoever wrote."""
    return row.assignee_id is not None or row.status != Status.NEW or row.answered_at is not None


def _ring(row: ServiceRequest, *, user: User, is_on_duty: bool, now: datetime) -> str:
    if is_taken(row) or now - row.urgent_since > RINGS_FOR:
        return ""
    times = _times(now - row.urgent_since)
    name = f"{row.pk}.{row.urgent_since.timestamp():.0f}.{times}"
    if is_dispatcher(user):
        return name
    if is_on_duty and row.queue_id in queues_of(user):
        # Passed on to another team it rings there, as if it were new.
        return f"{name}.{row.queue_id}"
    return name if is_mayor(user) and times == LAST_RING else ""


def _again() -> timedelta:
    return timedelta(minutes=settings.URGENT_AGAIN_MINUTES)


def _times(waited: timedelta) -> int:
    return min(int(waited / _again()), LAST_RING) if _again() else 0


def _on_duty(queues: set[int]) -> Mapping[int, list[str]]:
    """Who of these teams is on a shift, by name. One query."""
    on = Shift.objects.filter(ended_at=None, user__is_active=True, user__queues__in=queues)
    names = defaultdict(list)
    for queue, first, username in on.order_by("started_at").values_list(
        "user__queues", "user__first_name", "user__username"
    ):
        names[queue].append(first or username)
    return names
