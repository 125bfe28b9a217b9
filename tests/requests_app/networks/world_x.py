"""The world of the contract's tests that is X: the pretend one, over real HTTP."""

import base64
from datetime import datetime

import pytest
from django.utils import timezone
from pytest_django import Settings

from requests_app.networks import connect
from requests_app.networks.contract import Connector, Usage
from tests.requests_app.sandbox.driver import Sandbox

TOWN, COLLEAGUE = ("101", "alameda"), ("105", "manto_alameda")
RESIDENT = "lucia_rm"
# The contract's verbs and kinds of failure in the pretend X's own words.
ENDPOINTS = {
    "fetch": "mentions",
    "fetch_own": "user_tweets",
    "find": "user_tweets",
    "name": "users",
    "publish": "create_tweet",
    "upload": "media",
    "check": "tweets",
    "delete": "delete_tweet",
    "owner": "me",
}
FAULTS = {"hangs": "hang"}


class XWorld:
    network = "x"

    def __init__(self, sandbox: Sandbox, settings: Settings) -> None:
        self.sandbox = sandbox
        self.settings = settings

    def connector(self, *, usage: Usage | None = None, colleague: bool = False) -> Connector:
        external_id, handle = COLLEAGUE if colleague else TOWN
        credentials = {"access_token": f"sandbox-{handle}"}
        return connect("x", external_id=external_id, credentials=credentials, usage=usage)

    def handle(self, *, colleague: bool = False) -> str:
        return (COLLEAGUE if colleague else TOWN)[1]

    def resident_says(self, text: str, *, photo: bytes | None = None, in_reply_to: str = "") -> str:
        picture = {"photo_base64": base64.b64encode(photo).decode(), "alt_text": "La calle"} if photo else {}
        return str(self.sandbox.post(text, author=RESIDENT, in_reply_to=in_reply_to, **picture)["id"])

    def town_says(self, text: str, *, in_reply_to: str = "") -> str:
        return str(self.sandbox.post(text, author=self.handle(), in_reply_to=in_reply_to)["id"])

    def edit(self, external_id: str, text: str) -> None:
        self.sandbox.control("POST", f"posts/{external_id}/edit", json={"text": text})

    def remove(self, external_id: str) -> None:
        self.sandbox.control("DELETE", f"posts/{external_id}")

    def answers(self) -> list[str]:
        posts = self.sandbox.control("GET", "posts", params={"author": self.handle()})["posts"]
        return [post["words"] for post in posts]

    def fail(self, verb: str, fault: str) -> None:
        if fault == "hangs":
            self.settings.NETWORK_TIMEOUT = (1, 0.3)
        seconds = {"seconds": 1.0} if fault == "hangs" else {}
        self.sandbox.fail(ENDPOINTS[verb], FAULTS.get(fault, fault), **seconds)

    def now(self) -> datetime:
        return timezone.now()


@pytest.fixture
def x_world(sandbox: Sandbox, settings: Settings) -> XWorld:
    return XWorld(sandbox, settings)
