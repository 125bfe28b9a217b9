"""What every network's connector is asked for, and the outcomes it may answer with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

# --- what comes in ----------------------------------------------------------------


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


# --- what goes out ------------------------------------------------------------------


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


# --- what became of a draft ---------------------------------------------------------


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


# --- what a search for a doubtful draft found --------------------------------------


@dataclass(frozen=True, slots=True)
class Absent:
    """The account's own timeline was read in full and does not hold it."""


@dataclass(frozen=True, slots=True)
class CannotTell:
    """It was looked for, and what was found is neither."""

    detail: str


Finding = Published | Absent | CannotTell


# --- how posts stand when they are looked at again -----------------------------------


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


# --- what became of a wish to delete -------------------------------------------------


@dataclass(frozen=True, slots=True)
class Deleted:
    """It does not stand there (any more)."""


Deletion = Deleted | Deferred | Unknown


# --- what a call cost ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Allowance:
    """What the network's headers said of one verb of the contract (a method's name), or of "upload"."""

    verb: str
    limit: int
    remaining: int
    resets_at: datetime


@dataclass(frozen=True, slots=True)
class Charge:
    """One thing the network bills: `resource` is a name of its price list; billed once a UTC day for each `external_id`."""

    resource: str
    external_id: str


@dataclass(slots=True)
class Usage:
    """What the calls of one connector used up: the connector writes, whoever opened the line keeps it."""

    allowances: dict[str, Allowance] = field(default_factory=dict)
    charges: list[Charge] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a network (or one server of it) can do, and how it counts."""

    # How long a message may be; None for no limit. `unit`: "weighted", "characters" or "graphemes".
    limit: int | None
    unit: str
    # The same draft may be sent again without a second post appearing.
    idempotent: bool
    # Whether authors can edit what they wrote.
    edits: bool
    # How many photos one message carries, and how many posts one `check` may ask about.
    photos: int = 4
    check_batch: int = 100
    # US dollars by resource (`Charge.resource`); empty where nothing is billed.
    prices: Mapping[str, str] = field(default_factory=dict)


# --- linking an account ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Begun:
    """Where an administrator is sent to allow it on the network, and what must be kept until they come back."""

    url: str
    keep: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Linked:
    """Whose account it is, its keys (secret), and what is known of its server (public)."""

    owner: IncomingAuthor
    credentials: Mapping[str, Any]
    server: Mapping[str, Any] = field(default_factory=dict)


# --- failures of reading ---------------------------------------------------------------


class NetworkUnavailable(Exception):
    """The network could not be asked now; nothing was lost. `retry_at` when it said so; `cause`: one of `CAUSES`."""

    def __init__(self, detail: str, *, retry_at: datetime | None = None, cause: str = "unreachable") -> None:
        super().__init__(detail)
        self.retry_at = retry_at
        self.cause = cause


class Unauthorized(NetworkUnavailable):
    """The account's keys are not accepted (any more)."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail, cause="credentials")


class Connector(Protocol):
    """Holds no state, never sleeps, never touches the database; every call has a timeout.

    Made by `networks.connect` with the account's `external_id`, its `credentials` (secret), what is known of its
    `server` (public facts such as {"url": …, "idempotent": …}), and the `Usage` it writes its calls' cost into.
    """

    capabilities: Capabilities

    def fetch(self, cursor: str, *, now: datetime, since: datetime | None = None) -> Walk:
        """Walks the inbox (mentions, replies, quotes) from before `cursor` to now; never ends in the middle.

        With `since` it is a sweep: everything from that moment, whatever the cursor says.
        Raises NetworkUnavailable; then nothing is to be believed and the cursor stays.
        """

    def fetch_own(self, cursor: str, *, now: datetime) -> Walk:
        """Walks what the account itself wrote, with any application, since `cursor`. Raises NetworkUnavailable."""

    def name(self, external_ids: Sequence[str]) -> Mapping[str, IncomingAuthor]:
        """Handles and names of authors, where reading posts does not bring them along; empty elsewhere.

        Those left out could not be found. Raises NetworkUnavailable.
        """

    def length(self, text: str) -> int:
        """As the network counts."""

    def objection(self, text: str) -> str:
        """The rule the message would break there: "too_long", "link", or "" when it may go."""

    def may_answer(self, mentions: Sequence[str]) -> bool:
        """Whether the network lets this account answer a post that names (or quotes) the accounts `mentions` (ids)."""

    def prepare(self, text: str, *, parent: Parent, key: str, now: datetime, repeats: bool = False) -> Prepared:
        """Freezes a message, without asking the network. `key`: ours, unique; `repeats`: its words stand elsewhere too."""

    def publish(self, draft: Draft) -> Outcome:
        """One attempt, photos included. Never raises for what a network can do."""

    def find(self, draft: Draft) -> Finding:
        """Looks for a draft that may have been published. Raises NetworkUnavailable where it could not look."""

    def is_ours(self, post: IncomingPost, *, text: str) -> bool:
        """Whether a post read back is the message `text` that was sent (the network may have changed its spelling)."""

    def check(self, versions: Mapping[str, str]) -> Mapping[str, Standing]:
        """How posts (id to the version we hold) stand now; at most `check_batch`. Those left out could not be told.

        Raises NetworkUnavailable.
        """

    def delete(self, external_id: str) -> Deletion:
        """Takes a message of the account's back. Never raises for what a network can do."""

    def owner(self) -> IncomingAuthor:
        """Whose keys these are. Raises NetworkUnavailable, or Unauthorized when they are nobody's."""

    def tag(self, handle: str) -> str:
        """How one names another account in a message there: "@barrendera"."""
