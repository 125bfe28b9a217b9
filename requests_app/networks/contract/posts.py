"""What comes in: posts as they are read, and how they stand when they are looked at again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class IncomingAuthor:
    external_id: str
    handle: str = ""
    display_name: str = ""


@dataclass(frozen=True, slots=True)
class IncomingPhoto:
    source_url: str
    alt: str


@dataclass(frozen=True, slots=True)
class IncomingPost:
    """One post as read from a network; ids are the network's own strings, `posted_at` its own claim."""

    external_id: str
    author: IncomingAuthor
    text: str
    posted_at: datetime
    language: str = ""
    mentions: tuple[str, ...] = ()
    # The post it quotes: on X, whoever quotes the town may be answered by it.
    quotes: str = ""
    conversation_id: str = ""
    in_reply_to: str = ""
    latitude: float | None = None
    longitude: float | None = None
    photos: tuple[IncomingPhoto, ...] = ()
    # Changes with every edit; `external_id` never does.
    version: str = ""
    # Its page on the network, for people.
    url: str = ""
    # What this network's connector needs to answer it, opaque to everybody else: {"visibility": …}, {"cid": …, "root": …}.
    reference: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Missed:
    """Posts from `begins_at` to `ends_at` are beyond what the network still shows."""

    begins_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Walk:
    """A complete reading: its posts oldest first, and where the next one starts."""

    posts: Sequence[IncomingPost]
    cursor: str
    missed: Missed | None = None


@dataclass(frozen=True, slots=True)
class Live:
    """It stands; with a `version` other than the one we hold it was edited since, and `post` is how it reads now."""

    version: str
    post: IncomingPost | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """Deleted, or its author suspended: nobody can read it any more."""


@dataclass(frozen=True, slots=True)
class Protected:
    """Its author hid it from the public; to be treated as gone."""


Standing = Live | Gone | Protected
