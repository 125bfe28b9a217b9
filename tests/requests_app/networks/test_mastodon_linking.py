"""Linking an account on a Mastodon server, from its address to its first mention by a stranger."""

from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from pytest_django import Settings

from requests_app.networks import connect
from requests_app.networks.contract import NetworkUnavailable, Unauthorized
from requests_app.networks.mastodon_linking import accept_everybody, begin, complete, link_token, mark_as_bot, probe
from tests.requests_app.networks.world_mastodon import MastodonServer, MastodonWorld

CALLBACK = "https://plaza.alameda.example/settings/accounts/mastodon"


def allow(url: str, *, username: str) -> tuple[str, str]:
    """What the administrator does in the browser: the code and the state that come back."""
    asked = {key: value for key, (value,) in parse_qs(urlsplit(url).query).items()}
    assert asked["redirect_uri"] == CALLBACK
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    answer = requests.post(url.split("?")[0], data={**asked, "username": username}, allow_redirects=False, timeout=5)
    returned = parse_qs(urlsplit(answer.headers["Location"]).query)
    return returned["code"][0], returned["state"][0]


def test_a_server_says_what_it_can_do(mastodon_server: MastodonServer) -> None:
    # Whatever stands behind the address.
    assert probe(f" {mastodon_server.base}/@alameda ") == {
        "url": mastodon_server.base,
        "domain": "mock.local",
        "software": "mastodon 4.6.0",
        "idempotent": True,
        "max_characters": 500,
        "characters_per_url": 23,
        "photos": 4,
    }


@pytest.mark.parametrize(
    ("name", "version", "idempotent", "per_url"),
    [
        ("mastodon", "4.5.6+glitch", False, 23),
        ("hometown", "4.6.1+hometown-1.2", True, 23),
        ("gotosocial", "0.20.1", False, 0),
        ("takahe", "4.7.0", False, 0),
    ],
)
def test_repeating_is_safe_only_where_it_is_known_to_be(
    mastodon_world: MastodonWorld, name: str, version: str, idempotent: bool, per_url: int
) -> None:
    server = mastodon_world.server
    about = {"version": version, "configuration": {"statuses": {"max_characters": 5000}}}
    server.answer({"type": "status", "status": 200, "body": about}, method="GET", path="/api/v2/instance/")
    software = {"software": {"name": name, "version": version}}
    server.answer({"type": "status", "status": 200, "body": software}, method="GET", path="/nodeinfo/2.0")

    known = probe(server.base)

    assert (known["software"], known["idempotent"]) == (f"{name} {version}", idempotent)
    assert (known["max_characters"], known["characters_per_url"]) == (5000, per_url)


def test_a_server_that_does_not_say_what_it_is_is_trusted_with_little(mastodon_world: MastodonWorld) -> None:
    server = mastodon_world.server
    server.answer({"type": "status", "status": 404}, method="GET", path="/api/v2/instance/")
    server.answer({"type": "malformed"}, method="GET", path="/.well-known/nodeinfo")

    known = probe(server.base)

    assert (known["software"], known["idempotent"], known["max_characters"]) == ("unknown 4.6.0", False, 500)


@pytest.mark.parametrize("url", ["http://plaza.example", "ftp://plaza.example", "", "https://ana:secret@plaza.example"])
def test_an_address_that_will_not_do(settings: Settings, url: str) -> None:
    with pytest.raises(ValueError, match="address"):
        probe(url)


def test_a_server_that_is_none() -> None:
    with pytest.raises(NetworkUnavailable):
        probe("http://127.0.0.1:9")


def test_an_administrator_allows_it_and_strangers_are_heard(mastodon_world: MastodonWorld) -> None:
    server, town = mastodon_world.server, mastodon_world.town
    mastodon_world.call(
        "PATCH", "v2/notifications/policy", by=town, json={"for_not_following": "drop", "for_new_accounts": "drop"}
    )
    begun = begin(server.base, callback=CALLBACK, name="Plaza, Alameda")
    code, state = allow(begun.url, username=town["username"])

    linked = complete(begun.keep, code=code, state=state, callback=CALLBACK)

    assert (linked.owner.external_id, linked.owner.handle) == (town["id"], f"{town['username']}@mock.local")
    assert (set(linked.credentials), linked.server) == ({"access_token"}, probe(server.base))
    assert accept_everybody(linked.credentials, linked.server) is True
    external_id = mastodon_world.resident_says(f"@{town['username']} sin luz")
    line = connect("mastodon", external_id=town["id"], credentials=linked.credentials, server=linked.server)
    assert [post.external_id for post in line.fetch("", now=mastodon_world.now()).posts] == [external_id]


def test_an_answer_to_another_question_links_nothing(mastodon_world: MastodonWorld) -> None:
    begun = begin(mastodon_world.server.base, callback=CALLBACK, name="Plaza")
    code, state = allow(begun.url, username=mastodon_world.town["username"])

    with pytest.raises(Unauthorized):
        complete(begun.keep, code=code, state="another", callback=CALLBACK)
    with pytest.raises(Unauthorized):
        complete(begun.keep, code="nonsense", state=state, callback=CALLBACK)


def test_a_server_that_takes_no_applications(mastodon_world: MastodonWorld) -> None:
    mastodon_world.server.answer({"type": "status", "status": 403}, method="POST", path="/api/v1/apps")

    with pytest.raises(NetworkUnavailable):
        begin(mastodon_world.server.base, callback=CALLBACK, name="Plaza")


def test_a_token_links_its_owner_and_nonsense_nobody(mastodon_world: MastodonWorld) -> None:
    linked = link_token(mastodon_world.server.base, f" {mastodon_world.town['access_token']} ")

    assert linked.owner.external_id == mastodon_world.town["id"]
    assert linked.credentials == {"access_token": mastodon_world.town["access_token"]}
    with pytest.raises(Unauthorized):
        link_token(mastodon_world.server.base, "nonsense")


@pytest.mark.parametrize(("status", "heard"), [(404, True), (403, False)])
def test_whether_strangers_are_heard_now(mastodon_world: MastodonWorld, status: int, heard: bool) -> None:
    """A server without a policy keeps nobody out; keys without the scope change nothing."""
    keys, path = {"access_token": mastodon_world.town["access_token"]}, "/api/v2/notifications/policy"
    mastodon_world.server.answer({"type": "status", "status": status}, method="PATCH", path=path)

    assert accept_everybody(keys, mastodon_world.known) is heard
    with pytest.raises(Unauthorized):
        accept_everybody({"access_token": "nonsense"}, mastodon_world.known)


def test_an_account_that_answers_by_itself_says_so(mastodon_world: MastodonWorld) -> None:
    keys = {"access_token": mastodon_world.town["access_token"]}

    for bot in (True, False):
        assert mark_as_bot(keys, mastodon_world.known, bot=bot) is True
        account = mastodon_world.call("GET", "v1/accounts/verify_credentials", by=mastodon_world.town)
        assert account["bot"] is bot
