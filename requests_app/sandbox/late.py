"""Mentions that X shows late: they keep their older id and appear behind newer ones."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(slots=True)
class Delay:
    count: int
    seconds: float
    handle: str


class LateIndex:
    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.delays: list[Delay] = []
        self.withheld: dict[int, list[tuple[float, int]]] = {}

    def delay_next(self, count: int, *, seconds: float, handle: str = "") -> None:
        self.delays.append(Delay(count, seconds, handle))

    def withhold(self, post_id: int, *, user_id: int, handle: str) -> bool:
        for delay in self.delays:
            if delay.count > 0 and delay.handle in ("", handle):
                delay.count -= 1
                self.withheld.setdefault(user_id, []).append((time.monotonic() + delay.seconds, post_id))
                return True
        return False

    def due(self, user_id: int) -> list[int]:
        """Post ids whose time has come; they are handed out once."""
        waiting = self.withheld.get(user_id)
        if not waiting:
            return []
        now = time.monotonic()
        self.withheld[user_id] = [(moment, post_id) for moment, post_id in waiting if moment > now]
        return [post_id for moment, post_id in waiting if moment <= now]
