"""The network as it stands: what every journal entry changes, and who must see which post."""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from .accounts import TOWN
from .bill import Bill
from .ids import EPOCH_MS, Snowflakes
from .journal import Entry
from .late import LateIndex
from .records import Photo, Post, User

FIRST_RESIDENT = 1001


class Memory:
    def __init__(self, *, ids: Snowflakes, late: LateIndex) -> None:
        self.ids = ids
        self.late = late
        self.users: dict[int, User] = {}
        self.handles: dict[str, int] = {}
        self.posts: dict[int, Post] = {}
        self.photos: dict[int, Photo] = {}
        # Deleted posts, with their authors.
        self.gone: dict[int, int] = {}
        # Ascending ids of the posts that each place shows.
        self.timeline: list[int] = []
        self.by_author: dict[int, list[int]] = defaultdict(list)
        self.mentions: dict[int, list[int]] = defaultdict(list)
        self.conversations: dict[int, list[int]] = defaultdict(list)
        # A deleted post of the day stays played: its origin is kept.
        self.origins: dict[str, int] = {}
        self.tokens: list[Entry] = []
        self.bill = Bill()
        self.next_user = FIRST_RESIDENT
        for account in TOWN:
            self._user(
                id=account.id, handle=account.handle, name=account.name, bio=account.bio, ms=EPOCH_MS, is_town=True
            )

    def apply(self, entry: Entry) -> None:
        facts = {name: value for name, value in entry.items() if name != "t"}
        match entry["t"]:
            case "post":
                self._post(**facts)
            case "user":
                self._user(**facts)
            case "delete":
                self._delete(entry["id"])
            case "photo":
                self.photos[entry["id"]] = Photo(**facts)
                self.ids.seen(entry["id"])
            case "alt":
                self.photos[entry["id"]].alt = entry["alt"]
            case "token":
                self.tokens.append(facts)
            case "protect":
                self._protect(self.users[entry["id"]], protected=entry["protected"])
            case "bill":
                self.bill.add(entry["resource"], entry["ids"], day=entry["day"])

    def show_late(self, user_id: int) -> None:
        """Put the mentions whose delay is over where they belong: behind newer ones."""
        for post_id in self.late.due(user_id):
            post = self.posts.get(post_id)
            if post and post.is_latest and not self.users[post.author].is_protected:
                insort(self.mentions[user_id], post_id)

    def _user(self, **facts: Any) -> None:
        user = User(**facts)
        self.users[user.id] = user
        self.handles[user.handle.lower()] = user.id
        if not user.is_town:
            self.next_user = user.id + 1

    def _post(self, *, edits: int | None = None, photos: Iterable[int] = (), **facts: Any) -> None:
        post = Post(**facts, photos=tuple(photos))
        earlier = self.posts.get(edits) if edits else None
        if earlier:
            self._unindex(earlier)
            post.versions = earlier.versions
        post.versions.append(post.id)
        for version in post.versions[:-1]:
            self.posts[version].rendered.clear()
        self.posts[post.id] = post
        self.ids.seen(post.id)
        if post.origin:
            self.origins[post.origin] = post.id
        self._index(post)

    def _index(self, post: Post) -> None:
        if self.users[post.author].is_protected:
            return
        for place in self._places(post):
            # Nearly every post is the newest of its place: appending is the fast road.
            if not place or place[-1] < post.id:
                place.append(post.id)
            else:
                insort(place, post.id)
        for user_id in self._audience(post):
            if not self.late.withhold(post.id, user_id=user_id, handle=self.users[user_id].handle):
                insort(self.mentions[user_id], post.id)

    def _unindex(self, post: Post) -> None:
        places = [*self._places(post), *(self.mentions[user_id] for user_id in self._audience(post))]
        for place in places:
            with suppress(ValueError):
                place.remove(post.id)

    def _protect(self, user: User, *, protected: bool) -> None:
        """Who protects their posts takes them from every timeline, and brings them back by the same way."""
        mine = [post for post in self.posts.values() if post.author == user.id and post.is_latest]
        for post in mine:
            self._unindex(post)
        user.is_protected = protected
        for post in mine:
            self._index(post)

    def _places(self, post: Post) -> Iterator[list[int]]:
        yield self.timeline
        yield self.by_author[post.author]
        yield self.conversations[post.conversation]

    def _audience(self, post: Post) -> set[int]:
        """Whose mentions timeline shows it: the mentioned, the answered and the quoted, never the author; of retweets, nobody's."""
        if post.retweet_of:
            return set()
        audience = set(post.mentioned)
        if post.reply_to_user:
            audience.add(post.reply_to_user)
        if post.quoted_user:
            audience.add(post.quoted_user)
        return audience - {post.author}

    def _delete(self, post_id: int) -> None:
        post = self.posts[post_id]
        self._unindex(self.posts[post.versions[-1]])
        for version in post.versions:
            self.gone[version] = post.author
            del self.posts[version]
