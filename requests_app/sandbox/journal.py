"""The memory that survives a restart: one JSON line per change, appended."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

Entry = dict[str, Any]


class Journal:
    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._mend()
        self._file = path.open("ab")
        self._lock = threading.Lock()

    def _mend(self) -> None:
        """Cut a last line torn by a crash, so that the next append starts a line of its own."""
        if not self.path.exists():
            return
        with self.path.open("rb+") as file:
            size = file.seek(0, 2)
            while size:
                step = min(size, 65536)
                file.seek(size - step)
                end = file.read(step).rfind(b"\n")
                if end >= 0:
                    file.truncate(size - step + end + 1)
                    return
                size -= step
            file.truncate(0)

    def entries(self) -> Iterator[Entry]:
        with self.path.open("rb") as file:
            for line in file:
                try:
                    yield json.loads(line)
                except ValueError:
                    # A line damaged in the middle loses itself, not the day.
                    continue

    def append(self, entries: Iterable[Entry]) -> None:
        lines = [json.dumps(entry, ensure_ascii=False, separators=(",", ":")) for entry in entries]
        with self._lock:
            if not self._file.closed:
                self._file.write("".join(f"{line}\n" for line in lines).encode())
                self._file.flush()

    def clear(self) -> None:
        with self._lock:
            self._file.truncate(0)
            self._file.seek(0)

    def close(self) -> None:
        with self._lock:
            self._file.close()
