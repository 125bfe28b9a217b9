"""How fast the residents' day goes by."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

# Seconds from one post to the next, given how many came before and the hours written in the day.
Pace = Callable[[int, str, str], float]

FIRST_S = 1.0
# A newcomer looks for a minute or two: lively at first, then like a quiet afternoon.
DEMO = ((12, (5.0, 4.0, 6.0)), (30, (12.0,)), (50, (25.0,)), (10_000, (45.0,)))


class BadPace(ValueError):
    """The pace cannot be read."""


def read(written: str) -> Pace:
    """`demo`; `5s` (seconds between posts); `60` (times faster than life)."""
    if written == "demo":
        return _demo
    is_fixed = written.endswith("s")
    try:
        number = float(written.removesuffix("s"))
    except ValueError:
        number = 0.0
    if not 0 < number < 1e6:
        raise BadPace(f"the pace is demo, seconds between posts (5s) or a multiple of real time (60), not {written!r}")
    return _fixed(number) if is_fixed else _faster(number)


def _demo(played: int, before: str, after: str) -> float:
    gaps = next(gaps for limit, gaps in DEMO if played < limit)
    return gaps[played % len(gaps)]


def _fixed(seconds: float) -> Pace:
    return lambda played, before, after: seconds


def _faster(times: float) -> Pace:
    return lambda played, before, after: max((_minutes(after) - _minutes(before)) * 60 / times, 0.0)


def _minutes(hour: str) -> int:
    moment = datetime.strptime(hour, "%H:%M")  # noqa: DTZ007 - an hour of the invented day, of no zone
    return moment.hour * 60 + moment.minute
