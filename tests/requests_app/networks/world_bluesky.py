"""Bluesky for the tests that every network's connector passes."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from pytest_django import Settings

from requests_app.networks import connect
from requests_app.networks.contract import Connector, Usage
from tests.requests_app.networks.bluesky_doors import running
from tests.requests_app.networks.bluesky_double import POST, Double, Person

METHODS = {
    "fetch": "app.bsky.notification.listNotifications",
    "fetch_own": "app.bsky.feed.getAuthorFeed",
    "publish": "com.atproto.repo.putRecord",
    "upload": "com.atproto.repo.uploadBlob",
    "find": "com.atproto.repo.getRecord",
    "check": "app.bsky.feed.getPosts",
    "delete": "com.atproto.repo.deleteRecord",
    "owner": "com.atproto.server.getSession",
    "renew": "com.atproto.server.refreshSession",
}


class BlueskyWorld:
    network = "bluesky"

    def __init__(self, double: Double, settings: Settings) -> None:
        self.double, self.settings = double, settings
        self.town = double.person("alameda.test", name="Ayuntamiento de Alameda")
        self.colleague = double.person("barrendera.test", name="Carmen")
        self.resident = double.person("lucia.test", name="Lucía M.")
        self.sessions = {person.did: double.session(person) for person in (self.town, self.colleague)}

    def connector(self, *, usage: Usage | None = None, colleague: bool = False) -> Connector:
        person = self._who(colleague)
        session = self.sessions[person.did]
        return connect(
            "bluesky",
            external_id=person.did,
            credentials={"access_jwt": session["accessJwt"], "refresh_jwt": session["refreshJwt"]},
            server={"url": self.double.base, "did": person.did},
            usage=usage,
        )

    def handle(self, *, colleague: bool = False) -> str:
        return self._who(colleague).handle

    def resident_says(self, text: str, *, photo: bytes | None = None, in_reply_to: str = "") -> str:
        images = [{"alt": "", "image": self.double.blob(photo)}] if photo else []
        more = {"embed": {"$type": "app.bsky.embed.images", "images": images}} if images else {}
        return self.double.say(self.resident, text, in_reply_to=in_reply_to, **more)

    def town_says(self, text: str, *, in_reply_to: str = "") -> str:
        return self.double.say(self.town, text, in_reply_to=in_reply_to)

    def edit(self, external_id: str, text: str) -> None:
        record = self.double.stored(external_id).record
        self.double.store(self.resident, POST, external_id.rpartition("/")[2], {**record, "text": text})

    def remove(self, external_id: str) -> None:
        self.double.remove(external_id)

    def answers(self) -> list[str]:
        return [stored.record["text"] for _uri, _person, stored in self.double.posts(by=self.town)]

    def fail(self, verb: str, fault: str) -> None:
        if fault == "hangs":
            self.settings.NETWORK_TIMEOUT = min(self.settings.NETWORK_TIMEOUT, (1, 0.2))
        self.double.fail(METHODS[verb], fault)

    def now(self) -> datetime:
        return self.double.now()

    def _who(self, colleague: bool) -> Person:
        return self.colleague if colleague else self.town


@pytest.fixture
def bluesky_world(settings: Settings) -> Iterator[BlueskyWorld]:
    with running() as double:
        yield BlueskyWorld(double, settings)
