"""Arithmetic of a team's week: how much of a stretch of time it was open, and when a target falls due."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

# A queue that never opens within this many days counts as closed for good, so that no sum runs for ever.
HORIZON = 400


@dataclass(frozen=True, slots=True)
class Week:
    """The stretches `(opens, closes)` of each weekday in local time, Monday first; all empty means always open."""

    days: tuple[tuple[tuple[time, time], ...], ...]

    @classmethod
    def of(cls, rows: Iterable[tuple[int, time, time]]) -> "Week":
        """From `(weekday, opens, closes)` rows in any order."""
        days: list[list[tuple[time, time]]] = [[] for _ in range(7)]
        for weekday, opens, closes in rows:
            days[weekday].append((opens, closes))
        return cls(days=tuple(tuple(sorted(day)) for day in days))

    @property
    def always_open(self) -> bool:
        return not any(self.days)

    def open_between(self, start: datetime, end: datetime) -> timedelta:
        """How long the team was open from `start` to `end` (aware datetimes)."""
        if self.always_open:
            return max(end - start, timedelta())
        stretches = self._stretches(start, until=end)
        return sum((max(min(closes, end) - max(opens, start), timedelta()) for opens, closes in stretches), timedelta())

    def add(self, start: datetime, span: timedelta) -> datetime:
        """The moment when the team has been open for `span` since `start`."""
        if self.always_open:
            return start + span
        left = span
        for opens, closes in self._stretches(start):
            begins = max(opens, start)
            if closes - begins >= left:
                return begins + left
            left -= max(closes - begins, timedelta())
        return start + span

    def next_stretch(self, moment: datetime) -> tuple[datetime, datetime] | None:
        """From when to when the team is open now, or next; None for one that is always open or never."""
        return next((stretch for stretch in self._stretches(moment) if stretch[1] > moment), None)

    def _stretches(self, start: datetime, *, until: datetime | None = None) -> Iterator[tuple[datetime, datetime]]:
        zone = timezone.get_default_timezone()
        first: date = start.astimezone(zone).date()
        last = until.astimezone(zone).date() if until else first + timedelta(days=HORIZON)
        for offset in range((last - first).days + 1):
            day = first + timedelta(days=offset)
            for opens, closes in self.days[day.weekday()]:
                # In UTC, since Python subtracts the wall clocks of one zone and would miss a change to summer time.
                yield (
                    datetime.combine(day, opens, zone).astimezone(UTC),
                    datetime.combine(day, closes, zone).astimezone(UTC),
                )
