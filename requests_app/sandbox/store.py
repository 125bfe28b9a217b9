"""Everything said on the pretend network, in memory, indexed by who must see it."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from . import bill, drafts
from .accounts import MASKS
from .drafts import Draft
from .ids import Snowflakes, now_ms
from .journal import Entry, Journal
from .late import LateIndex
from .memory import Memory
from .records import Photo, Post, User


class Unknown(Exception):
    """No such user, post or photo."""


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
        self.memory = Memory(ids=self.ids, late=self.late)
        for entry in self.journal.entries():
            # One unreadable entry must not keep the whole town from coming back.
            with suppress(KeyError, TypeError, ValueError):
                self._apply(entry)

    def reset(self) -> None:
        with self.changed:
            self.journal.clear()
            self.late.clear()
            self.version += 1
            self.ids.put_back()
            self.memory = Memory(ids=self.ids, late=self.late)
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

    def visible_post(self, post_id: int, *, to: int | None = None) -> Post | None:
        """To one user, or (None) to whoever passes by."""
        post = self.post(post_id)
        return None if post and post.author != to and self.memory.users[post.author].is_protected else post

    def replies_to(self, post: Post) -> int:
        return sum(
            self.memory.posts[other].reply_to == post.id for other in self.memory.conversations[post.conversation]
        )

    def mentions_of(self, user_id: int) -> list[int]:
        """Ids of the posts in that user's mentions timeline, oldest first; hold the lock while reading it."""
        self.memory.show_late(user_id)
        return self.memory.mentions[user_id]

    # Writing: every change is an entry, appended to the journal and applied the same way at the next start

    def resident(self, handle: str, *, name: str = "") -> User:
        with self.changed:
            known = self.user_named(handle)
            if known:
                return known
            if handle.lower() in MASKS:
                raise ValueError(f"@{handle} is a mask, not a person")
            self._write(
                [
                    {
                        "t": "user",
                        "id": self.memory.next_user,
                        "handle": handle,
                        "name": name or handle,
                        "bio": "",
                        "ms": now_ms(),
                    }
                ]
            )
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
            self._write([{"t": "delete", "id": post_id, "ms": now_ms()}])

    def protect(self, user_id: int, *, protected: bool) -> None:
        with self.changed:
            self._write([{"t": "protect", "id": user_id, "protected": protected}])

    def add_photo(self, content: bytes, *, owner: int, mime: str, size: tuple[int, int], alt: str = "") -> Photo:
        with self.changed:
            photo_id = self.ids.next()
            filename = f"{photo_id}-{hashlib.sha256(content).hexdigest()[:8]}.{mime.split('/')[1]}"
            (self.media_folder / filename).write_bytes(content)
            width, height = size
            self._write(
                [
                    {
                        "t": "photo",
                        "id": photo_id,
                        "owner": owner,
                        "filename": filename,
                        "mime": mime,
                        "width": width,
                        "height": height,
                        "alt": alt,
                    }
                ]
            )
            return self.memory.photos[photo_id]

    def describe(self, photo_id: int, *, alt: str) -> None:
        with self.changed:
            self._write([{"t": "alt", "id": photo_id, "alt": alt}])

    def remember_token(self, entry: Entry) -> None:
        with self.changed:
            self._write([{"t": "token", **entry}])

    def bill(self, resource: str, ids: Iterable[int]) -> None:
        """No change that a page would show: it wakes nobody."""
        with self.lock:
            day = bill.today()
            fresh = self.memory.bill.unbilled(resource, ids, day=day)
            if fresh:
                entry = {"t": "bill", "resource": resource, "ids": fresh, "day": day}
                self.memory.apply(entry)
                self.journal.append([entry])

    def close(self) -> None:
        self.journal.close()

    def _write(self, entries: list[Entry]) -> None:
        for entry in entries:
            self._apply(entry)
        self.journal.append(entries)
        self.changed.notify_all()

    def _apply(self, entry: Entry) -> None:
        self.version += 1
        self.memory.apply(entry)
