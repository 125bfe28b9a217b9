"""What every network's connector is asked for, and the outcomes it may answer with."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class IncomingAuthor:
    external_id: str
    handle: str
    display_name: str


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
    conversation_id: str = ""
    in_reply_to: str = ""
    latitude: float | None = None
    longitude: float | None = None
    photos: tuple[IncomingPhoto, ...] = ()


@dataclass(frozen=True, slots=True)
class Missed:
    """Posts from `begins_at` to `ends_at` are beyond what the network still shows."""

    begins_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Walk:
    """A complete reading of an inbox: its posts oldest first, and where the next one starts."""

    posts: Sequence[IncomingPost]
    cursor: str
    missed: Missed | None = None


@dataclass(frozen=True, slots=True)
class OutgoingPhoto:
    content: bytes
    alt: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A message frozen for sending: `text` is byte for byte what goes out."""

    text: str
    in_reply_to: str
    first_claimed_at: datetime
    photos: Sequence[OutgoingPhoto] = field(default=())


# --- what became of a draft -----------------------------------------------------


@dataclass(frozen=True, slots=True)
class Published:
    external_id: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Rejected:
    """The network said no for good, by one of its rules: not_summoned, too_long, duplicate, gone, unauthorized, forbidden, invalid."""

    rule: str
    detail: str


@dataclass(frozen=True, slots=True)
class Deferred:
    """Surely not sent; the account is to be left alone until then."""

    until: datetime
    detail: str
    token_refused: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may or may not stand on the network."""

    detail: str


Outcome = Published | Rejected | Deferred | Unknown


# --- what a search for a doubtful draft found --------------------------------------


@dataclass(frozen=True, slots=True)
class Absent:
    """The account's own timeline was read in full and does not hold it."""


@dataclass(frozen=True, slots=True)
class CannotTell:
    detail: str


Finding = Published | Absent | CannotTell


class NetworkUnavailable(Exception):
    """The network could not be read now; nothing was lost. `retry_at` when it said so."""

    def __init__(self, detail: str, *, retry_at: datetime | None = None) -> None:
        super().__init__(detail)
        self.retry_at = retry_at


class Unauthorized(NetworkUnavailable):
    """The account's token is not accepted (any more)."""


class Connector(Protocol):
    """Holds no state, never sleeps, never touches the database; every call has a timeout."""

    # How long a message may be, in the network's own way of counting; None for no limit.
    limit: int | None

    def read(self, cursor: str, *, now: datetime) -> Walk:
        """Walks the inbox from before `cursor` to now. Raises NetworkUnavailable; then nothing is to be believed."""

    def length(self, text: str) -> int:
        """As the network counts."""

    def objection(self, text: str) -> str:
        """The rule the message would break there: "too_long", "link", or "" when it may go."""

    def may_answer(self, mentions: Sequence[str]) -> bool:
        """Whether the network lets this account answer a post that names the accounts `mentions` (ids)."""

    def publish(self, draft: Draft) -> Outcome:
        """One attempt. Never raises for what a network can do."""

    def find(self, draft: Draft) -> Finding:
        """Looks for a draft that may have been published."""
