"""What every network's connector is asked for."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from requests_app.networks.contract.accounts import Capabilities
from requests_app.networks.contract.messages import Deletion, Draft, Finding, Outcome, Parent, Prepared
from requests_app.networks.contract.posts import IncomingAuthor, IncomingPost, Standing, Walk


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
