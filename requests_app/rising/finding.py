"""Which reports are one thing happening now. Pure: reports and what is usual in, clusters out."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from requests_app.distances import metres

# People who see one thing write within an hour; it is news until nobody has written for two.
WINDOW, CALM = timedelta(hours=1), timedelta(hours=2)
# How far back reports are read: what grows slowly is one thing all the same.
LOOK_BACK = timedelta(hours=4)
# Two posts so near to each other, in metres, may be about the same thing.
NEAR = 250
# In a wider place there are more people than in the narrow one by so much, else the narrow one tells more.
WIDER = 1.5
# So seldom would chance bring so many at one place in an hour. See `benchmarks/rising.py` for how it was chosen.
CHANCE = 2e-5
# No reports are compared beyond these: whoever has so many sees it without a warning.
MOST = 600
# Where nobody knows yet what is usual, so many people more.
UNKNOWN = 2


class Scale(StrEnum):
    NEAR = "near"
    AREA = "area"
    TOWN = "town"


# The fewest different people, whatever is usual; more where only words bind them.
FEWEST = {Scale.NEAR: 3, Scale.AREA: 4, Scale.TOWN: 5}
MORE_BY_WORDS = 1


@dataclass(frozen=True, slots=True)
class Report:
    """One person's word on one request. `topic`: language-free; `words`: stems of what they wrote; `street` without a house number."""

    at: datetime
    person: str
    request: int
    topic: str = ""
    street: str = ""
    area: str = ""
    point: tuple[float, float] | None = None
    words: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Cluster:
    """`topic` or, where the reports are of several, the `word` they share. `moments`: of each person's first word.

    `usual`: how many a week are usual there; None while the town is too young to know.
    """

    topic: str
    word: str
    scale: Scale
    street: str
    area: str
    requests: tuple[int, ...]
    moments: tuple[datetime, ...]
    until: datetime
    usual: float | None

    @property
    def people(self) -> int:
        return len(self.moments)

    @property
    def since(self) -> datetime:
        return self.moments[0]

    @property
    def took(self) -> timedelta:
        return self.until - self.since


class Usual(Protocol):
    """What is usual in a week, and how the hour of `at` compares with the others; None: not known yet."""

    def a_week(self, told: Sequence[Report], *, topic: str, word: str, scale: Scale) -> float | None: ...

    def of_hour(self, at: datetime) -> float: ...


@dataclass(frozen=True, slots=True)
class _Group:
    scale: Scale
    members: tuple[Report, ...]
    # In the hour that had the most of them.
    peak: int
    peak_at: datetime


def clusters(reports: Iterable[Report], *, usual: Usual, now: datetime) -> list[Cluster]:
    """The largest first. By topic; then what is left by a word that several topics share."""
    told = sorted((one for one in reports if now - LOOK_BACK <= one.at <= now), key=lambda one: one.at)[-MOST:]
    found = []
    for topic in sorted({one.topic for one in told} - {""}):
        alike = [one for one in told if one.topic == topic]
        found += _of(alike, usual=usual, topic=topic, word="")
    bound = {number for one in found for number in one.requests}
    found += _by_words([one for one in told if one.request not in bound], usual=usual)
    return sorted((one for one in found if now - one.until <= CALM), key=lambda one: (-one.people, one.requests))


def _by_words(told: Sequence[Report], *, usual: Usual) -> list[Cluster]:
    """Words that many share, the most shared first; each report belongs to one of them."""
    found: list[Cluster] = []
    left = list(told)
    people = {word: {one.person for one in left if word in one.words} for one in left for word in one.words}
    fewest = FEWEST[Scale.NEAR] + MORE_BY_WORDS
    often = [word for word, who in people.items() if len(who) >= fewest]
    for word in sorted(often, key=lambda word: (-len(people[word]), word)):
        found += _of([one for one in left if word in one.words], usual=usual, topic="", word=word)
        bound = {number for one in found for number in one.requests}
        left = [one for one in left if one.request not in bound]
    return found


def _of(alike: Sequence[Report], *, usual: Usual, topic: str, word: str) -> list[Cluster]:
    """Of one topic, or with one word: the group that tells most, then what is left of them."""
    found, left = [], list(alike)
    while chosen := _telling(left, lambda group: _is_startling(group, usual=usual, topic=topic, word=word)):
        a_week = usual.a_week(chosen.members, topic=topic, word=word, scale=chosen.scale)
        found.append(_cluster(chosen, topic=topic, word=word, usual=a_week))
        numbers = {one.request for one in chosen.members}
        left = [one for one in left if one.request not in numbers]
    return found


def _telling(left: Sequence[Report], is_startling: Callable[[_Group], bool]) -> _Group | None:
    """The narrowest that startles; a wider one where it holds many people more."""
    chosen: _Group | None = None
    for scale in Scale:
        group = _busiest(left, scale=scale)
        if group is None or chosen and _people(group.members) < WIDER * _people(chosen.members):
            continue
        if is_startling(group):
            chosen = group
    return chosen


def _busiest(left: Sequence[Report], *, scale: Scale) -> _Group | None:
    """The place with the most people in one hour."""
    places = {tuple(one for one in left if _is_beside(one, centre, scale=scale)) for centre in left}
    if scale is Scale.TOWN:
        places = {tuple(left)} if left else set()
    groups = [_peak(members, scale=scale) for members in places if members]
    return max(groups, key=lambda one: (one.peak, -one.peak_at.timestamp(), len(one.members)), default=None)


def _is_beside(one: Report, centre: Report, *, scale: Scale) -> bool:
    if scale is Scale.AREA:
        return bool(centre.area) and one.area == centre.area
    if centre.street and one.street == centre.street:
        return True
    return one.point is not None and centre.point is not None and metres(one.point, centre.point) <= NEAR


def _peak(members: Sequence[Report], *, scale: Scale) -> _Group:
    """From the first hour that had the most people on, since before it there may have been something else."""
    most, begins = 0, 0
    for at, one in enumerate(members):
        hour = {other.person for other in members[at:] if other.at - one.at <= WINDOW}
        if len(hour) > most:
            most, begins = len(hour), at
    return _Group(scale, tuple(members[begins:]), most, members[begins].at)


def _is_startling(group: _Group, *, usual: Usual, topic: str, word: str) -> bool:
    fewest = FEWEST[group.scale] + (MORE_BY_WORDS if word else 0)
    if group.peak < fewest:
        return False
    a_week = usual.a_week(group.members, topic=topic, word=word, scale=group.scale)
    if a_week is None:
        return group.peak >= fewest + UNKNOWN
    expected = a_week / (7 * 24) * usual.of_hour(group.peak_at)
    return chance(group.peak, expected=expected) <= CHANCE


def chance(people: int, *, expected: float) -> float:
    """How likely so many or more come within an hour by chance, when so many are to be expected (Poisson)."""
    if not people or not expected:
        return 0.0 if people else 1.0
    total, at = 0.0, people
    term = math.exp(people * math.log(expected) - expected - math.lgamma(people + 1))
    while term > total * 1e-9:
        total += term
        at += 1
        term *= expected / at
    return min(total, 1.0)


def _cluster(group: _Group, *, topic: str, word: str, usual: float | None) -> Cluster:
    firsts: dict[str, datetime] = {}
    for one in group.members:
        firsts.setdefault(one.person, one.at)
    is_near = group.scale is Scale.NEAR
    return Cluster(
        topic=topic,
        word=word,
        scale=group.scale,
        street=_common(one.street for one in group.members) if is_near else "",
        area="" if group.scale is Scale.TOWN else _common(one.area for one in group.members),
        requests=tuple(sorted({one.request for one in group.members})),
        moments=tuple(sorted(firsts.values())),
        until=group.members[-1].at,
        usual=usual,
    )


def _common(names: Iterable[str]) -> str:
    named = Counter(name for name in names if name)
    return named.most_common(1)[0][0] if named else ""


def _people(members: Iterable[Report]) -> int:
    return len({one.person for one in members})
