"""What the contract's tests need of a pretend network, whichever it is."""

from datetime import datetime
from typing import Protocol

from requests_app.networks.contract import Connector, Usage


class World(Protocol):
    """One pretend network over real HTTP, with the town's account and one resident."""

    network: str

    def connector(self, *, usage: Usage | None = None, colleague: bool = False) -> Connector:
        """The town's account's, or a colleague account's."""

    def handle(self, *, colleague: bool = False) -> str:
        """The handle of the town's account, or of the colleague's."""

    def resident_says(self, text: str, *, photo: bytes | None = None, in_reply_to: str = "") -> str:
        """A post that names the town's account (put `@handle` into the text yourself); returns its id for the contract."""

    def town_says(self, text: str, *, in_reply_to: str = "") -> str:
        """The town's account writes with another application than ours; returns the id."""

    def edit(self, external_id: str, text: str) -> None:
        """The resident edits their post."""

    def remove(self, external_id: str) -> None:
        """Whoever wrote it deletes it."""

    def answers(self) -> list[str]:
        """The words of everything the town's account said, oldest first, as a reader of the network sees them."""

    def fail(self, verb: str, fault: str) -> None:
        """The next call of that verb of the contract fails once.

        `fault`: "dropped" (done, its answer lost), "server_error" (a 5xx, nothing done), "rate_limited", "unauthorized",
        "hangs" (no answer within the timeout, nothing done), "malformed" (an answer that is not the network's).
        A world that cannot do one raises pytest.skip with the reason.
        """

    def now(self) -> datetime:
        """The network's clock."""
