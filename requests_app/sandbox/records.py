"""The nouns of the pretend network: a user, a photo, a post."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any


@dataclass(slots=True)
class User:
    id: int
    handle: str
    name: str
    bio: str
    ms: int
    is_town: bool = False
    is_protected: bool = False


@dataclass(slots=True)
class Photo:
    id: int
    owner: int
    filename: str
    mime: str
    width: int
    height: int
    alt: str = ""

    @property
    def key(self) -> str:
        return f"3_{self.id}"


@dataclass(slots=True)
class Post:
    id: int
    author: int
    # What the author typed, byte for byte.
    words: str
    # What X's API would serve: carried mentions, t.co links, & < > escaped.
    text: str
    entities: dict[str, Any]
    ms: int
    conversation: int
    lang: str
    reply_to: int | None = None
    reply_to_user: int | None = None
    quote_of: int | None = None
    quoted_user: int | None = None
    retweet_of: int | None = None
    photos: tuple[int, ...] = ()
    # One list shared by every version of an edited post, oldest first.
    versions: list[int] = field(default_factory=list)
    labels: dict[str, Any] = field(default_factory=dict)
    origin: str = ""
    rendered: dict[frozenset[str], str] = field(default_factory=dict)

    @property
    def mentioned(self) -> list[int]:
        return [int(mention["id"]) for mention in self.entities.get("mentions", ())]

    @property
    def is_latest(self) -> bool:
        return self.versions[-1] == self.id


def iso(ms: int) -> str:
    """X's way of writing a moment: UTC with milliseconds."""
    moment = datetime.fromtimestamp(ms // 1000, tz=UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{ms % 1000:03d}Z"
