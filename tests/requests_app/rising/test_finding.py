"""What counts as many people, one place, an hour; no database."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from requests_app.rising.finding import Report, Scale, chance, clusters

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
OLMO, FAR = (37.2200, -3.6500), (37.2300, -3.6400)


class Quiet:
    """A town where each service is heard of so often a week, and every hour is alike."""

    def __init__(self, a_week: float | None = 0.2) -> None:
        self.often = a_week

    def a_week(self, told: Sequence[Report], *, topic: str, word: str, scale: Scale) -> float | None:
        return self.often

    def of_hour(self, at: datetime) -> float:
        return 1.0


def report(person: str, *, ago: int = 10, **facts: Any) -> Report:
    told: dict[str, Any] = {"topic": "street-light", "point": OLMO, "request": abs(hash(person)) % 10_000} | facts
    return Report(at=NOW - timedelta(minutes=ago), person=person, **told)


def found(*reports: Report, a_week: float | None = 0.2) -> list[tuple[int, Scale]]:
    return [(one.people, one.scale) for one in clusters(reports, usual=Quiet(a_week), now=NOW)]


def test_many_people_at_one_corner_within_the_hour() -> None:
    assert found(*(report(name, ago=at * 10) for at, name in enumerate("abcd"))) == [(4, Scale.NEAR)]


def test_one_shouting_person_is_one() -> None:
    assert found(*(report("a", ago=at, request=at) for at in range(8))) == []


def test_people_of_one_request_are_counted_each() -> None:
    (one,) = clusters([report(name, request=7) for name in "abcde"], usual=Quiet(), now=NOW)
    assert (one.people, one.requests) == (5, (7,))


def test_far_apart_is_not_one_place() -> None:
    away = [(37.20 + at / 100, -3.65) for at in range(4)]
    assert found(*(report(str(at), point=point) for at, point in enumerate(away))) == []


def test_a_street_is_one_place_where_nobody_gave_a_point() -> None:
    assert found(*(report(name, point=None, street="Calle Larga") for name in "abcd")) == [(4, Scale.NEAR)]


def test_a_power_cut_has_no_place() -> None:
    assert found(*(report(name, point=None) for name in "abcdef")) == [(6, Scale.TOWN)]


def test_a_power_cut_with_a_few_places_is_all_over_town() -> None:
    placed = [report(name, point=OLMO) for name in "abc"]
    assert found(*placed, *(report(name, point=None) for name in "defg")) == [(7, Scale.TOWN)]


def test_a_part_of_town() -> None:
    scattered = [(37.20 + at / 100, -3.65) for at in range(5)]
    told = [report(str(at), point=point, area="vega") for at, point in enumerate(scattered)]
    assert found(*told) == [(5, Scale.AREA)]


def test_a_slow_day_is_no_cluster() -> None:
    assert found(*(report(name, ago=at * 55) for at, name in enumerate("abcd"))) == []


def test_it_grows_beyond_the_hour() -> None:
    early = [report(name, ago=110 + at) for at, name in enumerate("abcd")]
    assert found(*early, report("e", ago=5)) == [(5, Scale.NEAR)]


def test_it_is_news_until_nobody_writes_any_more() -> None:
    assert found(*(report(name, ago=125) for name in "abcdef")) == []


def test_what_is_usual_there_is_no_news() -> None:
    told = [report(name) for name in "abcd"]
    assert found(*told, a_week=60) == []
    assert found(*told, a_week=0.1) == [(4, Scale.NEAR)]


def test_a_young_town_needs_more_people() -> None:
    told = [report(name) for name in "abcde"]
    assert found(*told[:4], a_week=None) == []
    assert found(*told, a_week=None) == [(5, Scale.NEAR)]


def test_several_topics_with_the_same_word() -> None:
    topics = ("street-light", "cables", "", "repairs", "", "cables")
    told = [
        report(str(at), topic=topic, point=None, words=frozenset({"apagon", f"w{at}"}))
        for at, topic in enumerate(topics)
    ]
    (one,) = clusters(told, usual=Quiet(), now=NOW)
    assert (one.topic, one.word, one.people, one.scale) == ("", "apagon", 6, Scale.TOWN)


def test_two_things_at_once() -> None:
    lamps = [report(name) for name in "abcd"]
    trees = [report(name, topic="trees", point=FAR) for name in "efghi"]
    assert found(*lamps, *trees) == [(5, Scale.NEAR), (4, Scale.NEAR)]


def test_chance_is_the_tail_of_a_poisson() -> None:
    assert abs(chance(1, expected=1.0) - 0.63212) < 1e-4
    assert abs(chance(3, expected=0.5) - 0.014388) < 1e-5
    assert chance(0, expected=3) == 1
