"""Linking a Bluesky account: whose it is, what is kept of it, and every plain word when it does not work."""

from collections.abc import Iterator

import pytest

from requests_app.networks import connect
from requests_app.networks.bluesky_linking import mark_as_bot, sign_in
from requests_app.networks.contract import IncomingAuthor, NetworkUnavailable, Unauthorized
from tests.requests_app.networks.bluesky_doors import running
from tests.requests_app.networks.bluesky_double import Double, Person


@pytest.fixture
def double() -> Iterator[Double]:
    with running() as double:
        yield double


@pytest.fixture
def mayor(double: Double) -> Person:
    return double.person("elena.test", name="Elena, alcaldesa")


def test_signing_in_gives_what_a_line_needs(double: Double, mayor: Person) -> None:
    linked = sign_in("@elena.test ", mayor.app_password, server_url=f"{double.base}/")

    assert linked.owner == IncomingAuthor(mayor.did, "elena.test", "Elena, alcaldesa")
    assert linked.server == {"url": double.base, "did": mayor.did}
    assert set(linked.credentials) == {"access_jwt", "refresh_jwt", "expires_at", "app_password"}
    line = connect("bluesky", external_id=mayor.did, credentials=linked.credentials, server=linked.server)
    assert line.owner() == linked.owner


def test_strangers_are_heard_and_telephones_are_left_alone(double: Double, mayor: Person) -> None:
    double.preferences = {"reply": {"include": "follows", "list": False, "push": False}, "like": {"push": True}}

    sign_in("elena.test", mayor.app_password, server_url=double.base)

    assert double.preferences == {
        "mention": {"include": "all", "list": True, "push": True},
        "reply": {"include": "all", "list": True, "push": False},
        "quote": {"include": "all", "list": True, "push": True},
        "like": {"push": True},
    }


def test_the_account_is_spoken_to_where_it_lives(double: Double, mayor: Person) -> None:
    """Another server opens the door: bsky.social is one."""
    with running() as door:
        double.base, home = door.base, double.base
        door.people, door.tokens, door.base = double.people, double.tokens, home

        linked = sign_in("elena.test", mayor.app_password, server_url=double.base)

    assert linked.server["url"] == home


@pytest.mark.parametrize(
    ("identifier", "password", "words"),
    [
        ("elena.test", "abcd-abcd-abcd-abcd", "does not know this handle"),
        ("nadie.test", "abcd-efgh-ijkl-mnop", "does not know this handle"),
        ("elena.test", "main password", "main password"),
    ],
)
def test_keys_that_are_not_accepted(double: Double, mayor: Person, identifier: str, password: str, words: str) -> None:
    with pytest.raises(Unauthorized, match=words):
        sign_in(identifier, password, server_url=double.base)


@pytest.mark.parametrize("url", ["http://bsky.social", "ftp://127.0.0.1", "", "https://"])
def test_passwords_travel_sealed(url: str) -> None:
    with pytest.raises(NetworkUnavailable, match="https://"):
        sign_in("elena.test", "abcd-efgh-ijkl-mnop", server_url=url)


def test_no_password_is_sent_to_what_is_no_bluesky_server(double: Double, mayor: Person) -> None:
    double.fail("com.atproto.server.describeServer", "malformed")

    with pytest.raises(NetworkUnavailable, match="no Bluesky server answers there"):
        sign_in("elena.test", mayor.app_password, server_url=double.base)
    assert double.calls == ["com.atproto.server.describeServer"]


def test_too_many_sign_ins_ask_for_a_pause(double: Double, mayor: Person) -> None:
    double.fail("com.atproto.server.createSession", "rate_limited")

    with pytest.raises(NetworkUnavailable) as caught:
        sign_in("elena.test", mayor.app_password, server_url=double.base)
    assert (caught.value.cause, caught.value.retry_at is None) == ("limit", False)


def test_a_bot_says_so_once_and_keeps_its_profile(double: Double, mayor: Person) -> None:
    profile = {"$type": "app.bsky.actor.profile", "description": "La alcaldesa", "labels": {"values": [{"val": "x"}]}}
    double.store(mayor, "app.bsky.actor.profile", "self", profile)
    linked = sign_in("elena.test", mayor.app_password, server_url=double.base)

    for _time in range(2):
        mark_as_bot(linked.credentials, linked.server)

    kept = mayor.records["app.bsky.actor.profile", "self"].record
    assert kept["description"] == "La alcaldesa"
    assert kept["labels"]["values"] == [{"val": "x"}, {"val": "bot"}]
    assert len(double.put) == 1


def test_an_account_without_a_profile_gets_one(double: Double, mayor: Person) -> None:
    linked = sign_in("elena.test", mayor.app_password, server_url=double.base)

    mark_as_bot(linked.credentials, linked.server)

    kept = mayor.records["app.bsky.actor.profile", "self"].record
    assert kept["labels"] == {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "bot"}]}
