"""Measures what is taken for the same thing: one JSON object."""

import csv
import json
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from requests_app import gazetteer
from requests_app.distances import METRES_A_DEGREE
from requests_app.management.measuring import alameda_desk
from requests_app.models import Network, Post
from requests_app.triage.alike import SUGGESTED_FROM, Likeness, Told, likeness
from requests_app.triage.deciding import Desk, read

THRESHOLDS = (SUGGESTED_FROM, 0.6, 0.7, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99)
WORST = 20
NOW, HERE = datetime(2026, 11, 23, 12, tzinfo=UTC), (37.2200, -3.6000)
# The shares say more than they know beyond this.
DIGITS = 3


@dataclass(frozen=True, slots=True)
class Pair:
    """`half`: by which it may be told what was seen while the weights were set from what was not."""

    one: Told
    other: Told
    is_same: bool
    half: str

    @property
    def told(self) -> Likeness:
        return likeness(self.one, self.other)


class Command(BaseCommand):
    help = (
        "Reads pairs of posts as if they had come in and prints how right it is what is taken for the same thing, as "
        "one JSON object. FILE: tab-separated with a header: same (1 or 0), hours between them, one (the later), "
        "other; and metres, where both were sent with their place, and half."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the labelled pairs")
        parser.add_argument("--half", help="only rows of this half")

    def handle(self, *args: Any, **options: Any) -> None:
        pairs = [pair for pair in _pairs(options["file"]) if options["half"] in (None, pair.half)]
        if not pairs:
            raise CommandError("No pair to measure on.")
        scored = [(pair.told.score, pair) for pair in pairs]
        figures = {
            "n": len(pairs),
            "same": sum(pair.is_same for pair in pairs),
            "from": {str(least): _at(least, scored) for least in THRESHOLDS},
            "worst": _worst(scored),
        }
        self.stdout.write(json.dumps(figures, ensure_ascii=False, indent=2))


def _at(least: float, scored: Sequence[tuple[float, Pair]]) -> dict[str, float | int | None]:
    """Of those that score as much, how many are the same; and of the same, how many do."""
    taken = [pair for score, pair in scored if score >= least]
    right, every = sum(pair.is_same for pair in taken), sum(pair.is_same for _score, pair in scored)
    return {
        "taken": len(taken),
        "precision": round(right / len(taken), DIGITS) if taken else None,
        "recall": round(right / every, DIGITS) if every else None,
    }


def _worst(scored: Sequence[tuple[float, Pair]]) -> list[dict[str, Any]]:
    """Where the likelihood was farthest from the truth, with its evidence."""
    farthest = sorted(scored, key=lambda one: -abs(one[0] - one[1].is_same))[:WORST]
    return [
        {
            "same": pair.is_same, "score": round(score, DIGITS), "one": pair.one.text, "other": pair.other.text,
            "evidence": [[piece.signal, *piece.detail] for piece in pair.told.evidence],
        }
        for score, pair in farthest
        if (score >= SUGGESTED_FROM) != pair.is_same
    ]  # fmt: skip


def _pairs(path: Path) -> Iterator[Pair]:
    """Raises CommandError, in plain words, for what is no such file."""
    desk = alameda_desk()
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            table = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            if missing := {"same", "hours", "one", "other"} - set(table.fieldnames or ()):
                raise CommandError(f"{path} has no column called {', '.join(sorted(missing))}.")
            for row in table:
                yield _pair(row, desk=desk)
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise CommandError(f"{path} cannot be read: {error}") from error


def _pair(row: dict[str, str], *, desk: Desk) -> Pair:
    metres = float(row["metres"]) if row.get("metres") else None
    north = None if metres is None else (HERE[0] + metres / METRES_A_DEGREE, HERE[1])
    earlier = NOW - timedelta(hours=float(row["hours"]))
    return Pair(
        one=_told(row["one"], number=2, at=NOW, point=None if north is None else HERE, desk=desk),
        other=_told(row["other"], number=1, at=earlier, point=north, desk=desk),
        is_same=row["same"] == "1",
        half=row.get("half") or "",
    )


def _told(text: str, *, number: int, at: datetime, point: tuple[float, float] | None, desk: Desk) -> Told:
    """As its request would be opened; everybody is somebody else."""
    reading = read(Post(network=Network.X, text=text), desk=desk)
    latitude, longitude = point or (None, None)
    place = gazetteer.locate(text, address="", latitude=latitude, longitude=longitude)
    known = None if place.latitude is None or place.longitude is None else (place.latitude, place.longitude)
    service = reading.service.code if reading.service else None
    return Told(
        number=number, text=text, language=reading.language, network="x", author=number, posted_at=at, service=service,
        topic=service, queue=reading.queue.code, address=place.address, point=known,
    )  # fmt: skip
