"""The token endpoint: a pair for a code that somebody's permission gave, or for a refresh token, each once."""

from __future__ import annotations

from flask import Blueprint, Response, request

from .accounts import CLIENT_ID, CLIENT_SECRET
from .codes import BadCode
from .doors import town, with_faults
from .problems import Problem, as_json
from .tokens import LIFE_S, Family, Replayed

oauth = Blueprint("oauth", __name__, url_prefix="/2/oauth2")

SCOPE = "tweet.read tweet.write users.read offline.access media.write"


@oauth.post("/token")
def token() -> Response:
    return with_faults("token", _granted, handle="")


def _granted() -> Response:
    who = request.authorization
    is_confidential = bool(who and who.type == "basic" and (who.username, who.password) == (CLIENT_ID, CLIENT_SECRET))
    if not is_confidential and (who or request.form.get("client_id") != CLIENT_ID):
        raise Problem(401, {"error": "unauthorized_client", "error_description": "Missing valid authorization header"})
    match request.form.get("grant_type"):
        case "refresh_token":
            return _pair(_refreshed(), scope=SCOPE)
        case "authorization_code":
            return _for_a_code()
        case _:
            raise Problem(400, {"error": "unsupported_grant_type", "error_description": "No such grant here"})


def _refreshed() -> Family:
    try:
        return town().tokens.refresh(request.form.get("refresh_token", ""))
    except Replayed:
        raise _invalid("Value passed for the token was invalid.") from None


def _for_a_code() -> Response:
    code, verifier, callback = (request.form.get(name, "") for name in ("code", "code_verifier", "redirect_uri"))
    try:
        permission = town().codes.take(code, verifier=verifier, redirect_uri=callback)
    except BadCode:
        raise _invalid("Value passed for the authorization code was invalid.") from None
    return _pair(town().tokens.grant(permission.user_id), scope=permission.scope)


def _invalid(description: str) -> Problem:
    return Problem(400, {"error": "invalid_request", "error_description": description})


def _pair(family: Family, *, scope: str) -> Response:
    body = {"token_type": "bearer", "expires_in": LIFE_S, "scope": scope, "access_token": family.access}
    if "offline.access" in scope.split():
        body["refresh_token"] = family.refresh
    return as_json(body, headers={"Cache-Control": "no-store"})
