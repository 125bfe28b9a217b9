"""Snowflakes: 64-bit ids that carry their own moment, as X's do."""

from __future__ import annotations

import time
from collections.abc import Container

EPOCH_MS = 1288834974657


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def first_id_at(ms: int) -> int:
    """The smallest id a post of that millisecond could have."""
    return max(ms - EPOCH_MS, 0) << 22


class Snowflakes:
    def __init__(self) -> None:
        self.last = 0

    def next(self) -> int:
        self.last = max(self.last + 1, first_id_at(now_ms()))
        return self.last

    def next_at(self, ms: int, *, taken: Container[int]) -> int:
        """An id for a post written in the past."""
        snowflake = first_id_at(ms)
        while snowflake in taken:
            snowflake += 1
        self.seen(snowflake)
        return snowflake

    def seen(self, snowflake: int) -> None:
        self.last = max(self.last, snowflake)

    def put_back(self) -> None:
        """To now, where the clock was ahead for a while: what is said next was not said in days to come."""
        self.last = min(self.last, first_id_at(now_ms()))
