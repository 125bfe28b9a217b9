"""Authorization codes of OAuth 2.0 with PKCE: they live half a minute, serve once, and only who began can end."""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
import time
from dataclasses import dataclass, field

LIFE_S = 30.0


@dataclass(frozen=True, slots=True)
class Permission:
    """What somebody allowed, and to whom the code may be sent."""

    user_id: int
    challenge: str
    redirect_uri: str
    scope: str
    given_at: float = field(default_factory=time.monotonic)


class BadCode(Exception):
    """Unknown, used, too old, or not that client's."""


class Codes:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._permissions: dict[str, Permission] = {}

    def clear(self) -> None:
        with self._lock:
            self._permissions.clear()

    def give(self, permission: Permission) -> str:
        code = secrets.token_urlsafe(32)
        with self._lock:
            self._permissions[code] = permission
        return code

    def age(self, seconds: float) -> None:
        """As if so much time had passed."""
        with self._lock:
            for code, old in self._permissions.items():
                self._permissions[code] = Permission(
                    old.user_id, old.challenge, old.redirect_uri, old.scope, given_at=old.given_at - seconds
                )

    def take(self, code: str, *, verifier: str, redirect_uri: str) -> Permission:
        """A try uses the code up, the right one and the wrong one."""
        with self._lock:
            permission = self._permissions.pop(code, None)
        if permission is None or time.monotonic() - permission.given_at > LIFE_S:
            raise BadCode
        if permission.redirect_uri != redirect_uri or not secrets.compare_digest(
            permission.challenge, hashed(verifier)
        ):
            raise BadCode
        return permission


def hashed(verifier: str) -> str:
    """S256: what the client shows first of the secret it names in the end."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
