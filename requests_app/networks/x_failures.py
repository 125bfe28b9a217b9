"""X's ways of saying no, read: what is final, what passes, and what leaves a doubt."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import requests
import tweepy
import urllib3
from django.utils import timezone

from requests_app.networks.contract import Deferred, NetworkUnavailable, Rejected, Unauthorized, Unknown
from requests_app.networks.x_http import quiet_until

NOT_X = "an answer that is not X's"
# Whatever a call can end in: X's refusals, the connection's, and an answer that makes no sense.
FAILURES = (tweepy.TweepyException, requests.RequestException, LookupError, TypeError, ValueError, AttributeError)
# No reset header came with a 429: long enough not to hammer, short enough not to lose an evening.
BLIND_WAIT = timedelta(minutes=1)
# Credits or the monthly cap ran out: only a person can mend that.
MONEY_WAIT = timedelta(hours=1)
UNREACHABLE_WAIT = timedelta(seconds=15)
# How X says that money is the trouble; which status it comes with is not documented, so all of them are heard.
MONEY_STATUSES = (402, 403, 429)
MONEY_WORDS = ("usage-capped", "usagecap", "usage cap", "credit", "spend")


@contextmanager
def reading() -> Iterator[None]:
    """Whatever goes wrong with X within is raised as the contract's own error."""
    try:
        yield
    except (tweepy.TweepyException, requests.RequestException) as failure:
        raise _unreadable(failure) from failure
    except FAILURES as failure:
        raise NetworkUnavailable(NOT_X) from failure


def outcome_of(failure: Exception, *, wrote: bool) -> Deferred | Rejected | Unknown:
    """What a failed call means for the message. `wrote` = the call may have created the post."""
    status, detail = _status(failure), detail_of(failure)
    if status == 429 or _is_money(failure):
        return Deferred(until=_quiet_until(failure), detail=detail, cause="money" if _is_money(failure) else "limit")
    if status == 401:
        return Deferred(until=timezone.now() + UNREACHABLE_WAIT, detail=detail, cause="credentials")
    if status in (403, 404):
        return Rejected(rule="gone" if status == 404 else _rule(detail), detail=detail)
    # A request timeout is no refusal: it may have been carried out.
    if 400 <= status < 500 and status != 408:
        return Rejected(rule="invalid", detail=detail)
    if not wrote or _never_sent(failure):
        return Deferred(until=timezone.now() + UNREACHABLE_WAIT, detail=detail)
    return Unknown(detail=detail)


def is_missing(failure: Exception) -> bool:
    """X knows nothing of what was named."""
    return _status(failure) == 404


def detail_of(failure: Exception) -> str:
    """In the network's words; only the kind of failure when there are none, since URLs can carry tokens."""
    body = _body(failure)
    return str(body.get("detail") or body.get("title") or type(failure).__name__)


def _unreadable(failure: Exception) -> NetworkUnavailable:
    if _is_money(failure):
        return NetworkUnavailable(detail_of(failure), retry_at=_quiet_until(failure), cause="money")
    match _status(failure):
        case 429:
            return NetworkUnavailable(detail_of(failure), retry_at=_quiet_until(failure), cause="limit")
        case 401:
            return Unauthorized(detail_of(failure))
        case _:
            return NetworkUnavailable(detail_of(failure))


def _status(failure: Exception) -> int:
    """0 where X did not answer, or not in its own words."""
    response = getattr(failure, "response", None)
    return response.status_code if isinstance(response, requests.Response) else 0


def _never_sent(failure: Exception) -> bool:
    """Refused, unresolved or timed out before a connection stood."""
    if isinstance(failure, requests.ConnectTimeout):
        return True
    cause = failure.args[0] if failure.args else None
    reason = getattr(cause, "reason", None)
    return isinstance(reason, urllib3.exceptions.NewConnectionError | urllib3.exceptions.ConnectTimeoutError)


def _is_money(failure: Exception) -> bool:
    status, body = _status(failure), _body(failure)
    said = " ".join(str(body.get(name, "")) for name in ("type", "title", "detail")).lower()
    return status == 402 or status in MONEY_STATUSES and any(word in said for word in MONEY_WORDS)


def _quiet_until(failure: Exception) -> datetime:
    if _is_money(failure):
        return timezone.now() + MONEY_WAIT
    response = getattr(failure, "response", None)
    until = quiet_until(response.headers) if isinstance(response, requests.Response) else None
    return until or timezone.now() + BLIND_WAIT


def _rule(detail: str) -> str:
    """X names no codes here; its wording is all there is, and what is not recognised is final too."""
    said = detail.lower()
    if "duplicate" in said:
        return "duplicate"
    if "too long" in said:
        return "too_long"
    if "deleted" in said or "not visible" in said:
        return "gone"
    if "mentioned" in said or "reply" in said and "not allowed" in said:
        return "not_summoned"
    return "forbidden"


def _body(failure: Exception) -> dict[str, Any]:
    response = getattr(failure, "response", None)
    try:
        body = response.json() if isinstance(response, requests.Response) else {}
    except requests.JSONDecodeError:
        return {}
    return body if isinstance(body, dict) else {}
