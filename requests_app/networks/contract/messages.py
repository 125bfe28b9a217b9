"""What goes out: a message as it is sent, what became of it, and of the wish to take it back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Parent:
    """The post that is answered. `reference` is the one its connector gave at reading."""

    external_id: str
    author_id: str
    handle: str
    conversation_id: str = ""
    mentions: Sequence[str] = ()
    reference: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What `prepare` froze: the words byte for byte, and what makes a second try the same try."""

    text: str
    frozen: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OutgoingPhoto:
    content: bytes
    alt: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A message as it goes out. `text` and `frozen` are what `prepare` made, once, when a person approved it."""

    text: str
    parent: Parent
    frozen: Mapping[str, Any]
    first_claimed_at: datetime
    photos: Sequence[OutgoingPhoto] = ()


@dataclass(frozen=True, slots=True)
class Published:
    external_id: str
    published_at: datetime
    url: str = ""
    # Later answers may follow this one; see `IncomingPost.reference`.
    reference: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rejected:
    """The network said no for good, by one of its rules (`RULES`)."""

    rule: str
    detail: str


# The rules a network may name; the desk has a sentence and an advice for each.
RULES = ("not_summoned", "too_long", "duplicate", "gone", "unauthorized", "forbidden", "invalid", "photo_missing")


@dataclass(frozen=True, slots=True)
class Deferred:
    """Surely not sent; the account is to be left alone until then. `cause`: one of `CAUSES`."""

    until: datetime
    detail: str
    cause: str = "unreachable"


# Why an account keeps quiet: a rate limit, money (credits or the month's cap), its keys, or no connection.
CAUSES = ("limit", "money", "credentials", "unreachable")


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may or may not stand on the network."""

    detail: str


Outcome = Published | Rejected | Deferred | Unknown


@dataclass(frozen=True, slots=True)
class Absent:
    """The account's own timeline was read in full and does not hold it."""


@dataclass(frozen=True, slots=True)
class CannotTell:
    """It was looked for, and what was found is neither."""

    detail: str


Finding = Published | Absent | CannotTell


@dataclass(frozen=True, slots=True)
class Deleted:
    """It does not stand there (any more)."""


Deletion = Deleted | Deferred | Unknown
