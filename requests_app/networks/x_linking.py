"""How an account on X is linked, and its keys kept fresh: OAuth 2.0 with PKCE, as a client that has a secret."""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import requests
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app.networks.contract import (
    Begun,
    Linked,
    NetworkUnavailable,
    Unauthorized,
    Usage,
)
from requests_app.networks.x_calls import Calls
from requests_app.networks.x_failures import NOT_X, reading
from requests_app.networks.x_http import HOST, open_session

SCOPES = ("tweet.read", "tweet.write", "users.read", "offline.access", "media.write")
# How long X's access tokens live; the true age of one that somebody pasted is not known.
TOKEN_LIFE = timedelta(hours=2)


def begin(*, callback: str) -> Begun:
    """Where an administrator allows it. What is to be kept is for their session, not for the page.

    Raises NetworkUnavailable where the town has not registered an application with X.
    """
    if not settings.X_CLIENT_ID:
        raise NetworkUnavailable("X_CLIENT_ID is not set")
    state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    asked = {
        "response_type": "code",
        "client_id": settings.X_CLIENT_ID,
        "redirect_uri": callback,
        "scope": " ".join(SCOPES),
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    url = f"{settings.X_SITE_URL}/i/oauth2/authorize?{urlencode(asked)}"
    return Begun(url=url, keep={"state": state, "verifier": verifier})


def complete(keep: Mapping[str, str], *, code: str, state: str, callback: str) -> Linked:
    """They came back with a code, which lives half a minute. Raises Unauthorized or NetworkUnavailable."""
    if not keep.get("state") or not secrets.compare_digest(keep["state"].encode(), state.encode()):
        raise Unauthorized(_("this answer belongs to another linking: begin again"))
    granted = _token(
        {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": callback,
            "code_verifier": keep.get("verifier", ""),
        },
        refused="X no longer knows this code, it lives half a minute: begin again",
    )
    absent = set(SCOPES) - set(granted.get("scope", "").split())
    if absent:
        raise Unauthorized(f"X did not allow everything that is needed: {', '.join(sorted(absent))} is missing")
    return _linked(_pair(granted))


def link_tokens(access_token: str, refresh_token: str) -> Linked:
    """With tokens made elsewhere, such as X's own console. Raises Unauthorized or NetworkUnavailable."""
    if not refresh_token:
        return _linked({"access_token": access_token})
    expires_at = (timezone.now() + TOKEN_LIFE).timestamp()
    return _linked({"access_token": access_token, "refresh_token": refresh_token, "expires_at": expires_at})


def refresh_tokens(refresh_token: str) -> Mapping[str, Any]:
    """A new pair for a refresh token, which serves once. Raises NetworkUnavailable, or Unauthorized when it is spent.

    Returns {"access_token": str, "refresh_token": str, "expires_at": unix seconds}.
    """
    granted = _token(
        {"grant_type": "refresh_token", "refresh_token": refresh_token},
        refused="the refresh token is not accepted: link the account again",
    )
    return _pair(granted)


def _token(body: Mapping[str, str], *, refused: str) -> Mapping[str, Any]:
    keys = (settings.X_CLIENT_ID, settings.X_CLIENT_SECRET)
    with reading(), open_session(requests.Session()) as session:
        form = {**body, "client_id": settings.X_CLIENT_ID}
        answer = session.post(f"{HOST}/2/oauth2/token", data=form, auth=keys)
        if answer.status_code in (400, 401, 403):
            raise Unauthorized(refused)
        answer.raise_for_status()
        granted = answer.json()
    if not isinstance(granted, dict):
        raise NetworkUnavailable(NOT_X)
    return granted


def _pair(granted: Mapping[str, Any]) -> Mapping[str, Any]:
    with reading():
        return {
            "access_token": str(granted["access_token"]),
            "refresh_token": str(granted["refresh_token"]),
            "expires_at": timezone.now().timestamp() + float(granted["expires_in"]),
        }


def _linked(credentials: Mapping[str, Any]) -> Linked:
    with reading():
        return Linked(owner=Calls("", credentials["access_token"], usage=Usage()).owner(), credentials=credentials)
