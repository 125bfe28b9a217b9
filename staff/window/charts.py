"""Turns numbers into SVG geometry: pure functions whose results are attributes, the same in every language."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

# Everything is in percent of the drawing, so that bars stretch with the page and words keep their size.
WHOLE = 100.0
# A bar fills this much of its place, and no more than this much of the drawing when there are few.
FILL, WIDEST = 0.72, 6.0
# More words than this would touch on a phone.
MOST_LABELS = 5
STEPS = (2, 4, 6, 8, 10, 12, 16)


@dataclass(frozen=True, slots=True)
class Bar:
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A level of the scale: its line's height and its number."""

    y: str
    value: int


@dataclass(frozen=True, slots=True)
class Label:
    """A word below the bars, around `x`."""

    x: str
    text: str


@dataclass(frozen=True, slots=True)
class Columns:
    """One column a point: the whole, and the part of it in front."""

    whole: tuple[Bar, ...]
    part: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """A line on the usual one, as the points of two polylines on a drawing of 100 by 100; `last` is where the line ends."""

    usual: str
    now: str
    last: str
    ticks: tuple[Tick, ...]
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """One piece of a bar that is divided among `value`s."""

    name: str
    value: int
    x: str
    width: str


def columns(points: Sequence[tuple[int, int]], *, names: Sequence[str]) -> Columns:
    """Of `(whole, part)` points, with a name each; an empty or idle stretch has its scale all the same."""
    top = ceiling(max((whole for whole, _part in points), default=0))
    return Columns(
        whole=tuple(_column(at, whole, count=len(points), top=top) for at, (whole, _part) in enumerate(points)),
        part=tuple(_column(at, part, count=len(points), top=top) for at, (_whole, part) in enumerate(points)),
        ticks=_ticks(top),
        labels=_labels(names),
    )


def lines(
    now: Sequence[tuple[float, float]], usual: Sequence[tuple[float, float]], *, names: Sequence[tuple[float, str]]
) -> Lines:
    """Of `(how far along in 0 to 1, value)` points; names stand below at their place along."""
    top = ceiling(math.ceil(max((value for _at, value in (*now, *usual)), default=0)))
    drawn = _points(now, top=top)
    return Lines(
        usual=_points(usual, top=top),
        now=drawn,
        last=drawn.rpartition(" ")[2],
        ticks=_ticks(top),
        labels=tuple(Label(_percent(WHOLE * at), name) for at, name in names),
    )


def spark(values: Sequence[int]) -> str:
    """A small line without a scale, from 0 to its highest, as the points of a polyline on a drawing of 100 by 100."""
    steps = max(len(values) - 1, 1)
    return _points([(at / steps, value) for at, value in enumerate(values)], top=max(*values, 1))


def shares(values: Sequence[tuple[str, int]]) -> list[Share]:
    """A bar divided among named values, end to end; nothing when there is nothing to divide."""
    total = sum(value for _name, value in values)
    divided, x = [], 0.0
    for name, value in values:
        if value:
            width = WHOLE * value / total
            divided.append(Share(name, value, _percent(x), _percent(width)))
            x += width
    return divided


def lengths(values: Sequence[int]) -> list[str]:
    """How long each bar is beside the longest one."""
    longest = max(values, default=0)
    return [_percent(WHOLE * value / longest) if longest else _percent(0) for value in values]


def ceiling(highest: int) -> int:
    """A round, even number that holds `highest`, so that half of it is a whole number too."""
    power = 1
    while highest > STEPS[-1] * power:
        power *= 10
    return next(step * power for step in STEPS if step * power >= highest)


def _ticks(top: int) -> tuple[Tick, ...]:
    return tuple(Tick(_percent(WHOLE - WHOLE * value / top), value) for value in (top, top // 2, 0))


def _points(points: Sequence[tuple[float, float]], *, top: int) -> str:
    return " ".join(f"{WHOLE * at:.1f},{WHOLE - WHOLE * value / top:.1f}" for at, value in points)


def _column(at: int, value: int, *, count: int, top: int) -> Bar:
    place = WHOLE / count
    width = min(place * FILL, WIDEST)
    height = WHOLE * value / top
    return Bar(_percent(place * (at + 0.5) - width / 2), _percent(WHOLE - height), _percent(width), _percent(height))


def _labels(names: Sequence[str]) -> tuple[Label, ...]:
    every = -(-len(names) // MOST_LABELS) or 1
    return tuple(Label(_percent(WHOLE * (at + 0.5) / len(names)), names[at]) for at in range(0, len(names), every))


def _percent(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") + "%"
