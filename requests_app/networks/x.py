"""X through Tweepy: reading mentions, answering in the thread, finding out what became of a doubtful answer."""

import base64
import html
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
import tweepy
import twitter_text
from django.conf import settings
from django.utils import timezone

from requests_app.networks.contract import (
    Absent,
    CannotTell,
    Capabilities,
    Deleted,
    Deletion,
    Draft,
    Finding,
    IncomingAuthor,
    IncomingPhoto,
    IncomingPost,
    Missed,
    NetworkUnavailable,
    Outcome,
    Parent,
    Prepared,
    Published,
    Standing,
    Usage,
    Walk,
)
from requests_app.networks.x_http import (
    HOST,
    open_client,
    outcome_of_failure,
    owner_of,
    raise_unreadable,
    refresh_tokens,
)

# X shows the newest 800 mentions and no more (channels: timelines).
REACHABLE = 800
PAGE = 100
# Mentions may be indexed late: each walk re-reads this much before the place where the last one ended.
OVERLAP = timedelta(minutes=15)
# Before the first attempt by our clock, so that a clock a little fast does not hide our own post.
CLOCK_SLACK = timedelta(seconds=60)
EPOCH_MS = 1288834974657

READ_FIELDS = {
    "tweet_fields": "created_at,author_id,conversation_id,in_reply_to_user_id,referenced_tweets,entities,lang,geo,attachments",
    "expansions": "author_id,attachments.media_keys",
    "user_fields": "name,username",
    "media_fields": "url,type,alt_text",
}


def snowflake(moment: datetime) -> int:
    """The smallest id a post of that moment can have."""
    return max(int(moment.timestamp() * 1000) - EPOCH_MS, 0) << 22


def moment_of(snowflake_id: str) -> datetime:
    """When X gave out that id, to the millisecond."""
    return datetime.fromtimestamp(((int(snowflake_id) >> 22) + EPOCH_MS) / 1000, UTC)


class XConnector:
    def __init__(
        self, *, external_id: str, credentials: Mapping[str, Any], server: Mapping[str, Any], usage: Usage
    ) -> None:
        self.external_id = external_id
        self.usage = usage
        self.client = open_client(credentials.get("access_token", ""))
        self.capabilities = Capabilities(
            limit=280,
            unit="weighted",
            idempotent=False,
            edits=True,
            prices=settings.X_PRICES,
        )

    @staticmethod
    def renew(credentials: Mapping[str, Any], server: Mapping[str, Any]) -> Mapping[str, Any]:
        return refresh_tokens(credentials["refresh_token"])

    def owner(self) -> IncomingAuthor:
        return owner_of(self.client.bearer_token)

    def tag(self, handle: str) -> str:
        return f"@{handle}"

    def fetch_own(self, cursor: str, *, now: datetime) -> Walk:
        return Walk(posts=(), cursor=cursor)

    def prepare(self, text: str, *, parent: Parent, key: str, now: datetime, repeats: bool = False) -> Prepared:
        return Prepared(text)

    def is_ours(self, post: IncomingPost, *, text: str) -> bool:
        return _normal(post.text) == _normal(text)

    def check(self, versions: Mapping[str, str]) -> Mapping[str, Standing]:
        return {}

    def delete(self, external_id: str) -> Deletion:
        return Deleted()

    def fetch(self, cursor: str, *, now: datetime, since: datetime | None = None) -> Walk:
        since_id = min(int(cursor), snowflake(now - OVERLAP)) if cursor else None
        pages = list(self._pages(self.client.get_users_mentions, since_id=since_id, **READ_FIELDS))
        posts = [post for page in pages for post in _posts_of(page)]
        posts.sort(key=lambda post: int(post.external_id))
        seen = [int(tweet["id"]) for page in pages for tweet in page.get("data", ())]
        newest = max([int(cursor or 0), *seen])
        return Walk(posts=posts, cursor=str(newest or ""), missed=_missed(cursor, seen))

    def name(self, external_ids: Sequence[str]) -> Mapping[str, IncomingAuthor]:
        return {}

    def length(self, text: str) -> int:
        return int(twitter_text.parse_tweet(text).weightedLength)

    def objection(self, text: str) -> str:
        """X charges a message with a link twenty times the price of an answer: none leaves from here."""
        if twitter_text.extract_urls_with_indices(text):
            return "link"
        return "too_long" if self.length(text) > (self.capabilities.limit or 0) else ""

    def may_answer(self, mentions: Sequence[str]) -> bool:
        """X takes an answer through its API only from an account that the post names (its rule of February 2026)."""
        return self.external_id in mentions

    def publish(self, draft: Draft) -> Outcome:
        try:
            media = [self._upload(photo.content, photo.alt) for photo in draft.photos]
        except (tweepy.TweepyException, requests.RequestException) as failure:
            return outcome_of_failure(failure, wrote=False)
        try:
            answer = self.client.create_tweet(
                text=draft.text, in_reply_to_tweet_id=draft.parent.external_id, media_ids=media or None, user_auth=False
            )
            external_id = str(answer["data"]["id"])
        except (tweepy.TweepyException, requests.RequestException, KeyError, TypeError) as failure:
            return outcome_of_failure(failure, wrote=True)
        return Published(external_id=external_id, published_at=min(moment_of(external_id), timezone.now()))

    def find(self, draft: Draft) -> Finding:
        since = snowflake(draft.first_claimed_at - CLOCK_SLACK)
        fields = "referenced_tweets,created_at,entities"
        try:
            for page in self._pages(self.client.get_users_tweets, since_id=since, tweet_fields=fields):
                for tweet in page.get("data", ()):
                    if _replied_to(tweet) == draft.parent.external_id and _normal(_words(tweet)) == _normal(draft.text):
                        return Published(external_id=tweet["id"], published_at=moment_of(tweet["id"]))
        except NetworkUnavailable as failure:
            return CannotTell(str(failure))
        return Absent()

    def _pages(self, call: Any, **parameters: Any) -> Iterator[dict[str, Any]]:
        token = None
        while True:
            try:
                page = call(self.external_id, max_results=PAGE, pagination_token=token, user_auth=False, **parameters)
            except (tweepy.TweepyException, requests.RequestException) as failure:
                raise_unreadable(failure)
            if not isinstance(page, dict) or "meta" not in page:
                raise NetworkUnavailable("an answer that is not X's")
            yield page
            token = page["meta"].get("next_token")
            if not token:
                return

    def _upload(self, content: bytes, alt: str) -> str:
        """Media v2, which Tweepy does not know; its session has the base URL and the timeout."""
        body = {"media": base64.b64encode(content).decode(), "media_category": "tweet_image"}
        media_id = str(self._post("/2/media/upload", body)["data"]["id"])
        self._post("/2/media/metadata", {"id": media_id, "metadata": {"alt_text": {"text": alt[:1000]}}})
        return media_id

    def _post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.client.bearer_token}"}
        answer = self.client.session.post(HOST + path, json=body, headers=headers)
        if answer.status_code == 401:
            raise tweepy.Unauthorized(answer)
        if answer.status_code == 429:
            raise tweepy.TooManyRequests(answer)
        if not answer.ok:
            raise tweepy.HTTPException(answer)
        content: dict[str, Any] = answer.json()
        return content


def _missed(cursor: str, seen: Sequence[int]) -> Missed | None:
    """X silently forgets what lies beyond its window: a full window that does not reach back to the cursor is a gap."""
    if not cursor or len(seen) < REACHABLE or min(seen) <= int(cursor):
        return None
    return Missed(begins_at=moment_of(cursor), ends_at=moment_of(str(min(seen))))


def _posts_of(page: Mapping[str, Any]) -> Iterator[IncomingPost]:
    includes = page.get("includes", {})
    authors = {user["id"]: user for user in includes.get("users", ())}
    media = {item["media_key"]: item for item in includes.get("media", ())}
    for tweet in page.get("data", ()):
        references = {reference["type"]: reference["id"] for reference in tweet.get("referenced_tweets", ())}
        if "retweeted" in references:
            continue
        author = authors.get(tweet["author_id"], {})
        keys = tweet.get("attachments", {}).get("media_keys", ())
        point = tweet.get("geo", {}).get("coordinates", {}).get("coordinates") or (None, None)
        yield IncomingPost(
            external_id=tweet["id"],
            author=IncomingAuthor(tweet["author_id"], author.get("username", ""), author.get("name", "")),
            text=_words(tweet),
            posted_at=_moment(tweet),
            language=tweet.get("lang", ""),
            mentions=tuple(mention["id"] for mention in _mentions(tweet)),
            conversation_id=tweet.get("conversation_id", ""),
            in_reply_to=references.get("replied_to", ""),
            longitude=point[0],
            latitude=point[1],
            photos=tuple(
                IncomingPhoto(media[key]["url"], media[key].get("alt_text", ""))
                for key in keys
                if media.get(key, {}).get("type") == "photo" and media[key].get("url")
            ),
        )


def _moment(tweet: Mapping[str, Any]) -> datetime:
    claimed = tweet.get("created_at")
    return datetime.fromisoformat(claimed) if claimed else moment_of(tweet["id"])


def _mentions(tweet: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (mention for mention in tweet.get("entities", {}).get("mentions", ()) if "id" in mention)


def _replied_to(tweet: Mapping[str, Any]) -> str:
    references = tweet.get("referenced_tweets", ())
    return next((str(reference["id"]) for reference in references if reference["type"] == "replied_to"), "")


def _words(tweet: Mapping[str, Any]) -> str:
    """The words as typed: X's short links lead on again, and the one it appends for photos is taken off."""
    # Unescaped first: an address may well hold "&copy".
    text = html.unescape(tweet["text"])
    for link in tweet.get("entities", {}).get("urls", ()):
        if "media_key" in link:
            text = text.replace(f" {link['url']}", "").replace(link["url"], "")
        else:
            text = text.replace(link["url"], link.get("expanded_url", link["url"]))
    return text


def _normal(text: str) -> str:
    """Alike in what people read: without the mentions X puts before a reply, whatever the spaces."""
    without_mentions = re.sub(r"^(?:\s*@\w+)+\s+", "", text)
    return " ".join(without_mentions.split())
