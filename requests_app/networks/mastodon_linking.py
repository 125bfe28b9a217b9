"""Linking an account on a Mastodon server: what the server can do, whose keys they are, and letting strangers in."""

import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from contextlib import suppress
from hashlib import sha256
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

import requests
from django.conf import settings
from django.utils.translation import gettext as _
from mastodon import Mastodon
from mastodon.errors import MastodonError

from requests_app.networks.contract import Begun, Linked, NetworkUnavailable, Unauthorized, Usage
from requests_app.networks.mastodon import MastodonConnector
from requests_app.networks.mastodon_http import USER_AGENT, code_of, is_refusal, open_client, reading

# What Plaza does there, and no more: reads mentions, writes answers with photos, lets strangers' mentions in.
SCOPES = [
    "read:accounts",
    "read:notifications",
    "read:statuses",
    "write:accounts",
    "write:media",
    "write:notifications",
    "write:statuses",
]
# Mastodon and its close relatives share the code that keeps Idempotency-Key; GoToSocial, Takahe and others do not.
FAMILY = {"mastodon", "hometown"}
# Since this one a second try waits for a first that is still being written (mastodon#37879); before it, the two may
# both appear. In some releases until September 2026 a repeated key is answered with an error 500 (mastodon#40399): no
# second post either, but only a look can tell.
LOCKED_SINCE = (4, 6)
EVERYBODY = (
    "for_not_following",
    "for_not_followers",
    "for_new_accounts",
    "for_private_mentions",
    "for_limited_accounts",
)
LOCAL = {"localhost", "127.0.0.1", "::1"}


def probe(url: str) -> Mapping[str, Any]:
    """What is known of a server, for `Account.server`. Raises NetworkUnavailable, ValueError for an address that will not do."""
    base = _base_of(url)
    client = open_client(base, usage=Usage())
    with reading(client):
        instance = _instance(client)
        name = _software(client)
    statuses = (instance.get("configuration") or {}).get("statuses") or {}
    version, family = str(instance.get("version") or ""), name in FAMILY
    return {
        "url": base,
        "domain": instance.get("domain") or instance.get("uri") or urlsplit(base).netloc,
        "software": f"{name} {version}".strip(),
        "idempotent": family and _release(version) >= LOCKED_SINCE,
        "max_characters": int(statuses.get("max_characters") or 500),
        # Others announce a number and count addresses in full all the same.
        "characters_per_url": int(statuses.get("characters_reserved_per_url") or 23) if family else 0,
        "photos": min(int(statuses.get("max_media_attachments") or 4), 4),
    }


def begin(url: str, *, callback: str, name: str) -> Begun:
    """Registers Plaza there as `name` and says where the administrator allows it. Raises NetworkUnavailable, ValueError."""
    base = _base_of(url)
    try:
        client_id, client_secret = Mastodon.create_app(
            name,
            scopes=SCOPES,
            redirect_uris=callback,
            api_base_url=base,
            request_timeout=cast(float, settings.NETWORK_TIMEOUT),
            user_agent=USER_AGENT,
        )
    except (MastodonError, KeyError, TypeError) as failure:
        raise NetworkUnavailable(f"the server took no application: {type(failure).__name__}") from failure
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    question = {
        "client_id": client_id,
        "response_type": "code",
        "redirect_uri": callback,
        "scope": " ".join(SCOPES),
        "state": state,
        # Servers that do not know it leave it alone.
        "code_challenge": urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("="),
        "code_challenge_method": "S256",
    }
    keep = {"url": base, "client_id": client_id, "client_secret": client_secret, "state": state, "verifier": verifier}
    return Begun(url=f"{base}/oauth/authorize?{urlencode(question)}", keep=keep)


def complete(keep: Mapping[str, str], *, code: str, state: str, callback: str) -> Linked:
    """The account that was allowed. Raises NetworkUnavailable, or Unauthorized for an answer to another question."""
    if not secrets.compare_digest(state.encode(), keep["state"].encode()):
        raise Unauthorized(_("this answer belongs to another linking: begin again"))
    body = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": keep["client_id"],
        "client_secret": keep["client_secret"],
        "redirect_uri": callback,
        "scope": " ".join(SCOPES),
        "code_verifier": keep["verifier"],
    }
    return link_token(keep["url"], _token(f"{keep['url']}/oauth/token", body))


def link_token(url: str, access_token: str) -> Linked:
    """The account of a token made in the server's own settings. Raises NetworkUnavailable, Unauthorized, ValueError."""
    server, credentials = probe(url), {"access_token": access_token.strip()}
    connector = MastodonConnector(external_id="", credentials=credentials, server=server, usage=Usage())
    return Linked(owner=connector.owner(), credentials=credentials, server=server)


def accept_everybody(credentials: Mapping[str, Any], server: Mapping[str, Any]) -> bool:
    """Lets mentions by strangers in; False where the keys do not allow it, True also where nothing keeps them out.

    Reading asks for those the server keeps apart as well, but what its policy drops is nowhere.
    """
    client = open_client(server["url"], credentials["access_token"], usage=Usage())
    said = _refusal(client, lambda: client.update_notifications_policy(**dict.fromkeys(EVERYBODY, "accept")))
    # Before Mastodon 4.3, and on GoToSocial, there is no such policy.
    return said in (None, 404, 405)


def mark_as_bot(credentials: Mapping[str, Any], server: Mapping[str, Any], *, bot: bool = True) -> bool:
    """The label that Mastodon wants on accounts that answer automatically; False where the keys do not allow it."""
    client = open_client(server["url"], credentials["access_token"], usage=Usage())
    return _refusal(client, lambda: client.account_update_credentials(bot=bot)) is None


def _refusal(client: Mastodon, call: Callable[[], Any]) -> int | None:
    """The HTTP status with which the server said no; None when it did it. Raises NetworkUnavailable."""
    with reading(client):
        try:
            call()
        except MastodonError as failure:
            # Keys that nobody accepts are the reading's own case.
            if not is_refusal(failure) or code_of(failure) == 401:
                raise
            return code_of(failure)
    return None


def _base_of(url: str) -> str:
    """The server's address without anything behind it. Plain http only towards one's own machine."""
    given = url.strip()
    parts = urlsplit(given if "://" in given else f"https://{given}")
    if not parts.hostname or parts.username or parts.password:
        raise ValueError("not the address of a server")
    if parts.scheme != "https" and not (parts.scheme == "http" and (settings.DEBUG or parts.hostname in LOCAL)):
        raise ValueError("the address must begin with https://")
    return f"{parts.scheme}://{parts.netloc}"


def _instance(client: Mastodon) -> Any:
    try:
        return client.instance_v2()
    except MastodonError as failure:
        if not is_refusal(failure):
            raise
        # Mastodon before 4.0, and some of its cousins.
        return client.instance_v1()


def _software(client: Mastodon) -> str:
    """By the server's own account of itself, which every server of the fediverse gives; else nothing is known of it."""
    with suppress(MastodonError, AttributeError, KeyError, TypeError):
        return str(client.instance_nodeinfo().software.name).lower()
    return "unknown"


def _release(version: str) -> tuple[int, ...]:
    """(4, 6) of "4.6.0+glitch"."""
    found = re.match(r"(\d+)\.(\d+)", version)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _token(url: str, body: Mapping[str, str]) -> str:
    try:
        answer = requests.post(url, data=body, headers={"User-Agent": USER_AGENT}, timeout=settings.NETWORK_TIMEOUT)
        if answer.status_code in (400, 401, 403):
            raise Unauthorized(_("the server does not accept the code: begin again"))
        answer.raise_for_status()
        return str(answer.json()["access_token"])
    except (requests.RequestException, KeyError, TypeError) as failure:
        raise NetworkUnavailable(type(failure).__name__) from failure
