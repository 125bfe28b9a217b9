"""A draft becomes a post: its thread, its carried mentions, its entities, its id."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from . import wording
from .ids import EPOCH_MS, now_ms

if TYPE_CHECKING:
    from .records import Post
    from .store import Store


@dataclass(slots=True)
class Draft:
    author: int
    words: str
    reply_to: int | None = None
    quote_of: int | None = None
    retweet_of: int | None = None
    photos: tuple[int, ...] = ()
    lang: str = ""
    labels: dict[str, Any] = field(default_factory=dict)
    origin: str = ""
    ms: int | None = None
    # X puts the people of the answered post at the front of an answer, unless the author unticks them.
    carry_mentions: bool = True
    uncarried: frozenset[int] = frozenset()


class Misdated(ValueError):
    """A snowflake can only tell of a past moment after X's epoch."""


def entry(draft: Draft, *, store: Store) -> dict[str, Any]:
    """The journal's entry of a new post."""
    post_id, ms = _date(draft, store=store)
    parent = store.post(draft.reply_to) if draft.reply_to else None
    quoted = store.post(draft.quote_of) if draft.quote_of else None
    words = draft.words
    retweeted = store.post(draft.retweet_of) if draft.retweet_of else None
    if retweeted:
        words = f"RT @{store.memory.users[retweeted.author].handle}: {retweeted.words}"
    facts = {
        "t": "post",
        "id": post_id,
        "author": draft.author,
        "words": words,
        "ms": ms,
        "conversation": parent.conversation if parent else post_id,
        "lang": draft.lang or wording.language(words),
        "reply_to": draft.reply_to,
        "reply_to_user": parent.author if parent else None,
        "quote_of": draft.quote_of,
        "quoted_user": quoted.author if quoted else None,
        "retweet_of": draft.retweet_of,
        "photos": list(draft.photos),
        "labels": draft.labels,
        "origin": draft.origin,
    }
    carried = _carried(draft, parent=parent, store=store) if parent and draft.carry_mentions else []
    return _worded(
        {name: value for name, value in facts.items() if value or name == "words"}, carried=carried, store=store
    )


def edited(post: Post, *, words: str, store: Store) -> dict[str, Any]:
    """The entry of a new version: a new id in the same thread."""
    names = (
        "author",
        "conversation",
        "lang",
        "reply_to",
        "reply_to_user",
        "quote_of",
        "quoted_user",
        "photos",
        "labels",
        "origin",
    )
    facts = {name: getattr(post, name) for name in names if getattr(post, name)}
    facts |= {
        "t": "post",
        "id": store.ids.next(),
        "words": words,
        "ms": now_ms(),
        "edits": post.id,
        "photos": list(post.photos),
    }
    parent = store.post(post.reply_to) if post.reply_to else None
    draft = Draft(author=post.author, words=words)
    return _worded(facts, carried=_carried(draft, parent=parent, store=store) if parent else [], store=store)


def _date(draft: Draft, *, store: Store) -> tuple[int, int]:
    if draft.ms is None:
        return store.ids.next(), now_ms()
    if not EPOCH_MS < draft.ms <= now_ms():
        raise Misdated("created_at must lie in the past, after November 2010")
    return store.ids.next_at(draft.ms, taken=store.memory.posts), draft.ms


def _carried(draft: Draft, *, parent: Post, store: Store) -> list[str]:
    """Whom an answer addresses without typing it: the answered author, then those they mentioned."""
    typed = {store.id_named(handle) for handle in wording.handles_in(draft.words)}
    people = dict.fromkeys([parent.author, *parent.mentioned])
    left_out = typed | draft.uncarried | {draft.author}
    return [store.memory.users[user_id].handle for user_id in people if user_id not in left_out]


def _worded(facts: dict[str, Any], *, carried: list[str], store: Store) -> dict[str, Any]:
    handle = store.memory.users[facts["author"]].handle
    page = f"https://x.com/{handle}/status/{facts['id']}/photo"
    photos = [
        (f"{page}/{number}", store.memory.photos[photo].key)
        for number, photo in enumerate(facts.get("photos", ()), start=1)
    ]
    text, entities = wording.compose(
        facts["words"], post_id=facts["id"], carried=carried, photos=photos, resolve=store.id_named
    )
    return facts | {"text": text, "entities": entities}
