"""How Mastodon.py is pointed at a server, given a timeout, and its failures read."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any, cast

import requests
import urllib3
from django.conf import settings
from django.utils import timezone
from mastodon import Mastodon
from mastodon.errors import (
    MastodonAPIError,
    MastodonError,
    MastodonNetworkError,
    MastodonNotFoundError,
    MastodonRatelimitError,
    MastodonUnauthorizedError,
)

from requests_app.networks.contract import (
    Allowance,
    Deferred,
    NetworkUnavailable,
    Rejected,
    Unauthorized,
    Unknown,
    Usage,
)

USER_AGENT = "Plaza"
# Mastodon.py asks a server for its version before some calls; told a recent one it asks nothing, and a server that
# lacks an endpoint says so itself.
SPOKEN_VERSION = "4.6.0"
# A 429 without a moment: long enough not to hammer, short enough not to lose an evening.
BLIND_WAIT = timedelta(minutes=1)
UNREACHABLE_WAIT = timedelta(seconds=15)
READING_VERBS = ("fetch", "fetch_own", "find", "check")


class Foreign(MastodonError):
    def __init__(self) -> None:
        super().__init__("an answer that is not Mastodon's")


def open_client(url: str, access_token: str = "", *, usage: Usage, query: Mapping[str, str] | None = None) -> Mastodon:
    """A client that never sleeps and never waits for ever. `query` goes with every one of its calls."""
    session = requests.Session()
    session.params = dict(query or {})
    session.hooks["response"].append(partial(_note_limits, usage=usage))
    client = Mastodon(
        api_base_url=url,
        session=session,
        # To connect and to answer; it goes to requests as it is.
        request_timeout=cast(float, settings.NETWORK_TIMEOUT),
        ratelimit_method="throw",
        mastodon_version=SPOKEN_VERSION,
        version_check_mode="created",
        user_agent=USER_AGENT,
    )
    # Not through the constructor, which would read a file of that name.
    client.access_token = access_token or None
    return client


def known(answer: Any) -> Any:
    """One thing with an id, or Foreign."""
    if not isinstance(answer, dict) or not answer.get("id"):
        raise Foreign
    return answer


def listed(answer: Any) -> list[Any]:
    """Several things with ids, or Foreign."""
    if not isinstance(answer, list):
        raise Foreign
    return [known(one) for one in answer]


@contextmanager
def reading(client: Mastodon) -> Iterator[None]:
    """A failed read, as the contract's errors."""
    try:
        yield
    except MastodonRatelimitError as failure:
        raise NetworkUnavailable(detail_of(failure), retry_at=_quiet_until(client), cause="limit") from failure
    except MastodonUnauthorizedError as failure:
        raise Unauthorized(detail_of(failure)) from failure
    except MastodonError as failure:
        raise NetworkUnavailable(detail_of(failure)) from failure


def outcome_of_failure(client: Mastodon, failure: MastodonError, *, wrote: bool) -> Rejected | Deferred | Unknown:
    """What a failed call means for the message. `wrote` = the call may have created the post."""
    detail, soon = detail_of(failure), timezone.now() + UNREACHABLE_WAIT
    match failure:
        case MastodonRatelimitError():
            return Deferred(until=_quiet_until(client), detail=detail, cause="limit")
        case MastodonUnauthorizedError():
            return Deferred(until=soon, detail=detail, cause="credentials")
        case MastodonAPIError() if is_refusal(failure) and not _is_wordless(failure):
            return Rejected(rule=_rule(failure), detail=detail)
        case _ if not wrote or _never_sent(failure):
            return Deferred(until=soon, detail=detail)
        case _:
            return Unknown(detail=detail)


def is_refusal(failure: MastodonError) -> bool:
    """The server understood and said no: a 4xx that does not merely ask for patience."""
    return 400 <= code_of(failure) < 500 and code_of(failure) not in (408, 425)


def is_gone(failure: MastodonError) -> bool:
    """In the server's own words: what a proxy in front of it cannot find may stand there all the same."""
    return code_of(failure) in (404, 410) and not _is_wordless(failure)


def code_of(failure: MastodonError) -> int:
    """The HTTP status; 0 where Mastodon.py failed for another reason."""
    return failure.args[1] if len(failure.args) > 2 and isinstance(failure.args[1], int) else 0


def detail_of(failure: MastodonError) -> str:
    """In the server's words; only the kind of failure when there are none, since addresses and answers tell too much."""
    if isinstance(failure, Foreign):
        return str(failure)
    if code_of(failure):
        return str(failure.args[3] or failure.args[2])
    cause = failure.__context__ if isinstance(failure, MastodonNetworkError) else None
    return type(cause or failure).__name__


def _is_wordless(failure: MastodonError) -> bool:
    """A 404 that is not the API's; these are the words that Mastodon.py puts in the place of none."""
    return isinstance(failure, MastodonNotFoundError) and failure.args[3] == "Endpoint not found."


def _rule(failure: MastodonError) -> str:
    if is_gone(failure):
        return "gone"
    if code_of(failure) == 403:
        return "forbidden"
    # There are no codes: Mastodon says "character limit of 500 exceeded", in the language of the account; GoToSocial
    # "status too long". What is not recognised is final too, with the server's words beside it.
    words = detail_of(failure).lower()
    return "too_long" if "too long" in words or "character limit" in words else "invalid"


def _never_sent(failure: MastodonError) -> bool:
    """Refused, unresolved or timed out before a connection stood."""
    cause = failure.__context__
    if isinstance(cause, requests.ConnectTimeout):
        return True
    reason = getattr(cause.args[0], "reason", None) if cause and cause.args else None
    return isinstance(reason, urllib3.exceptions.NewConnectionError | urllib3.exceptions.ConnectTimeoutError)


def _quiet_until(client: Mastodon) -> datetime:
    """By our clock already; Mastodon.py drops a moment that is over."""
    reset = cast(float | None, client.ratelimit_reset)
    return datetime.fromtimestamp(reset + 1, UTC) if reset else timezone.now() + BLIND_WAIT


def _note_limits(response: requests.Response, *_args: Any, usage: Usage, **_options: Any) -> None:
    """What the headers say of the verb that was called: Mastodon counts statuses, media and deletions apart."""
    headers = response.headers
    limit, remaining = headers.get("X-RateLimit-Limit", ""), headers.get("X-RateLimit-Remaining", "")
    resets_at = _reset_of(headers)
    if resets_at and limit.isdecimal() and remaining.isdecimal():
        for verb in _verbs_of(response.request):
            usage.allowances[verb] = Allowance(verb, int(limit), int(remaining), resets_at)
    # Mastodon.py raises for a moment it cannot read, even after a call that went well: it is handed ours.
    headers.pop("Date", None)
    headers.pop("X-RateLimit-Reset", None)
    if resets_at:
        headers["X-RateLimit-Reset"] = resets_at.isoformat()


def _reset_of(headers: Mapping[str, str]) -> datetime | None:
    """An ISO moment (Mastodon) or Unix seconds (GoToSocial), by our clock."""
    given, now = headers.get("X-RateLimit-Reset", ""), timezone.now()
    try:
        moment = datetime.fromtimestamp(int(given), UTC) if given.isdecimal() else datetime.fromisoformat(given)
        return now + (moment - _said_at(headers, otherwise=now))
    except (ValueError, TypeError, OverflowError):
        return None


def _said_at(headers: Mapping[str, str], *, otherwise: datetime) -> datetime:
    try:
        return parsedate_to_datetime(headers["Date"]).replace(tzinfo=UTC)
    except (KeyError, ValueError):
        return otherwise


def _verbs_of(request: requests.PreparedRequest) -> tuple[str, ...]:
    path = str(request.path_url).split("?")[0]
    match request.method:
        case "GET":
            return READING_VERBS
        case "DELETE":
            return ("delete",)
        case "POST" if path.endswith("/media"):
            return ("upload",)
        case "POST" if path.endswith("/statuses"):
            return ("publish",)
    return ()
