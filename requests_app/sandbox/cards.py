"""What the pages show of a post and of a conversation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup, escape

from . import words
from .ids import now_ms
from .records import Photo, Post, User, iso
from .store import Store
from .wording import HASHTAG, MENTION

PAGE = 30
LATEST_REPLIES = 2
LINK = re.compile(r"https?://[^\s<>\"]+")
MARKS = re.compile(f"{LINK.pattern}|{MENTION.pattern}|{HASHTAG.pattern}")


@dataclass(slots=True)
class Card:
    post: Post
    author: User
    words: Markup
    photos: list[Photo]
    moment: str
    ago: str
    answers: str = ""
    quotes: str = ""


@dataclass(slots=True)
class Conversation:
    root: Card
    replies: list[Card]
    hidden: int
    latest: int


def card(post: Post, *, store: Store) -> Card:
    memory = store.memory
    answered = memory.users.get(post.reply_to_user or 0)
    quoted = memory.posts.get(post.quote_of or 0)
    return Card(
        post=post,
        author=memory.users[post.author],
        words=marked(post.words, store=store),
        photos=[memory.photos[photo] for photo in post.photos],
        moment=iso(post.ms),
        ago=words.ago(post.ms, now=now_ms()),
        answers=answered.handle if answered else "",
        quotes=memory.users[quoted.author].handle if quoted else "",
    )


def marked(text: str, *, store: Store) -> Markup:
    """The author's words, escaped; mentions of people here stand out, links do not lead anywhere."""
    pieces: list[Markup | str] = []
    at = 0
    for match in MARKS.finditer(text):
        found = match[0]
        is_somebody = found[0] in "@＠" and store.id_named(found[1:]) is not None
        kind = "who" if is_somebody else "tag" if found[0] in "#＃" else "link" if found.startswith("http") else ""
        pieces.append(escape(text[at : match.start()]))
        pieces.append(Markup('<span class="{}">{}</span>').format(kind, found) if kind else escape(found))
        at = match.end()
    pieces.append(escape(text[at:]))
    return Markup("").join(pieces)


def conversations(store: Store, *, show: str, before: int) -> tuple[list[Conversation], int]:
    """The liveliest first, and the id from which older ones go on (0: none)."""
    chosen: list[Conversation] = []
    for root_id, latest in _by_latest(store, before=before):
        if len(chosen) == PAGE:
            return chosen, chosen[-1].latest
        posts = [store.memory.posts[post_id] for post_id in store.memory.conversations[root_id]]
        is_answered = any(store.memory.users[post.author].is_town and post.reply_to for post in posts)
        if (show == "answered" and not is_answered) or (
            show == "waiting" and (is_answered or not _calls_town(posts, store=store))
        ):
            continue
        chosen.append(_conversation(posts, latest=latest, store=store))
    return chosen, 0


def _by_latest(store: Store, *, before: int) -> Iterator[tuple[int, int]]:
    seen: set[int] = set()
    for post_id in reversed(store.memory.timeline):
        root = store.memory.posts[post_id].conversation
        if root in seen:
            continue
        seen.add(root)
        if not before or post_id < before:
            yield root, post_id


def _calls_town(posts: list[Post], *, store: Store) -> bool:
    return any(store.memory.users[user].is_town for user in posts[0].mentioned)


def _conversation(posts: list[Post], *, latest: int, store: Store) -> Conversation:
    replies = [card(post, store=store) for post in posts[1:][-LATEST_REPLIES:]]
    return Conversation(card(posts[0], store=store), replies, hidden=len(posts) - 1 - len(replies), latest=latest)


def thread(post: Post, *, store: Store) -> list[Card]:
    return [card(store.memory.posts[post_id], store=store) for post_id in store.memory.conversations[post.conversation]]
