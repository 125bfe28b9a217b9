"""The ways X says no: one exception that carries the exact JSON."""

from __future__ import annotations

import json
from typing import Any

from flask import Response

TYPES = "https://api.twitter.com/2/problems/"
DUPLICATE = "You are not allowed to create a Tweet with duplicate content."
NOT_SUMMONED = "You can only reply to a post whose author has mentioned or quoted your account."
PARENT_GONE = "You attempted to reply to a Tweet that is deleted or not visible to you."
TOO_LONG = "Your Tweet text is too long: it weighs more than 280 characters."
NOT_YOURS = "You are not authorized to delete this Tweet."


class Problem(Exception):
    def __init__(self, status: int, body: dict[str, Any], *, headers: dict[str, str] | None = None) -> None:
        super().__init__(status)
        self.status = status
        self.body = body
        self.headers = headers or {}

    def response(self) -> Response:
        return as_json(self.body, status=self.status, headers=self.headers)


def as_json(body: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(content, status=status, headers=headers, content_type="application/json; charset=utf-8")


def not_authorized(value: Any, *, kind: str, parameter: str) -> dict[str, str]:
    """The error X puts beside (or instead of) data for what its author hides."""
    return {
        "value": str(value),
        "detail": f"Sorry, you are not authorized to see the {kind} with {parameter}: [{value}].",
        "title": "Authorization Error",
        "resource_type": kind,
        "parameter": parameter,
        "resource_id": str(value),
        "type": TYPES + "not-authorized-for-resource",
    }


def plain(status: int, title: str, *, detail: str = "", problem: str = "about:blank") -> Problem:
    kind = problem if problem == "about:blank" else TYPES + problem
    return Problem(status, {"title": title, "type": kind, "status": status, "detail": detail or title})


def unauthorized() -> Problem:
    return plain(401, "Unauthorized")


def forbidden(detail: str) -> Problem:
    # Without `status`, exactly as X's duplicate-content answer was seen.
    return Problem(403, {"detail": detail, "type": "about:blank", "title": "Forbidden"})


def too_many_requests() -> Problem:
    return plain(429, "Too Many Requests")


def usage_capped() -> Problem:
    detail = "Usage cap exceeded: Monthly product cap"
    body = {
        "title": "UsageCapExceeded",
        "detail": detail,
        "type": TYPES + "usage-capped",
        "period": "Monthly",
        "scope": "Product",
    }
    return Problem(429, body)


def out_of_credit() -> Problem:
    detail = "There are no credits left for this request: top up to go on."
    return Problem(402, {"title": "CreditsDepleted", "detail": detail, "type": TYPES + "credits", "status": 402})


def invalid(parameter: str, value: Any, message: str) -> Problem:
    return invalid_request([{"parameters": {parameter: [str(value)]}, "message": message}])


def invalid_request(errors: list[dict[str, Any]]) -> Problem:
    detail = "One or more parameters to your request was invalid."
    return Problem(
        400, {"errors": errors, "title": "Invalid Request", "detail": detail, "type": TYPES + "invalid-request"}
    )


def not_found(value: Any, *, kind: str, parameter: str) -> dict[str, str]:
    """The error X puts beside (or instead of) data for what does not exist."""
    return {
        "value": str(value),
        "detail": f"Could not find {kind} with {parameter}: [{value}].",
        "title": "Not Found Error",
        "resource_type": kind,
        "parameter": parameter,
        "resource_id": str(value),
        "type": TYPES + "resource-not-found",
    }
