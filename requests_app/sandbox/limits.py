"""X's rate limits, per account and endpoint, in windows of fifteen minutes."""

from __future__ import annotations

import threading
import time

WINDOW_S = 15 * 60
LIMITS = {
    "me": 75,
    "user_by_username": 900,
    "users": 900,
    "mentions": 300,
    "user_tweets": 900,
    "tweets": 5000,
    "search": 300,
    "create_tweet": 100,
    "delete_tweet": 50,
    "media": 500,
    "media_metadata": 500,
    "token": 500,
}


class RateLimits:
    def __init__(self, *, enforced: bool) -> None:
        self.enforced = enforced
        self._lock = threading.Lock()
        self._windows: dict[tuple[int, str], tuple[float, int]] = {}

    def clear(self) -> None:
        with self._lock:
            self._windows.clear()

    def spend(self, user_id: int, *, endpoint: str) -> tuple[bool, dict[str, str]]:
        """Count one call; says whether it is allowed, and the headers to show."""
        limit, now = LIMITS[endpoint], time.time()
        with self._lock:
            reset, used = self._windows.get((user_id, endpoint), (now + WINDOW_S, 0))
            if now >= reset:
                reset, used = now + WINDOW_S, 0
            allowed = used < limit or not self.enforced
            used += allowed
            self._windows[user_id, endpoint] = (reset, used)
        return allowed, headers(limit, remaining=max(limit - used, 0) if self.enforced else limit, reset=reset)


def headers(limit: int, *, remaining: int, reset: float) -> dict[str, str]:
    return {
        "x-rate-limit-limit": str(limit),
        "x-rate-limit-remaining": str(remaining),
        "x-rate-limit-reset": str(int(reset) + 1),
    }
