"""What every network's connector promises, against a pretend network of each over real HTTP."""

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, cast
from uuid import uuid4

import pytest
from pytest_django import Settings

from requests_app.networks.contract import (
    Absent,
    Connector,
    Deferred,
    Deleted,
    Draft,
    Gone,
    IncomingPost,
    Live,
    NetworkUnavailable,
    OutgoingPhoto,
    Parent,
    Published,
    Rejected,
    Unauthorized,
    Unknown,
    Walk,
)
from tests.requests_app.networks.worlds import World

TEXT = "Cambiada la bombilla de la calle Río.\n— Antonio · N.º 1042"


@pytest.fixture(params=["x_world", "mastodon_world", "bluesky_world"])
def world(request: pytest.FixtureRequest) -> World:
    return cast(World, request.getfixturevalue(request.param))


def complain(world: World, about: str = "sin luz en la calle Río", **more: Any) -> str:
    return world.resident_says(f"@{world.handle()} {about}", **more)


def read(world: World, cursor: str = "", **more: Any) -> Walk:
    return world.connector().fetch(cursor, now=world.now(), **more)


def heard(world: World, external_id: str) -> IncomingPost:
    """The post as the inbox shows it."""
    (post,) = (post for post in read(world).posts if post.external_id == external_id)
    return post


def draft_of(
    world: World, post: IncomingPost, text: str = TEXT, *, photos: Sequence[OutgoingPhoto] = (), repeats: bool = False
) -> Draft:
    """As the outbox makes one, from what was read."""
    parent = Parent(
        external_id=post.external_id,
        author_id=post.author.external_id,
        handle=post.author.handle,
        conversation_id=post.conversation_id,
        mentions=post.mentions,
        reference=post.reference,
    )
    prepared = world.connector().prepare(text, parent=parent, key=str(uuid4()), now=world.now(), repeats=repeats)
    return Draft(prepared.text, parent, prepared.frozen, first_claimed_at=world.now(), photos=photos)


def a_draft(world: World, text: str = TEXT, **more: Any) -> Draft:
    return draft_of(world, heard(world, complain(world)), text, **more)


def sent(connector: Connector, draft: Draft) -> Published:
    outcome = connector.publish(draft)
    assert isinstance(outcome, Published), outcome
    return outcome


def own_posts(world: World) -> dict[str, IncomingPost]:
    return {post.external_id: post for post in world.connector().fetch_own("", now=world.now()).posts}


# --- reading ----------------------------------------------------------------------------


def test_a_post_is_read_with_its_author_words_page_and_whom_it_names(world: World) -> None:
    external_id = complain(world, "sin luz en la calle Río & nadie viene")

    (post,) = read(world).posts

    assert post.external_id == external_id
    assert post.text == f"@{world.handle()} sin luz en la calle Río & nadie viene"
    assert post.author.external_id not in ("", world.connector().owner().external_id)
    # Where a reading does not bring them along, names are asked for apart.
    author = world.connector().name([post.author.external_id]).get(post.author.external_id, post.author)
    assert author.external_id == post.author.external_id
    assert "" not in (author.handle, author.display_name)
    assert post.mentions == (world.connector().owner().external_id,)
    assert post.url.startswith("http")
    assert abs(post.posted_at - world.now()) < timedelta(minutes=1)


def test_an_empty_inbox_is_no_failure(world: World) -> None:
    walk = read(world)

    assert (list(walk.posts), walk.missed) == ([], None)


def test_the_next_walk_loses_nothing_and_invents_nothing(world: World) -> None:
    first = complain(world, "uno")
    walk = read(world)
    second, third = complain(world, "dos"), complain(world, "tres")

    again = read(world, walk.cursor)
    quiet = read(world, again.cursor)

    # What lies in the overlap may come once more.
    assert [post.external_id for post in again.posts if post.external_id != first] == [second, third]
    assert {post.external_id for post in quiet.posts} <= {first, second, third}
    assert read(world, quiet.cursor).cursor == quiet.cursor


def test_a_sweep_reads_the_day_again_whatever_the_cursor(world: World) -> None:
    ids = [complain(world, "uno"), complain(world, "dos")]
    cursor = read(world).cursor

    swept = read(world, cursor, since=world.now() - timedelta(days=1))

    assert [post.external_id for post in swept.posts] == ids


def test_a_follow_up_belongs_to_its_thread(world: World) -> None:
    opening = complain(world)
    follow_up = complain(world, "sigue igual", in_reply_to=opening)

    first, second = read(world).posts

    assert (first.external_id, first.in_reply_to) == (opening, "")
    assert (second.external_id, second.in_reply_to) == (follow_up, opening)
    assert first.conversation_id == second.conversation_id != ""


def test_an_account_reads_its_own_inbox_only(world: World) -> None:
    external_id = world.resident_says(f"@{world.handle(colleague=True)} hay cristales en la plaza")
    colleague = world.connector(colleague=True)

    (post,) = colleague.fetch("", now=world.now()).posts

    assert (post.external_id, post.mentions) == (external_id, (colleague.owner().external_id,))
    assert list(read(world).posts) == []


def test_a_residents_photo_is_seen(world: World, jpeg: bytes) -> None:
    complain(world, photo=jpeg)

    (post,) = read(world).posts

    assert [photo.source_url[:4] for photo in post.photos] == ["http"]


@pytest.mark.parametrize("fault", ["server_error", "malformed", "rate_limited", "unauthorized"])
def test_a_walk_that_fails_is_no_walk(world: World, fault: str) -> None:
    complain(world)
    world.fail("fetch", fault)

    with pytest.raises(NetworkUnavailable) as raised:
        read(world)

    assert isinstance(raised.value, Unauthorized) is (fault == "unauthorized")
    causes = {"unauthorized": "credentials", "rate_limited": "limit"}
    assert raised.value.cause == causes.get(fault, "unreachable")
    assert len(read(world).posts) == 1


# --- answering --------------------------------------------------------------------------


def test_an_answer_appears_in_its_thread_once_and_names_its_page(world: World) -> None:
    draft = a_draft(world)

    published = sent(world.connector(), draft)

    assert world.answers() == [draft.text]
    assert published.url.startswith("http")
    assert abs(published.published_at - world.now()) < timedelta(minutes=1)
    assert own_posts(world)[published.external_id].in_reply_to == draft.parent.external_id


def test_a_second_answer_follows_the_first(world: World) -> None:
    first = a_draft(world)
    published = sent(world.connector(), first)
    owner = world.connector().owner()
    line = Parent(
        external_id=published.external_id, author_id=owner.external_id, handle=world.handle(),
        conversation_id=first.parent.conversation_id, mentions=[owner.external_id], reference=published.reference,
    )  # fmt: skip
    prepared = world.connector().prepare("Y barrida la acera.", parent=line, key=str(uuid4()), now=world.now())

    second = sent(world.connector(), Draft(prepared.text, line, prepared.frozen, first_claimed_at=world.now()))

    posts = own_posts(world)
    assert posts[second.external_id].in_reply_to == published.external_id
    assert posts[second.external_id].conversation_id == posts[published.external_id].conversation_id


def test_an_answer_that_was_lost_on_the_way_is_found_and_not_said_twice(world: World) -> None:
    draft = a_draft(world)
    world.fail("publish", "dropped")

    outcome = world.connector().publish(draft)
    found = world.connector().find(draft)

    assert type(outcome) is Unknown
    assert isinstance(found, Published)
    assert list(own_posts(world)) == [found.external_id]
    assert found.url.startswith("http")
    if world.connector().capabilities.idempotent:
        assert sent(world.connector(), draft).external_id == found.external_id
    assert world.answers() == [draft.text]


def test_an_answer_that_was_never_sent_is_absent(world: World) -> None:
    draft = a_draft(world)
    other = draft_of(world, heard(world, complain(world, "otra cosa")))
    sent(world.connector(), other)

    assert type(world.connector().find(draft)) is Absent
    # Nor does it matter that what it would answer is gone.
    world.remove(draft.parent.external_id)
    assert type(world.connector().find(draft)) is Absent


@pytest.mark.parametrize(
    ("fault", "outcome", "cause"),
    [
        ("server_error", Unknown, None),
        ("malformed", Unknown, None),
        ("rate_limited", Deferred, "limit"),
        ("unauthorized", Deferred, "credentials"),
    ],
)
def test_an_answer_that_fails(world: World, fault: str, outcome: type, cause: str | None) -> None:
    draft = a_draft(world)
    world.fail("publish", fault)

    became = world.connector().publish(draft)

    assert (type(became), getattr(became, "cause", None)) == (outcome, cause)
    if isinstance(became, Deferred):
        assert became.until > world.now()
        assert world.answers() == []


@pytest.mark.parametrize("fault", ["dropped", "rate_limited"])
def test_a_search_that_fails_says_so(world: World, fault: str) -> None:
    draft = a_draft(world)
    world.fail("find", fault)

    with pytest.raises(NetworkUnavailable):
        world.connector().find(draft)


def test_an_answer_to_a_deleted_post_is_refused_and_appears_nowhere(world: World) -> None:
    draft = a_draft(world)
    world.remove(draft.parent.external_id)

    outcome = world.connector().publish(draft)

    assert isinstance(outcome, Rejected)
    assert (outcome.rule, world.answers()) == ("gone", [])


def test_a_photo_goes_out_with_its_description(world: World, jpeg: bytes) -> None:
    draft = a_draft(world, photos=[OutgoingPhoto(jpeg, "La farola, encendida")])

    published = sent(world.connector(), draft)

    assert [photo.alt for photo in own_posts(world)[published.external_id].photos] == ["La farola, encendida"]


def test_without_its_photo_nothing_is_said(world: World, jpeg: bytes) -> None:
    draft = a_draft(world, photos=[OutgoingPhoto(jpeg, "La farola, encendida")])
    world.fail("upload", "server_error")

    outcome = world.connector().publish(draft)

    assert (type(outcome), world.answers()) == (Deferred, [])


def test_what_fits_fits_and_what_does_not_is_said_before(world: World) -> None:
    connector = world.connector()
    post = heard(world, complain(world))
    room = cast(int, connector.capabilities.limit) - connector.length(draft_of(world, post, "á").text)
    full, over = draft_of(world, post, "á" * (1 + room)), draft_of(world, post, "á" * (2 + room))

    assert connector.length(full.text) == connector.capabilities.limit
    assert (connector.objection(full.text), connector.objection(over.text)) == ("", "too_long")
    sent(connector, full)
    assert world.answers() == [full.text]


@pytest.mark.parametrize("verb", ["fetch", "publish"])
def test_a_network_that_does_not_answer_is_not_waited_for(world: World, settings: Settings, verb: str) -> None:
    draft = a_draft(world)
    world.fail(verb, "hangs")
    # Enough for what answers, on a busy machine too.
    settings.NETWORK_TIMEOUT = (1, 0.4)
    connector = world.connector()
    calls: dict[str, Any] = {
        "fetch": lambda: connector.fetch("", now=world.now()),
        "publish": lambda: connector.publish(draft),
    }
    begun = time.monotonic()

    try:
        outcome = type(calls[verb]())
    except NetworkUnavailable:
        outcome = NetworkUnavailable

    assert time.monotonic() - begun < 3
    assert outcome is {"fetch": NetworkUnavailable, "publish": Unknown}[verb]


# --- what was said ------------------------------------------------------------------------


def test_own_words_are_known_from_those_of_another_application(world: World) -> None:
    draft = a_draft(world)
    published = sent(world.connector(), draft)
    elsewhere = world.town_says("Mañana se corta el agua. #avisos")
    connector = world.connector()

    posts = own_posts(world)

    assert set(posts) == {published.external_id, elsewhere}
    assert connector.is_ours(posts[published.external_id], text=draft.text)
    assert not connector.is_ours(posts[elsewhere], text=draft.text)
    assert {post.author.external_id for post in posts.values()} == {connector.owner().external_id}


def test_own_words_are_read_on_from_where_the_last_walk_ended(world: World) -> None:
    first = world.town_says("Uno")
    walk = world.connector().fetch_own("", now=world.now())
    second = world.town_says("Dos")

    again = world.connector().fetch_own(walk.cursor, now=world.now())

    assert [post.external_id for post in walk.posts] == [first]
    assert [post.external_id for post in again.posts if post.external_id != first] == [second]


def test_a_message_is_taken_back_and_again(world: World) -> None:
    published = sent(world.connector(), a_draft(world))

    assert type(world.connector().delete(published.external_id)) is Deleted
    assert world.answers() == []
    assert type(world.connector().delete(published.external_id)) is Deleted


@pytest.mark.parametrize(("fault", "outcome"), [("dropped", Unknown), ("rate_limited", Deferred)])
def test_taking_back_that_fails_may_be_repeated(world: World, fault: str, outcome: type) -> None:
    published = sent(world.connector(), a_draft(world))
    world.fail("delete", fault)

    assert type(world.connector().delete(published.external_id)) is outcome
    assert type(world.connector().delete(published.external_id)) is Deleted
    assert world.answers() == []


# --- how posts stand ------------------------------------------------------------------------


def test_a_post_that_stands_is_live(world: World) -> None:
    post = heard(world, complain(world))

    assert world.connector().check({post.external_id: post.version}) == {post.external_id: Live(post.version)}


def test_an_edited_post_is_live_with_its_new_words(world: World) -> None:
    post = heard(world, complain(world))
    world.edit(post.external_id, f"@{world.handle()} sin luz en la calle Mayor")

    standing = world.connector().check({post.external_id: post.version})[post.external_id]

    assert isinstance(standing, Live)
    assert standing.version not in ("", post.version)
    assert standing.post is not None
    assert (standing.post.external_id, standing.post.version) == (post.external_id, standing.version)
    assert standing.post.text == f"@{world.handle()} sin luz en la calle Mayor"
    settled = world.connector().check({post.external_id: standing.version})
    assert settled == {post.external_id: Live(standing.version)}


def test_a_deleted_post_is_gone_among_those_that_stand(world: World) -> None:
    stays, goes = heard(world, complain(world, "uno")), heard(world, complain(world, "dos"))
    world.remove(goes.external_id)

    standing = world.connector().check({stays.external_id: stays.version, goes.external_id: goes.version})

    assert standing == {stays.external_id: Live(stays.version), goes.external_id: Gone()}


@pytest.mark.parametrize("fault", ["server_error", "malformed"])
def test_a_check_that_fails_tells_nothing(world: World, fault: str) -> None:
    post = heard(world, complain(world))
    world.fail("check", fault)

    with pytest.raises(NetworkUnavailable):
        world.connector().check({post.external_id: post.version})


def test_an_account_names_its_owner(world: World) -> None:
    owner = world.connector().owner()

    assert owner.external_id != ""
    assert owner.handle.startswith(world.handle())
    assert world.connector().tag(world.handle()) == f"@{world.handle()}"
