"""A team's week: stretches, weekends, nights, and the hour that summer time takes away."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from requests_app.opening_hours import Week

MADRID = ZoneInfo("Europe/Madrid")
OFFICE = Week.of([(day, time(8), time(15)) for day in range(5)] + [(3, time(17), time(19))])
NIGHT = Week.of([(6, time(1), time(5))])


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MADRID)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-11-16 09:00", "2026-11-16 11:30", 2.5),
        ("2026-11-16 06:00", "2026-11-16 23:00", 7),
        ("2026-11-19 14:00", "2026-11-19 18:00", 2),  # Thursday, over the siesta
        ("2026-11-20 14:00", "2026-11-23 09:00", 2),  # over the weekend
        ("2026-11-21 10:00", "2026-11-22 10:00", 0),
        ("2026-11-16 11:00", "2026-11-16 09:00", 0),
    ],
)
def test_open_between(start: str, end: str, hours: float) -> None:
    assert OFFICE.open_between(at(start), at(end)) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-11-16 09:00", 2, "2026-11-16 11:00"),
        ("2026-11-16 06:30", 2, "2026-11-16 10:00"),
        ("2026-11-19 14:00", 2, "2026-11-19 18:00"),
        ("2026-11-20 14:30", 1, "2026-11-23 08:30"),
        ("2026-11-20 14:30", 0, "2026-11-20 14:30"),
    ],
)
def test_add(start: str, hours: float, due: str) -> None:
    assert OFFICE.add(at(start), timedelta(hours=hours)) == at(due)


def test_no_hours_means_always_open() -> None:
    always = Week.of([])
    assert always.open_between(at("2026-11-21 10:00"), at("2026-11-22 10:00")) == timedelta(days=1)
    assert always.add(at("2026-11-21 10:00"), timedelta(hours=1)) == at("2026-11-21 11:00")


def test_the_hour_that_summer_time_takes_away() -> None:
    assert NIGHT.open_between(at("2026-03-29 00:00"), at("2026-03-29 12:00")) == timedelta(hours=3)
    assert NIGHT.open_between(at("2026-10-25 00:00"), at("2026-10-25 12:00")) == timedelta(hours=5)


def test_a_target_longer_than_any_horizon_still_ends() -> None:
    once_a_week = Week.of([(0, time(9), time(9, 1))])
    assert once_a_week.add(at("2026-11-16 08:00"), timedelta(days=30)) == at("2026-11-16 08:00") + timedelta(days=30)
