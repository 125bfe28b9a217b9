"""What the X connector makes of mentions: whole walks, edits, gaps, names, and posts looked at again."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from requests_app.networks import connect, x
from requests_app.networks.contract import (
    Gone,
    IncomingAuthor,
    IncomingPost,
    Live,
    Missed,
    NetworkUnavailable,
    Protected,
)
from requests_app.networks.x import XConnector
from requests_app.networks.x_reading import moment_of, newest_versions, snowflake
from tests.requests_app.sandbox.driver import Sandbox


@pytest.fixture
def line(sandbox: Sandbox) -> XConnector:
    return connect("x", external_id="105", credentials={"access_token": "sandbox-manto_alameda"})


def edit(sandbox: Sandbox, post_id: str, text: str) -> str:
    """The id of the new version."""
    return str(sandbox.control("POST", f"posts/{post_id}/edit", json={"text": text})["id"])


def two_hours_ago() -> str:
    return (timezone.now() - timedelta(hours=2)).isoformat()


def test_an_edited_post_keeps_its_identity(sandbox: Sandbox, line: XConnector) -> None:
    first = sandbox.post("@manto_alameda sin luz")["id"]
    second = edit(sandbox, first, "@manto_alameda sin luz en la calle del Olmo")

    (post,) = line.fetch("", now=timezone.now()).posts

    assert (post.external_id, post.version, post.text) == (first, second, "@manto_alameda sin luz en la calle del Olmo")
    assert post.posted_at == moment_of(first)


def test_versions_met_in_one_walk_become_the_newest() -> None:
    author, moment = IncomingAuthor("1001"), timezone.now()
    versions = [
        IncomingPost("999", author, text, moment, version=version) for text, version in (("b", "1000"), ("a", "999"))
    ]
    other = IncomingPost("99", author, "c", moment, version="99")

    assert newest_versions([*versions, other]) == [other, versions[0]]


def test_a_post_says_what_it_quotes_and_where_it_stands(sandbox: Sandbox, line: XConnector, settings: Settings) -> None:
    settings.X_SITE_URL = "https://x.example"
    ours = sandbox.post("Mañana se corta el agua", author="manto_alameda")["id"]
    sandbox.post("¿Hasta qué hora?", quote_of=ours)

    (post,) = line.fetch("", now=timezone.now()).posts

    assert (post.quotes, post.url) == (ours, f"https://x.example/i/status/{post.external_id}")


def test_a_walk_reads_every_page(sandbox: Sandbox, line: XConnector) -> None:
    orders = [{"author": "lucia_rm", "text": f"@manto_alameda bache {n}"} for n in range(230)]
    sandbox.control("POST", "posts/bulk", json=orders)

    walk = line.fetch("", now=timezone.now())

    assert [post.text for post in walk.posts] == [order["text"] for order in orders]
    assert walk.cursor == walk.posts[-1].external_id


def test_a_walk_whose_second_page_fails_is_no_walk(sandbox: Sandbox, line: XConnector) -> None:
    orders = [{"author": "lucia_rm", "text": f"@manto_alameda bache {n}"} for n in range(101)]
    sandbox.control("POST", "posts/bulk", json=orders)
    sandbox.fail("mentions", "partial_errors")
    sandbox.fail("mentions", "server_error")

    with pytest.raises(NetworkUnavailable):
        line.fetch("", now=timezone.now())


def test_errors_beside_the_data_break_no_walk(sandbox: Sandbox, line: XConnector) -> None:
    sandbox.post("@manto_alameda sin luz")
    sandbox.fail("mentions", "partial_errors")

    assert [post.text for post in line.fetch("", now=timezone.now()).posts] == ["@manto_alameda sin luz"]


def test_posts_without_what_was_asked_for_are_not_believed(sandbox: Sandbox, line: XConnector) -> None:
    """The day X no longer hears Tweepy's name for the fields."""
    sandbox.post("@manto_alameda sin luz")
    sandbox.fail("mentions", "bare_fields")

    with pytest.raises(NetworkUnavailable, match="X left out of its posts what was asked for: author_id, created_at"):
        line.fetch("", now=timezone.now())


def test_a_sweep_reads_from_its_moment_whatever_the_cursor(sandbox: Sandbox, line: XConnector) -> None:
    sandbox.post("@manto_alameda antigua", created_at=two_hours_ago())
    recent = sandbox.post("@manto_alameda reciente")["id"]
    now = timezone.now()
    old_cursor, new_cursor = str(snowflake(now - timedelta(hours=3))), str(snowflake(now))

    partial = line.fetch(old_cursor, now=now, since=now - timedelta(hours=1))
    whole = line.fetch(new_cursor, now=now, since=now - timedelta(hours=4))

    assert ([post.text for post in partial.posts], partial.cursor) == (["@manto_alameda reciente"], old_cursor)
    assert [post.text for post in whole.posts] == ["@manto_alameda antigua", "@manto_alameda reciente"]
    assert whole.cursor == max(new_cursor, recent)


def test_a_first_walk_from_a_moment_leaves_the_older_behind(sandbox: Sandbox, line: XConnector) -> None:
    sandbox.post("@manto_alameda antigua", created_at=two_hours_ago())
    recent = sandbox.post("@manto_alameda reciente")["id"]

    walk = line.fetch("", now=timezone.now(), since=timezone.now() - timedelta(hours=1))

    assert ([post.external_id for post in walk.posts], walk.cursor) == ([recent], recent)


@pytest.mark.parametrize(("count", "cursor_age", "is_missed"), [(9, 60, True), (8, 60, False), (9, -1, False)])
def test_a_nearly_full_window_is_a_gap(
    sandbox: Sandbox, line: XConnector, monkeypatch: pytest.MonkeyPatch, count: int, cursor_age: int, is_missed: bool
) -> None:
    monkeypatch.setattr(x, "REACHABLE", 10)
    cursor = str(snowflake(timezone.now() - timedelta(minutes=cursor_age)))
    ids = [sandbox.post(f"@manto_alameda aviso {n}")["id"] for n in range(count)]

    walk = line.fetch(cursor, now=timezone.now())

    assert walk.missed == (Missed(moment_of(cursor), moment_of(ids[0])) if is_missed else None)


def test_own_posts_are_read_from_now_on(sandbox: Sandbox, line: XConnector) -> None:
    sandbox.post("Feliz Navidad", author="manto_alameda", created_at=two_hours_ago())
    asked = sandbox.post("@manto_alameda sin luz")["id"]
    sandbox.post("@lucia_rm ya está #hecho", author="manto_alameda", in_reply_to=asked)
    walk = line.fetch_own("", now=timezone.now())
    sandbox.post("Otra cosa", author="manto_alameda")

    later = line.fetch_own(walk.cursor, now=timezone.now())

    assert [(post.text, post.in_reply_to) for post in walk.posts] == [("@lucia_rm ya está #hecho", asked)]
    assert [post.text for post in later.posts] == ["@lucia_rm ya está #hecho", "Otra cosa"]


def test_names_are_asked_for_by_id(sandbox: Sandbox, line: XConnector) -> None:
    orders = [{"author": f"vecino_{n}", "text": "hola", "name": f"Vecino {n}"} for n in range(101)]
    sandbox.control("POST", "posts/bulk", json=orders)
    ids = [str(1001 + n) for n in range(101)]

    assert line.name([*ids, "999999"]) == {
        external_id: IncomingAuthor(external_id, f"vecino_{n}", f"Vecino {n}") for n, external_id in enumerate(ids)
    }
    assert line.name([]) == {}


def test_posts_looked_at_again(sandbox: Sandbox, line: XConnector) -> None:
    live, edited, deleted, hidden = (sandbox.post(f"@manto_alameda {n}", author=f"vecino_{n}")["id"] for n in range(4))
    second = edit(sandbox, edited, "@manto_alameda otra cosa")
    third = edit(sandbox, edited, "@manto_alameda al fin")
    sandbox.control("DELETE", f"posts/{deleted}")
    sandbox.control("POST", "users/vecino_3/protect")

    standings = line.check({live: live, edited: second, deleted: "", hidden: hidden})
    post = standings[edited].post

    assert standings == {live: Live(live), edited: Live(third, post=post), deleted: Gone(), hidden: Protected()}
    assert (post.external_id, post.version, post.text) == (edited, third, "@manto_alameda al fin")
    assert line.check({edited: third}) == {edited: Live(third)}


def test_a_look_that_fails_says_nothing_of_the_posts(sandbox: Sandbox, line: XConnector) -> None:
    post = sandbox.post("@manto_alameda sin luz")["id"]
    sandbox.fail("tweets", "malformed")

    with pytest.raises(NetworkUnavailable):
        line.check({post: post})
