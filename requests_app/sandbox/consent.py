"""The page on which one of the town's people lets an application speak for their account."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request

from .accounts import CLIENT_ID, TOWN
from .codes import Permission
from .doors import town
from .oauth import SCOPE
from .page import POLICY

consent = Blueprint("consent", __name__, url_prefix="/i/oauth2")

ASKED = ("response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method")
# A SHA-256 in base64 without its padding.
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


@consent.get("/authorize")
def ask() -> Response:
    asked = {name: request.args.get(name, "") for name in ASKED}
    if not _makes_sense(asked):
        return make_response(render_template("consent.html", asked=None), 400)
    response = make_response(render_template("consent.html", asked=asked, scopes=asked["scope"].split()))
    # Browsers watch where a form's answer leads on to.
    target = urlsplit(asked["redirect_uri"])
    leads_on = POLICY.replace("form-action 'self'", f"form-action 'self' {target.scheme}://{target.netloc}")
    response.headers["Content-Security-Policy"] = leads_on
    return response


@consent.post("/authorize")
def decide() -> Response:
    asked = {name: request.form.get(name, "") for name in ASKED}
    account = next((account for account in TOWN if account.handle == request.form.get("account")), None)
    if not _makes_sense(asked) or account is None:
        return make_response(render_template("consent.html", asked=None), 400)
    if request.form.get("answer") != "allow":
        return _back(asked, error="access_denied")
    permission = Permission(account.id, asked["code_challenge"], asked["redirect_uri"], asked["scope"])
    return _back(asked, code=town().codes.give(permission))


def _back(asked: Mapping[str, str], **answer: str) -> Response:
    mark = "&" if urlsplit(asked["redirect_uri"]).query else "?"
    query = urlencode({"state": asked["state"], **answer})
    return make_response(redirect(f"{asked['redirect_uri']}{mark}{query}", 303))


def _makes_sense(asked: Mapping[str, str]) -> bool:
    """As strict as X; but it takes any callback, where X knows those that its developers wrote down."""
    target = urlsplit(asked["redirect_uri"])
    scopes = set(asked["scope"].split())
    return (
        (asked["response_type"], asked["client_id"], asked["code_challenge_method"]) == ("code", CLIENT_ID, "S256")
        and target.scheme in ("http", "https")
        and bool(target.netloc and asked["state"] and scopes)
        and scopes <= set(SCOPE.split())
        and CHALLENGE.fullmatch(asked["code_challenge"]) is not None
    )
