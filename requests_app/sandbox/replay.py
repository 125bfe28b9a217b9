"""A file of real posts, said again by invented residents, each row once."""

from __future__ import annotations

import hashlib
import threading
import time
from dataclasses import dataclass
from typing import Any

from .accounts import TOWN, TOWN_HANDLES
from .drafts import Draft
from .params import names
from .store import Store
from .wording import handles_in

NAMES = sorted(
    names(
        "Adela Agustín Alba Andrés Aurora Benito Blanca Bruno Celia César Clara Damián Delia Diego Elisa Emilio Esther Fabio Gloria Gonzalo "
        "Inés Iván Julia Julián Leo Lidia Lola Mario Marina Mateo Noa Olga Óscar Pilar Quique Raquel Rubén Sara Tomás Vera"
    )
)


class BadFile(ValueError):
    """The file has no column `text`, or is no UTF-8."""


@dataclass(slots=True, frozen=True)
class Row:
    number: int
    text: str
    labels: dict[str, str]


def read(content: bytes) -> list[Row]:
    """Rows of a tab-separated file, quotes and spaces as they are; a row without text is left out."""
    try:
        lines = content.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise BadFile("the file must be UTF-8") from error
    header = lines[0].rstrip("\r").split("\t")
    if "text" not in header:
        raise BadFile("the first line must name the columns, `text` among them")
    rows = []
    for number, line in enumerate(lines[1:], start=1):
        cells = dict(zip(header, line.rstrip("\r").split("\t"), strict=False))
        text = cells.pop("text", "")
        if text.strip():
            rows.append(Row(number, text, cells))
    return rows


class Replay(threading.Thread):
    """Rows already said (the same file, the same run) are not said again, also after a restart."""

    def __init__(self, content: bytes, *, store: Store, pace: float, stopping: threading.Event, run: str = "") -> None:
        super().__init__(name="replay", daemon=True)
        self.store = store
        self.pace = pace
        self.stopping = stopping
        self.key = f"replay:{hashlib.sha256(content).hexdigest()[:12]}{run and ':'}{run}"
        rows = read(content)
        self.waiting = [row for row in rows if self._origin(row) not in store.memory.origins]
        self.total = len(rows)
        self.already = self.total - len(self.waiting)
        self.said = 0

    def status(self) -> dict[str, Any]:
        return {
            "run": self.key,
            "rows": self.total,
            "already": self.already,
            "said": self.said,
            "done": self.said + self.already == self.total,
        }

    def run(self) -> None:
        began = time.monotonic()
        while self.said < len(self.waiting) and not self.stopping.is_set():
            due = len(self.waiting) if self.pace <= 0 else int((time.monotonic() - began) * self.pace) + 1
            batch = self.waiting[self.said : due]
            if batch:
                with self.store.lock:
                    self.store.add_all([self._draft(row) for row in batch])
                self.said += len(batch)
            else:
                self.stopping.wait(min(1 / self.pace, 1.0))

    def _origin(self, row: Row) -> str:
        return f"{self.key}:{row.number}"

    def _draft(self, row: Row) -> Draft:
        name = NAMES[row.number % len(NAMES)]
        author = self.store.resident(f"vecindario_{row.number % len(NAMES) + 1:02d}", name=name)
        calls = any(handle.lower() in TOWN_HANDLES for handle in handles_in(row.text))
        words = row.text if calls else f"@{TOWN[0].handle} {row.text}"
        lang = row.labels.get("lang", "")
        return Draft(
            author=author.id,
            words=words,
            lang=lang if len(lang) == 2 else "",
            labels=dict(row.labels),
            origin=self._origin(row),
        )
