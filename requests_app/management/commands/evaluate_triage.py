"""Measures triage on labelled posts: one JSON object."""

import csv
import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from requests_app.management.measuring import alameda_desk
from requests_app.models import Kind
from requests_app.triage.deciding import Desk
from requests_app.triage.evaluating import Labelled, evaluate

_YES, _NO = ("1", "true", "yes"), ("0", "false", "no")


class Command(BaseCommand):
    help = (
        "Reads labelled posts as if they had come in and prints how right triage is, as one JSON object. FILE: "
        "tab-separated with a header: text, and any of kind, queue, urgent, lang."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the labelled posts")
        parser.add_argument(
            "--town", action="store_true", help="with this town's services, rules and model, not as Plaza ships"
        )
        parser.add_argument("--lang", help="only rows of this language")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = [row for row in _rows(options["file"]) if options["lang"] in (None, row.language)]
        if not rows:
            raise CommandError("No post to measure on.")
        figures = evaluate(rows, desk=Desk.today() if options["town"] else alameda_desk())
        self.stdout.write(json.dumps(figures, ensure_ascii=False, indent=2))


def _rows(path: Path) -> Iterator[Labelled]:
    """Raises CommandError, in plain words, for what is no such file."""
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            table = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            if "text" not in (table.fieldnames or ()):
                raise CommandError(f"{path} has no column called text.")
            for number, row in enumerate(table, start=2):
                yield _labelled(row, where=f"{path}, line {number}")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} cannot be read: {error}") from error


def _labelled(row: dict[str, str | None], *, where: str) -> Labelled:
    kind, urgent = row.get("kind") or None, (row.get("urgent") or "").lower()
    if kind is not None and kind not in Kind:
        raise CommandError(f"{where}: {kind} is no kind; the kinds are {', '.join(Kind.values)}.")
    if urgent not in ("", *_YES, *_NO):
        raise CommandError(f"{where}: urgent is 1 or 0, not {urgent}.")
    return Labelled(
        text=row["text"] or "",
        kind=kind,
        queue=row.get("queue") or None,
        urgent=urgent in _YES if urgent else None,
        language=row.get("lang") or None,
    )
