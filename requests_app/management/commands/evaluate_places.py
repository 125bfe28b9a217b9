"""Measures which places are read in texts: one JSON object."""

import csv
import json
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from requests_app import gazetteer

Row = Mapping[str, str]


class Command(BaseCommand):
    help = (
        "Reads the place that each text names, by this town's plan, and prints how right that is as one JSON object. "
        "FILE: tab-separated with a header: text, address (as the plan names it, with the house number; empty for "
        "none), lang and half. Found in the wrong house counts against both precision and recall; the misses of the "
        "half that is called unseen are only counted."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the labelled texts")

    def handle(self, *args: Any, **options: Any) -> None:
        with options["file"].open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
        found = {
            f"{half} {lang or 'all'}": _figures(
                [row for row in rows if row["half"] == half and lang in ("", row["lang"])]
            )
            for half in sorted({row["half"] for row in rows})
            for lang in ("", *sorted({row["lang"] for row in rows}))
        }
        wrong = [
            {"text": row["text"], "wanted": row["address"], "found": _found(row)}
            for row in rows
            if row["half"] != "unseen" and _found(row) != row["address"]
        ]
        self.stdout.write(json.dumps({"n": len(rows), **found, "wrong": wrong}, ensure_ascii=False, indent=2))


def _found(row: Row) -> str:
    found = gazetteer.find(row["text"])
    return found.address if found else ""


def _figures(rows: Sequence[Row]) -> dict[str, float | int | None]:
    pairs = [(row["address"], _found(row)) for row in rows]
    named, said = sum(bool(wanted) for wanted, _ in pairs), sum(bool(found) for _, found in pairs)
    right = sum(wanted == found for wanted, found in pairs if found)
    return {
        "n": len(pairs),
        "named": named,
        "precision": round(right / said, 3) if said else None,
        "recall": round(right / named, 3) if named else None,
    }
