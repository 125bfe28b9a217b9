"""The X connector against the pretend X, over real HTTP: what each answer of the network comes to mean."""

import base64
import logging
import time
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from requests_app.networks import connect
from requests_app.networks.contract import (
    Absent,
    Deferred,
    Deleted,
    Draft,
    NetworkUnavailable,
    OutgoingPhoto,
    Parent,
    Published,
    Rejected,
    Unauthorized,
    Unknown,
)
from requests_app.networks.x import XConnector
from requests_app.networks.x_linking import refresh_tokens
from requests_app.networks.x_reading import moment_of, snowflake
from tests.requests_app.sandbox.driver import Sandbox

TEXT = "Cambiada la bombilla.\n— Antonio · N.º 1042"


@pytest.fixture
def line(sandbox: Sandbox) -> XConnector:
    return connect("x", external_id="105", credentials={"access_token": "sandbox-manto_alameda"})


def draft(sandbox: Sandbox, *, text: str = TEXT, answering: str = "@manto_alameda sin luz", **fields: object) -> Draft:
    post = sandbox.post(answering)
    parent = Parent(external_id=post["id"], author_id="", handle="")
    return Draft(text=text, parent=parent, frozen={}, first_claimed_at=timezone.now(), **fields)


def test_publish_says_when_the_network_showed_it(sandbox: Sandbox, line: XConnector) -> None:
    before = timezone.now() - timedelta(seconds=1)

    outcome = line.publish(draft(sandbox))

    assert isinstance(outcome, Published)
    assert before < outcome.published_at <= timezone.now()


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("dropped", Unknown),
        ("server_error", Unknown),
        ("malformed", Unknown),
        ("rate_limited", Deferred),
        ("rate_limited_bare", Deferred),
        ("usage_capped", Deferred),
        ("unauthorized", Deferred),
        ("forbidden", Rejected),
    ],
)
def test_publish_when_the_network_fails(sandbox: Sandbox, line: XConnector, fault: str, outcome: type) -> None:
    one = draft(sandbox)
    sandbox.fail("create_tweet", fault)

    assert type(line.publish(one)) is outcome


def test_publish_that_is_not_answered_in_time_is_unknown(
    sandbox: Sandbox, line: XConnector, settings: Settings
) -> None:
    one = draft(sandbox)
    sandbox.fail("create_tweet", "slow", seconds=1.5)
    settings.NETWORK_TIMEOUT = (1, 0.3)

    assert type(line.publish(one)) is Unknown


def test_no_token_is_logged_even_while_debugging(
    sandbox: Sandbox, line: XConnector, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    one = draft(sandbox)

    line.publish(one)
    sandbox.fail("mentions", "server_error")
    with pytest.raises(NetworkUnavailable):
        line.fetch("", now=timezone.now())

    assert caplog.records != []
    assert [secret for secret in ("sandbox-manto_alameda", TEXT) if secret in caplog.text] == []


def test_publish_where_nobody_listens_was_surely_not_sent(sandbox: Sandbox, settings: Settings) -> None:
    one = draft(sandbox)
    settings.X_BASE_URL = "http://127.0.0.1:9"
    nobody = connect("x", external_id="105", credentials={"access_token": "sandbox-manto_alameda"})

    assert type(nobody.publish(one)) is Deferred


@pytest.mark.parametrize(
    ("answering", "rule"), [("sin nombrar a nadie", "not_summoned"), ("@alameda sin luz", "not_summoned")]
)
def test_publish_to_a_post_that_did_not_name_us(sandbox: Sandbox, line: XConnector, answering: str, rule: str) -> None:
    outcome = line.publish(draft(sandbox, answering=answering))

    assert isinstance(outcome, Rejected)
    assert outcome.rule == rule


def test_publish_the_same_words_twice_is_named_a_duplicate(sandbox: Sandbox, line: XConnector) -> None:
    one = draft(sandbox)
    line.publish(one)

    outcome = line.publish(one)

    assert isinstance(outcome, Rejected)
    assert outcome.rule == "duplicate"


def test_publish_to_a_deleted_post_is_gone(sandbox: Sandbox, line: XConnector) -> None:
    one = draft(sandbox)
    sandbox.control("DELETE", f"posts/{one.parent.external_id}")

    outcome = line.publish(one)

    assert isinstance(outcome, Rejected)
    assert outcome.rule == "gone"


def test_a_photo_that_cannot_be_uploaded_posts_nothing(sandbox: Sandbox, line: XConnector, jpeg: bytes) -> None:
    one = draft(sandbox, photos=(OutgoingPhoto(jpeg, "La farola"),))
    sandbox.fail("media", "server_error")

    assert type(line.publish(one)) is Deferred
    assert type(line.find(one)) is Absent


def test_find_knows_its_own_words_again_behind_a_photo(sandbox: Sandbox, line: XConnector, jpeg: bytes) -> None:
    one = draft(sandbox, photos=(OutgoingPhoto(jpeg, "La farola"), OutgoingPhoto(jpeg, "La calle")))
    line.publish(one)

    assert type(line.find(one)) is Published


def test_read_gives_the_words_as_typed(sandbox: Sandbox, line: XConnector, jpeg: bytes) -> None:
    words = "@manto_alameda mirad <esto> https://example.org/a?b=1&copy=2 & esto"
    sandbox.post(words, photo_base64=base64.b64encode(jpeg).decode())

    (post,) = line.fetch("", now=timezone.now()).posts

    assert (post.text, len(post.photos)) == (words, 1)


@pytest.mark.parametrize(
    "text", [TEXT, "Tom & Jerry <3  dos   espacios", "¡Ya está! 👍🏽 @alameda", "Más en plaza.org"]
)
def test_find_knows_its_own_words_again(sandbox: Sandbox, line: XConnector, text: str) -> None:
    one = draft(sandbox, text=text)
    assert type(line.find(one)) is Absent
    published = line.publish(one)
    assert isinstance(published, Published)

    found = line.find(one)

    assert isinstance(found, Published)
    assert (found.external_id, found.published_at) == (published.external_id, moment_of(published.external_id))


def test_find_is_not_deceived_by_the_same_words_elsewhere(sandbox: Sandbox, line: XConnector) -> None:
    line.publish(draft(sandbox))
    other = draft(sandbox, answering="@manto_alameda otra cosa")

    assert type(line.find(other)) is Absent


def test_find_that_cannot_look_says_so(sandbox: Sandbox, line: XConnector) -> None:
    one = draft(sandbox)
    sandbox.fail("user_tweets", "server_error")

    with pytest.raises(NetworkUnavailable):
        line.find(one)


@pytest.mark.parametrize("fault", ["server_error", "malformed", "dropped", "rate_limited_bare"])
def test_read_of_a_sick_network_raises(sandbox: Sandbox, line: XConnector, fault: str) -> None:
    sandbox.fail("mentions", fault)
    with pytest.raises(NetworkUnavailable):
        line.fetch("", now=timezone.now())


def test_read_with_a_token_that_is_not_accepted(sandbox: Sandbox) -> None:
    with pytest.raises(Unauthorized):
        connect("x", external_id="105", credentials={"access_token": "nonsense"}).fetch("", now=timezone.now())


def test_read_says_who_is_named_and_what_is_answered(sandbox: Sandbox, line: XConnector) -> None:
    first = sandbox.post("@manto_alameda @alameda sin luz")
    sandbox.post("@manto_alameda &amp; nada", in_reply_to=first["id"])

    older, newer = line.fetch("", now=timezone.now()).posts

    assert (older.mentions, older.in_reply_to, older.conversation_id) == (("105", "101"), "", first["id"])
    assert (newer.in_reply_to, newer.conversation_id) == (first["id"], first["id"])


def test_read_again_starts_before_the_cursor(sandbox: Sandbox, line: XConnector) -> None:
    sandbox.post("@manto_alameda uno")
    walk = line.fetch("", now=timezone.now())

    again = line.fetch(walk.cursor, now=timezone.now())

    assert [post.text for post in again.posts] == ["@manto_alameda uno"]
    assert (again.cursor, again.missed) == (walk.cursor, None)


def test_an_empty_inbox_moves_no_cursor(sandbox: Sandbox, line: XConnector) -> None:
    cursor = str(snowflake(timezone.now()))
    assert line.fetch(cursor, now=timezone.now()).cursor == cursor


def test_a_refresh_token_serves_once(sandbox: Sandbox) -> None:
    pair = refresh_tokens("sandbox-refresh-alameda")

    assert pair["expires_at"] > timezone.now().timestamp() + 3600
    with pytest.raises(Unauthorized):
        refresh_tokens("sandbox-refresh-alameda")


def test_a_refresh_where_nobody_listens(settings: Settings) -> None:
    settings.X_BASE_URL = "http://127.0.0.1:9"
    with pytest.raises(NetworkUnavailable):
        refresh_tokens("any")


@pytest.mark.parametrize(
    ("text", "length"),
    [("hola", 4), ("¡Año!", 5), ("👍", 2), ("👩‍👩‍👧", 2), ("東京", 4), ("https://example.org/" + "a" * 90, 23)],
)
def test_length_is_x_own(line: XConnector, text: str, length: int) -> None:
    assert line.length(text) == length


def test_a_published_answer_tells_its_page(sandbox: Sandbox, line: XConnector, settings: Settings) -> None:
    settings.X_SITE_URL = "https://x.example"

    outcome = line.publish(draft(sandbox))

    assert outcome.url == f"https://x.example/i/status/{outcome.external_id}"


def test_a_photo_goes_with_its_description(sandbox: Sandbox, line: XConnector, jpeg: bytes) -> None:
    line.publish(draft(sandbox, photos=(OutgoingPhoto(jpeg, "La farola"), OutgoingPhoto(jpeg, ""))))

    (said,) = sandbox.control("GET", "posts", params={"author": "manto_alameda"})["posts"]
    assert said["alt_texts"] == ["La farola", ""]


def test_an_answer_to_an_edited_post_is_found_under_any_of_its_versions(sandbox: Sandbox, line: XConnector) -> None:
    one = draft(sandbox)
    sandbox.control("POST", f"posts/{one.parent.external_id}/edit", json={"text": "@manto_alameda sin luz desde ayer"})
    (edited,) = line.fetch("", now=timezone.now()).posts
    informed = Parent(edited.external_id, author_id="", handle="", reference=edited.reference)

    published = line.publish(Draft(text=TEXT, parent=informed, frozen={}, first_claimed_at=one.first_claimed_at))

    (said,) = sandbox.control("GET", "posts", params={"author": "manto_alameda"})["posts"]
    assert said["in_reply_to"] == edited.version != edited.external_id
    # `one` knows nothing of the edit.
    assert line.find(one).external_id == published.external_id


def test_an_answer_that_lands_late_is_first_absent_and_then_found(sandbox: Sandbox, line: XConnector) -> None:
    one = draft(sandbox)
    sandbox.fail("create_tweet", "lands_late", seconds=0.2)
    assert (type(line.publish(one)), type(line.find(one))) == (Unknown, Absent)

    deadline = time.monotonic() + 5
    while type(finding := line.find(one)) is Absent and time.monotonic() < deadline:
        time.sleep(0.05)

    assert type(finding) is Published


def test_the_same_words_to_another_reporter_begin_with_their_name(sandbox: Sandbox, line: XConnector) -> None:
    outcomes = []
    for resident, repeats in (("lucia_rm", False), ("paco_g", True)):
        asked = sandbox.post("@manto_alameda sin luz", author=resident)["id"]
        parent = Parent(asked, author_id="", handle=resident)
        prepared = line.prepare(TEXT, parent=parent, key="k", now=timezone.now(), repeats=repeats)
        one = Draft(text=prepared.text, parent=parent, frozen={}, first_claimed_at=timezone.now())
        outcomes.append(line.publish(one))
        assert line.find(one).external_id == outcomes[-1].external_id

    said = sandbox.control("GET", "posts", params={"author": "manto_alameda"})["posts"]
    assert [post["words"] for post in said] == [TEXT, f"@paco_g {TEXT}"]
    # X itself puts the name before an answer, once.
    assert [post["text"].count("@paco_g") for post in said] == [0, 1]


def test_is_ours_knows_words_whatever_x_did_to_their_spelling(sandbox: Sandbox, line: XConnector) -> None:
    text = "Más en https://example.org/a & en la plaza"
    line.publish(draft(sandbox, text=text))

    (post,) = line.fetch_own("", now=timezone.now()).posts

    assert (line.is_ours(post, text=text), line.is_ours(post, text="Más en la plaza")) == (True, False)


def test_delete_takes_back_once_and_for_all(sandbox: Sandbox, line: XConnector) -> None:
    published = line.publish(draft(sandbox))

    assert [type(line.delete(published.external_id)) for _ in range(2)] == [Deleted, Deleted]
    assert type(line.delete("999999")) is Deleted
    assert sandbox.control("GET", "posts", params={"author": "manto_alameda"})["posts"] == []


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("server_error", Unknown),
        ("dropped", Unknown),
        ("forbidden", Unknown),
        ("rate_limited", Deferred),
        ("unauthorized", Deferred),
    ],
)
def test_delete_when_the_network_fails(sandbox: Sandbox, line: XConnector, fault: str, outcome: type) -> None:
    published = line.publish(draft(sandbox))
    sandbox.fail("delete_tweet", fault)

    assert type(line.delete(published.external_id)) is outcome


def test_a_timeout_of_theirs_is_a_doubt_and_a_plain_refusal_is_none(sandbox: Sandbox, line: XConnector) -> None:
    one = draft(sandbox)
    sandbox.fail("create_tweet", "server_error", status=408)
    assert type(line.publish(one)) is Unknown

    sandbox.fail("create_tweet", "server_error", status=418)
    assert line.publish(one).rule == "invalid"
