"""Mastodon, and every server of its API, through Mastodon.py: mentions read upwards, answers in the thread, by one key."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property, partial
from typing import Any
from urllib.parse import urlsplit

from mastodon import Mastodon
from mastodon.errors import MastodonError

from requests_app.networks.contract import (
    Absent,
    Capabilities,
    Deleted,
    Deletion,
    Draft,
    Finding,
    Gone,
    IncomingAuthor,
    IncomingPost,
    Live,
    Outcome,
    OutgoingPhoto,
    Parent,
    Prepared,
    Published,
    Rejected,
    Standing,
    Unknown,
    Usage,
    Walk,
)
from requests_app.networks.mastodon_finding import own_statuses, published, search
from requests_app.networks.mastodon_http import (
    code_of,
    is_gone,
    known,
    listed,
    open_client,
    outcome_of_failure,
    reading,
)
from requests_app.networks.mastodon_reading import Threads, author_of, post_of, version_of, walk_back, walk_up
from requests_app.networks.mastodon_words import length_of, spelling

# The most a server gives at once; smaller servers give fewer, and that is all right.
PAGE = 80
# How far back the first walk and a sweep go.
PAGES_BACK = 5
# Mastodon refuses to be asked about more at once.
CHECKED_AT_ONCE = 20
# Answers are as public as what they answer: replies stay out of Mastodon's public timelines anyway, and the town answers
# in public. What was said to followers only is answered to its author only, since our followers are other people; so is
# what we do not understand.
ANSWERED_AS = {"public": "public", "unlisted": "unlisted"}


class MastodonConnector:
    """`server`: {"url", "idempotent", "max_characters", "characters_per_url", "photos", "domain"}; see mastodon_linking."""

    def __init__(
        self, *, external_id: str, credentials: Mapping[str, Any], server: Mapping[str, Any], usage: Usage
    ) -> None:
        self.external_id = external_id
        self.server = server
        self.usage = usage
        self.access_token = credentials.get("access_token", "")
        self.capabilities = Capabilities(
            limit=server.get("max_characters", 500),
            unit="characters",
            idempotent=bool(server.get("idempotent")),
            edits=True,
            photos=server.get("photos", 4),
            check_batch=CHECKED_AT_ONCE,
        )

    @cached_property
    def client(self) -> Mastodon:
        return open_client(self.server["url"], self.access_token, usage=self.usage)

    @staticmethod
    def renew(credentials: Mapping[str, Any], server: Mapping[str, Any]) -> Mapping[str, Any]:
        """Tokens do not expire. One that was refused once is good again when it names its owner; else Unauthorized."""
        MastodonConnector(external_id="", credentials=credentials, server=server, usage=Usage()).owner()
        return {"access_token": credentials["access_token"]}

    def owner(self) -> IncomingAuthor:
        with reading(self.client):
            author = author_of(self.client.account_verify_credentials())
        domain = self.server.get("domain") or urlsplit(self.server["url"]).netloc
        return IncomingAuthor(author.external_id, f"{author.handle}@{domain}", author.display_name)

    def name(self, external_ids: Sequence[str]) -> Mapping[str, IncomingAuthor]:
        return {}

    def tag(self, handle: str) -> str:
        return f"@{handle}"

    # --- reading ------------------------------------------------------------------------

    def fetch(self, cursor: str, *, now: datetime, since: datetime | None = None) -> Walk:
        """A sweep leaves the cursor where it is: what lies between the two is not read by it."""
        # Filtered ones too, whatever the account's policy says on its server; Mastodon.py has no word for it.
        inbox = open_client(self.server["url"], self.access_token, usage=self.usage, query={"include_filtered": "true"})
        mentions = partial(inbox.notifications, types=["mention"], limit=PAGE)
        threads = Threads(inbox)
        with reading(inbox):
            if cursor and since is None:
                return walk_up(mentions, cursor=cursor, threads=threads)
            return walk_back(mentions, cursor=cursor, since=since, pages=PAGES_BACK, threads=threads)

    def fetch_own(self, cursor: str, *, now: datetime) -> Walk:
        """What it wrote before it was linked is hardly work here: the first walk reads one page."""
        own, threads = own_statuses(self.client, self.external_id), Threads(self.client)
        with reading(self.client):
            if cursor:
                return walk_up(own, cursor=cursor, threads=threads)
            return walk_back(own, cursor="", since=None, pages=1, threads=threads)

    def check(self, versions: Mapping[str, str]) -> Mapping[str, Standing]:
        threads = Threads(self.client)
        with reading(self.client):
            found = self._many(list(versions))
            for external_id in versions.keys() - found.keys():
                found[external_id] = self._one(external_id)
            return {key: _standing(found[key], version, threads=threads) for key, version in versions.items()}

    def is_ours(self, post: IncomingPost, *, text: str) -> bool:
        return spelling(post.text) == spelling(text)

    # --- speaking -----------------------------------------------------------------------

    def length(self, text: str) -> int:
        return length_of(text, characters_per_url=self.server.get("characters_per_url", 23))

    def objection(self, text: str) -> str:
        return "too_long" if self.length(text) > (self.capabilities.limit or 0) else ""

    def may_answer(self, mentions: Sequence[str]) -> bool:
        return True

    def prepare(self, text: str, *, parent: Parent, key: str, now: datetime, repeats: bool = False) -> Prepared:
        """A reply reaches only those it names."""
        name = f"@{parent.reference.get('acct') or parent.handle}"
        named = parent.author_id == self.external_id or name == "@" or text.split(maxsplit=1)[:1] == [name]
        frozen = {
            "key": key,
            "visibility": ANSWERED_AS.get(parent.reference.get("visibility", ""), "direct"),
            "language": parent.reference.get("language", ""),
        }
        return Prepared(text if named else f"{name} {text}", frozen)

    def publish(self, draft: Draft) -> Outcome:
        try:
            # Some servers take an answer to a post that is gone.
            known(self.client.status(draft.parent.external_id))
            media = [self._upload(photo) for photo in draft.photos]
        except MastodonError as failure:
            return outcome_of_failure(self.client, failure, wrote=False)
        try:
            return self._post(draft, media=media)
        except MastodonError as failure:
            outcome = outcome_of_failure(self.client, failure, wrote=True)
            return self._looked_for(draft, outcome) if code_of(failure) == 500 else outcome

    def find(self, draft: Draft) -> Finding:
        with reading(self.client):
            return search(self.client, draft, account_id=self.external_id) or Absent()

    def delete(self, external_id: str) -> Deletion:
        try:
            self.client.status_delete(external_id)
        except MastodonError as failure:
            if is_gone(failure):
                return Deleted()
            outcome = outcome_of_failure(self.client, failure, wrote=True)
            return Unknown(outcome.detail) if isinstance(outcome, Rejected) else outcome
        return Deleted()

    # --- publishing ---------------------------------------------------------------------

    def _post(self, draft: Draft, *, media: list[str]) -> Published:
        status = self.client.status_post(
            draft.text,
            in_reply_to_id=draft.parent.external_id,
            media_ids=media or None,
            visibility=draft.frozen["visibility"],
            language=draft.frozen.get("language") or None,
            # Harmless where it means nothing.
            idempotency_key=draft.frozen["key"],
        )
        return published(known(status))

    def _looked_for(self, draft: Draft, outcome: Outcome) -> Outcome:
        """Some releases of Mastodon answer a repeated key with an error 500 (mastodon#40399): it stands already."""
        finding = self.find(draft)
        return finding if isinstance(finding, Published) else outcome

    def _upload(self, photo: OutgoingPhoto) -> str:
        """Photos are processed at once (what takes longer is refused with the message); an unused one is forgotten there."""
        media = self.client.media_post(photo.content, mime_type="image/jpeg", description=photo.alt[:1500] or None)
        return str(known(media).id)

    # --- checking -------------------------------------------------------------------------

    def _many(self, external_ids: list[str]) -> dict[str, Any]:
        """Those of them the server shows; none where it cannot be asked for several (GoToSocial, Mastodon before 4.3)."""
        try:
            return {str(status.id): status for status in listed(self.client.statuses(external_ids))}
        except MastodonError as failure:
            if code_of(failure) in (404, 405):
                return {}
            raise

    def _one(self, external_id: str) -> Any:
        try:
            return known(self.client.status(external_id))
        except MastodonError as failure:
            if is_gone(failure):
                return None
            raise


def _standing(status: Any, version: str, *, threads: Threads) -> Standing:
    if status is None:
        return Gone()
    now = version_of(status)
    return Live(now, None if now == version else post_of(status, threads=threads))
