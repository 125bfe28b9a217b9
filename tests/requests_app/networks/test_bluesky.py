"""The Bluesky connector against the pretend Bluesky, over real HTTP: what is particular to this network."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from requests_app.lines import mark_expired, open_line
from requests_app.models import Account, Post
from requests_app.networks import connect, renewed
from requests_app.networks.bluesky import BlueskyConnector
from requests_app.networks.bluesky_walking import MAX_PAGES, OVERLAP
from requests_app.networks.contract import (
    Absent,
    CannotTell,
    Deferred,
    Deleted,
    Draft,
    Gone,
    IncomingPost,
    Live,
    Missed,
    NetworkUnavailable,
    OutgoingPhoto,
    Parent,
    Protected,
    Published,
    Rejected,
    Unauthorized,
    Unknown,
    Usage,
)
from tests.requests_app.networks.bluesky_double import POST, Double
from tests.requests_app.networks.world_bluesky import BlueskyWorld, bluesky_world

__all__ = ["bluesky_world"]

TEXT = "Cambiada la bombilla 💡.\n— Antonio · N.º 1042"
ASKED = "@alameda.test la farola 🏮 no luce"


@pytest.fixture
def world(bluesky_world: BlueskyWorld) -> Iterator[BlueskyWorld]:  # noqa: F811
    return bluesky_world


@pytest.fixture
def double(world: BlueskyWorld) -> Double:
    return world.double


@pytest.fixture
def line(world: BlueskyWorld) -> BlueskyConnector:
    return world.connector()


def answering(post: IncomingPost) -> Parent:
    return Parent(
        external_id=post.external_id,
        author_id=post.author.external_id,
        handle=post.author.handle,
        conversation_id=post.conversation_id,
        mentions=post.mentions,
        reference=post.reference,
    )


def read(line: BlueskyConnector, uri: str) -> IncomingPost:
    return next(post for post in line.fetch("", now=timezone.now()).posts if post.external_id == uri)


def draft(line: BlueskyConnector, uri: str, *, text: str = TEXT, key: str = "one", **more: Any) -> Draft:
    parent = answering(read(line, uri))
    prepared = line.prepare(text, parent=parent, key=key, now=timezone.now())
    return Draft(prepared.text, parent, frozen=prepared.frozen, first_claimed_at=timezone.now(), **more)


# --- reading -------------------------------------------------------------------------


def test_a_mention_as_it_is_read(world: BlueskyWorld, line: BlueskyConnector, double: Double, jpeg: bytes) -> None:
    uri = world.resident_says(ASKED, photo=jpeg)
    stored = double.stored(uri)

    post = read(line, uri)

    strong = {"uri": uri, "cid": stored.cid}
    assert post == IncomingPost(
        external_id=uri,
        author=post.author,
        text=ASKED,
        posted_at=datetime.fromisoformat(stored.record["createdAt"]),
        language="es",
        mentions=(world.town.did,),
        conversation_id=uri,
        photos=post.photos,
        version=stored.cid,
        url=f"https://bsky.app/profile/{world.resident.did}/post/{uri.rpartition('/')[2]}",
        reference={"cid": stored.cid, "root": strong, "language": "es"},
    )
    assert (post.author.external_id, post.author.handle) == (world.resident.did, "lucia.test")
    assert [photo.source_url.startswith(double.base) for photo in post.photos] == [True]


def test_links_are_read_in_full_however_they_are_shown(world: BlueskyWorld, line: BlueskyConnector) -> None:
    text = "@alameda.test 🏮 mirad alameda.es/obras/ca… y esto"
    start = len("@alameda.test 🏮 mirad ".encode())
    facets = [
        _facet(0, 13, did=world.town.did),
        _facet(start, start + len("alameda.es/obras/ca…".encode()), uri="https://alameda.es/obras/calle-del-olmo"),
        # Beyond the end, in the middle of an emoji, and no number: whatever an application wrote.
        _facet(5, 9999, uri="https://alameda.es"),
        _facet(15, 16, uri="https://example.org"),
        {"index": {"byteStart": "0"}, "features": [{"uri": "x"}]},
    ]
    uri = world.double.say(world.resident, text, facets=facets)

    assert read(line, uri).text == "@alameda.test 🏮 mirad https://alameda.es/obras/calle-del-olmo y esto"


def _facet(start: int, end: int, **feature: str) -> dict[str, Any]:
    return {"index": {"byteStart": start, "byteEnd": end}, "features": [feature]}


def test_what_answers_or_quotes_us_names_us(world: BlueskyWorld, line: BlueskyConnector) -> None:
    ours = world.town_says("Mañana se corta el agua")
    to_us = world.resident_says("¿A qué hora?", in_reply_to=ours)
    further_down = world.resident_says("Eso digo yo", in_reply_to=to_us)
    record = {"uri": ours, "cid": world.double.stored(ours).cid}
    quote = world.double.say(world.resident, "Vaya", embed={"$type": "app.bsky.embed.record", "record": record})

    posts = line.fetch("", now=timezone.now()).posts

    assert [(post.external_id, post.mentions, post.quotes) for post in posts] == [
        (to_us, (world.town.did,), ""),
        (further_down, (), ""),
        (quote, (world.town.did,), ours),
    ]
    assert {post.conversation_id for post in posts} == {ours, quote}


def test_one_that_answers_and_mentions_us_is_read_once(world: BlueskyWorld, line: BlueskyConnector) -> None:
    uri = world.resident_says(ASKED, in_reply_to=world.town_says("Aviso"))

    assert [post.external_id for post in line.fetch("", now=timezone.now()).posts] == [uri]


def test_a_walk_ends_once_it_is_back_where_the_last_one_began(
    world: BlueskyWorld, line: BlueskyConnector, double: Double
) -> None:
    double.page = 2
    for number in range(5):
        double.stored(world.resident_says(f"{ASKED} {number}")).indexed_at -= timedelta(hours=10 - number)
    for _uri, _person, stored in double.posts():
        stored.record["createdAt"] = stored.indexed_at.isoformat()

    first = line.fetch("", now=timezone.now())
    assert len(first.posts) == 5
    assert (
        datetime.fromisoformat(first.cursor) == double.posts()[-1][2].indexed_at.replace(microsecond=0) or first.cursor
    )
    double.calls.clear()
    again = line.fetch(first.cursor, now=timezone.now())

    assert double.calls == ["app.bsky.notification.listNotifications", "app.bsky.feed.getPosts"]
    assert (len(again.posts), again.cursor) == (2, first.cursor)
    assert len(line.fetch(first.cursor, now=timezone.now(), since=timezone.now() - timedelta(hours=8.5)).posts) == 4


def test_a_walk_that_is_too_long_tells_what_it_missed(
    world: BlueskyWorld, line: BlueskyConnector, double: Double
) -> None:
    double.page = 1
    cursor = timezone.now() - timedelta(hours=1)
    uris = [world.resident_says(ASKED) for _number in range(MAX_PAGES + 1)]

    walk = line.fetch(cursor.isoformat(), now=timezone.now())

    assert [post.external_id for post in walk.posts] == uris[1:]
    assert walk.missed == Missed(begins_at=cursor - OVERLAP, ends_at=walk.posts[0].posted_at)


def test_a_slow_clock_hides_nobody(world: BlueskyWorld, line: BlueskyConnector, double: Double) -> None:
    """The network puts a mention where its author's clock says: an hour behind what was read already."""
    world.resident_says(ASKED)
    cursor = line.fetch("", now=timezone.now()).cursor
    slow = world.resident_says(ASKED)
    claimed = timezone.now() - timedelta(hours=1)
    double.stored(slow).record["createdAt"] = claimed.isoformat()

    assert read_from(line, cursor, slow).posted_at == claimed
    assert line.fetch(cursor, now=timezone.now()).cursor == cursor


def read_from(line: BlueskyConnector, cursor: str, uri: str) -> IncomingPost:
    return next(post for post in line.fetch(cursor, now=timezone.now()).posts if post.external_id == uri)


@pytest.mark.parametrize("claim", ["0001-01-01T00:00:00Z", "yesterday", "2999-01-01T00:00:00Z", None])
def test_no_claim_of_an_author_is_beyond_reason(
    world: BlueskyWorld, line: BlueskyConnector, double: Double, claim: str | None
) -> None:
    uri = world.resident_says(ASKED)
    double.stored(uri).record["createdAt"] = claim or "nothing"

    assert datetime(2022, 1, 1, tzinfo=UTC) < read(line, uri).posted_at <= timezone.now() + timedelta(seconds=1)


def test_what_cannot_be_stored_is_cut_before_it_jams_the_inbox(
    world: BlueskyWorld, line: BlueskyConnector, double: Double
) -> None:
    uri = world.resident_says(f"{ASKED}\0!")
    world.resident.name = "L" * 640
    double.stored(uri).record |= {"reply": {"root": {"uri": "at://" + "x" * 900}}, "langs": [7, "es-ES"], "tags": 7}

    post = read(line, uri)

    assert (post.text, post.language) == (f"{ASKED}!", "es")
    assert (len(post.author.display_name), len(post.conversation_id)) == (200, 200)


def test_an_edit_is_the_same_edit_whoever_reads_it(world: BlueskyWorld, line: BlueskyConnector) -> None:
    """A notification keeps the version of its own day: read by it, an edited post would change at every walk."""
    uri = world.resident_says(ASKED)
    version = read(line, uri).version
    world.edit(uri, "@alameda.test ya luce")

    post = read(line, uri)

    assert post.text == "@alameda.test ya luce"
    assert line.check({uri: version}) == {uri: Live(post.version, post)}


def test_own_posts_without_what_was_passed_on(world: BlueskyWorld, line: BlueskyConnector, double: Double) -> None:
    theirs, ours = world.resident_says(ASKED), world.town_says("Hecho #resuelto")
    double.store(world.town, "app.bsky.feed.repost", double.next_key(), {"subject": {"uri": theirs}})

    walk = line.fetch_own("", now=timezone.now())

    assert [post.external_id for post in walk.posts] == [ours]
    assert datetime.fromisoformat(walk.cursor) == double.stored(ours).indexed_at


# --- what goes out ------------------------------------------------------------------------


def test_facets_count_bytes(world: BlueskyWorld, line: BlueskyConnector) -> None:
    text = "Gracias 👩‍👩‍👧‍👦 @lucia.test: véase https://alameda.es/obras #hecho"
    one = draft(line, world.resident_says(ASKED), text=text)
    written = text.encode()

    facets = {
        written[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(): facet["features"][0]
        for facet in one.frozen["record"]["facets"]
    }

    assert {
        shown: feature.get("did") or feature.get("uri") or feature.get("tag") for shown, feature in facets.items()
    } == {
        "@lucia.test": world.resident.did,
        "https://alameda.es/obras": "https://alameda.es/obras",
        "#hecho": "hecho",
    }


def test_length_counts_what_people_see(line: BlueskyConnector) -> None:
    family = "👩‍👩‍👧‍👦"

    assert line.length(f"é{family}🇪🇸") == 3
    assert line.objection("a" * 300) == ""
    assert line.objection("a" * 301) == "too_long"
    # 120 graphemes, and 3,000 bytes.
    assert line.objection(family * 120) == ""
    assert line.objection(family * 121) == "too_long"
    assert line.objection("véase https://alameda.es") == ""


def test_the_record_is_frozen_whole(world: BlueskyWorld, line: BlueskyConnector) -> None:
    root = world.town_says("Aviso")
    asked = world.resident_says(ASKED, in_reply_to=root)
    parent, now = answering(read(line, asked)), timezone.now()

    first = line.prepare(TEXT, parent=parent, key="one", now=now)

    assert first.frozen["record"] == {
        "$type": POST,
        "text": TEXT,
        "createdAt": now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "langs": ["es"],
        "reply": {
            "root": {"uri": root, "cid": world.double.stored(root).cid},
            "parent": {"uri": asked, "cid": world.double.stored(asked).cid},
        },
    }
    assert line.prepare(TEXT, parent=parent, key="one", now=now) == first
    keys = {line.prepare(TEXT, parent=parent, key=str(number), now=now).frozen["rkey"] for number in range(500)}
    assert len(keys) == 500


def test_four_puts_at_once_leave_one_post(world: BlueskyWorld, double: Double, jpeg: bytes) -> None:
    one = draft(world.connector(), world.resident_says(ASKED), photos=[OutgoingPhoto(jpeg, "La farola")])
    together, outcomes = threading.Barrier(4), []

    def put() -> None:
        connector = world.connector()
        together.wait()
        outcomes.append(connector.publish(one))

    threads = [threading.Thread(target=put) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert world.answers() == [TEXT]
    assert {(type(outcome), outcome.external_id, outcome.reference["cid"]) for outcome in outcomes} == {
        (Published, f"at://{world.town.did}/{POST}/{one.frozen['rkey']}", double.posts(by=world.town)[0][2].cid)
    }
    # Photos and all: the very same bytes each time.
    assert [put["record"] for put in double.put] == [double.put[0]["record"]] * 4
    images = double.put[0]["record"]["embed"]["images"]
    assert [(image["alt"], image["image"]["size"]) for image in images] == [("La farola", len(jpeg))]


def test_an_answer_lost_on_the_way_is_found_and_put_again(world: BlueskyWorld, line: BlueskyConnector) -> None:
    one = draft(line, world.resident_says(ASKED))
    assert line.find(one) == Absent()
    world.fail("publish", "dropped")

    assert isinstance(line.publish(one), Unknown)
    found = line.find(one)
    assert isinstance(found, Published)
    assert found.published_at == world.double.posts(by=world.town)[0][2].indexed_at
    assert isinstance(line.publish(one), Published)
    assert world.answers() == [TEXT]


def test_nothing_that_stands_there_is_ever_replaced(world: BlueskyWorld, line: BlueskyConnector) -> None:
    one = draft(line, world.resident_says(ASKED))
    line.publish(one)
    other = replace(one, text="Otra", frozen={**one.frozen, "record": {**one.frozen["record"], "text": "Otra"}})

    assert isinstance(line.publish(other), Unknown)
    assert isinstance(line.find(other), CannotTell)
    assert world.answers() == [TEXT]


def test_an_answer_to_our_own_words_is_not_hindered_by_late_indexing(
    world: BlueskyWorld, line: BlueskyConnector
) -> None:
    one = draft(line, world.resident_says(ASKED))
    first = line.publish(one)
    assert isinstance(first, Published)
    parent = Parent(first.external_id, world.town.did, "alameda.test", reference=first.reference)
    world.double.hidden_from.add(first.external_id)
    prepared = line.prepare("Y además", parent=parent, key="two", now=timezone.now())

    second = line.publish(Draft(prepared.text, parent, prepared.frozen, first_claimed_at=timezone.now()))

    assert isinstance(second, Published)
    record = world.double.stored(second.external_id).record
    assert record["reply"]["root"] == one.frozen["record"]["reply"]["root"]
    assert record["reply"]["parent"] == {"uri": first.external_id, "cid": first.reference["cid"]}


def test_a_deleted_post_is_not_answered(world: BlueskyWorld, line: BlueskyConnector, jpeg: bytes) -> None:
    """Bluesky itself would take the answer."""
    uri = world.resident_says(ASKED)
    one = draft(line, uri, photos=[OutgoingPhoto(jpeg, "")])
    world.remove(uri)

    outcome = line.publish(one)

    assert isinstance(outcome, Rejected)
    assert outcome.rule == "gone"
    assert (world.answers(), world.double.blobs) == ([], {})


def test_where_the_author_chose_who_may_answer(world: BlueskyWorld, line: BlueskyConnector) -> None:
    uri = world.resident_says(ASKED)
    one = draft(line, uri)
    world.double.closed_threads.add(uri)

    outcome = line.publish(one)

    assert isinstance(outcome, Rejected)
    assert (outcome.rule, world.answers()) == ("forbidden", [])


def test_without_the_version_of_the_post_nothing_is_said_beside_the_thread(
    world: BlueskyWorld, line: BlueskyConnector
) -> None:
    parent = replace(answering(read(line, world.resident_says(ASKED))), reference={})
    prepared = line.prepare(TEXT, parent=parent, key="one", now=timezone.now())

    outcome = line.publish(Draft(TEXT, parent, prepared.frozen, first_claimed_at=timezone.now()))

    assert isinstance(outcome, Rejected)
    assert world.answers() == []


@pytest.mark.parametrize(
    ("fault", "outcome", "cause", "said"),
    [
        ("server_error", Unknown, None, 0),
        ("malformed", Unknown, None, 1),
        ("hangs", Unknown, None, 0),
        ("rate_limited", Deferred, "limit", 0),
        ("unauthorized", Deferred, "credentials", 0),
        ("expired", Deferred, "credentials", 0),
    ],
)
def test_publish_when_the_network_fails(
    world: BlueskyWorld, line: BlueskyConnector, fault: str, outcome: type, cause: str | None, said: int
) -> None:
    one = draft(line, world.resident_says(ASKED))
    world.fail("publish", fault)

    became = line.publish(one)

    assert (type(became), getattr(became, "cause", None), len(world.answers())) == (outcome, cause, said)
    if fault == "rate_limited":
        assert timedelta(seconds=118) < became.until - timezone.now() < timedelta(seconds=123)


@pytest.mark.parametrize("verb", ["check", "upload"])
def test_before_the_post_is_written_nothing_is_in_doubt(
    world: BlueskyWorld, line: BlueskyConnector, jpeg: bytes, verb: str
) -> None:
    one = draft(line, world.resident_says(ASKED), photos=[OutgoingPhoto(jpeg, "")])
    world.fail(verb, "dropped")

    assert isinstance(line.publish(one), Deferred)
    assert world.answers() == []


def test_where_nobody_listens_nothing_was_sent(world: BlueskyWorld, line: BlueskyConnector) -> None:
    one = draft(line, world.resident_says(ASKED))
    line.url = "http://127.0.0.1:9"

    outcome = line.publish(one)

    assert isinstance(outcome, Deferred)
    assert outcome.cause == "unreachable"
    assert isinstance(line.delete(one.parent.external_id), Deferred)
    with pytest.raises(NetworkUnavailable):
        line.find(one)


def test_our_own_words_are_known_with_their_links_in_full(world: BlueskyWorld, line: BlueskyConnector) -> None:
    text = "Véase alameda.es/obras 🏮 (https://alameda.es)"
    line.publish(draft(line, world.resident_says(ASKED), text=text))

    (post,) = line.fetch_own("", now=timezone.now()).posts

    assert post.text == "Véase https://alameda.es/obras 🏮 (https://alameda.es)"
    assert line.is_ours(post, text=text)
    assert not line.is_ours(post, text="Véase alameda.es/obras")


def test_limits_are_told(world: BlueskyWorld) -> None:
    usage = Usage()
    line = world.connector(usage=usage)

    line.publish(draft(line, world.resident_says(ASKED)))

    told = usage.allowances["publish"]
    assert (told.verb, told.limit, told.remaining, usage.charges) == ("publish", 5000, 4998, [])
    assert timedelta(minutes=59) < told.resets_at - timezone.now() < timedelta(minutes=61)


# --- looking again -------------------------------------------------------------------------


def test_how_posts_stand(world: BlueskyWorld, line: BlueskyConnector, double: Double) -> None:
    same, edited, gone, hidden, banned = (world.resident_says(f"{ASKED} {number}") for number in range(5))
    versions = {uri: double.stored(uri).cid for uri in (same, edited, gone, hidden, banned)}
    world.edit(edited, "Ya luce")
    world.remove(gone)
    double.hidden_from.add(hidden)
    double.labels[banned] = [{"val": "!takedown"}]

    found = line.check(versions)

    assert {uri: type(standing) for uri, standing in found.items()} == {
        same: Live, edited: Live, gone: Gone, hidden: Protected, banned: Gone,
    }  # fmt: skip
    assert found[same] == Live(versions[same])
    assert found[edited].post.text == "Ya luce"
    assert found[edited].version == double.stored(edited).cid != versions[edited]
    assert double.calls.count("app.bsky.feed.getPosts") == 1


def test_who_asks_not_to_be_shown_to_strangers_is_confidential(
    world: BlueskyWorld, line: BlueskyConnector, double: Double
) -> None:
    world.resident_says(ASKED)
    (open_to_all,) = line.fetch("", now=world.now()).posts
    double.people[open_to_all.author.external_id].labels.append({"val": "!no-unauthenticated"})

    (post,) = line.fetch("", now=world.now()).posts

    assert open_to_all.reference.get("visibility") is None
    assert Post(reference=post.reference).is_confidential


def test_delete_is_confirmed_twice(world: BlueskyWorld, line: BlueskyConnector) -> None:
    receipt = line.publish(draft(line, world.resident_says(ASKED)))

    assert line.delete(receipt.external_id) == Deleted()
    assert world.answers() == []
    assert line.delete(receipt.external_id) == Deleted()


# --- sessions -------------------------------------------------------------------------------


def test_a_session_is_used_without_asking_anybody(world: BlueskyWorld, line: BlueskyConnector, double: Double) -> None:
    line.length("x"), line.may_answer([]), line.prepare("x", parent=Parent("", "", ""), key="", now=timezone.now())

    assert double.calls == []
    assert line.owner().handle == "alameda.test"
    assert double.calls == ["com.atproto.server.getSession", "app.bsky.actor.getProfile"]


@pytest.mark.django_db
def test_an_open_line_renews_the_session_once_and_keeps_it(world: BlueskyWorld, double: Double) -> None:
    session = world.sessions[world.town.did]
    account = Account.objects.create(
        network="bluesky",
        external_id=world.town.did,
        handle="alameda.test",
        server={"url": double.base, "did": world.town.did},
        credentials={
            "access_jwt": session["accessJwt"],
            "refresh_jwt": session["refreshJwt"],
            "expires_at": timezone.now().timestamp() + 7200,
            "app_password": world.town.app_password,
        },
    )
    mark_expired(account)

    for _time in range(2):
        with open_line(account) as line:
            line.fetch("", now=timezone.now())

    listing = "app.bsky.notification.listNotifications"
    assert double.calls == ["com.atproto.server.refreshSession", listing, listing]
    kept = Account.objects.get(pk=account.pk).credentials
    assert kept == account.credentials
    assert kept["access_jwt"] != session["accessJwt"]
    assert kept["app_password"] == world.town.app_password
    assert (
        timedelta(minutes=119) < datetime.fromtimestamp(kept["expires_at"], UTC) - timezone.now() < timedelta(hours=2)
    )


def test_a_dead_session_is_begun_anew_with_the_app_password(world: BlueskyWorld, double: Double) -> None:
    credentials = {"access_jwt": "x", "refresh_jwt": "dead", "app_password": world.town.app_password}
    server = {"url": double.base, "did": world.town.did}

    fresh = renewed("bluesky", credentials=credentials, server=server)

    line = connect("bluesky", external_id=world.town.did, credentials=fresh, server=server)
    assert line.owner().external_id == world.town.did
    assert fresh["app_password"] == world.town.app_password
    for hopeless in ({**credentials, "app_password": "taken back"}, {**credentials, "app_password": ""}):
        with pytest.raises(Unauthorized):
            renewed("bluesky", credentials=hopeless, server=server)


def test_no_new_session_is_begun_because_the_network_is_ill(world: BlueskyWorld, double: Double) -> None:
    """Signing in is allowed thirty times in five minutes, and then not at all."""
    credentials = {"access_jwt": "x", "refresh_jwt": "dead", "app_password": world.town.app_password}
    server = {"url": double.base, "did": world.town.did}
    for fault in ("server_error", "rate_limited"):
        world.fail("renew", fault)
        with pytest.raises(NetworkUnavailable) as caught:
            renewed("bluesky", credentials=credentials, server=server)
        assert not isinstance(caught.value, Unauthorized)

    assert "com.atproto.server.createSession" not in double.calls
