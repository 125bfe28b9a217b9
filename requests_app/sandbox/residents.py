"""The residents of Alameda live their day, written in day.json: they post, follow up and say thanks."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from . import drawings, photos
from .drafts import Draft
from .pace import FIRST_S, Pace
from .records import Post
from .store import Store

DAY = Path(__file__).with_name("day.json")
THANKS_AFTER_S = 6.0
# How people at the town hall say that the work is done.
DONE = re.compile(
    r"#(resuelto|hecho|done|fait)|\b(ya est[aá]|list[oa]s?|arreglad|resuelt|cambiad|tapad|retirad|recogid|repuest|reparad|limpi[ao]"
    r"|fixed|swept|repaired|replaced|cleared|all done|répar|remplac|nettoy|c'est fait)",
    re.IGNORECASE,
)
# A promise is not a repair.
PROMISED = re.compile(r"\b(estará|quedará|será|mañana|will be|tomorrow|sera|demain)\b", re.IGNORECASE)
Line = dict[str, Any]


class Residents(threading.Thread):
    """What was already said is read from the store, so that a restart goes on where it was."""

    def __init__(self, store: Store, *, pace: Pace, stopping: threading.Event) -> None:
        super().__init__(name="residents", daemon=True)
        self.store = store
        self.pace = pace
        self.stopping = stopping
        day = json.loads(DAY.read_text(encoding="utf-8"))
        self.cast: dict[str, str] = day["cast"]
        self.lines: list[Line] = day["posts"]
        self.grateful_at: dict[str, float] = {}

    def run(self) -> None:
        due = time.monotonic() + FIRST_S
        while not self.stopping.is_set():
            with self.store.changed:
                line = self._next()
                self._notice_answers()
                now = time.monotonic()
                if line and now >= due:
                    self._say(line)
                    due = now + self._gap(line)
                    continue
                if self._thank(now):
                    continue
                moments = [*self.grateful_at.values(), *([due] if line else [])]
                # Woken by every change; with the day over and nobody to thank, it sleeps.
                self.store.changed.wait(timeout=min(moments) - now if moments else None)

    def _next(self) -> Line | None:
        return next((line for line in self.lines if origin(line) not in self.store.memory.origins), None)

    def _gap(self, line: Line) -> float:
        place = self.lines.index(line)
        after = self.lines[min(place + 1, len(self.lines) - 1)]
        return self.pace(place, line["at"], after["at"])

    def _say(self, line: Line) -> None:
        author = self.store.resident(line["by"], name=self.cast[line["by"]]).id
        pictures: tuple[int, ...] = ()
        if "photo" in line:
            content, alt = drawings.draw(line["photo"])
            pictures = (photos.keep(content, owner=author, store=self.store, alt=alt).id,)
        parent = self.store.memory.origins.get(f"day:{line.get('re')}")
        self.store.add(
            Draft(
                author=author,
                words=line["text"],
                reply_to=parent if parent in self.store.memory.posts else None,
                photos=pictures,
                lang=line.get("lang", "es"),
                labels={name: line[name] for name in ("kind", "queue") if name in line},
                origin=origin(line),
            )
        )

    def _notice_answers(self) -> None:
        """Whoever gets what they asked for says thanks a moment later, once."""
        for line in self.lines:
            key = origin(line)
            if "thanks" not in line or f"{key}:thanks" in self.store.memory.origins or key in self.grateful_at:
                continue
            if self._is_satisfied(line):
                self.grateful_at[key] = time.monotonic() + THANKS_AFTER_S

    def _is_satisfied(self, line: Line) -> bool:
        answers = list(self._answers(line))
        # A question is settled by an answer, a problem by its repair (or by a second word about it).
        return bool(answers) and (line["kind"] == "question" or len(answers) > 1 or is_done(answers[0]))

    def _answers(self, line: Line) -> Iterator[Post]:
        asked = self.store.post(self.store.memory.origins.get(origin(line), 0))
        for post_id in self.store.memory.conversations.get(asked.conversation, ()) if asked else ():
            post = self.store.memory.posts[post_id]
            if self.store.memory.users[post.author].is_town:
                yield post

    def _thank(self, now: float) -> bool:
        key = next((key for key, moment in self.grateful_at.items() if moment <= now), None)
        if key is None:
            return False
        del self.grateful_at[key]
        line = next(line for line in self.lines if origin(line) == key)
        answers = list(self._answers(line))
        if not answers:
            return False
        author = self.store.resident(line["by"], name=self.cast[line["by"]]).id
        words = Draft(
            author=author,
            words=line["thanks"],
            reply_to=answers[-1].id,
            lang=line.get("lang", "es"),
            labels={"kind": "thanks"},
        )
        words.origin = f"{key}:thanks"
        self.store.add(words)
        return True


def origin(line: Line) -> str:
    return f"day:{line['key']}"


def is_done(answer: Post) -> bool:
    return bool(answer.photos or (DONE.search(answer.words) and not PROMISED.search(answer.words)))
