"""Today beside a usual day: how many requests had come by each hour, and how many usually have by then."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from statistics import median

from django.db.models import Count, Q
from django.db.models.functions import ExtractHour, TruncDate
from django.utils import timezone

from requests_app.memory import remembered
from requests_app.models import ServiceRequest
from requests_app.response_times.periods import Period, midnight
from requests_app.response_times.waits import ENOUGH

WEEKS, HOURS_A_DAY = 8, 24
# What came on days that are over hardly changes; what is merged in the meantime may be counted an hour late.
REMEMBER_SECONDS = 3600

# How many came in each hour of a day.
Hourly = list[int]


@dataclass(frozen=True, slots=True)
class Usual:
    """`rising` and `today`: how many had come by the end of each hour, today's last entry by now.

    `days` are the days that stand behind it, newest first, with what had come on each by this time of day.
    `rising` is empty, and `by_now` None, where the days are too few.
    """

    rising: tuple[float, ...]
    today: tuple[int, ...]
    by_now: int | None
    days: tuple[tuple[date, int], ...]
    is_same_weekday: bool

    @property
    def received(self) -> int:
        return self.today[-1]


def usual(*, now: datetime) -> Usual:
    """From the same weekday of the last eight weeks; from every day of them where those are too few."""
    here = timezone.localtime(now)
    before, today = _before(here.date()), _hourly(here.date(), here.date() + timedelta(days=1)).get(here.date())
    same = {day: hours for day, hours in before.items() if day.weekday() == here.weekday()}
    chosen = same if len(same) >= ENOUGH else before
    days = _by(here.time(), sorted(chosen, reverse=True))
    enough = len(chosen) >= ENOUGH
    return Usual(
        rising=tuple(median(sum(hours[: at + 1]) for hours in chosen.values()) for at in range(HOURS_A_DAY))
        if enough
        else (),
        today=tuple(sum((today or [0] * HOURS_A_DAY)[: at + 1]) for at in range(here.hour + 1)),
        by_now=round(median(count for _day, count in days)) if enough else None,
        days=days,
        is_same_weekday=chosen is same,
    )


def _before(today: date) -> dict[date, Hourly]:
    """The days of the last weeks on which the town was there already, quiet ones too."""
    return remembered(f"usual:{today.isoformat()}", lambda: _lived(today), seconds=REMEMBER_SECONDS)


def _lived(today: date) -> dict[date, Hourly]:
    first = today - timedelta(weeks=WEEKS)
    found = _hourly(first, today)
    eldest = ServiceRequest.objects.standing().order_by("posted_at").values_list("posted_at", flat=True).first()
    begun = timezone.localtime(eldest).date() if eldest else today
    # The day on which it all began was no whole day.
    days = (first + timedelta(days=at) for at in range((today - first).days))
    return {day: found.get(day, [0] * HOURS_A_DAY) for day in days if day > begun}


def _hourly(first: date, end: date) -> dict[date, Hourly]:
    posted = ServiceRequest.objects.standing().posted_between(midnight(first), midnight(end))
    rows = posted.annotate(day=TruncDate("posted_at"), hour=ExtractHour("posted_at")).order_by()
    days: dict[date, Hourly] = {}
    for day, hour, count in rows.values_list("day", "hour").annotate(count=Count("id")):
        days.setdefault(day, [0] * HOURS_A_DAY)[hour] = count
    return days


def _by(clock: time, days: Sequence[date]) -> tuple[tuple[date, int], ...]:
    """How many had come on each of the days by that time of day."""
    parts = [Q(posted_at__gte=part.start, posted_at__lt=part.end) for part in (Period.by(day, clock) for day in days)]
    posted = ServiceRequest.objects.standing().filter(reduce(or_, parts)) if parts else ServiceRequest.objects.none()
    rows = posted.annotate(day=TruncDate("posted_at")).order_by().values_list("day").annotate(count=Count("id"))
    counts = dict(rows)
    return tuple((day, counts.get(day, 0)) for day in days)
