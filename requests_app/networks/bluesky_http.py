"""How calls to an AT Protocol server are made, with a session and a timeout, and what their failures mean."""

import json
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from types import TracebackType
from typing import Any, NoReturn, Self

import httpx
from atproto_client.client.base import ClientBase
from atproto_client.exceptions import RequestErrorBase
from atproto_client.models.common import XrpcError
from atproto_client.models.dot_dict import DotDict
from atproto_client.request import Request, Response
from django.conf import settings
from django.utils import timezone

from requests_app.networks.contract import (
    Allowance,
    Deferred,
    NetworkUnavailable,
    Outcome,
    Rejected,
    Unauthorized,
    Unknown,
    Usage,
)

# No reset header came with a 429: long enough not to hammer, short enough not to lose an evening.
BLIND_WAIT = timedelta(minutes=1)
UNREACHABLE_WAIT = timedelta(seconds=15)
# The reference server answers 400 to a token that has expired and 401 to most others: its name tells, not the number.
REFUSED_KEYS = frozenset(
    {"AuthMissing", "AuthenticationRequired", "ExpiredToken", "InvalidToken", "AccountTakedown", "AccountDeactivated"}
)
# Before the server got a byte of the message.
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.InvalidURL)
STRANGE = "an answer that is not Bluesky's"


class Failure(Exception):
    """A call that was not answered as it should be; `sent`: the server may have got it."""

    def __init__(
        self,
        detail: str,
        *,
        status: int = 0,
        name: str = "",
        headers: Mapping[str, str] | None = None,
        sent: bool = True,
    ) -> None:
        super().__init__(detail)
        self.status, self.name, self.headers, self.sent = status, name, headers or {}, sent

    @property
    def refuses_keys(self) -> bool:
        return self.status == 401 or self.name in REFUSED_KEYS


class Calls:
    """Calls to one server with one token, over connections that are closed at the end of the `with`.

    Answers are read as plain dictionaries: the library's models refuse a whole page for one odd post in it.
    """

    def __init__(self, url: str, *, token: str = "", usage: Usage | None = None) -> None:
        connect, answer = settings.NETWORK_TIMEOUT
        self._request = Request(timeout=httpx.Timeout(answer, connect=connect), verify=_trusted())
        if token:
            self._request.add_additional_header("Authorization", f"Bearer {token}")
        self._client = ClientBase(base_url=url, request=self._request)
        self._usage = usage or Usage()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._request.close()

    def ask(self, method: str, *, verb: str = "", **parameters: Any) -> dict[str, Any]:
        """A query. `verb`: of the contract, for which the limits it tells are written down. Raises Failure."""
        return self._call(self._client.invoke_query, method, verb=verb, params=DotDict(parameters))

    def tell(self, method: str, *, verb: str = "", **body: Any) -> dict[str, Any]:
        """A procedure. Raises Failure."""
        content = {"content": json.dumps(body), "headers": {"Content-Type": "application/json"}} if body else {}
        return self._call(self._client.invoke_procedure, method, verb=verb, **content)

    def upload(self, content: bytes) -> dict[str, Any]:
        """The blob that holds a JPEG. Raises Failure."""
        headers = {"Content-Type": "image/jpeg"}
        answer = self._call(
            self._client.invoke_procedure,
            "com.atproto.repo.uploadBlob",
            verb="upload",
            content=content,
            headers=headers,
        )
        if not isinstance(answer.get("blob"), dict):
            raise Failure(STRANGE)
        blob: dict[str, Any] = answer["blob"]
        return blob

    def _call(self, invoke: Any, method: str, *, verb: str, **options: Any) -> dict[str, Any]:
        try:
            response: Response = invoke(method, **options)
        except RequestErrorBase as error:
            failure = _failure(error)
            self._allow(verb, failure.headers)
            raise failure from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Failure(type(error).__name__, sent=not isinstance(error, NEVER_SENT)) from error
        except ValueError as error:
            raise Failure(STRANGE) from error
        self._allow(verb, response.headers)
        # Older servers confirm a deletion with an empty page.
        content = response.content or {}
        if not isinstance(content, dict):
            raise Failure(STRANGE)
        return content

    def _allow(self, verb: str, headers: Mapping[str, str]) -> None:
        resets_at = _reset(headers)
        limit, remaining = headers.get("ratelimit-limit", ""), headers.get("ratelimit-remaining", "")
        if verb and resets_at and limit.isdecimal() and remaining.isdecimal():
            self._usage.allowances[verb] = Allowance(verb, int(limit), int(remaining), resets_at)


def outcome_of_failure(failure: Failure, *, wrote: bool) -> Outcome:
    """What a failed call means for the message. `wrote` = the call may have created the post."""
    now = timezone.now()
    if failure.status == 429:
        return Deferred(until=quiet_until(failure), detail=str(failure), cause="limit")
    if failure.refuses_keys:
        return Deferred(until=now + UNREACHABLE_WAIT, detail=str(failure), cause="credentials")
    if failure.status == 403:
        return Rejected(rule="forbidden", detail=str(failure))
    if failure.status in (400, 404, 405, 413, 415):
        return Rejected(rule="invalid", detail=str(failure))
    if not wrote or not failure.sent:
        return Deferred(until=now + UNREACHABLE_WAIT, detail=str(failure))
    return Unknown(detail=str(failure))


def raise_unreadable(failure: Failure) -> NoReturn:
    """A failed read, as the contract's errors."""
    if failure.status == 429:
        raise NetworkUnavailable(str(failure), retry_at=quiet_until(failure), cause="limit") from failure
    if failure.refuses_keys:
        raise Unauthorized(str(failure)) from failure
    raise NetworkUnavailable(str(failure)) from failure


def quiet_until(failure: Failure) -> datetime:
    # A second over, since the header is cut to whole seconds.
    return (_reset(failure.headers) or timezone.now() + BLIND_WAIT) + timedelta(seconds=1)


@cache
def _trusted() -> ssl.SSLContext:
    """Read once a process: reading the authorities' certificates takes longer than many a call."""
    return httpx.create_ssl_context()


def _failure(error: RequestErrorBase) -> Failure:
    """In the network's words; only the kind of failure when there are none, since addresses can carry secrets."""
    if error.response is None:
        cause = error.__cause__ or error
        return Failure(type(cause).__name__, sent=not isinstance(cause, NEVER_SENT))
    content, status = error.response.content, error.response.status_code
    headers = error.response.headers
    if not isinstance(content, XrpcError):
        return Failure(f"status {status}", status=status, headers=headers)
    name = str(content.error or "")
    detail = f"{name}: {content.message}" if content.message else name
    return Failure(detail[:300] or f"status {status}", status=status, name=name, headers=headers)


def _reset(headers: Mapping[str, str]) -> datetime | None:
    """When a limit ends by our clock: the header is read against the answer's own Date."""
    reset = headers.get("ratelimit-reset", "")
    if not reset.isdecimal() or len(reset) > 11:
        return None
    moment = datetime.fromtimestamp(int(reset), UTC)
    try:
        answered_at = parsedate_to_datetime(headers.get("date", ""))
    except ValueError:
        return moment
    return moment + (timezone.now() - answered_at if answered_at.tzinfo else timedelta())
