"""The town's own site as a network: what is answered there is visible at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.utils import timezone

from requests_app.networks.contract import (
    Capabilities,
    Deleted,
    Draft,
    IncomingAuthor,
    IncomingPost,
    Parent,
    Prepared,
    Published,
    Standing,
    Usage,
    Walk,
)


class PlazaConnector:
    capabilities = Capabilities(limit=None, unit="characters", idempotent=True, edits=False)

    def __init__(
        self, *, external_id: str, credentials: Mapping[str, Any], server: Mapping[str, Any], usage: Usage
    ) -> None:
        self.external_id = external_id

    def fetch(self, cursor: str, *, now: datetime, since: datetime | None = None) -> Walk:
        """Nothing: residents' posts on the site are stored as they are made."""
        return Walk(posts=(), cursor=cursor)

    def fetch_own(self, cursor: str, *, now: datetime) -> Walk:
        return Walk(posts=(), cursor=cursor)

    def name(self, external_ids: Sequence[str]) -> Mapping[str, IncomingAuthor]:
        return {}

    def length(self, text: str) -> int:
        return len(text)

    def objection(self, text: str) -> str:
        return ""

    def may_answer(self, mentions: Sequence[str]) -> bool:
        return True

    def prepare(self, text: str, *, parent: Parent, key: str, now: datetime, repeats: bool = False) -> Prepared:
        return Prepared(text)

    def publish(self, draft: Draft) -> Published:
        """The row itself is the publication: the page shows it from this moment."""
        return Published(external_id=str(uuid4()), published_at=timezone.now())

    def find(self, draft: Draft) -> Published:
        return self.publish(draft)

    def is_ours(self, post: IncomingPost, *, text: str) -> bool:
        return False

    def check(self, versions: Mapping[str, str]) -> Mapping[str, Standing]:
        return {}

    def delete(self, external_id: str) -> Deleted:
        return Deleted()

    def owner(self) -> IncomingAuthor:
        return IncomingAuthor(self.external_id)

    def tag(self, handle: str) -> str:
        return handle
