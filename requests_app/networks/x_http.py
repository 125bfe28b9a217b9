"""How Tweepy is pointed at a server, given a timeout, and how X's headers are heard."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
import tweepy
from django.conf import settings
from django.utils import timezone
from requests.adapters import HTTPAdapter

from requests_app.networks.contract import Allowance, Usage

# The address Tweepy was built with; the adapter puts the configured one in its place.
HOST = "https://api.twitter.com"
# A quarter of an hour's limit, and the day's own.
WINDOWS = ("x-rate-limit", "x-user-limit-24hour", "x-app-limit-24hour")


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


def open_client(access_token: str, *, verb: str, usage: Usage) -> tweepy.Client:
    """A client for one verb of the contract: it answers with plain dicts, leaves waiting to us, and notes its limits."""
    client = tweepy.Client(bearer_token=access_token, return_type=dict, wait_on_rate_limit=False)
    open_session(client.session).hooks["response"].append(_listener(verb, usage=usage))
    return client


def send_json(client: tweepy.Client, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """What Tweepy has no method for. Raises requests' errors."""
    headers = {"Authorization": f"Bearer {client.bearer_token}"}
    answer = client.session.post(HOST + path, json=body, headers=headers)
    answer.raise_for_status()
    content: dict[str, Any] = answer.json()
    return content


def quiet_until(headers: Mapping[str, str]) -> datetime | None:
    """When the last of the limits that are used up is lifted; None where X does not say."""
    used_up = [name for name in WINDOWS if headers.get(f"{name}-remaining") == "0"] or WINDOWS[:1]
    resets = [headers.get(f"{name}-reset", "") for name in used_up]
    # A second over, since the header is cut to whole seconds.
    moments = [_by_our_clock(int(reset) + 1, headers=headers) for reset in resets if reset.isdecimal()]
    return max(moments, default=None)


def _listener(verb: str, *, usage: Usage) -> Callable[..., None]:
    """Tweepy throws the headers away; its session lets us hear them before."""

    def listen(response: requests.Response, *_arguments: Any, **_options: Any) -> None:
        limit, remaining, reset = (
            response.headers.get(f"{WINDOWS[0]}-{part}", "") for part in ("limit", "remaining", "reset")
        )
        if limit.isdecimal() and remaining.isdecimal() and reset.isdecimal():
            resets_at = _by_our_clock(int(reset), headers=response.headers)
            usage.allowances[verb] = Allowance(verb, int(limit), int(remaining), resets_at)

    return listen


def _by_our_clock(reset: int, *, headers: Mapping[str, str]) -> datetime:
    """X tells the moment by its own clock; what counts is how far it is from the answer's own date."""
    now = timezone.now()
    try:
        theirs = parsedate_to_datetime(headers.get("Date", "")).timestamp()
    except ValueError:
        theirs = now.timestamp()
    return now + timedelta(seconds=reset - theirs)
