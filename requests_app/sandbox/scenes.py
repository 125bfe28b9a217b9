"""Something happens to many at once, written in scenes.json: several residents say so within a moment."""

from __future__ import annotations

import json
from pathlib import Path

from .drafts import Draft
from .ids import now_ms
from .records import Post
from .residents import DAY
from .store import Store

SCENES = Path(__file__).with_name("scenes.json")
# Between two voices; in the past, so that all of them have spoken when somebody looks.
APART_MS = 90_000


class NoScene(ValueError):
    """No such scene is written."""


def play(name: str, *, store: Store) -> list[Post]:
    """Each says it once a time it is played, the last one now."""
    scenes = json.loads(SCENES.read_text(encoding="utf-8"))
    if name not in scenes:
        raise NoScene(f"the scenes are {', '.join(sorted(scenes))}, not {name!r}")
    cast, lines = json.loads(DAY.read_text(encoding="utf-8"))["cast"], scenes[name]
    begins = now_ms() - APART_MS * (len(lines) - 1)
    with store.lock:
        return store.add_all(
            Draft(
                author=store.resident(line["by"], name=cast[line["by"]]).id,
                words=line["text"],
                lang=line["lang"],
                ms=begins + APART_MS * place,
            )
            for place, line in enumerate(lines)
        )
