"""Bluesky through atproto: reading the notifications, answering with a record that can be put again, looking after it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from requests_app.networks import bluesky_reading as reading
from requests_app.networks import bluesky_record as writing
from requests_app.networks import bluesky_walking as walking
from requests_app.networks.bluesky_http import STRANGE, Calls, Failure, outcome_of_failure, raise_unreadable
from requests_app.networks.bluesky_reading import POST, part
from requests_app.networks.bluesky_session import HOME, owner_of, refreshed
from requests_app.networks.contract import (
    Absent,
    CannotTell,
    Capabilities,
    Deferred,
    Deleted,
    Deletion,
    Draft,
    Finding,
    Gone,
    IncomingAuthor,
    IncomingPost,
    Live,
    Outcome,
    Parent,
    Prepared,
    Protected,
    Published,
    Rejected,
    Standing,
    Unknown,
    Usage,
    Walk,
)


class BlueskyConnector:
    # Its own applications let nobody edit, but others do, and the network takes it.
    capabilities = Capabilities(
        limit=writing.LONGEST_TEXT,
        unit="graphemes",
        idempotent=True,
        edits=True,
        photos=4,
        check_batch=walking.BATCH,
    )

    def __init__(
        self, *, external_id: str, credentials: Mapping[str, Any], server: Mapping[str, Any], usage: Usage
    ) -> None:
        self.external_id = external_id
        self.url = server.get("url") or HOME
        self.token = credentials.get("access_jwt", "")
        self.usage = usage

    @staticmethod
    def renew(credentials: Mapping[str, Any], server: Mapping[str, Any]) -> Mapping[str, Any]:
        return refreshed(credentials, server)

    # --- reading ------------------------------------------------------------------

    def fetch(self, cursor: str, *, now: datetime, since: datetime | None = None) -> Walk:
        back_to = since or walking.back_to(cursor)
        with self._calls() as calls:
            try:
                stretch = walking.notifications(calls, back_to=back_to)
                items = [item for item in stretch.items if item.get("reason") in walking.REASONS]
                views = walking.views(calls, list(dict.fromkeys(str(item.get("uri")) for item in items)))
            except Failure as failure:
                raise_unreadable(failure)
        # By address, since one that both answers and mentions us comes twice. A notification keeps the version and the
        # moment of its own day and shows no pictures: the post's view has what is true of it now.
        found = {uri: item | dict(views.get(uri, {})) for item in items if (uri := str(item.get("uri")))}
        return self._walk(found.values(), cursor, stretch, back_to=back_to)

    def fetch_own(self, cursor: str, *, now: datetime) -> Walk:
        """Without a cursor the newest page: what the account said in years gone by is nobody's errand."""
        back_to = walking.back_to(cursor) or now
        with self._calls() as calls:
            try:
                stretch = walking.own_posts(calls, self.external_id, back_to=back_to)
            except Failure as failure:
                raise_unreadable(failure)
        return self._walk(stretch.items, cursor, stretch, back_to=back_to)

    def check(self, versions: Mapping[str, str]) -> Mapping[str, Standing]:
        with self._calls() as calls:
            try:
                views = walking.views(calls, list(versions))
                return {
                    uri: reading.standing_of(views[uri], version=version, town=self.external_id)
                    if uri in views
                    else self._standing_of_missing(calls, uri, version=version)
                    for uri, version in versions.items()
                }
            except Failure as failure:
                raise_unreadable(failure)

    def owner(self) -> IncomingAuthor:
        with self._calls() as calls:
            try:
                session = calls.ask("com.atproto.server.getSession", verb="owner")
            except Failure as failure:
                raise_unreadable(failure)
            return owner_of(calls, session)

    def name(self, external_ids: Sequence[str]) -> Mapping[str, IncomingAuthor]:
        return {}

    # --- a message ------------------------------------------------------------------

    def length(self, text: str) -> int:
        return writing.graphemes(text)

    def objection(self, text: str) -> str:
        is_long = self.length(text) > writing.LONGEST_TEXT or len(text.encode()) > writing.LONGEST_BYTES
        return "too_long" if is_long else ""

    def may_answer(self, mentions: Sequence[str]) -> bool:
        """Anybody may; whom an author shut out is only known by asking, just before publishing."""
        return True

    def tag(self, handle: str) -> str:
        return f"@{handle}"

    def prepare(self, text: str, *, parent: Parent, key: str, now: datetime, repeats: bool = False) -> Prepared:
        """Key, moment and bytes are settled here: whoever puts them again changes nothing."""
        record = writing.post_record(text, parent=parent, now=now)
        return Prepared(text, frozen={"rkey": writing.record_key(key, now=now), "record": record})

    def publish(self, draft: Draft) -> Outcome:
        if "reply" not in draft.frozen["record"]:
            # It would stand alone on the town's page, where the resident never sees it.
            return Rejected(rule="invalid", detail="the version of the post to answer is not known")
        with self._calls() as calls:
            try:
                refusal = self._refusal(calls, draft.parent.external_id)
                if refusal:
                    return refusal
                photos = [(photo.alt, calls.upload(photo.content)) for photo in draft.photos]
            except Failure as failure:
                return outcome_of_failure(failure, wrote=False)
            return self._put(calls, draft, writing.with_photos(draft.frozen["record"], photos))

    def find(self, draft: Draft) -> Finding:
        with self._calls() as calls:
            try:
                found = walking.record_at(calls, self._uri(draft))
            except Failure as failure:
                raise_unreadable(failure)
            if found is None:
                return Absent()
            if found["value"].get("text") != draft.text:
                return CannotTell("other words stand under its key")
            return self._published(draft, found, at=self._seen_at(calls, draft))

    def is_ours(self, post: IncomingPost, *, text: str) -> bool:
        """Links come back in full, however they were written."""
        sent = reading.text_of({"text": text, "facets": writing.facets_of(text)})
        return post.text.split() == sent.split()

    def delete(self, external_id: str) -> Deletion:
        repo, collection, rkey = reading.parts_of(external_id)
        with self._calls() as calls:
            try:
                # The network confirms it for what is gone already, too.
                calls.tell("com.atproto.repo.deleteRecord", verb="delete", repo=repo, collection=collection, rkey=rkey)
            except Failure as failure:
                if failure.name == "RecordNotFound" or failure.status == 404:
                    return Deleted()
                outcome = outcome_of_failure(failure, wrote=True)
                return outcome if isinstance(outcome, Deferred) else Unknown(str(failure))
        return Deleted()

    # --- parts ------------------------------------------------------------------------

    def _calls(self) -> Calls:
        return Calls(self.url, token=self.token, usage=self.usage)

    def _walk(
        self, items: Iterable[Mapping[str, Any]], cursor: str, stretch: walking.Stretch, *, back_to: datetime | None
    ) -> Walk:
        posts = [post for item in items if (post := reading.post_of(item, town=self.external_id))]
        return Walk(
            posts=sorted(posts, key=lambda post: post.posted_at),
            cursor=walking.further(cursor, stretch),
            missed=walking.missed(stretch, back_to=back_to),
        )

    def _standing_of_missing(self, calls: Calls, uri: str, *, version: str) -> Standing:
        """Not among the posts shown: deleted, or hidden by a block. Asked once more, since scrubbing cannot be undone."""
        try:
            answer = calls.ask("app.bsky.feed.getPostThread", verb="check", uri=uri, depth=0, parentHeight=0)
        except Failure as failure:
            if failure.name == "NotFound":
                return Gone()
            raise
        thread = part(answer, "thread")
        kind = str(thread.get("$type")).rpartition("#")[2]
        if kind == "notFoundPost":
            return Gone()
        if kind == "blockedPost":
            return Protected()
        if not part(thread, "post"):
            raise Failure(STRANGE)
        return reading.standing_of(part(thread, "post"), version=version, town=self.external_id)

    def _refusal(self, calls: Calls, uri: str) -> Rejected | None:
        """Why the post cannot be answered any more: the network would take an answer that nobody sees."""
        if reading.parts_of(uri)[0] == self.external_id:
            # Our own post of a moment ago may not be indexed yet; our own server knows it.
            is_there = walking.record_at(calls, uri) is not None
            return None if is_there else Rejected(rule="gone", detail="the post was deleted")
        view = walking.views(calls, [uri]).get(uri)
        if view is None or not isinstance(reading.standing_of(view, version="", town=self.external_id), Live):
            return Rejected(rule="gone", detail="the post was deleted, or is hidden from this account")
        if part(view, "viewer").get("replyDisabled"):
            return Rejected(rule="forbidden", detail="its author chose who may answer: not this account")
        return None

    def _put(self, calls: Calls, draft: Draft, record: Mapping[str, Any]) -> Outcome:
        """With `swapRecord` null it replaces nothing; the same content put again is confirmed all the same."""
        body = {"repo": self.external_id, "collection": POST, "rkey": draft.frozen["rkey"], "record": record}
        try:
            answer = calls.tell("com.atproto.repo.putRecord", verb="publish", swapRecord=None, **body)
        except Failure as failure:
            if failure.name != "InvalidSwap":
                return outcome_of_failure(failure, wrote=True)
            # Something stands under the key: ours, whose photos another version of the server names otherwise, or not.
            found = self.find(draft)
            return found if isinstance(found, Published) else Unknown(str(failure))
        if answer.get("uri") != self._uri(draft) or not answer.get("cid"):
            return Unknown(STRANGE)
        return self._published(draft, answer, at=timezone.now())

    def _published(self, draft: Draft, answer: Mapping[str, Any], *, at: datetime) -> Published:
        """`at`: when people could see it. Not the record's `createdAt`, which is when it was approved, before any wait."""
        uri, record = self._uri(draft), draft.frozen["record"]
        cid = str(answer.get("cid") or "")
        reference = {
            "cid": cid,
            "root": part(part(record, "reply"), "root") or {"uri": uri, "cid": cid},
            "language": next(iter(record.get("langs", ())), ""),
        }
        return Published(external_id=uri, published_at=at, url=reading.page_of(uri), reference=reference)

    def _uri(self, draft: Draft) -> str:
        return f"at://{self.external_id}/{POST}/{draft.frozen['rkey']}"

    def _seen_at(self, calls: Calls, draft: Draft) -> datetime:
        """When the network first showed a message whose answer was lost; now, while it does not say."""
        uri = self._uri(draft)
        try:
            shown = reading.moment(walking.views(calls, [uri]).get(uri, {}).get("indexedAt"))
        except Failure:
            shown = None
        return min(shown or timezone.now(), timezone.now())
