"""How likely two requests are the same thing, from what is known of both; pure: no queries.

Signals of the evidence, each with its details: `words` (those in common, as the later one writes them), `topic` (the
topic of both), `street` (the place both name), `number` (the house number both give), `metres` (between them),
`hours` (between them), `author` (the same person), `language` (that of the earlier one, where it is another).
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from requests_app.distances import metres as metres_between
from requests_app.likeness import LITTLE
from requests_app.triage.seen import Evidence
from requests_app.triage.words import folded, look, stems

# Suggested at the desk from this likelihood on.
SUGGESTED_FROM: Final = 0.5
# Joined without a person from this one on, where the town lets it, once 99 of 100 are right there. None: never; so
# few score so high that nobody can say it of any (docs/triage.md, "The same thing").
JOINS_FROM: Final[float | None] = None

_BASE = -4.0
_NEAR: Final = ((30, 2.6), (80, 2.1), (150, 1.2), (250, -1.0))
_FAR, _CORNER, _NOWHERE = -3.5, 0.8, -1.6
_SAME_STREET, _ANOTHER_NUMBER, _ANOTHER_STREET = 1.2, -2.5, -2.5
_SOON: Final = ((3, 1.2), (24, 0.8), (72, 0.0), (168, -1.0), (336, -1.8))
# A text of one word has it in common with half the town; and so many words are shown.
_FEW, _SHOWN = 3, 4
_WORD = re.compile(r"[^\W_]+")
# A long text that is told again almost word for word needs no topic to be the same.
_COPIED, _COPY, _SAID_TWICE = 7, 0.75, 3.0


@dataclass(frozen=True, slots=True)
class Told:
    """What is compared of one request."""

    number: int
    text: str
    language: str
    network: str
    author: int
    posted_at: datetime
    service: str | None
    topic: str | None
    queue: str
    address: str
    point: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Likeness:
    """`score`: from 0 to 1."""

    score: float
    evidence: tuple[Evidence, ...]


def likeness(one: Told, other: Told) -> Likeness:
    """`one` came later than `other`."""
    found = [_topic(one, other), _place(one, other), _words(one, other), _time(one, other), _author(one, other)]
    score = 1 / (1 + math.exp(-_BASE - sum(weight for weight, _evidence in found)))
    evidence = [piece for _weight, pieces in found for piece in pieces]
    if one.language != other.language:
        evidence.append(Evidence("language", (other.language,)))
    return Likeness(score, tuple(evidence))


_Weighed = tuple[float, tuple[Evidence, ...]]


def _topic(one: Told, other: Told) -> _Weighed:
    mine, theirs = one.topic or one.service, other.topic or other.service
    if not mine or not theirs:
        return (0.0, ())
    if mine == theirs:
        return 1.6, (Evidence("topic", (mine,)),)
    # A hole in the pavement is told as one in the road; what another team does is another matter.
    return (-1.0 if one.queue == other.queue else -2.5), ()


def _place(one: Told, other: Told) -> _Weighed:
    named, evidence = _named(one, other)
    if one.point is None or other.point is None:
        # Where nobody knows whether it is the same place, the rest must say it.
        return (named, evidence) if named else _said_of_place(one, other)
    metres = metres_between(one.point, other.point)
    near = next((value for within, value in _NEAR if metres <= within), _FAR)
    if named and (named < 0 or metres < 1):
        # Exactly one spot is where the plan has a street's name, and two streets that meet are near each other: what
        # people called the place says more.
        near = min(near, _CORNER)
    return named + near, (*evidence, Evidence("metres", (str(round(metres)),)))


def _named(one: Told, other: Told) -> _Weighed:
    """What both call the place."""
    street, number = _address(one.address)
    there, their_number = _address(other.address)
    if not street or not there:
        return 0.0, ()
    if not street & there:
        return _ANOTHER_STREET, ()
    evidence = (Evidence("street", (other.address,)),)
    if number and their_number:
        return (_SAME_STREET + 1.0 if number == their_number else _ANOTHER_NUMBER), evidence
    return _SAME_STREET, evidence


def _said_of_place(one: Told, other: Told) -> _Weighed:
    """One text says where it is so that the plan knows it, the other calls it by the same word."""
    for known, unknown in ((one, other), (other, one)):
        street, _number = _address(known.address)
        if street and not unknown.address and street <= frozenset(look(unknown.text).words):
            return _SAME_STREET, (Evidence("street", (known.address,)),)
    return _NOWHERE, ()


def _words(one: Told, other: Told) -> _Weighed:
    mine, theirs = _said(one.text), _said(other.text)
    places = {stems(word)[0] for word in look(f"{one.address} {other.address}").words}
    shared = [stem for stem in mine if stem in theirs and stem not in places]
    least = max(min(len(mine), len(theirs)), _FEW)
    weight = 2.5 * len(shared) / least + 0.45 * min(len(shared), 4)
    if len(shared) >= _COPIED and len(shared) >= _COPY * max(len(mine), len(theirs)):
        weight += _SAID_TWICE
    words = _as_written([mine[stem] for stem in shared[:_SHOWN]], text=one.text)
    return (weight, (Evidence("words", words),) if words else ())


def _as_written(words: Sequence[str], *, text: str) -> tuple[str, ...]:
    """With their accents, which people read and no comparison does."""
    spelt = {folded(word): word.lower() for word in _WORD.findall(text)} if words else {}
    return tuple(spelt.get(word, word) for word in words)


def _time(one: Told, other: Told) -> _Weighed:
    hours = abs((one.posted_at - other.posted_at).total_seconds()) / 3600
    weight = next((value for within, value in _SOON if hours <= within), -2.8)
    return weight, (Evidence("hours", (str(round(hours)),)),)


def _author(one: Told, other: Told) -> _Weighed:
    return (0.4, (Evidence("author"),)) if one.author == other.author else (0.0, ())


@lru_cache(maxsize=4096)
def _said(text: str) -> dict[str, str]:
    """Its words by their stems, as they are written; words that every sentence has are left out."""
    return {stems(word)[0]: word for word in look(text).words if word not in LITTLE and len(word) > 2}


@lru_cache(maxsize=4096)
def _address(address: str) -> tuple[frozenset[str], str]:
    words = look(address).words
    number = next((word for word in words if word[0].isdigit()), "")
    return frozenset(word for word in words if word not in LITTLE and len(word) > 2 and not word[0].isdigit()), number
