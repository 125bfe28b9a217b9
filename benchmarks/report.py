"""What a measurement says: progress while it works, then a table and benchmarks/results.json."""

import json
import math
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).with_name("results.json")


@dataclass(frozen=True)
class Figure:
    """One number under its key (`intake.posts_per_second`), with what it is held against."""

    key: str
    value: float
    unit: str = ""
    # What the same run measured beside it, or what we want of it: "at least 1000", "raw INSERT 6,200".
    beside: str = ""
    met: bool | None = None


def say(text: str) -> None:
    print(text, flush=True)


@contextmanager
def step(text: str) -> Iterator[None]:
    """Announce a step, then how long it took."""
    print(f"  {text} ...", end="", flush=True)
    began = time.monotonic()
    yield
    print(f" {time.monotonic() - began:.1f} s", flush=True)


def percentile(ordered: Sequence[float], percent: int) -> float:
    """The smallest value that so many percent do not exceed."""
    return ordered[max(math.ceil(len(ordered) * percent / 100) - 1, 0)]


def table(figures: list[Figure]) -> str:
    """Figures in columns, with a mark where a target was set."""
    rows = [
        (f.key, f"{f.value:,.4g}" if f.value < 1000 else f"{f.value:,.0f}", f.unit, _mark(f.met), f.beside)
        for f in figures
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join(
        f"  {key:<{widths[0]}}  {value:>{widths[1]}} {unit:<{widths[2]}}  {mark:<{widths[3]}}  {beside}".rstrip()
        for key, value, unit, mark, beside in rows
    )


def _mark(met: bool | None) -> str:
    return {None: "", True: "reached", False: "MISSED"}[met]


def write(figures: list[Figure], *, facts: dict[str, Any]) -> None:
    """Nested by the dots of the keys; what stands beside each figure is kept under `beside`."""
    results: dict[str, Any] = {"run": facts, "beside": {f.key: f.beside for f in figures if f.beside}}
    for figure in figures:
        *path, last = figure.key.split(".")
        place = results
        for name in path:
            place = place.setdefault(name, {})
        place[last] = round(figure.value, 4)
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


def as_lines(figures: list[Figure]) -> str:
    """For another process to read."""
    return json.dumps([asdict(figure) for figure in figures])
