"""Replays a city's reports through the early warning, each neighbourhood as a town of its own.

`python -m benchmarks.rising FILE.csv` (columns `opened`, `type`, `channel`, `neighborhood`, `lat`, `lon`): how many warnings
come in a week, what they are, and how many of the clusters that are put in are found.
"""

import csv
import random
import sys
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from requests_app.distances import metres
from requests_app.rising.counted import DECIMALS, HOURS, Counted, Spot
from requests_app.rising.finding import LOOK_BACK, NEAR, Cluster, Report, Scale, clusters

WEEK = timedelta(weeks=1)
# A town looks every so often, once it knows what is usual.
STEP, LEARN = timedelta(minutes=10), timedelta(weeks=6)
# What colleagues write down is no resident's word.
RESIDENTS = {"Citizens Connect App", "Constituent Call", "Self Service", "Twitter"}
FEWEST_ROWS, PARTS = 500, 3
ONE_CALL = timedelta(minutes=10)
TRIALS = 50


@dataclass(frozen=True, slots=True)
class Past:
    """What a town knew at one moment."""

    counted: Counted

    def a_week(self, told: Sequence[Report], *, topic: str, word: str, scale: Scale) -> float | None:
        return self.counted.a_week(told, topic=topic, scale=scale)

    def of_hour(self, at: datetime) -> float:
        return self.counted.of_hour(at.hour)


def towns(path: Path) -> dict[str, list[Report]]:
    """By neighbourhood, each row one person, in parts of three by three."""
    found: dict[str, list[Report]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file)):
            if row["channel"] in RESIDENTS and row["neighborhood"]:
                point = (float(row["lat"]), float(row["lon"])) if row["lat"] else None
                told = Report(
                    datetime.fromisoformat(row["opened"]), str(number), number, topic=row["type"], point=point
                )
                found.setdefault(row["neighborhood"], []).append(told)
    return {name: _in_parts(sorted(rows, key=_at)) for name, rows in found.items() if len(rows) >= FEWEST_ROWS}


def by_caller(rows: Sequence[Report]) -> list[Report]:
    """The file names nobody: what is told of one topic and corner within minutes is taken for one caller's list."""
    found: list[Report] = []
    for one in rows:
        lately = (other for other in reversed(found[-FEWEST_ROWS:]) if one.at - other.at <= ONE_CALL)
        same = next((other for other in lately if other.topic == one.topic and _is_near(one, other)), None)
        found.append(replace(one, person=same.person) if same else one)
    return found


def _in_parts(rows: Sequence[Report]) -> list[Report]:
    points = [one.point for one in rows if one.point]
    edges = [sorted(point[axis] for point in points) for axis in (0, 1)]

    def part(point: tuple[float, float] | None) -> str:
        if point is None:
            return ""
        return "-".join(str(PARTS * bisect_left(edges[axis], point[axis]) // len(points)) for axis in (0, 1))

    return [replace(one, area=part(one.point)) for one in rows]


def knew(rows: Sequence[Report], at: datetime) -> Past:
    """From the eight weeks before."""
    begins = max(rows[0].at, at - 8 * WEEK)
    past = rows[bisect_left(rows, begins, key=_at) : bisect_left(rows, at, key=_at)]
    spots: Counter[Spot] = Counter()
    hours = [0] * HOURS
    for one in past:
        square = (round(one.point[0], DECIMALS), round(one.point[1], DECIMALS)) if one.point else (None, None)
        spots[one.topic, one.area, *square] += 1
        hours[one.at.hour] += 1
    return Past(Counted((at - begins) / WEEK, spots, hours))


def replayed(rows: Sequence[Report]) -> Iterator[Cluster]:
    """Each warning once, as it was when it was first given."""
    at, told = rows[0].at + LEARN, set[int]()
    usual = knew(rows, at)
    day = at.date()
    while at < rows[-1].at:
        if at.date() != day:
            usual, day = knew(rows, at), at.date()
        lately = rows[bisect_left(rows, at - LOOK_BACK, key=_at) : bisect_left(rows, at, key=_at)]
        for one in clusters(lately, usual=usual, now=at) if len(lately) > 2 else ():
            if told.isdisjoint(one.requests):
                yield one
            told.update(one.requests)
        at += STEP


def found_of(rows: Sequence[Report], *, people: int, placed: bool, dice: random.Random) -> float:
    """Which share of clusters of so many people in forty minutes is told, put at random hours and corners."""
    hits = 0
    span = rows[-1].at - rows[0].at - LEARN
    with_place = [one for one in rows if one.point]
    for trial in range(TRIALS):
        like = dice.choice(with_place)
        at = rows[0].at + LEARN + span * dice.random()
        wave = [
            replace(
                like,
                at=at - timedelta(minutes=40 * dice.random()),
                person=f"put{number}",
                request=-1 - trial * 100 - number,
                point=_beside(like, dice) if placed else None,
                area=like.area if placed else "",
            )
            for number in range(people)
        ]
        lately = rows[bisect_left(rows, at - LOOK_BACK, key=_at) : bisect_left(rows, at, key=_at)]
        told = clusters([*lately, *wave], usual=knew(rows, at), now=at)
        hits += any({one.request for one in wave} & set(cluster.requests) for cluster in told)
    return hits / TRIALS


def main() -> int:
    every = towns(Path(sys.argv[1]))
    _tell_warnings("Each row one person", every, examples=0)
    every = {name: by_caller(rows) for name, rows in every.items()}
    _tell_warnings("Rows of ten minutes and one corner one person", every, examples=30)
    dice = random.Random(7)  # noqa: S311 - for measuring
    for people in (3, 4, 5, 6):
        shares = [
            sum(found_of(rows, people=people, placed=placed, dice=dice) for rows in every.values()) / len(every)
            for placed in (True, False)
        ]
        print(f"{people} people in 40 minutes: {shares[0]:.0%} found at one corner, {shares[1]:.0%} without a place")
    return 0


def _tell_warnings(title: str, every: Mapping[str, Sequence[Report]], *, examples: int) -> None:
    found = [one for rows in every.values() for one in replayed(rows)]
    weeks = sum((rows[-1].at - rows[0].at - LEARN) / WEEK for rows in every.values())
    days = sum((rows[-1].at - rows[0].at).days for rows in every.values())
    a_day = sum(len(rows) for rows in every.values()) / days
    print(f"{title}: {len(every)} towns of {a_day:.1f} reports a day, {len(found) / weeks:.2f} warnings a week each")
    print(" ", Counter(f"{one.scale.value} {one.people}" for one in found).most_common())
    for one in sorted(found, key=lambda one: -one.people)[:examples]:
        many = f"{one.people} people in {one.took}, {one.scale.value}, usually {one.usual:.2f} a week"
        print(f"  {one.since:%d %b %H:%M} {many}: {one.topic}")


def _is_near(one: Report, other: Report) -> bool:
    return one.point is not None and other.point is not None and metres(one.point, other.point) <= NEAR


def _beside(like: Report, dice: random.Random) -> tuple[float, float] | None:
    """Within a hundred metres."""
    if like.point is None:
        return None
    return like.point[0] + dice.uniform(-0.0006, 0.0006), like.point[1] + dice.uniform(-0.0006, 0.0006)


def _at(one: Report) -> datetime:
    return one.at


if __name__ == "__main__":
    sys.exit(main())
