"""Stretches of the town's calendar that figures are told for."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from django.utils import timezone

# How many days back each named period begins, today included.
NAMES = {"today": 1, "7d": 7, "30d": 30, "365d": 365}
BETWEEN = "between"
LONGEST = timedelta(days=3660)
# Up to which length a period is drawn in which step.
STEPS = (("hour", timedelta(days=2)), ("day", timedelta(days=93)), ("week", timedelta(days=1100)), ("month", LONGEST))


class BadPeriod(ValueError):
    """There is no such period."""


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` up to, not including, `end`; both are midnights of the town."""

    name: str
    start: datetime
    end: datetime

    @classmethod
    def named(cls, name: str, now: datetime | None = None) -> "Period":
        """`today`, `7d`, `30d` or `365d`: whole days up to tonight. Raises BadPeriod."""
        if name not in NAMES:
            raise BadPeriod(name)
        today = timezone.localtime(now).date()
        return cls(name, midnight(today - timedelta(days=NAMES[name] - 1)), midnight(today + timedelta(days=1)))

    @classmethod
    def between(cls, from_date: date, to_date: date) -> "Period":
        """Both days included. Raises BadPeriod when they are the wrong way round or more than ten years apart."""
        if not timedelta() <= to_date - from_date < LONGEST or to_date == date.max or from_date == date.min:
            raise BadPeriod(f"{from_date} – {to_date}")
        return cls(BETWEEN, midnight(from_date), midnight(to_date + timedelta(days=1)))

    @classmethod
    def by(cls, day: date, clock: time) -> "Period":
        """The part of a day that ends with that minute, as its clock shows it."""
        end = datetime.combine(day, clock.replace(second=0, microsecond=0), timezone.get_default_timezone())
        return cls(BETWEEN, midnight(day), end + timedelta(minutes=1))

    @property
    def first_day(self) -> date:
        return timezone.localtime(self.start).date()

    @property
    def last_day(self) -> date:
        return timezone.localtime(self.last_moment).date()

    @property
    def last_moment(self) -> datetime:
        return self.end - timedelta(microseconds=1)

    @property
    def step(self) -> str:
        """`hour`, `day`, `week` or `month`: what one point of its trend stands for."""
        return next(step for step, longest in STEPS if self.end - self.start <= longest + timedelta(hours=1))

    def stretches(self, now: datetime) -> list[tuple[datetime, datetime]]:
        """Its steps, end to end: the first begins at `start`, the last that has begun reaches to `end`."""
        starts, at = [self.start], _next(self.start, self.step)
        while at < self.end and at <= now:
            starts.append(at)
            at = _next(at, self.step)
        return list(pairwise([*starts, self.end]))


def midnight(day: date) -> datetime:
    """When `day` begins in the town."""
    return datetime.combine(day, time.min, timezone.get_default_timezone())


def _next(start: datetime, step: str) -> datetime:
    if step == "hour":
        # Across the change to summer time an hour is an hour, so not by the wall clock.
        return timezone.localtime(start.astimezone(UTC) + timedelta(hours=1))
    day = timezone.localtime(start).date()
    if step == "month":
        return midnight((day.replace(day=1) + timedelta(days=32)).replace(day=1))
    return midnight(day + (timedelta(days=1) if step == "day" else timedelta(days=7 - day.weekday())))
