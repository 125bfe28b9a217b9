"""The town's own site as a network: what is answered there is visible at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.utils import timezone

from requests_app.networks.contract import Draft, Published, Walk


class PlazaConnector:
    limit = None

    def __init__(self, *, external_id: str, credentials: Mapping[str, Any]) -> None:
        self.external_id = external_id

    def read(self, cursor: str, *, now: datetime) -> Walk:
        """Nothing: residents' posts on the site are stored as they are made."""
        return Walk(posts=(), cursor=cursor)

    def length(self, text: str) -> int:
        return len(text)

    def objection(self, text: str) -> str:
        return ""

    def may_answer(self, mentions: Sequence[str]) -> bool:
        return True

    def publish(self, draft: Draft) -> Published:
        """The row itself is the publication: the page shows it from this moment."""
        return Published(external_id=str(uuid4()), published_at=timezone.now())

    def find(self, draft: Draft) -> Published:
        return self.publish(draft)
