"""What is known of an account's network: its keys, what it can do, what it bills and allows, and why it cannot be asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from requests_app.networks.contract.posts import IncomingAuthor


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
