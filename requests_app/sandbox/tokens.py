"""OAuth2 token pairs: single-use refresh tokens, and families that die when one is replayed."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from typing import Any

from .accounts import TOWN
from .store import Store

LIFE_S = 7200


@dataclass(slots=True)
class Family:
    user_id: int
    access: str
    refresh: str
    # None: the pair of the seed, which lives until it is first refreshed.
    expires_at: float | None = None
    is_dead: bool = False


class Replayed(Exception):
    """A refresh token that was used before, or never existed."""


class Tokens:
    def __init__(self, store: Store) -> None:
        self.store = store
        self.restart()

    def restart(self) -> None:
        """The seed's pairs, then every rotation that the journal remembers."""
        self.families: list[Family] = [
            Family(account.id, account.access_token, account.refresh_token) for account in TOWN
        ]
        self.by_refresh: dict[str, Family] = {family.refresh: family for family in self.families}
        for entry in self.store.memory.tokens:
            if "killed" in entry:
                self.by_refresh[entry["killed"]].is_dead = True
            elif "spent" in entry:
                self._rotate(
                    entry["spent"], access=entry["access"], refresh=entry["refresh"], expires_at=entry["expires_at"]
                )
            else:
                self._add(Family(entry["user"], entry["access"], entry["refresh"], expires_at=entry["expires_at"]))

    def owner(self, access: str) -> int | None:
        for family in self.families:
            if secrets.compare_digest(family.access.encode(), access.encode()):
                is_alive = not family.is_dead and (family.expires_at is None or time.time() < family.expires_at)
                return family.user_id if is_alive else None
        return None

    def refresh(self, spent: str) -> Family:
        with self.store.lock:
            family = self.by_refresh.get(spent)
            if family is None or family.is_dead:
                raise Replayed
            if family.refresh != spent:
                family.is_dead = True
                self.store.remember_token({"killed": spent})
                raise Replayed
            pair = _pair()
            self.store.remember_token({"spent": spent, **pair})
            self._rotate(spent, **pair)
            return family

    def grant(self, user_id: int) -> Family:
        """A new pair, as when the account is linked again."""
        with self.store.lock:
            pair = _pair()
            self.store.remember_token({"user": user_id, **pair})
            family = Family(user_id, **pair)
            self._add(family)
            return family

    def expire(self, user_id: int) -> None:
        """As if two hours had passed; forgotten at a restart."""
        for family in self.families:
            if family.user_id == user_id:
                family.expires_at = 0.0

    def _add(self, family: Family) -> None:
        self.families.append(family)
        self.by_refresh[family.refresh] = family

    def _rotate(self, spent: str, *, access: str, refresh: str, expires_at: float) -> None:
        family = self.by_refresh[spent]
        family.access, family.refresh, family.expires_at = access, refresh, expires_at
        # Spent tokens stay known, so that a replay is recognised and kills the family.
        self.by_refresh[refresh] = family


def _pair() -> dict[str, Any]:
    return {
        "access": secrets.token_urlsafe(32),
        "refresh": secrets.token_urlsafe(32),
        "expires_at": time.time() + LIFE_S,
    }
