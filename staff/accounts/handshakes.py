"""What is kept, sealed, while an administrator is away on a network's own site to allow an account there."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest

from requests_app.models.sealed import seal, unseal

KEY = "linking"
PATIENCE_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Handshake:
    """`keep` is the network's own; the rest is what was chosen here before the administrator left."""

    network: str
    keep: Mapping[str, str]
    server_url: str
    since_now: bool


def remember(request: HttpRequest, handshake: Handshake) -> None:
    """In the session of whoever is signed in; a second one takes the place of the first."""
    request.session[KEY] = seal(
        {
            "network": handshake.network,
            "keep": dict(handshake.keep),
            "server_url": handshake.server_url,
            "since_now": handshake.since_now,
            "begun_at": time.time(),
        }
    )


def recall(request: HttpRequest, *, network: str) -> Handshake | None:
    """Once; None when there is none of that network, or it was begun too long ago."""
    sealed = request.session.pop(KEY, None)
    if sealed is None:
        return None
    kept = unseal(sealed)
    if kept["network"] != network or time.time() - kept["begun_at"] > PATIENCE_SECONDS:
        return None
    return Handshake(network, kept["keep"], kept["server_url"], kept["since_now"])
