"""Posts, users and photos as X API v2 writes them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from flask import Response

from .params import Fields
from .problems import not_found
from .records import Photo, Post, User, iso
from .store import Store

EDIT_WINDOW_MS = 30 * 60 * 1000
# Counts move without the post changing: a post that shows them is written anew each time.
UNCACHED = frozenset({"public_metrics"})


def dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def post_json(post: Post, *, fields: frozenset[str], store: Store) -> str:
    """One post; a timeline of thousands is walked often, so the text is kept per set of fields."""
    cached = post.rendered.get(fields)
    if cached is None:
        cached = dumps(_post(post, fields=fields, store=store))
        if not fields & UNCACHED:
            post.rendered[fields] = cached
    return cached


def _post(post: Post, *, fields: frozenset[str], store: Store) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": str(post.id),
        "text": post.text,
        "edit_history_tweet_ids": [str(version) for version in post.versions],
    }
    facts = {
        "author_id": str(post.author),
        "conversation_id": str(post.conversation),
        "created_at": iso(post.ms),
        "in_reply_to_user_id": str(post.reply_to_user or "") or None,
        "referenced_tweets": [{"type": kind, "id": str(other)} for kind, other in references(post)] or None,
        "entities": post.entities or None,
        "attachments": {"media_keys": [f"3_{photo}" for photo in post.photos]} if post.photos else None,
        "lang": post.lang,
        "reply_settings": "everyone",
        "possibly_sensitive": False,
    }
    shown |= {name: value for name, value in facts.items() if name in fields and value is not None}
    if "edit_controls" in fields:
        until = iso(store.memory.posts[post.versions[0]].ms + EDIT_WINDOW_MS)
        shown["edit_controls"] = {
            "edits_remaining": max(6 - len(post.versions), 0),
            "is_edit_eligible": not post.reply_to,
            "editable_until": until,
        }
    if "note_tweet" in fields and len(post.words) > 280:
        shown["note_tweet"] = {"text": post.text}
    if "public_metrics" in fields:
        counts = ("retweet_count", "quote_count", "like_count", "bookmark_count", "impression_count")
        shown["public_metrics"] = dict.fromkeys(counts, 0) | {"reply_count": store.replies_to(post)}
    return shown


def references(post: Post) -> list[tuple[str, int]]:
    kinds = (("retweeted", post.retweet_of), ("quoted", post.quote_of), ("replied_to", post.reply_to))
    return [(kind, other) for kind, other in kinds if other]


def user_dict(user: User, *, fields: frozenset[str], host: str) -> dict[str, Any]:
    facts = {
        "created_at": iso(user.ms),
        "description": user.bio,
        "location": "Alameda",
        "profile_image_url": f"{host}avatars/{user.handle}.svg",
        "protected": user.is_protected,
        "verified": user.is_town,
        "verified_type": "government" if user.is_town else "none",
        "url": "",
    }
    return {"id": str(user.id), "name": user.name, "username": user.handle} | {
        name: value for name, value in facts.items() if name in fields
    }


def photo_dict(photo: Photo, *, fields: frozenset[str], host: str) -> dict[str, Any]:
    facts = {
        "url": f"{host}media/{photo.filename}",
        "width": photo.width,
        "height": photo.height,
        "alt_text": photo.alt or None,
    }
    return {"media_key": photo.key, "type": "photo"} | {
        name: value for name, value in facts.items() if name in fields and value is not None
    }


@dataclass(slots=True)
class Sheet:
    """An answer in the making: data, what it refers to, what is missing. Built under the store's lock."""

    store: Store
    fields: Fields
    host: str
    users: dict[int, None] = field(default_factory=dict)
    photos: dict[int, None] = field(default_factory=dict)
    others: dict[int, None] = field(default_factory=dict)
    shown: list[int] = field(default_factory=list)
    errors: list[dict[str, str]] = field(default_factory=list)

    def posts(self, posts: Iterable[Post]) -> list[str]:
        return [self._expanded(post) for post in posts]

    def _expanded(self, post: Post) -> str:
        self.shown.append(post.id)
        expansions = self.fields.expansions
        if "author_id" in expansions:
            self.users[post.author] = None
        if "attachments.media_keys" in expansions:
            self.photos.update(dict.fromkeys(post.photos))
        if "in_reply_to_user_id" in expansions and post.reply_to_user:
            self.users[post.reply_to_user] = None
        if "entities.mentions.username" in expansions:
            self.users.update(dict.fromkeys(post.mentioned))
        if any(name.startswith("referenced_tweets.id") for name in expansions):
            self._refer(post)
        return post_json(post, fields=self._shown_fields(), store=self.store)

    def _refer(self, post: Post) -> None:
        for _, other_id in references(post):
            other = self.store.visible_post(other_id)
            if other is None:
                self.errors.append(not_found(other_id, kind="tweet", parameter="referenced_tweets.id"))
                continue
            self.others[other_id] = None
            if "referenced_tweets.id.author_id" in self.fields.expansions:
                self.users[other.author] = None

    def _shown_fields(self) -> frozenset[str]:
        """An expansion shows its own key in the post, asked for or not."""
        implied: set[str] = {name for name in ("author_id", "in_reply_to_user_id") if name in self.fields.expansions}
        if "attachments.media_keys" in self.fields.expansions:
            implied.add("attachments")
        if "referenced_tweets.id" in self.fields.expansions:
            implied.add("referenced_tweets")
        return self.fields.tweet | implied

    def response(self, data: str | None, *, meta: dict[str, Any] | None = None) -> Response:
        """`data` is JSON already, put together from the kept texts. What it shows is billed, expansions included."""
        self.store.bill("post_read", [*self.shown, *self.others])
        self.store.bill("user_read", self.users)
        parts = [f'"data":{data}'] if data is not None else []
        includes = self._includes()
        if includes:
            parts.append(f'"includes":{{{includes}}}')
        if self.errors:
            parts.append(f'"errors":{dumps(self.errors)}')
        if meta is not None:
            parts.append(f'"meta":{dumps(meta)}')
        return Response("{" + ",".join(parts) + "}", content_type="application/json; charset=utf-8")

    def _includes(self) -> str:
        memory = self.store.memory
        users = [dumps(user_dict(memory.users[key], fields=self.fields.user, host=self.host)) for key in self.users]
        photos = [
            dumps(photo_dict(memory.photos[key], fields=self.fields.media, host=self.host)) for key in self.photos
        ]
        others = [post_json(memory.posts[key], fields=self._shown_fields(), store=self.store) for key in self.others]
        listed = (("users", users), ("media", photos), ("tweets", others))
        return ",".join(f'"{name}":[{",".join(items)}]' for name, items in listed if items)
