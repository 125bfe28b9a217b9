"""The token endpoint: a pair for a refresh token, once."""

from __future__ import annotations

from flask import Blueprint, Response, request

from .accounts import CLIENT_ID, CLIENT_SECRET
from .doors import town, with_faults
from .problems import Problem, as_json
from .tokens import LIFE_S, Replayed

oauth = Blueprint("oauth", __name__, url_prefix="/2/oauth2")

SCOPE = "tweet.read tweet.write users.read offline.access media.write"


@oauth.post("/token")
def token() -> Response:
    return with_faults("token", _refreshed, handle="")


def _refreshed() -> Response:
    who = request.authorization
    is_confidential = bool(who and who.type == "basic" and (who.username, who.password) == (CLIENT_ID, CLIENT_SECRET))
    if not is_confidential and (who or request.form.get("client_id") != CLIENT_ID):
        raise Problem(401, {"error": "unauthorized_client", "error_description": "Missing valid authorization header"})
    if request.form.get("grant_type") != "refresh_token":
        raise Problem(
            400, {"error": "unsupported_grant_type", "error_description": "Only refresh_token is granted here"}
        )
    try:
        family = town().tokens.refresh(request.form.get("refresh_token", ""))
    except Replayed:
        description = "Value passed for the token was invalid."
        raise Problem(400, {"error": "invalid_request", "error_description": description}) from None
    pair = {"access_token": family.access, "refresh_token": family.refresh}
    return as_json(
        {"token_type": "bearer", "expires_in": LIFE_S, "scope": SCOPE, **pair}, headers={"Cache-Control": "no-store"}
    )
