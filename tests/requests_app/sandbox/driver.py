"""What a test may do with the pretend network, over HTTP only: unmodified Tweepy, and the sandbox's own strings."""

from __future__ import annotations

import socket
from typing import Any
from urllib.parse import urlsplit

import requests
import tweepy
from requests.adapters import HTTPAdapter


class Elsewhere(HTTPAdapter):
    """Tweepy has its host written in its code; the adapter sends its requests to another one."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = urlsplit(base)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        request.url = urlsplit(str(request.url))._replace(scheme=self.base.scheme, netloc=self.base.netloc).geturl()
        kwargs["timeout"] = kwargs.get("timeout") or (3, 5)
        return super().send(request, *args, **kwargs)


class Sandbox:
    """What a test may do with the pretend network, over HTTP only."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.http = requests.Session()

    def client(self, handle: str = "alameda", *, token: str = "") -> tweepy.Client:
        client = tweepy.Client(bearer_token=token or f"sandbox-{handle}", wait_on_rate_limit=False)
        client.session.mount("https://api.twitter.com", Elsewhere(self.base))
        return client

    def call(self, method: str, path: str, *, handle: str = "alameda", **kwargs: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer sandbox-{handle}"}
        return self.http.request(method, self.base + path, headers=headers, timeout=5, **kwargs)

    def control(self, method: str, path: str, **kwargs: Any) -> Any:
        response = self.http.request(method, f"{self.base}/sandbox/{path}", timeout=20, **kwargs)
        assert response.ok, response.text
        return response.json()

    def post(self, text: str, *, author: str = "lucia_rm", **kwargs: Any) -> dict[str, Any]:
        post: dict[str, Any] = self.control("POST", "posts", json={"author": author, "text": text, **kwargs})
        return post

    def fail(self, endpoint: str, fault: str, **kwargs: Any) -> None:
        self.control("POST", "faults", json={"endpoint": endpoint, "fault": fault, **kwargs})


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
