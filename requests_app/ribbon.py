"""The wait ribbon: posted, answered, done, and how long each of the two took."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from requests_app import wording

# The share of the answer time after which a request counts as due soon.
SOON = 75


class Waited(Protocol):
    """What a ribbon needs to know of a request."""

    @property
    def status(self) -> str: ...
    @property
    def posted_at(self) -> datetime: ...
    @property
    def answered_at(self) -> datetime | None: ...
    @property
    def resolved_at(self) -> datetime | None: ...
    @property
    def promised_for(self) -> datetime | None: ...
    @property
    def due_at(self) -> datetime | None: ...


@dataclass(frozen=True)
class Stop:
    """A dot with the words under it; an `open` one has no dot, the wait still runs."""

    kind: str
    tone: str
    words: str


@dataclass(frozen=True)
class Leg:
    """The line that leads to `stop`, with the wait written on it; `since` when it is still growing."""

    style: str
    tone: str
    wait: str
    stop: Stop
    since: datetime | None = None


@dataclass(frozen=True)
class Ribbon:
    start: Stop
    legs: tuple[Leg, ...]
    sentence: str

    @property
    def stops(self) -> list[Stop]:
        return [self.start, *(leg.stop for leg in self.legs)]


def ribbon(request: Waited, *, now: datetime, by: str = "") -> Ribbon:
    """The ribbon of `request`; `by` is the first name of whoever answered."""
    posted = wording.clock(request.posted_at, now=now)
    start = Stop("posted", "blue", _("%(time)s posted") % {"time": posted})
    told = [_("Posted %(time)s.") % {"time": posted}]
    legs = []
    for leg, line in _legs(request, now=now, by=by):
        legs.append(leg)
        told.append(line)
    return Ribbon(start, tuple(legs), " ".join(told))


def due_share(request: Waited, *, now: datetime) -> int:
    """How much of the time for what is due next, the answer or the repair, is used up: 0 to 100."""
    start = request.answered_at or request.posted_at
    if request.due_at is None:
        return 0
    if request.due_at <= max(start, now):
        return 100
    return max(0, round(100 * ((now - start) / (request.due_at - start))))


def due_tone(request: Waited, *, now: datetime) -> str:
    """`late`, `soon` or `""`."""
    if _is_late(request, now=now):
        return "late"
    return "soon" if due_share(request, now=now) >= SOON else ""


def _is_late(request: Waited, *, now: datetime) -> bool:
    return request.due_at is not None and request.due_at < now


def _legs(request: Waited, *, now: datetime, by: str) -> list[tuple[Leg, str]]:
    """Each leg with the sentence that says the same."""
    answered, done = request.answered_at, request.resolved_at
    if request.status == "declined":
        return [_declining(request, at=answered)]
    if done is not None and (answered is None or answered >= done):
        return [_finishing(request, since=request.posted_at, at=done, now=now)]
    if answered is None:
        return [_waiting(request, now=now)]
    first = _answering(request, at=answered, by=by)
    if done is not None:
        return [first, _finishing(request, since=answered, at=done, now=now)]
    if request.promised_for is not None:
        return [first, _promise(request.promised_for, now=now)]
    return [first, _in_hand(request, since=answered, now=now)]


def _waiting(request: Waited, *, now: datetime) -> tuple[Leg, str]:
    wait = wording.duration(now - request.posted_at)
    if late := _lateness(request.due_at, now=now):
        leg = Leg("open", "wine", wait, Stop("open", "wine", _("%(wait)s late") % {"wait": late}), request.posted_at)
        return leg, _("Waiting for an answer for %(wait)s, %(late)s late.") % {"wait": wait, "late": late}
    leg = Leg("open", "blue", wait, Stop("open", "blue", _("waiting")), request.posted_at)
    return leg, _("Waiting for an answer for %(wait)s.") % {"wait": wait}


def _answering(request: Waited, *, at: datetime, by: str) -> tuple[Leg, str]:
    wait = wording.duration(at - request.posted_at)
    if not by:
        return _solid("ochre", wait, "answered", _("answered")), _("Answered after %(wait)s.") % {"wait": wait}
    leg = _solid("ochre", wait, "answered", _("%(name)s answers") % {"name": by})
    return leg, _("%(name)s answered after %(wait)s.") % {"name": by, "wait": wait}


def _finishing(request: Waited, *, since: datetime, at: datetime, now: datetime) -> tuple[Leg, str]:
    wait = wording.duration(at - since)
    # The day already stands under the first dot when it is the same one.
    time = wording.clock(at, now=at if _same_day(at, request.posted_at) else now)
    return _solid("olive", wait, "done", _("done %(time)s") % {"time": time}), _("Done %(wait)s later.") % {
        "wait": wait
    }


def _declining(request: Waited, *, at: datetime | None) -> tuple[Leg, str]:
    if at is None:
        return _solid("soft", "", "declined", _("closed")), _("Closed without a repair.")
    wait = wording.duration(at - request.posted_at)
    leg = _solid("soft", wait, "declined", _("closed, with a reason"))
    return leg, _("Answered after %(wait)s and closed without a repair.") % {"wait": wait}


def _promise(promised: datetime, *, now: datetime) -> tuple[Leg, str]:
    time = wording.clock(promised, now=now)
    if late := _lateness(promised, now=now):
        stop = Stop("promised", "wine", _("promised %(time)s") % {"time": time})
        leg = Leg("dashed", "wine", _("%(wait)s late") % {"wait": late}, stop)
        return leg, _("Promised for %(time)s, %(late)s late.") % {"time": time, "late": late}
    before = pgettext("promise", "before %(time)s") % {"time": time}
    leg = Leg("dashed", "soft", before, Stop("promised", "soft", _("promised")))
    return leg, _("Promised before %(time)s.") % {"time": time}


def _in_hand(request: Waited, *, since: datetime, now: datetime) -> tuple[Leg, str]:
    wait = wording.duration(now - since)
    if request.status == "waiting":
        leg = Leg("dashed", "soft", wait, Stop("open", "soft", _("waiting for others")), since)
        return leg, _("Waiting for others for %(wait)s.") % {"wait": wait}
    if late := _lateness(request.due_at, now=now):
        leg = Leg("open", "wine", wait, Stop("open", "wine", _("%(wait)s late") % {"wait": late}), since)
        return leg, _("In hand for %(wait)s, %(late)s late.") % {"wait": wait, "late": late}
    leg = Leg("open", "ochre", wait, Stop("open", "ochre", _("in hand")), since)
    return leg, _("In hand for %(wait)s.") % {"wait": wait}


def _solid(tone: str, wait: str, kind: str, words: str) -> Leg:
    return Leg("solid", tone, wait, Stop(kind, tone, words))


def _lateness(due: datetime | None, *, now: datetime) -> str:
    return wording.coarse(now - due) if due is not None and due < now else ""


def _same_day(one: datetime, other: datetime) -> bool:
    return timezone.localtime(one).date() == timezone.localtime(other).date()
