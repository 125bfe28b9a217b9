"""X through Tweepy: reading mentions, answering in the thread, finding out what became of a doubtful answer."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import twitter_text
from django.conf import settings
from django.utils import timezone

from requests_app.networks.contract import (
    Absent,
    Capabilities,
    Deleted,
    Deletion,
    Draft,
    Finding,
    IncomingAuthor,
    IncomingPost,
    Live,
    Missed,
    Outcome,
    Parent,
    Prepared,
    Published,
    Rejected,
    Standing,
    Unauthorized,
    Unknown,
    Usage,
    Walk,
)
from requests_app.networks.x_calls import Calls, Page
from requests_app.networks.x_failures import FAILURES, is_missing, outcome_of, reading
from requests_app.networks.x_linking import refresh_tokens
from requests_app.networks.x_reading import (
    FIND_FIELDS,
    READ_FIELDS,
    history_of,
    lost_of,
    moment_of,
    newest_versions,
    normal,
    page_of,
    posts_of,
    references_of,
    snowflake,
    tweets_of,
    words_of,
)

# X shows the newest 800 mentions and no more, and 3,200 of an account's own posts (channels: timelines).
REACHABLE, OWN_REACHABLE = 800, 3200
# Deleted posts seem to count within that window: one that is nearly full may have lost something (channels E2, "~800").
FULL = 0.9
# Mentions may be indexed late: each walk re-reads this much before the place where the last one ended.
OVERLAP = timedelta(minutes=15)
# Before the first attempt by our clock, so that a clock a little fast does not hide our own post.
CLOCK_SLACK = timedelta(seconds=60)


class XConnector:
    def __init__(
        self, *, external_id: str, credentials: Mapping[str, Any], server: Mapping[str, Any], usage: Usage
    ) -> None:
        self.external_id = external_id
        self.calls = Calls(external_id, credentials.get("access_token", ""), usage=usage)
        self.capabilities = Capabilities(
            limit=280, unit="weighted", idempotent=False, edits=True, prices=settings.X_PRICES
        )

    @staticmethod
    def renew(credentials: Mapping[str, Any], server: Mapping[str, Any]) -> Mapping[str, Any]:
        if "refresh_token" not in credentials:
            # Linked with an access token alone: when X refuses that one, nothing is left to try.
            raise Unauthorized("there is no refresh token")
        return refresh_tokens(credentials["refresh_token"])

    def owner(self) -> IncomingAuthor:
        with reading():
            return self.calls.owner()

    def tag(self, handle: str) -> str:
        return f"@{handle}"

    # --- what comes in

    def fetch(self, cursor: str, *, now: datetime, since: datetime | None = None) -> Walk:
        if since is not None:
            start = snowflake(since) - 1
        else:
            start = min(int(cursor), snowflake(now - OVERLAP)) if cursor else 0
        return self._walk(self.calls.mentions, cursor, start=start, reachable=REACHABLE)

    def fetch_own(self, cursor: str, *, now: datetime) -> Walk:
        """From now on, where it was never read: what an account ever wrote is nobody's news, and each post has its price."""
        recent = snowflake(now - OVERLAP)
        cursor = cursor or str(recent)
        return self._walk(self.calls.own_posts, cursor, start=min(int(cursor), recent), reachable=OWN_REACHABLE)

    def name(self, external_ids: Sequence[str]) -> Mapping[str, IncomingAuthor]:
        with reading():
            return {author.external_id: author for author in self.calls.users(external_ids)}

    def check(self, versions: Mapping[str, str]) -> Mapping[str, Standing]:
        """By the versions we hold: on the day on which one was read, looking at it again is free."""
        held = {version or external_id: external_id for external_id, version in versions.items()}
        standings: dict[str, Standing] = {}
        edited: dict[str, str] = {}
        with reading():
            answer = self.calls.posts(list(held))
            for tweet in tweets_of(answer):
                newest = history_of(tweet)[-1]
                if newest == tweet["id"]:
                    standings[held[newest]] = Live(newest)
                else:
                    edited[newest] = held[tweet["id"]]
            for post in posts_of(self.calls.posts(list(edited))):
                standings[edited[post.version]] = Live(post.version, post=post)
            standings |= lost_of(answer, held=held)
        return standings

    # --- what goes out

    def length(self, text: str) -> int:
        return int(twitter_text.parse_tweet(text).weightedLength)

    def objection(self, text: str) -> str:
        """X charges a message with a link twenty times the price of an answer: none leaves from here."""
        if _has_link(text):
            return "link"
        return "too_long" if self.length(text) > (self.capabilities.limit or 0) else ""

    def may_answer(self, mentions: Sequence[str]) -> bool:
        """X takes an answer through its API only from an account that the post names (its rule of February 2026)."""
        return self.external_id in mentions

    def prepare(self, text: str, *, parent: Parent, key: str, now: datetime, repeats: bool = False) -> Prepared:
        """X refuses an account the same words twice, so each reporter's begin with their name, which X would put there
        anyway. That its search for doubles sees the name is not documented; if it does not, it says "duplicate"."""
        return Prepared(f"@{parent.handle} {text}" if repeats and parent.handle else text)

    def publish(self, draft: Draft) -> Outcome:
        try:
            media = [self.calls.upload(photo) for photo in draft.photos]
        except FAILURES as failure:
            return outcome_of(failure, wrote=False)
        try:
            external_id = self.calls.create(draft.text, in_reply_to=_answered(draft.parent), media=media)
            return self._published(draft, external_id)
        except FAILURES as failure:
            return outcome_of(failure, wrote=True)

    def find(self, draft: Draft) -> Finding:
        with reading():
            external_id = self._same_answer(draft)
        return self._published(draft, external_id) if external_id else Absent()

    def is_ours(self, post: IncomingPost, *, text: str) -> bool:
        return normal(post.text) == normal(text)

    def delete(self, external_id: str) -> Deletion:
        try:
            self.calls.delete(external_id)
        except FAILURES as failure:
            if is_missing(failure):
                return Deleted()
            outcome = outcome_of(failure, wrote=True)
            return Unknown(outcome.detail) if isinstance(outcome, Rejected) else outcome
        return Deleted()

    def _walk(self, walk: Callable[..., Iterator[Page]], cursor: str, *, start: int, reachable: int) -> Walk:
        """Everything above `start`, to the end: X lists the newest first, so half a walk would hide what lies beneath."""
        with reading():
            pages = list(walk(since_id=start or None, **READ_FIELDS))
            seen = [int(tweet["id"]) for page in pages for tweet in tweets_of(page)]
            posts = newest_versions(post for page in pages for post in posts_of(page))
        known = int(cursor or 0)
        # A sweep that begins after the cursor has not seen what lies between, so it moves nothing.
        newest = max([known, *seen]) if not cursor or start <= known else known
        return Walk(posts=posts, cursor=str(newest or ""), missed=_missed(cursor, seen, reachable=reachable))

    def _same_answer(self, draft: Draft) -> str:
        """The post of ours with these words under that parent, in whichever version: an edit gives a post a new id."""
        since_id = snowflake(draft.first_claimed_at - CLOCK_SLACK)
        pages = self.calls.own_posts(since_id=since_id, tweet_fields=FIND_FIELDS, verb="find")
        own = [tweet for page in pages for tweet in tweets_of(page)]
        alike = [tweet for tweet in own if normal(words_of(tweet)) == normal(draft.text)]
        found = _under(alike, {draft.parent.external_id, *_history(draft.parent)})
        if alike and not found:
            parents = tweets_of(self.calls.posts([_answered(draft.parent)]))
            found = _under(alike, {version for parent in parents for version in history_of(parent)})
        return found

    def _published(self, draft: Draft, external_id: str) -> Published:
        """Also for one that was found: its making has its price, whoever heard of it."""
        moment = min(moment_of(external_id), timezone.now())
        summoned = "answer" if self.may_answer(draft.parent.mentions) else "post"
        self.calls.charge("link" if _has_link(draft.text) else summoned, external_id)
        return Published(external_id=external_id, published_at=moment, url=page_of(external_id))


def _missed(cursor: str, seen: Sequence[int], *, reachable: int) -> Missed | None:
    """X silently forgets what lies beyond its window: a full window that does not reach back to the cursor is a gap."""
    if not cursor or len(seen) < reachable * FULL or min(seen) <= int(cursor):
        return None
    return Missed(begins_at=moment_of(cursor), ends_at=moment_of(str(min(seen))))


def _under(tweets: Sequence[Mapping[str, Any]], parents: Collection[str]) -> str:
    """The id of the first that answers one of them."""
    return next((tweet["id"] for tweet in tweets if references_of(tweet).get("replied_to") in parents), "")


def _history(parent: Parent) -> Sequence[str]:
    history: Sequence[str] = parent.reference.get("history", ())
    return history


def _answered(parent: Parent) -> str:
    """The newest version we know of: it is the one people see."""
    return [parent.external_id, *_history(parent)][-1]


def _has_link(text: str) -> bool:
    return bool(twitter_text.extract_urls_with_indices(text))
