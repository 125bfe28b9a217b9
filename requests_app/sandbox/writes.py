"""The writing half of the API: posts and their deletion."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from . import problems, wording
from .doors import caller, endpoint, town
from .drafts import Draft
from .ids import now_ms
from .params import names
from .problems import as_json, forbidden, invalid, invalid_request
from .records import Post
from .store import Store

writes = Blueprint("writes", __name__, url_prefix="/2")

DUPLICATE_WINDOW_MS = 24 * 3600 * 1000
KNOWN_KEYS = names(
    "text reply media quote_tweet_id reply_settings for_super_followers_only geo poll direct_message_deep_link nullcast card_uri "
    "community_id share_with_followers made_with_ai paid_partnership edit_options"
)
REPLY_SETTINGS = frozenset({"following", "mentionedUsers", "subscribers", "verified"})


@writes.post("/tweets")
@endpoint("create_tweet")
def create_tweet() -> Response:
    """Refuse what X refuses, in X's order: shape, parent, summons, length, repetition."""
    body = _json_body()
    store = town().store
    with store.lock:
        draft = _draft(body, store=store)
        _refuse_unsummoned(draft, store=store)
        if wording.weight(draft.words) > wording.MAX_WEIGHT:
            raise forbidden(problems.TOO_LONG)
        _refuse_duplicate(draft, store=store)
        post = store.add(draft)
        store.bill(_resource(post, store=store), [post.id])
    return as_json(
        {"data": {"id": str(post.id), "text": post.text, "edit_history_tweet_ids": [str(post.id)]}}, status=201
    )


def _json_body() -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise invalid_request([{"parameters": {}, "message": "Request body is not a JSON object"}])
    strangers = sorted(body.keys() - KNOWN_KEYS)
    if strangers:
        raise invalid_request([{"parameters": {}, "message": f"[$.{strangers[0]}: is not defined in the schema]"}])
    return body


def _draft(body: dict[str, Any], *, store: Store) -> Draft:
    words, media = body.get("text", ""), body.get("media") or {}
    if not isinstance(words, str) or not isinstance(media, dict):
        raise invalid_request([{"parameters": {}, "message": "text is a string and media an object"}])
    pictures = tuple(_photo_id(value, store=store) for value in media.get("media_ids", ()))
    if not words.strip() and not pictures:
        raise invalid_request([{"parameters": {"text": [words]}, "message": "You must provide text or media"}])
    if len(pictures) > 4:
        raise invalid("media.media_ids", len(pictures), "A post carries at most 4 photos")
    if body.get("reply_settings", "following") not in REPLY_SETTINGS:
        raise invalid("reply_settings", body["reply_settings"], f"reply_settings is one of {sorted(REPLY_SETTINGS)}")
    reply = body.get("reply") or {}
    parent = body_id(reply.get("in_reply_to_tweet_id"), name="reply.in_reply_to_tweet_id")
    uncarried = frozenset(
        body_id(value, name="reply.exclude_reply_user_ids") or 0 for value in reply.get("exclude_reply_user_ids", ())
    )
    quoted = body_id(body.get("quote_tweet_id"), name="quote_tweet_id")
    if quoted and not store.visible_post(quoted, to=caller().id):
        raise forbidden("You attempted to quote a Tweet that is deleted or not visible to you.")
    return Draft(
        author=caller().id, words=words, reply_to=parent, quote_of=quoted, photos=pictures, uncarried=uncarried
    )


def body_id(value: object, *, name: str) -> int | None:
    if value is None:
        return None
    if not str(value).isascii() or not str(value).isdigit() or len(str(value)) > 19:
        raise invalid(name, value, f"{name} is not a valid id")
    return int(str(value))


def _photo_id(value: object, *, store: Store) -> int:
    photo = store.memory.photos.get(body_id(value, name="media.media_ids") or 0)
    if photo is None or photo.owner != caller().id:
        raise invalid_request(
            [{"parameters": {"media.media_ids": [str(value)]}, "message": "Your media IDs are invalid."}]
        )
    return photo.id


def _refuse_unsummoned(draft: Draft, *, store: Store) -> None:
    """Since February 2026 an account may answer only who mentioned or quoted it; its own threads stay open to it."""
    if draft.reply_to is None:
        return
    parent = store.visible_post(draft.reply_to, to=draft.author)
    if parent is None:
        raise forbidden(problems.PARENT_GONE)
    if parent.author != draft.author and not _calls(parent, draft.author):
        raise forbidden(problems.NOT_SUMMONED)


def _calls(parent: Post, user_id: int) -> bool:
    """Mentions or quotes that account."""
    return user_id in parent.mentioned or parent.quoted_user == user_id


def _resource(post: Post, *, store: Store) -> str:
    """Under which name of the price list it was made."""
    parent = store.post(post.reply_to) if post.reply_to else None
    if any("media_key" not in link for link in post.entities.get("urls", ())):
        return "post_create_with_url"
    return "summoned_reply" if parent and _calls(parent, post.author) else "post_create"


def _refuse_duplicate(draft: Draft, *, store: Store) -> None:
    since = now_ms() - DUPLICATE_WINDOW_MS
    for post_id in reversed(store.memory.by_author[draft.author]):
        post = store.memory.posts[post_id]
        if post.ms < since:
            return
        if _same_words(post, draft.words):
            raise forbidden(problems.DUPLICATE)


def _same_words(post: Post, words: str) -> bool:
    return bool(words.strip()) and " ".join(post.words.split()) == " ".join(words.split())


@writes.delete("/tweets/<tweet_id>")
@endpoint("delete_tweet")
def delete_tweet(tweet_id: str) -> Response:
    """Deleting what is deleted already is a success too."""
    store = town().store
    post_id = body_id(tweet_id, name="id") or 0
    with store.lock:
        post = store.post(post_id)
        owner = post.author if post else store.memory.gone.get(post_id)
        if owner is None:
            raise problems.plain(
                404,
                "Not Found Error",
                detail=f"Could not find tweet with id: [{post_id}].",
                problem="resource-not-found",
            )
        if owner != caller().id:
            raise forbidden(problems.NOT_YOURS)
        if post:
            store.delete(post_id)
        store.bill("post_delete", [post_id])
    return as_json({"data": {"deleted": True}})
