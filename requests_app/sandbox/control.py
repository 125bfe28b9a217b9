"""The strings behind the stage: posts of residents, faults, replays and counts, for tests and the demo."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, request

from . import photos, wording
from .doors import town
from .drafts import Draft, Misdated
from .faults import BadFault
from .problems import as_json
from .records import Post, iso
from .replay import BadFile, Replay
from .store import Store, Unknown

control = Blueprint("control", __name__, url_prefix="/sandbox")

KEYS = frozenset("author name text in_reply_to quote_of retweet_of photo_base64 alt_text created_at lang labels carry_mentions".split())


class BadOrder(ValueError):
    """The request to the sandbox makes no sense."""


@control.errorhandler(BadOrder)
@control.errorhandler(BadFault)
@control.errorhandler(Misdated)
@control.errorhandler(photos.NotAPhoto)
@control.errorhandler(BadFile)
def refused(error: Exception) -> Response:
    return as_json({"error": str(error)}, status=400)


@control.errorhandler(Unknown)
def unknown(error: Unknown) -> Response:
    return as_json({"error": f"there is no post {error}"}, status=404)


@control.get("/posts")
def list_posts() -> Response:
    """All posts, oldest first; `author`, `conversation` and `after` (an id) narrow it."""
    store = town().store
    author, conversation, after = (request.args.get(name, "") for name in ("author", "conversation", "after"))
    with store.lock:
        posts = [as_dict(store.memory.posts[post_id], store=store) for post_id in store.memory.timeline]
    posts = [post for post in posts if author in ("", post["author"]) and conversation in ("", post["conversation_id"])]
    return as_json({"posts": [post for post in posts if int(post["id"]) > int(after or 0)]})


@control.post("/posts")
def create_post() -> Response:
    """One post by anybody, the town's people on their phones included; JSON, or multipart with a `photo`."""
    order = request.form.to_dict() if request.mimetype == "multipart/form-data" else request.get_json(silent=True)
    if not isinstance(order, dict):
        raise BadOrder("send a JSON object or a form")
    file = request.files.get("photo")
    store = town().store
    post = store.add(draft(order, store=store, photo=file.read() if file else b""))
    return as_json(as_dict(post, store=store), status=201)


@control.post("/posts/bulk")
def create_posts() -> Response:
    """Thousands at once: a JSON array, or one JSON object a line."""
    store = town().store
    orders = _orders(request.get_data(as_text=True))
    with store.lock:
        posts = store.add_all(draft(order, store=store) for order in orders)
    return as_json({"count": len(posts), "ids": [str(post.id) for post in posts]}, status=201)


@control.delete("/posts/<int:post_id>")
def delete_post(post_id: int) -> Response:
    town().store.delete(post_id)
    return as_json({"deleted": True})


@control.post("/posts/<int:post_id>/edit")
def edit_post(post_id: int) -> Response:
    order = request.get_json(silent=True) or request.form
    if not isinstance(order.get("text"), str):
        raise BadOrder("text is missing")
    store = town().store
    return as_json(as_dict(store.edit(post_id, words=order["text"]), store=store))


@control.get("/state")
def state() -> Response:
    memory = town().store.memory
    counts = {"posts": len(memory.timeline), "users": len(memory.users), "photos": len(memory.photos), "deleted": len(memory.gone)}
    mentions = {user.handle: len(town().store.mentions_of(user.id)) for user in memory.users.values() if user.is_town}
    withheld = sum(len(waiting) for waiting in town().store.late.withheld.values())
    return as_json(counts | {"mentions": mentions, "withheld": withheld, "faults": len(town().faults.listed)})


@control.post("/reset")
def reset() -> Response:
    """Forget every post, token and fault: a fresh network for the next test."""
    town().faults.clear()
    town().limits.clear()
    town().store.reset()
    town().tokens.restart()
    return as_json({"reset": True})


@control.get("/faults")
def list_faults() -> Response:
    return as_json({"faults": town().faults.list()})


@control.post("/faults")
def order_fault() -> Response:
    order = request.get_json(silent=True)
    if not isinstance(order, dict):
        raise BadOrder("send a JSON object")
    fault = town().faults.order(order)
    if fault.fault == "late_index":
        town().store.late.delay_next(fault.count, seconds=fault.seconds, handle=fault.handle)
    return as_json({"id": fault.id, "endpoint": fault.endpoint, "fault": fault.fault, "count": fault.count}, status=201)


@control.delete("/faults")
def clear_faults() -> Response:
    town().faults.clear()
    town().store.late.delays.clear()
    return as_json({"cleared": True})


@control.get("/replay")
def list_replays() -> Response:
    return as_json({"replays": [replay.status() for replay in town().replays]})


@control.post("/replay")
def start_replay() -> Response:
    """A tab-separated `file`, its `pace` in posts a second (0: at once); another `run` name says it all again."""
    file = request.files.get("file")
    if file is None:
        raise BadOrder("send the file as multipart, in the field `file`")
    replay = Replay(
        file.read(),
        store=town().store,
        pace=_number(request.form.get("pace", "5")),
        stopping=town().stopping,
        run=request.form.get("run", ""),
    )
    town().replays.append(replay)
    replay.start()
    return as_json(replay.status(), status=201)


def _number(written: str) -> float:
    try:
        return float(written)
    except ValueError as error:
        raise BadOrder(f"{written} is not a number") from error


@control.post("/tokens/<handle>")
def grant(handle: str) -> Response:
    """A new token pair, as when an account is linked again; `?expire=1` ends the present ones instead."""
    user = town().store.user_named(handle)
    if user is None:
        raise BadOrder(f"there is no account @{handle}")
    if request.args.get("expire"):
        town().tokens.expire(user.id)
        return as_json({"expired": True})
    family = town().tokens.grant(user.id)
    return as_json({"access_token": family.access, "refresh_token": family.refresh, "expires_in": 7200}, status=201)


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
    kept = (photos.keep(content, owner=author, store=store, alt=str(order.get("alt_text") or "")).id,) if content else ()
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


def _orders(body: str) -> Iterable[dict[str, Any]]:
    try:
        orders = json.loads(body) if body.lstrip().startswith("[") else [json.loads(line) for line in body.split("\n") if line.strip()]
    except ValueError as error:
        raise BadOrder(f"not JSON: {error}") from error
    if not all(isinstance(order, dict) for order in orders):
        raise BadOrder("every post is a JSON object")
    return orders


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
