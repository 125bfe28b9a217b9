"""How a period went, hour by hour, day by day or week by week."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from requests_app.response_times.periods import Period
from requests_app.response_times.waits import (
    CALENDAR,
    CLOCKS,
    HOURS,
    NO_WAIT,
    Wait,
    cohort,
    counts_sql,
    measure,
    percentiles_sql,
)


@dataclass(frozen=True, slots=True)
class Point:
    """Of the requests posted from `start` to `end`: how many came, and how many of them are answered and resolved by now."""

    start: datetime
    end: datetime
    received: int = 0
    answered: int = 0
    resolved: int = 0
    answer: Wait = NO_WAIT
    answer_in_hours: Wait = NO_WAIT


def trend(
    period: Period, *, public_only: bool = False, clock: str | None = None, now: datetime | None = None
) -> list[Point]:
    """One point per `period.step`, empty ones too. With `clock` only that one's waits are measured."""
    stretches = period.stretches(now or timezone.now())
    clocks = (clock,) if clock else CLOCKS
    rows = measure(
        cohort(period, public_only=public_only),
        {"at": "key", **counts_sql(clocks[0]), **{f"answer_{one}": percentiles_sql(f"answer_{one}") for one in clocks}},
        group_by="key",
        clocks=clocks,
        key="width_bucket(posted_at, %s::timestamptz[])",
        params=([start for start, _end in stretches],),
    )
    found = {row["at"]: row for row in rows}
    return [_point(start, end, found.get(at)) for at, (start, end) in enumerate(stretches, start=1)]


def _point(start: datetime, end: datetime, row: dict[str, Any] | None) -> Point:
    if row is None:
        return Point(start, end)
    waits = {
        clock: Wait.of(row["answered"], row[f"answer_{clock}"]) if f"answer_{clock}" in row else NO_WAIT
        for clock in CLOCKS
    }
    return Point(
        start,
        end,
        received=row["received"],
        answered=row["answered"],
        resolved=row["resolved"],
        answer=waits[CALENDAR],
        answer_in_hours=waits[HOURS],
    )
