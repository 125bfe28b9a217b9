"""Mastodon as tests know it: `mastodon_mock` over HTTP, in memory, with two faults that it does not know."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from fnmatch import fnmatch
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import requests
import uvicorn
from mastodon_mock.app import create_app
from mastodon_mock.config import MastodonMockConfig, StreamingConfig

from requests_app.networks import connect
from requests_app.networks.contract import Connector, Usage
from requests_app.networks.mastodon_words import words_of

# What each verb asks for first, of what can go wrong.
ENDPOINTS = {
    "fetch": ("GET", "/api/v1/notifications"),
    "fetch_own": ("GET", "/api/v1/accounts/*/statuses"),
    "find": ("GET", "/api/v1/accounts/*/statuses"),
    "check": ("GET", "/api/v1/statuses"),
    "publish": ("POST", "/api/v1/statuses"),
    "upload": ("POST", "/api/v2/media"),
    "delete": ("DELETE", "/api/v1/statuses/*"),
    "owner": ("GET", "/api/v1/accounts/verify_credentials"),
}
EFFECTS: dict[str, dict[str, Any]] = {
    "server_error": {"type": "status", "status": 503},
    "rate_limited": {"type": "ratelimit"},
    "unauthorized": {"type": "status", "status": 401, "body": {"error": "The access token is invalid"}},
    "malformed": {"type": "malformed"},
}


class Faulty:
    """Around the double: an answer that is lost after the work was done, and one that never comes."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.ordered: list[tuple[str, str, str]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        match self._due(scope):
            case "dropped":
                await self.app(scope, receive, _swallow)
                # A promise of an answer, and then the connection closes.
                await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
            case "hangs":
                while (await receive())["type"] != "http.disconnect":
                    pass
            case _:
                await self.app(scope, receive, send)

    def _due(self, scope: Any) -> str:
        for order in self.ordered:
            fault, method, path = order
            if scope["type"] == "http" and scope["method"] == method and fnmatch(scope["path"], path):
                self.ordered.remove(order)
                return fault
        return ""


async def _swallow(_message: Any) -> None:
    await asyncio.sleep(0)


class MastodonServer:
    """The running double, for as many towns as a session needs."""

    def __init__(self, app: Faulty, base: str) -> None:
        self.app, self.base = app, base
        self.http = requests.Session()
        self.numbers = count(1)

    def call(self, method: str, path: str, *, token: str = "", **options: Any) -> Any:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = self.http.request(method, f"{self.base}/api/{path}", headers=headers, timeout=5, **options)
        answer.raise_for_status()
        return answer.json()

    def person(self, name: str) -> dict[str, Any]:
        body = {"username": f"{name}_{next(self.numbers)}", "display_name": name.capitalize()}
        person: dict[str, Any] = self.call("POST", "v1/_mock/dev_user", json=body)
        return person

    def order(self, fault: str, *, method: str, path: str) -> None:
        """The next such call fails."""
        if fault in EFFECTS:
            self.answer(EFFECTS[fault], method=method, path=path)
        else:
            self.app.ordered.append((fault, method, path))

    def answer(self, effect: dict[str, Any], *, method: str, path: str) -> None:
        """The next such call is answered so instead."""
        match = {"methods": [method], "path": path}
        self.call("POST", "v1/_mock/faults", json={"match": match, "effect": effect, "count": 1})

    def calm(self) -> None:
        self.app.ordered.clear()
        self.call("DELETE", "v1/_mock/faults")


@contextmanager
def serving(folder: Path) -> Iterator[MastodonServer]:
    """The double on a free port, in a thread; photos are kept in `folder`."""
    streaming = StreamingConfig(enabled=False)
    app = Faulty(create_app(MastodonMockConfig(streaming=streaming, media_storage_path=str(folder))))
    # Without its own Date, so that a test may give one.
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", date_header=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    waited = threading.Event()
    while not server.started and thread.is_alive():
        waited.wait(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield MastodonServer(app, f"http://127.0.0.1:{port}")
    server.should_exit = True
    thread.join(timeout=5)


class MastodonWorld:
    network = "mastodon"

    def __init__(self, server: MastodonServer) -> None:
        self.server = server
        self.town, self.resident = server.person("alameda"), server.person("lucia")
        self.known = {"url": server.base, "software": "mastodon 4.6.0", "idempotent": True, "max_characters": 500}

    @cached_property
    def colleague(self) -> dict[str, Any]:
        return self.server.person("barrendera")

    def connector(self, *, usage: Usage | None = None, colleague: bool = False) -> Connector:
        who = self.colleague if colleague else self.town
        credentials = {"access_token": who["access_token"]}
        return connect(
            "mastodon", external_id=who["id"], credentials=credentials, server=self.known, usage=usage or Usage()
        )

    def handle(self, *, colleague: bool = False) -> str:
        who = self.colleague if colleague else self.town
        return str(who["username"])

    def resident_says(self, text: str, *, photo: bytes | None = None, in_reply_to: str = "", **more: Any) -> str:
        return self.say(self.resident, text, photo=photo, in_reply_to=in_reply_to, **more)

    def town_says(self, text: str, *, in_reply_to: str = "") -> str:
        return self.say(self.town, text, in_reply_to=in_reply_to)

    def say(
        self, who: dict[str, Any], text: str, *, photo: bytes | None = None, in_reply_to: str = "", **more: Any
    ) -> str:
        body: dict[str, Any] = {"status": text, **more}
        if in_reply_to:
            body["in_reply_to_id"] = in_reply_to
        if photo:
            files = {"file": ("photo.jpg", photo, "image/jpeg")}
            media = self.call("POST", "v2/media", by=who, files=files, data={"description": "Una farola"})
            body["media_ids[]"] = [media["id"]]
        return str(self.call("POST", "v1/statuses", by=who, data=body)["id"])

    def edit(self, external_id: str, text: str) -> None:
        self.call("PUT", f"v1/statuses/{external_id}", by=self.resident, data={"status": text})

    def remove(self, external_id: str) -> None:
        author = self.call("GET", f"v1/statuses/{external_id}", by=self.town)["account"]["id"]
        by = self.town if author == self.town["id"] else self.resident
        self.call("DELETE", f"v1/statuses/{external_id}", by=by)

    def answers(self) -> list[str]:
        own = self.call("GET", f"v1/accounts/{self.town['id']}/statuses", by=self.town)
        return [words_of(status["content"]) for status in reversed(own)]

    def fail(self, verb: str, fault: str) -> None:
        method, path = ENDPOINTS[verb]
        self.server.order(fault, method=method, path=path)

    def now(self) -> datetime:
        return datetime.now(UTC)

    def call(self, method: str, path: str, *, by: dict[str, Any], **options: Any) -> Any:
        return self.server.call(method, path, token=by["access_token"], **options)


@pytest.fixture(scope="session")
def mastodon_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MastodonServer]:
    with serving(tmp_path_factory.mktemp("mastodon")) as server:
        yield server


@pytest.fixture
def mastodon_world(mastodon_server: MastodonServer) -> Iterator[MastodonWorld]:
    yield MastodonWorld(mastodon_server)
    mastodon_server.calm()
