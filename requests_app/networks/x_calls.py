"""What the connector asks of X, each call with its price noted where X bills it: for what came, never for a failure."""

import base64
from collections.abc import Iterator, Sequence
from typing import Any

import tweepy

from requests_app.networks.contract import Charge, IncomingAuthor, NetworkUnavailable, OutgoingPhoto, Usage
from requests_app.networks.x_failures import NOT_X
from requests_app.networks.x_http import open_client, send_json
from requests_app.networks.x_reading import READ_FIELDS, author_of, tweets_of

# An answer of X's, as its JSON says.
Page = dict[str, Any]
# The most that X gives, or may be asked for, at once.
PAGE = 100
ALT_LENGTH = 1000


class Calls:
    """Raises what Tweepy and requests raise; its caller reads that."""

    def __init__(self, account_id: str, access_token: str, *, usage: Usage) -> None:
        self.account_id = account_id
        self.access_token = access_token
        self.usage = usage

    def mentions(self, **parameters: Any) -> Iterator[Page]:
        yield from self._pages(self._client("fetch").get_users_mentions, **parameters)

    def own_posts(self, *, verb: str = "fetch_own", **parameters: Any) -> Iterator[Page]:
        yield from self._pages(self._client(verb).get_users_tweets, exclude="retweets", **parameters)

    def posts(self, ids: Sequence[str]) -> Page:
        """Those of `ids` that X still shows, and under "errors" why it does not show the others."""
        if not ids:
            return {}
        return self._read(self._client("check").get_tweets(ids=list(ids), user_auth=False, **READ_FIELDS))

    def users(self, ids: Sequence[str]) -> Iterator[IncomingAuthor]:
        client = self._client("name")
        for place in range(0, len(ids), PAGE):
            answer = client.get_users(ids=list(ids[place : place + PAGE]), user_auth=False)
            for author in map(author_of, answer.get("data") or ()):
                self.charge("user_read", author.external_id)
                yield author

    def owner(self) -> IncomingAuthor:
        """Not named in the price list; a user read is what it looks like."""
        owner = author_of(self._client("owner").get_me(user_auth=False)["data"])
        self.charge("user_read", owner.external_id)
        return owner

    def create(self, text: str, *, in_reply_to: str, media: Sequence[str]) -> str:
        answer = self._client("publish").create_tweet(
            text=text, in_reply_to_tweet_id=in_reply_to, media_ids=list(media) or None, user_auth=False
        )
        return str(answer["data"]["id"])

    def delete(self, external_id: str) -> None:
        self._client("delete").delete_tweet(external_id, user_auth=False)
        self.charge("delete", external_id)

    def upload(self, photo: OutgoingPhoto) -> str:
        """Media v2, which Tweepy does not know. What is uploaded and then not used disappears by itself."""
        client = self._client("upload")
        body = {"media": base64.b64encode(photo.content).decode(), "media_category": "tweet_image"}
        media_id = str(send_json(client, "/2/media/upload", body)["data"]["id"])
        if photo.alt:
            alt = {"id": media_id, "metadata": {"alt_text": {"text": photo.alt[:ALT_LENGTH]}}}
            send_json(client, "/2/media/metadata", alt)
            self.charge("media", media_id)
        return media_id

    def charge(self, resource: str, external_id: str) -> None:
        self.usage.charges.append(Charge(resource, external_id))

    def _client(self, verb: str) -> tweepy.Client:
        return open_client(self.access_token, verb=verb, usage=self.usage)

    def _pages(self, call: Any, **parameters: Any) -> Iterator[Page]:
        """Newest first, to the end, by the same `since_id` throughout."""
        token = None
        while True:
            page = self._read(
                call(self.account_id, max_results=PAGE, pagination_token=token, user_auth=False, **parameters)
            )
            yield page
            previous, token = token, page["meta"].get("next_token")
            if not token:
                return
            if token == previous:
                raise NetworkUnavailable(NOT_X)

    def _read(self, answer: Any) -> Page:
        if not isinstance(answer, dict):
            raise NetworkUnavailable(NOT_X)
        for tweet in tweets_of(answer):
            self.charge("post_read", tweet["id"])
        return answer
