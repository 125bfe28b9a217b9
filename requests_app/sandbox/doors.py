"""What stands at the door of every API endpoint: token, rate limit, ordered faults."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import wraps
from typing import NoReturn, ParamSpec, cast

from flask import Response, copy_current_request_context, current_app, g, request

from . import problems
from .codes import Codes
from .faults import Faults, Hangup
from .limits import RateLimits
from .records import User
from .replay import Replay
from .spoil import SPOILERS
from .store import Store
from .tokens import Tokens

P = ParamSpec("P")
# A list in the environment of a request: whatever is put in tells the server to close without an answer.
HANG_UP = "plaza.hang_up"


@dataclass(slots=True)
class Town:
    """All that a running sandbox holds."""

    store: Store
    tokens: Tokens
    codes: Codes
    limits: RateLimits
    faults: Faults
    stopping: threading.Event
    window: int = 800
    replays: list[Replay] = field(default_factory=list)


def town() -> Town:
    return cast(Town, current_app.extensions["town"])


def caller() -> User:
    return cast(User, g.caller)


def endpoint(name: str) -> Callable[[Callable[P, Response]], Callable[P, Response]]:
    """An API view, whose caller is known and within its limits; faults strike before or after the view."""

    def decorate(view: Callable[P, Response]) -> Callable[P, Response]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> Response:
            g.caller = _authenticated()
            allowed, headers = town().limits.spend(caller().id, endpoint=name)
            if not allowed:
                problem = problems.too_many_requests()
                problem.headers = headers
                raise problem
            return with_faults(
                name, lambda: _with_headers(headers, lambda: view(*args, **kwargs)), handle=caller().handle
            )

        return guarded

    return decorate


def with_faults(name: str, view: Callable[[], Response], *, handle: str) -> Response:
    faults = town().faults
    fault = faults.take(name, handle=handle)
    try:
        if fault and fault.fault == "lands_late":
            _land_later(view, seconds=fault.seconds)
        if fault and not fault.is_after:
            faults.strike(fault)
        response = view()
        if fault and fault.is_after:
            faults.strike(fault)
            if fault.fault in SPOILERS:
                SPOILERS[fault.fault](response)
        return response
    except Hangup:
        request.environ[HANG_UP].append(True)
        return Response()


def _land_later(view: Callable[[], Response], *, seconds: float) -> NoReturn:
    """The caller is cut off at once, and what it asked for happens all the same, a while later."""
    # Read before the connection is gone.
    request.get_data()
    who = g.get("caller")

    @copy_current_request_context
    def land() -> None:
        g.caller = who
        if not town().stopping.wait(seconds):
            with suppress(problems.Problem):
                view()

    threading.Thread(target=land, name="late", daemon=True).start()
    raise Hangup


def _with_headers(headers: dict[str, str], view: Callable[[], Response]) -> Response:
    """The view's own answers and refusals tell the limits; ordered faults tell what they were ordered to."""
    try:
        response = view()
    except problems.Problem as problem:
        problem.headers |= headers
        raise
    response.headers.update(headers)
    return response


def _authenticated() -> User:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    user_id = town().tokens.owner(token) if scheme.lower() == "bearer" else None
    user = town().store.user(user_id) if user_id else None
    if user is None:
        raise problems.unauthorized()
    return user
