"""Everything said on the pretend network, in memory, indexed by who must see it."""

from __future__ import annotations

import hashlib
import threading
from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import drafts
from .accounts import MASKS, TOWN
from .drafts import Draft
from .ids import EPOCH_MS, Snowflakes, now_ms
from .journal import Entry, Journal
from .late import LateIndex
from .records import Photo, Post, User

FIRST_RESIDENT = 1001


class Unknown(Exception):
    """No such user, post or photo."""


@dataclass(slots=True)
class Memory:
    users: dict[int, User] = field(default_factory=dict)
    handles: dict[str, int] = field(default_factory=dict)
    posts: dict[int, Post] = field(default_factory=dict)
    photos: dict[int, Photo] = field(default_factory=dict)
    gone: dict[int, int] = field(default_factory=dict)
    timeline: list[int] = field(default_factory=list)
    by_author: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    mentions: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    conversations: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    origins: dict[str, int] = field(default_factory=dict)
    tokens: list[Entry] = field(default_factory=list)
    next_user: int = FIRST_RESIDENT


class Store:
    def __init__(self, folder: Path) -> None:
        self.media_folder = folder / "media"
        self.media_folder.mkdir(parents=True, exist_ok=True)
        self.journal = Journal(folder / "journal.jsonl")
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.ids = Snowflakes()
        self.late = LateIndex()
        # Counts every change, for the page that asks whether there is news.
        self.version = 0
        self._start()
        for entry in self.journal.entries():
            # One unreadable entry must not keep the whole town from coming back.
            with suppress(KeyError, TypeError, ValueError):
                self._apply(entry)

    def _start(self) -> None:
        self.memory = Memory()
        for account in TOWN:
            self._apply_user(id=account.id, handle=account.handle, name=account.name, bio=account.bio, ms=EPOCH_MS, is_town=True)

    def reset(self) -> None:
        with self.changed:
            self.journal.clear()
            self.late.clear()
            self.version += 1
            self._start()
            for path in self.media_folder.iterdir():
                path.unlink()
            self.changed.notify_all()

    # Looking up

    def user(self, user_id: int) -> User | None:
        return self.memory.users.get(user_id)

    def user_named(self, handle: str) -> User | None:
        user_id = self.id_named(handle)
        return None if user_id is None else self.memory.users[user_id]

    def id_named(self, handle: str) -> int | None:
        return self.memory.handles.get(handle.lower())

    def post(self, post_id: int) -> Post | None:
        return self.memory.posts.get(post_id)

    def replies_to(self, post: Post) -> int:
        return sum(self.memory.posts[other].reply_to == post.id for other in self.memory.conversations[post.conversation])

    def mentions_of(self, user_id: int) -> list[int]:
        """Ids of the posts in that user's mentions timeline, oldest first; hold the lock while reading it."""
        for post_id in self.late.due(user_id):
            if post_id in self.memory.posts and self.memory.posts[post_id].is_latest:
                insort(self.memory.mentions[user_id], post_id)
        return self.memory.mentions[user_id]

    # Writing: every change is an entry, appended to the journal and applied the same way at the next start

    def resident(self, handle: str, *, name: str = "") -> User:
        with self.changed:
            known = self.user_named(handle)
            if known:
                return known
            if handle.lower() in MASKS:
                raise ValueError(f"@{handle} is a mask, not a person")
            self._write([{"t": "user", "id": self.memory.next_user, "handle": handle, "name": name or handle, "bio": "", "ms": now_ms()}])
            return self.memory.users[self.memory.next_user - 1]

    def add(self, draft: Draft) -> Post:
        return self.add_all([draft])[0]

    def add_all(self, batch: Iterable[Draft]) -> list[Post]:
        with self.changed:
            entries: list[Entry] = []
            try:
                for draft in batch:
                    entry = drafts.entry(draft, store=self)
                    self._apply(entry)
                    entries.append(entry)
            finally:
                # A bad draft stops the batch; what was applied before it must survive a restart.
                self.journal.append(entries)
                self.changed.notify_all()
            return [self.memory.posts[entry["id"]] for entry in entries]

    def edit(self, post_id: int, *, words: str) -> Post:
        with self.changed:
            post = self.memory.posts.get(post_id)
            if post is None:
                raise Unknown(post_id)
            entry = drafts.edited(self.memory.posts[post.versions[-1]], words=words, store=self)
            self._write([entry])
            return self.memory.posts[entry["id"]]

    def delete(self, post_id: int) -> None:
        """Deleting any version deletes the whole chain."""
        with self.changed:
            if post_id not in self.memory.posts:
                raise Unknown(post_id)
            self._write([{"t": "delete", "id": post_id}])

    def add_photo(self, content: bytes, *, owner: int, mime: str, size: tuple[int, int], alt: str = "") -> Photo:
        with self.changed:
            photo_id = self.ids.next()
            filename = f"{photo_id}-{hashlib.sha256(content).hexdigest()[:8]}.{mime.split('/')[1]}"
            (self.media_folder / filename).write_bytes(content)
            width, height = size
            self._write(
                [{"t": "photo", "id": photo_id, "owner": owner, "filename": filename, "mime": mime, "width": width, "height": height, "alt": alt}]
            )
            return self.memory.photos[photo_id]

    def describe(self, photo_id: int, *, alt: str) -> None:
        with self.changed:
            self._write([{"t": "alt", "id": photo_id, "alt": alt}])

    def remember_token(self, entry: Entry) -> None:
        with self.changed:
            self._write([{"t": "token", **entry}])

    def close(self) -> None:
        self.journal.close()

    def _write(self, entries: list[Entry]) -> None:
        for entry in entries:
            self._apply(entry)
        self.journal.append(entries)
        self.changed.notify_all()

    # Applying

    def _apply(self, entry: Entry) -> None:
        self.version += 1
        facts = {name: value for name, value in entry.items() if name != "t"}
        match entry["t"]:
            case "post":
                self._apply_post(**facts)
            case "user":
                self._apply_user(**facts)
            case "delete":
                self._apply_delete(entry["id"])
            case "photo":
                self.memory.photos[entry["id"]] = Photo(**facts)
                self.ids.seen(entry["id"])
            case "alt":
                self.memory.photos[entry["id"]].alt = entry["alt"]
            case "token":
                self.memory.tokens.append(facts)

    def _apply_user(self, **facts: Any) -> None:
        user = User(**facts)
        self.memory.users[user.id] = user
        self.memory.handles[user.handle.lower()] = user.id
        if not user.is_town:
            self.memory.next_user = user.id + 1

    def _apply_post(self, *, edits: int | None = None, photos: Iterable[int] = (), **facts: Any) -> None:
        post = Post(**facts, photos=tuple(photos))
        earlier = self.memory.posts.get(edits) if edits else None
        if earlier:
            self._unindex(earlier)
            post.versions = earlier.versions
        post.versions.append(post.id)
        for version in post.versions[:-1]:
            self.memory.posts[version].rendered.clear()
        self.memory.posts[post.id] = post
        self.ids.seen(post.id)
        if post.origin:
            self.memory.origins[post.origin] = post.id
        self._index(post)

    def _index(self, post: Post) -> None:
        for place in self._places(post):
            # Nearly every post is the newest of its place: appending is the fast road.
            if not place or place[-1] < post.id:
                place.append(post.id)
            else:
                insort(place, post.id)
        for user_id in self._audience(post):
            if not self.late.withhold(post.id, user_id=user_id, handle=self.memory.users[user_id].handle):
                insort(self.memory.mentions[user_id], post.id)

    def _unindex(self, post: Post) -> None:
        places = [*self._places(post), *(self.memory.mentions[user_id] for user_id in self._audience(post))]
        for place in places:
            with suppress(ValueError):
                place.remove(post.id)

    def _places(self, post: Post) -> Iterator[list[int]]:
        yield self.memory.timeline
        yield self.memory.by_author[post.author]
        yield self.memory.conversations[post.conversation]

    def _audience(self, post: Post) -> set[int]:
        """Whose mentions timeline shows it: the mentioned, the answered and the quoted, never the author; retweets nobody's."""
        if post.retweet_of:
            return set()
        audience = set(post.mentioned)
        if post.reply_to_user:
            audience.add(post.reply_to_user)
        quoted = self.memory.posts.get(post.quote_of) if post.quote_of else None
        if quoted:
            audience.add(quoted.author)
        return audience - {post.author}

    def _apply_delete(self, post_id: int) -> None:
        post = self.memory.posts[post_id]
        latest = self.memory.posts[post.versions[-1]]
        self._unindex(latest)
        for version in post.versions:
            self.memory.gone[version] = post.author
            del self.memory.posts[version]
        # A deleted post of the day stays played: its origin is kept.
