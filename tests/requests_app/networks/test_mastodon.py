"""Mastodon's own ways: pages read upwards, private mentions, words in HTML, keys that repeat, limits in headers."""

import calendar
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from requests_app.networks import connect, renewed
from requests_app.networks.contract import (
    Allowance,
    Deferred,
    Draft,
    Gone,
    IncomingAuthor,
    IncomingPost,
    Live,
    NetworkUnavailable,
    Parent,
    Published,
    Rejected,
    Unauthorized,
    Unknown,
    Usage,
)
from requests_app.networks.mastodon import MastodonConnector
from requests_app.networks.mastodon_http import open_client
from requests_app.networks.mastodon_reading import Threads, walk_back, walk_up
from requests_app.networks.mastodon_words import words_of
from tests.requests_app.networks.world_mastodon import MastodonServer, MastodonWorld

NOBODY = {"url": "http://127.0.0.1:9"}
READING = {"fetch", "fetch_own", "find", "check"}
PARENT = Parent(external_id="1", author_id="7", handle="lucia")


@pytest.fixture
def line() -> MastodonConnector:
    """For its rules only."""
    return connect("mastodon", external_id="1", credentials={"access_token": "token"}, server=NOBODY)


def complain(world: MastodonWorld, about: str = "sin luz", **more: Any) -> IncomingPost:
    external_id = world.resident_says(f"@{world.handle()} {about}", **more)
    (post,) = (post for post in read(world) if post.external_id == external_id)
    return post


def read(world: MastodonWorld, **more: Any) -> list[IncomingPost]:
    return list(world.connector().fetch("", now=timezone.now(), **more).posts)


def draft_of(world: MastodonWorld, post: IncomingPost, text: str = "Cambiada la bombilla. — Antonio") -> Draft:
    parent = Parent(post.external_id, post.author.external_id, post.author.handle, reference=post.reference)
    prepared = world.connector().prepare(text, parent=parent, key=f"key-{post.external_id}", now=timezone.now())
    return Draft(prepared.text, parent, prepared.frozen, first_claimed_at=timezone.now())


# --- words ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("<p>Hola &amp; adiós</p><p>Calle Río<br />14 &lt;b&gt;</p>", "Hola & adiós\n\nCalle Río\n14 <b>"),
        (
            '<p><span class="h-card"><a href="https://m.example/@alameda" class="u-url mention">@<span>alameda</span>'
            '</a></span> hay <a href="https://m.example/tags/baches" class="mention hashtag">#<span>baches</span></a></p>',
            "@alameda hay #baches",
        ),
        (
            '<p>Mirad <a href="https://plaza.example/obras/calle-rio?a=1&amp;b=2"><span class="invisible">https://</span>'
            '<span class="ellipsis">plaza.example/obras/calle-</span><span class="invisible">rio?a=1&amp;b=2</span></a></p>',
            "Mirad https://plaza.example/obras/calle-rio?a=1&b=2",
        ),
        ('<p><a href="https://plaza.example/obras/1">plaza.example/ob…</a></p>', "https://plaza.example/obras/1"),
        ('<p>Ved <a href="https://plaza.example/1">la foto</a></p>', "Ved la foto (https://plaza.example/1)"),
        ("<p>Faltan:</p><ul><li>luz</li><li>agua</li></ul><p>Gracias</p>", "Faltan:\n\n- luz\n- agua\n\nGracias"),
        ("", ""),
        (None, ""),
    ],
)
def test_html_becomes_words(content: str | None, words: str) -> None:
    assert words_of(content) == words


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("¡Año!", 5),
        ("https://plaza.example/" + "a" * 90, 23),
        ("https://a.es", 23),
        ("(https://plaza.example/obras), mirad", 1 + 23 + 8),
        ("@lucia@otro.example sí", 9),
        ("antonio@plaza.example", 21),
    ],
)
def test_length_is_mastodons(line: MastodonConnector, text: str, length: int) -> None:
    assert line.length(text) == length


def test_other_servers_count_everything() -> None:
    server = {**NOBODY, "characters_per_url": 0, "max_characters": 5000}
    line = connect("mastodon", external_id="1", credentials={}, server=server)

    assert line.length("@lucia@otro.example https://plaza.example/obras") == 47
    assert line.capabilities.limit == 5000


@pytest.mark.parametrize(("read", "same"), [("@lucia Hecho.\n\nGracias", True), ("@ana Hecho. Gracias", False)])
def test_own_words_are_known_without_the_domain_that_servers_cut(
    line: MastodonConnector, read: str, same: bool
) -> None:
    post = IncomingPost("1", IncomingAuthor("1"), read, posted_at=timezone.now())

    assert line.is_ours(post, text="@lucia@otro.example  Hecho.\nGracias") is same


def test_a_content_warning_is_part_of_what_was_said(mastodon_world: MastodonWorld) -> None:
    post = complain(mastodon_world, "sin luz", spoiler_text="Calle Río 14", language="es-419")

    assert post.text == f"Calle Río 14\n\n@{mastodon_world.handle()} sin luz"
    assert (post.language, post.reference["language"]) == ("es", "es")


# --- to whom it is said -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "answered"),
    [("public", "public"), ("unlisted", "unlisted"), ("private", "direct"), ("direct", "direct"), ("local", "direct")],
)
def test_an_answer_is_no_more_public_than_its_post(line: MastodonConnector, said: str, answered: str) -> None:
    parent = Parent("1", "7", "lucia", reference={"visibility": said, "acct": "lucia@otro.example", "language": "es"})

    prepared = line.prepare("Hecho.", parent=parent, key="k", now=timezone.now())

    assert prepared.text == "@lucia@otro.example Hecho."
    assert prepared.frozen == {"key": "k", "visibility": answered, "language": "es"}


@pytest.mark.parametrize("text", ["@lucia Hecho.", "@lucia"])
def test_an_answer_names_its_author_once(line: MastodonConnector, text: str) -> None:
    assert line.prepare(text, parent=PARENT, key="k", now=timezone.now()).text == text


def test_a_private_mention_is_read_as_such_and_answered_in_private(mastodon_world: MastodonWorld) -> None:
    post = complain(mastodon_world, "mi vecino…", visibility="direct")

    published = mastodon_world.connector().publish(draft_of(mastodon_world, post))

    assert post.reference["visibility"] == "direct"
    assert isinstance(published, Published)
    answer = mastodon_world.call("GET", f"v1/statuses/{published.external_id}", by=mastodon_world.town)
    assert (answer["visibility"], published.reference["visibility"]) == ("direct", "direct")
    assert [mention["id"] for mention in answer["mentions"]] == [mastodon_world.resident["id"]]


def test_a_mention_that_the_server_filters_is_read_all_the_same(mastodon_world: MastodonWorld) -> None:
    policy = {"for_not_following": "filter"}
    mastodon_world.call("PATCH", "v2/notifications/policy", by=mastodon_world.town, json=policy)

    assert complain(mastodon_world).author.handle == mastodon_world.resident["username"]


# --- walking ------------------------------------------------------------------------------


def test_a_walk_goes_up_page_by_page_and_asks_once_for_a_thread(mastodon_world: MastodonWorld) -> None:
    opening = mastodon_world.town_says("Corte de agua mañana")
    ids = [
        mastodon_world.resident_says(f"@{mastodon_world.handle()} {number}", in_reply_to=opening) for number in range(5)
    ]
    town = open_client(mastodon_world.server.base, mastodon_world.town["access_token"], usage=Usage())
    mentions, threads = partial(town.notifications, types=["mention"], limit=2), Threads(town)
    first = walk_back(mentions, cursor="", since=None, pages=9, threads=Threads(town))

    walk = walk_up(mentions, cursor="0", threads=threads)

    assert [post.external_id for post in walk.posts] == [post.external_id for post in first.posts] == ids
    assert walk.cursor == first.cursor
    assert {post.conversation_id for post in walk.posts} == {opening}
    assert threads.asked == 1
    assert walk_up(mentions, cursor=walk.cursor, threads=threads).posts == []


def test_the_first_walk_reads_back_no_further_than_it_is_told(mastodon_world: MastodonWorld) -> None:
    ids = [mastodon_world.resident_says(f"@{mastodon_world.handle()} {number}") for number in range(3)]
    town = open_client(mastodon_world.server.base, mastodon_world.town["access_token"], usage=Usage())
    mentions, later = partial(town.notifications, limit=1), timezone.now() + timedelta(minutes=1)

    two = walk_back(mentions, cursor="", since=None, pages=2, threads=Threads(town))
    since_now = walk_back(mentions, cursor="here", since=later, pages=9, threads=Threads(town))

    assert [post.external_id for post in two.posts] == ids[1:]
    assert ([post.external_id for post in since_now.posts], since_now.cursor) == (ids[2:], "here")


def test_a_mention_whose_post_is_gone_is_passed_over(mastodon_world: MastodonWorld) -> None:
    gone = complain(mastodon_world)
    mastodon_world.remove(gone.external_id)

    assert read(mastodon_world) == []


# --- exactly once --------------------------------------------------------------------------


def test_a_repeated_key_that_is_answered_with_an_error_still_says_it_stands(mastodon_world: MastodonWorld) -> None:
    """Mastodon did so for a while in 2026 (issue 40399)."""
    draft = draft_of(mastodon_world, complain(mastodon_world))
    first = mastodon_world.connector().publish(draft)
    mastodon_world.server.answer({"type": "status", "status": 500}, method="POST", path="/api/v1/statuses")

    again = mastodon_world.connector().publish(draft)

    assert isinstance(first, Published)
    assert again == first
    assert mastodon_world.answers() == [draft.text]


def test_an_answer_is_found_in_the_thread_where_the_account_does_not_show_it(mastodon_world: MastodonWorld) -> None:
    draft = draft_of(mastodon_world, complain(mastodon_world))
    published = mastodon_world.connector().publish(draft)
    path = f"/api/v1/accounts/{mastodon_world.town['id']}/statuses"
    mastodon_world.server.answer({"type": "status", "status": 200, "body": []}, method="GET", path=path)

    assert mastodon_world.connector().find(draft) == published


def test_an_answer_is_found_by_its_source_where_the_server_reads_markdown(mastodon_world: MastodonWorld) -> None:
    draft = draft_of(mastodon_world, complain(mastodon_world), "Cambiada **la bombilla**. — Antonio")
    published = mastodon_world.connector().publish(draft)

    assert mastodon_world.answers() != [draft.text]
    assert mastodon_world.connector().find(draft) == published


def test_an_answer_is_found_after_its_post_was_deleted(mastodon_world: MastodonWorld) -> None:
    draft = draft_of(mastodon_world, complain(mastodon_world))
    published = mastodon_world.connector().publish(draft)
    mastodon_world.remove(draft.parent.external_id)

    assert mastodon_world.connector().find(draft) == published


def test_the_same_words_said_long_before_are_not_the_draft(mastodon_world: MastodonWorld) -> None:
    draft = draft_of(mastodon_world, complain(mastodon_world))
    mastodon_world.connector().publish(draft)
    later = Draft(draft.text, draft.parent, draft.frozen, first_claimed_at=timezone.now() + timedelta(hours=1))

    assert not isinstance(mastodon_world.connector().find(later), Published)


def test_an_answer_where_nobody_listens_was_surely_not_sent(mastodon_world: MastodonWorld) -> None:
    draft = draft_of(mastodon_world, complain(mastodon_world))
    nobody = connect("mastodon", external_id="1", credentials={"access_token": "token"}, server=NOBODY)

    assert type(nobody.publish(draft)) is Deferred
    assert type(nobody.delete("1")) is Deferred


@pytest.mark.parametrize(
    ("status", "error", "rule"),
    [
        (422, "Validation failed: Text character limit of 500 exceeded", "too_long"),
        (422, "Validation failed: Media could not be processed", "invalid"),
        (403, "Your login is currently disabled", "forbidden"),
        (404, "The post you are trying to reply to does not exist", "gone"),
        (400, "status too long, 5010 characters provided but limit is 5000", "too_long"),
    ],
)
def test_a_refusal_names_its_rule(mastodon_world: MastodonWorld, status: int, error: str, rule: str) -> None:
    draft = draft_of(mastodon_world, complain(mastodon_world))
    effect = {"type": "status", "status": status, "body": {"error": error}}
    mastodon_world.server.answer(effect, method="POST", path="/api/v1/statuses")

    assert mastodon_world.connector().publish(draft) == Rejected(rule, error)


def test_what_a_proxy_cannot_find_is_not_gone(mastodon_world: MastodonWorld) -> None:
    """Else a server that is being repaired would have everything erased here."""
    post = complain(mastodon_world)
    draft, line, path = (
        draft_of(mastodon_world, post),
        mastodon_world.connector(),
        f"/api/v1/statuses/{post.external_id}",
    )
    page = {"type": "status", "status": 404, "body": []}

    mastodon_world.server.answer(page, method="GET", path=path)
    assert type(line.publish(draft)) is Deferred
    mastodon_world.server.answer(page, method="POST", path="/api/v1/statuses")
    assert type(line.publish(draft)) is Unknown
    mastodon_world.server.answer(page, method="DELETE", path=path)
    assert type(line.delete(post.external_id)) is Unknown
    for missing in ("/api/v1/statuses", path):
        mastodon_world.server.answer(page, method="GET", path=missing)
    with pytest.raises(NetworkUnavailable):
        line.check({post.external_id: post.version})


# --- other servers, limits, keys -------------------------------------------------------------


def test_a_server_that_cannot_be_asked_for_several_is_asked_for_each(mastodon_world: MastodonWorld) -> None:
    stays, goes = complain(mastodon_world, "uno"), complain(mastodon_world, "dos")
    mastodon_world.remove(goes.external_id)
    mastodon_world.server.answer({"type": "status", "status": 404}, method="GET", path="/api/v1/statuses")

    standing = mastodon_world.connector().check({stays.external_id: "", goes.external_id: ""})

    assert standing == {stays.external_id: Live(""), goes.external_id: Gone()}


@pytest.mark.parametrize(("verb", "verbs"), [("fetch", READING), ("publish", {"publish"}), ("delete", {"delete"})])
def test_limits_are_those_of_the_verb(mastodon_world: MastodonWorld, verb: str, verbs: set[str]) -> None:
    draft, usage = draft_of(mastodon_world, complain(mastodon_world)), Usage()
    line = mastodon_world.connector(usage=usage)
    mastodon_world.fail(verb, "rate_limited")

    if verb == "fetch":
        with pytest.raises(NetworkUnavailable):
            line.fetch("", now=timezone.now())
    else:
        assert type(line.publish(draft) if verb == "publish" else line.delete("1")) is Deferred

    assert set(usage.allowances) == verbs
    allowance = usage.allowances[verb]
    assert (allowance.limit, allowance.remaining) == (300, 0)
    assert abs(allowance.resets_at - timezone.now() - timedelta(minutes=5)) < timedelta(seconds=5)


@pytest.mark.parametrize("reset", ["2031-05-01T12:00:00.123456Z", str(calendar.timegm((2031, 5, 1, 12, 0, 0)))])
def test_a_limits_moment_is_put_right_by_the_servers_clock(mastodon_world: MastodonWorld, reset: str) -> None:
    usage, minute = Usage(), "Thu, 01 May 2031 11:59:00 GMT"
    headers = {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "7", "X-RateLimit-Reset": reset, "Date": minute}
    _answer_me(mastodon_world, headers)

    mastodon_world.connector(usage=usage).owner()

    allowance = usage.allowances["fetch"]
    assert allowance == Allowance("fetch", 300, 7, allowance.resets_at)
    assert abs(allowance.resets_at - datetime.now(UTC) - timedelta(minutes=1)) < timedelta(seconds=5)


def test_a_limit_that_cannot_be_read_breaks_nothing(mastodon_world: MastodonWorld) -> None:
    usage = Usage()
    _answer_me(mastodon_world, {"X-RateLimit-Limit": "many", "X-RateLimit-Reset": "soon", "Date": "today"})

    assert mastodon_world.connector(usage=usage).owner().external_id == mastodon_world.town["id"]
    assert usage.allowances == {}


def _answer_me(world: MastodonWorld, headers: dict[str, str]) -> None:
    body = {"id": world.town["id"], "acct": "alameda", "display_name": "Alameda"}
    effect = {"type": "status", "status": 200, "body": body, "headers": headers}
    world.server.answer(effect, method="GET", path="/api/v1/accounts/verify_credentials")


def test_keys_that_were_refused_once_are_good_again_when_they_name_their_owner(mastodon_world: MastodonWorld) -> None:
    keys = {"access_token": mastodon_world.town["access_token"]}

    assert renewed("mastodon", credentials={**keys, "expires_at": 0}, server=mastodon_world.known) == keys
    with pytest.raises(Unauthorized):
        renewed("mastodon", credentials={"access_token": "nonsense"}, server=mastodon_world.known)


def test_a_token_is_never_taken_for_a_file(tmp_path: Path, mastodon_server: MastodonServer) -> None:
    secret = tmp_path / "secret"
    secret.write_text("of the machine")

    assert open_client(mastodon_server.base, str(secret), usage=Usage()).access_token == str(secret)
