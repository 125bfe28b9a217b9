"""What tests and the demo may order: posts by anybody, read strictly."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from . import photos, wording
from .drafts import Draft
from .ids import EPOCH_MS
from .journal import Entry
from .params import names
from .records import Post, User, iso
from .store import Store, Unknown

KEYS = names(
    "author name text in_reply_to quote_of retweet_of photo_base64 alt_text created_at lang labels carry_mentions"
)


class BadOrder(ValueError):
    """The request to the sandbox makes no sense."""


def draft(order: dict[str, Any], *, store: Store, photo: bytes = b"") -> Draft:
    """An order becomes a draft; its author is created when new."""
    strangers = sorted(order.keys() - KEYS)
    words = order.get("text", "")
    if strangers or not isinstance(words, str):
        raise BadOrder(f"unknown keys: {', '.join(strangers)}" if strangers else "text must be a string")
    content = photo or _decoded(order.get("photo_base64", ""))
    if not words.strip() and not content and not order.get("retweet_of"):
        raise BadOrder("a post needs text or a photo")
    author = author_named(str(order.get("author") or "vecina"), name=str(order.get("name") or ""), store=store)
    kept = (
        (photos.keep(content, owner=author, store=store, alt=str(order.get("alt_text") or "")).id,) if content else ()
    )
    labels = order.get("labels") or {}
    return Draft(
        author=author,
        words=words,
        reply_to=_post_id(order.get("in_reply_to"), store=store),
        quote_of=_post_id(order.get("quote_of"), store=store),
        retweet_of=_post_id(order.get("retweet_of"), store=store),
        photos=kept,
        lang=str(order.get("lang") or ""),
        labels=labels if isinstance(labels, dict) else {"label": labels},
        ms=_moment(order.get("created_at")),
        carry_mentions=str(order.get("carry_mentions", True)).lower() not in ("false", "0", "no"),
    )


def author_named(handle: str, *, name: str, store: Store) -> int:
    handle = handle.removeprefix("@")
    if not wording.MENTION.fullmatch(f"@{handle}"):
        raise BadOrder("a handle holds 1 to 20 letters, digits or _")
    try:
        return store.resident(handle, name=name).id
    except ValueError as error:
        raise BadOrder(str(error)) from error


def _post_id(value: object, *, store: Store) -> int | None:
    if value in (None, ""):
        return None
    if not str(value).isascii() or not str(value).isdigit():
        raise BadOrder(f"{value} is not the id of a post")
    if store.post(int(str(value))) is None:
        raise Unknown(value)
    return int(str(value))


def _moment(value: object) -> int | None:
    if value in (None, ""):
        return None
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise BadOrder("created_at is a moment such as 2026-01-31T12:00:00Z") from error
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def _decoded(value: object) -> bytes:
    try:
        return base64.b64decode(str(value), validate=True)
    except binascii.Error as error:
        raise BadOrder("photo_base64 is not base64") from error


def many(body: str) -> Iterable[dict[str, Any]]:
    try:
        orders = (
            json.loads(body)
            if body.lstrip().startswith("[")
            else [json.loads(line) for line in body.split("\n") if line.strip()]
        )
    except ValueError as error:
        raise BadOrder(f"not JSON: {error}") from error
    if not all(isinstance(order, dict) for order in orders):
        raise BadOrder("every post is a JSON object")
    return orders


def told(entries: Iterable[Entry], *, users: dict[int, User]) -> Iterator[dict[str, Any]]:
    """Of the journal what readers saw happen, with its moment."""
    for entry in entries:
        match entry.get("t"):
            case "post":
                about = {name: str(entry[name]) for name in ("reply_to", "edits") if entry.get(name)}
                said = {"id": str(entry["id"]), "author": users[entry["author"]].handle, "words": entry["words"]}
                yield said | about | {"at": iso(entry["ms"])}
            case "delete":
                yield {"deletes": str(entry["id"]), "at": iso(entry.get("ms", EPOCH_MS))}


def as_dict(post: Post, *, store: Store) -> dict[str, Any]:
    memory = store.memory
    optional = {"in_reply_to": post.reply_to, "quote_of": post.quote_of, "retweet_of": post.retweet_of}
    return {
        "id": str(post.id),
        "author": memory.users[post.author].handle,
        "name": memory.users[post.author].name,
        "words": post.words,
        "text": post.text,
        "conversation_id": str(post.conversation),
        "created_at": iso(post.ms),
        "lang": post.lang,
        "photos": [memory.photos[photo].filename for photo in post.photos],
        "alt_texts": [memory.photos[photo].alt for photo in post.photos],
        "edit_history": [str(version) for version in post.versions],
        "labels": post.labels,
        "origin": post.origin,
    } | {name: str(value) for name, value in optional.items() if value}
