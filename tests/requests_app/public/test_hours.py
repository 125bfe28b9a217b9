"""Opening hours in the reader's words."""

from collections.abc import Iterator
from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from requests_app.opening_hours import Week
from requests_app.public import hours

MADRID = ZoneInfo("Europe/Madrid")
OFFICE = Week.of([(day, time(8), time(15)) for day in range(5)])
SHOP = Week.of([*((day, time(9), time(13)) for day in range(6)), *((day, time(17), time(20)) for day in range(5))])
DAILY = Week.of([(day, time(7), time(21)) for day in range(7)])
ALWAYS = Week.of([])


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def at(day: int, clock: str) -> datetime:
    """In the week of Monday 2 November 2026."""
    return datetime.combine(datetime(2026, 11, 1 + day), time.fromisoformat(clock), MADRID)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("week", "lines"),
    [
        (OFFICE, ["Mon–Fri 08:00–15:00"]),
        (SHOP, ["Mon–Fri 09:00–13:00, 17:00–20:00", "Sat 09:00–13:00"]),
        (DAILY, ["Every day 07:00–21:00"]),
        (Week.of([(1, time(8), time(9)), (3, time(8), time(9))]), ["Tue 08:00–09:00", "Thu 08:00–09:00"]),
        (ALWAYS, ["Day and night"]),
    ],
)
def test_days_that_are_alike_stand_together(week: Week, lines: list[str]) -> None:
    assert hours.lines(week) == lines


@pytest.mark.parametrize(
    ("week", "now", "words"),
    [
        (OFFICE, at(1, "08:00"), "Open now, until 15:00"),
        (OFFICE, at(1, "15:00"), "Opens tomorrow at 08:00"),
        (OFFICE, at(1, "06:10"), "Opens today at 08:00"),
        (OFFICE, at(5, "15:00"), "Opens on Monday at 08:00"),
        (SHOP, at(2, "14:00"), "Opens today at 17:00"),
        (ALWAYS, at(2, "03:00"), "Open day and night"),
        (Week.of([(0, time(8), time(9))]), at(1, "10:00"), "Closed"),
    ],
)
def test_a_team_says_whether_it_is_there(week: Week, now: datetime, words: str) -> None:
    assert hours.now_words(week, now=now) == words


def test_weekdays_are_the_readers() -> None:
    with translation.override("es"):
        assert hours.lines(OFFICE) == ["Lun–vie 08:00–15:00"]
