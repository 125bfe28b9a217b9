"""Linking a Bluesky account: signing in once with an app password, and what is set there for a town's account."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from atproto_core.did_doc import DidDocument, is_valid_did_doc
from django.conf import settings
from django.utils.translation import gettext as _

from requests_app.networks.bluesky_http import Calls, Failure, raise_unreadable
from requests_app.networks.bluesky_reading import part
from requests_app.networks.bluesky_session import HOME, owner_of, scope_of, tokens_of
from requests_app.networks.bluesky_walking import REASONS
from requests_app.networks.contract import Linked, NetworkUnavailable, Unauthorized

# What the reference server writes into the token of somebody who signed in with the account's main password.
FULL_ACCESS = "com.atproto.access"
PROFILE = {"collection": "app.bsky.actor.profile", "rkey": "self"}
LOCAL = ("localhost", "127.0.0.1", "::1")


def sign_in(identifier: str, app_password: str, *, server_url: str = HOME) -> Linked:
    """Signs in with an app password and says whose account it is.

    Raises Unauthorized with a sentence for people, or NetworkUnavailable with a reason.
    A main password is refused where the server's token tells it: others may not tell, so people are asked for an app
    password in any case. It could be taken back from Plaza alone, and cannot change the account.
    """
    url = _safe(server_url)
    session = _session(url, identifier.strip().removeprefix("@"), app_password.strip())
    tokens = tokens_of(session)
    if scope_of(tokens["access_jwt"]) == FULL_ACCESS:
        raise Unauthorized(_("That is the account's main password. Make an app password for Plaza and use that one."))
    home = _home(session) or url
    with Calls(home, token=tokens["access_jwt"]) as calls:
        owner = owner_of(calls, session)
        _hear_everybody(calls)
    return Linked(
        owner=owner,
        credentials={**tokens, "app_password": app_password.strip()},
        server={"url": home, "did": owner.external_id},
    )


def mark_as_bot(credentials: Mapping[str, Any], server: Mapping[str, Any]) -> None:
    """Says on the account's own profile that machines write there too. Raises NetworkUnavailable."""
    with Calls(server["url"], token=credentials["access_jwt"]) as calls:
        try:
            _label(calls, did=server["did"])
        except Failure as failure:
            raise_unreadable(failure)


def _session(url: str, identifier: str, app_password: str) -> dict[str, Any]:
    with Calls(url) as calls:
        try:
            # Before a password is sent there.
            calls.ask("com.atproto.server.describeServer")
        except Failure as failure:
            raise NetworkUnavailable(_("no Bluesky server answers there")) from failure
        try:
            return calls.tell("com.atproto.server.createSession", identifier=identifier, password=app_password)
        except Failure as failure:
            _explain(failure)
            raise_unreadable(failure)


def _explain(failure: Failure) -> None:
    """Raises what an administrator can do something about."""
    if failure.name == "AuthFactorTokenRequired":
        raise Unauthorized(
            _("Bluesky wants a code by e-mail, as for a main password. Use an app password.")
        ) from failure
    if failure.name == "AccountTakedown":
        raise Unauthorized(_("Bluesky has suspended this account.")) from failure
    # 400: what was typed is no handle at all.
    if failure.refuses_keys or failure.status == 400:
        raise Unauthorized(_("Bluesky does not know this handle with this app password.")) from failure


def _home(session: Mapping[str, Any]) -> str:
    """The server the account lives on, as its own document says; bsky.social itself only opens the door."""
    document = session.get("didDoc")
    if not document or not is_valid_did_doc(document):
        return ""
    endpoint = DidDocument.from_dict(document).get_pds_endpoint()
    return _safe(endpoint) if endpoint else ""


def _safe(url: str) -> str:
    """Tokens travel by https only, but to the same machine or while developing."""
    url = url.strip()
    parts = urlsplit(url if "://" in url else f"https://{url}")
    is_local = settings.DEBUG or parts.hostname in LOCAL
    if not parts.hostname or parts.scheme != "https" and not (parts.scheme == "http" and is_local):
        raise NetworkUnavailable(_("its address must begin with https://"))
    return f"{parts.scheme}://{parts.netloc}"


def _hear_everybody(calls: Calls) -> None:
    """Bluesky hides what strangers write where an account chose to hear only those it follows; a town hears everybody.

    What rings on whose telephone stays as it is. Servers that do not know the setting yet show everything anyway.
    """
    try:
        chosen = part(calls.ask("app.bsky.notification.getPreferences"), "preferences")
        heard: dict[str, Any] = {
            kind: {"push": True, **part(chosen, kind), "include": "all", "list": True} for kind in REASONS
        }
        calls.tell("app.bsky.notification.putPreferencesV2", **heard)
    except Failure:
        return


def _label(calls: Calls, *, did: str) -> None:
    found: Mapping[str, Any] = {}
    try:
        found = calls.ask("com.atproto.repo.getRecord", repo=did, **PROFILE)
    except Failure as failure:
        if failure.name != "RecordNotFound":
            raise
    profile = {"$type": PROFILE["collection"], **part(found, "value")}
    labels = part(profile, "labels").get("values") or []
    if {"val": "bot"} in labels:
        return
    profile["labels"] = {"$type": "com.atproto.label.defs#selfLabels", "values": [*labels, {"val": "bot"}]}
    # Nothing that somebody changed on the profile meanwhile is overwritten.
    calls.tell("com.atproto.repo.putRecord", repo=did, **PROFILE, record=profile, swapRecord=found.get("cid"))
