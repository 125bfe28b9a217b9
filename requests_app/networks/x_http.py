"""How Tweepy is pointed at a server, given a timeout, and its failures read."""

from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn
from urllib.parse import urlsplit

import requests
import tweepy
import urllib3
from django.conf import settings
from django.utils import timezone
from requests.adapters import HTTPAdapter

from requests_app.networks.contract import (
    Deferred,
    IncomingAuthor,
    NetworkUnavailable,
    Outcome,
    Rejected,
    Unauthorized,
    Unknown,
)

# The address Tweepy was built with; the adapter puts the configured one in its place.
HOST = "https://api.twitter.com"
# No reset header came with a 429: long enough not to hammer, short enough not to lose an evening.
BLIND_WAIT = timedelta(minutes=1)
# Credits or the monthly cap ran out: only a person can mend that.
CAP_WAIT = timedelta(hours=1)
UNREACHABLE_WAIT = timedelta(seconds=15)


class BaseURLAdapter(HTTPAdapter):
    """Sends what is meant for `HOST` to another server, and never waits for ever: Tweepy sets no timeout."""

    def __init__(self, base_url: str) -> None:
        self.base = urlsplit(base_url)
        super().__init__()

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        target = urlsplit(str(request.url))
        request.url = target._replace(scheme=self.base.scheme, netloc=self.base.netloc).geturl()
        options["timeout"] = options.get("timeout") or settings.NETWORK_TIMEOUT
        return super().send(request, **options)


def open_session(session: requests.Session) -> requests.Session:
    """Points a session at the configured server."""
    session.mount(HOST, BaseURLAdapter(settings.X_BASE_URL))
    return session


def open_client(access_token: str) -> tweepy.Client:
    """A client that answers with plain dicts and leaves waiting to us."""
    client = tweepy.Client(bearer_token=access_token, return_type=dict, wait_on_rate_limit=False)
    open_session(client.session)
    return client


def owner_of(access_token: str) -> IncomingAuthor:
    """Whose token it is, as X says. Raises NetworkUnavailable, or Unauthorized when it is nobody's."""
    try:
        answer = open_client(access_token).get_me(user_auth=False)
        user = answer["data"]
        return IncomingAuthor(external_id=str(user["id"]), handle=user["username"], display_name=user["name"])
    except (tweepy.TweepyException, requests.RequestException) as failure:
        raise_unreadable(failure)
    except (KeyError, TypeError) as failure:
        raise NetworkUnavailable("an answer that is not X's") from failure


def outcome_of_failure(failure: Exception, *, wrote: bool) -> Outcome:
    """What a failed call means for the message. `wrote` = the call may have created the post."""
    match failure:
        case tweepy.TooManyRequests():
            return Deferred(until=_quiet_until(failure), detail=_detail(failure), cause=_cause(failure))
        case tweepy.Unauthorized():
            soon = timezone.now() + UNREACHABLE_WAIT
            return Deferred(until=soon, detail=_detail(failure), cause="credentials")
        case tweepy.Forbidden():
            return Rejected(rule=_rule(_detail(failure)), detail=_detail(failure))
        case tweepy.NotFound():
            return Rejected(rule="gone", detail=_detail(failure))
        case tweepy.BadRequest():
            return Rejected(rule="invalid", detail=_detail(failure))
        case _ if not wrote or _never_sent(failure):
            return Deferred(until=timezone.now() + UNREACHABLE_WAIT, detail=_detail(failure))
        case _:
            return Unknown(detail=_detail(failure))


def raise_unreadable(failure: Exception) -> NoReturn:
    """A failed read, as the contract's errors."""
    if isinstance(failure, tweepy.TooManyRequests):
        raise NetworkUnavailable(_detail(failure), retry_at=_quiet_until(failure), cause=_cause(failure)) from failure
    if isinstance(failure, tweepy.Unauthorized):
        raise Unauthorized(_detail(failure)) from failure
    raise NetworkUnavailable(_detail(failure)) from failure


def _never_sent(failure: Exception) -> bool:
    """Refused, unresolved or timed out before a connection stood."""
    if isinstance(failure, requests.ConnectTimeout):
        return True
    cause = failure.args[0] if failure.args else None
    reason = getattr(cause, "reason", None)
    return isinstance(reason, urllib3.exceptions.NewConnectionError | urllib3.exceptions.ConnectTimeoutError)


def _cause(failure: tweepy.TooManyRequests) -> str:
    return "money" if "usage-capped" in _body(failure).get("type", "") else "limit"


def _quiet_until(failure: tweepy.TooManyRequests) -> datetime:
    headers = failure.response.headers
    if "usage-capped" in _body(failure).get("type", ""):
        return timezone.now() + CAP_WAIT
    reset = headers.get("x-rate-limit-reset", "")
    if not reset.isdecimal():
        return timezone.now() + BLIND_WAIT
    # A second over, since the header is cut to whole seconds.
    return datetime.fromtimestamp(int(reset) + 1, UTC)


def _rule(detail: str) -> str:
    """X names no codes here; its wording is all there is, and what is not recognised is final too."""
    lowered = detail.lower()
    if "duplicate" in lowered:
        return "duplicate"
    if "mentioned" in lowered or "not been mentioned" in lowered or "reply" in lowered and "not allowed" in lowered:
        return "not_summoned"
    if "deleted" in lowered or "not visible" in lowered:
        return "gone"
    return "forbidden"


def _body(failure: Exception) -> dict[str, Any]:
    response = getattr(failure, "response", None)
    try:
        body = response.json() if response is not None else {}
    except requests.JSONDecodeError:
        return {}
    return body if isinstance(body, dict) else {}


def _detail(failure: Exception) -> str:
    """In the network's words; only the kind of failure when there are none, since URLs can carry tokens."""
    detail = _body(failure).get("detail") or _body(failure).get("title")
    return str(detail) if detail else type(failure).__name__


def refresh_tokens(refresh_token: str) -> dict[str, Any]:
    """A new pair for a single-use refresh token. Raises NetworkUnavailable, or Unauthorized when the family is dead.

    Returns {"access_token": str, "refresh_token": str, "expires_at": unix seconds}.
    """
    body = {"grant_type": "refresh_token", "refresh_token": refresh_token, "client_id": settings.X_CLIENT_ID}
    keys = (settings.X_CLIENT_ID, settings.X_CLIENT_SECRET)
    try:
        with open_session(requests.Session()) as session:
            answer = session.post(f"{HOST}/2/oauth2/token", data=body, auth=keys)
            if answer.status_code in (400, 401):
                raise Unauthorized("the refresh token is not accepted: link the account again")
            answer.raise_for_status()
            pair = answer.json()
    except requests.RequestException as failure:
        raise NetworkUnavailable(type(failure).__name__) from failure
    expires_at = timezone.now().timestamp() + float(pair["expires_in"])
    return {
        "access_token": pair["access_token"],
        "refresh_token": pair["refresh_token"],
        "expires_at": expires_at,
    }
