"""Bluesky's sessions: kept for as long as they live, renewed from themselves, begun anew only when nothing else will do."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from atproto_core.exceptions import AtProtocolError
from atproto_server.auth.jwt import get_jwt_payload
from django.utils import timezone

from requests_app.networks.bluesky_http import STRANGE, Calls, Failure, raise_unreadable
from requests_app.networks.contract import IncomingAuthor, NetworkUnavailable

# Where an account lives of which nothing else is known.
HOME = "https://bsky.social"
# Access tokens live two hours; of one that does not tell when it ends (they are opaque by contract) the half is believed.
ASSUMED_LIFE = timedelta(hours=1)
LONGEST_NAME = 200


def refreshed(credentials: Mapping[str, Any], server: Mapping[str, Any]) -> dict[str, Any]:
    """The credentials with a new pair of tokens; a dead refresh token is replaced by signing in anew.

    The token of before stays good for two hours, so an answer lost on the way here does no harm.
    Raises NetworkUnavailable, or Unauthorized when nothing will do.
    """
    url = server.get("url") or HOME
    try:
        with Calls(url, token=credentials.get("refresh_jwt", "")) as calls:
            answer = calls.tell("com.atproto.server.refreshSession")
    except Failure as failure:
        if not failure.refuses_keys or not credentials.get("app_password"):
            raise_unreadable(failure)
        answer = _signed_in(url, server.get("did", ""), credentials["app_password"])
    return {**credentials, **tokens_of(answer)}


def _signed_in(url: str, did: str, app_password: str) -> dict[str, Any]:
    """Rarely: the networks allow 30 in five minutes and 300 a day for one account."""
    try:
        with Calls(url) as calls:
            return calls.tell("com.atproto.server.createSession", identifier=did, password=app_password)
    except Failure as failure:
        raise_unreadable(failure)


def tokens_of(session: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of a session. Raises NetworkUnavailable for something else."""
    access, refresh = session.get("accessJwt"), session.get("refreshJwt")
    if not isinstance(access, str) or not isinstance(refresh, str):
        raise NetworkUnavailable(STRANGE)
    return {"access_jwt": access, "refresh_jwt": refresh, "expires_at": _ends(access)}


def scope_of(access_jwt: str) -> str:
    """What the token says it may do; "" when it does not tell."""
    try:
        return get_jwt_payload(access_jwt).scope or ""
    except AtProtocolError:
        return ""


def _ends(access_jwt: str) -> float:
    assumed = (timezone.now() + ASSUMED_LIFE).timestamp()
    try:
        return float(get_jwt_payload(access_jwt).exp or assumed)
    except AtProtocolError:
        return assumed


def owner_of(calls: Calls, session: Mapping[str, Any]) -> IncomingAuthor:
    """Whose session it is; the name people read beside the handle is asked for, and missed by nobody."""
    did, handle = session.get("did"), session.get("handle")
    if not isinstance(did, str) or not isinstance(handle, str):
        raise NetworkUnavailable(STRANGE)
    try:
        profile = calls.ask("app.bsky.actor.getProfile", actor=did)
    except Failure:
        profile = {}
    return IncomingAuthor(did, handle, str(profile.get("displayName") or "")[:LONGEST_NAME])
