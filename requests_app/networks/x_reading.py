"""What X's posts say: JSON becomes the contract's posts, and a text can be known again."""

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from requests_app.networks.contract import (
    Gone,
    IncomingAuthor,
    IncomingPhoto,
    IncomingPost,
    NetworkUnavailable,
    Protected,
    Standing,
)

EPOCH_MS = 1288834974657

# Without the author: X may bill an expanded one like a user read (channels A7); names are asked for once, by id.
READ_FIELDS = {
    "tweet_fields": "created_at,author_id,conversation_id,in_reply_to_user_id,referenced_tweets,entities,lang,geo,"
    "attachments,note_tweet",
    "expansions": "attachments.media_keys",
    "media_fields": "url,type,alt_text",
}
FIND_FIELDS = "created_at,referenced_tweets,entities,note_tweet"
# X's reference calls its fields by a new name since August 2026, and Tweepy sends the old one. The day X hears it no
# longer, posts come without what was asked for, and nobody could say who wrote them.
NEEDED = ("id", "text", "author_id", "created_at")


def snowflake(moment: datetime) -> int:
    """The smallest id a post of that moment can have."""
    return max(int(moment.timestamp() * 1000) - EPOCH_MS, 0) << 22


def moment_of(snowflake_id: str) -> datetime:
    """When X gave out that id, to the millisecond."""
    return datetime.fromtimestamp(((int(snowflake_id) >> 22) + EPOCH_MS) / 1000, UTC)


def page_of(external_id: str) -> str:
    """Where people read a post; X leads on from there to its author's name, which is not always known."""
    return f"{settings.X_SITE_URL}/i/status/{external_id}"


def tweets_of(page: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """As X wrote them; an answer without any leaves the key out."""
    return page.get("data") or ()


def author_of(user: Mapping[str, Any]) -> IncomingAuthor:
    return IncomingAuthor(str(user["id"]), handle=user["username"], display_name=user["name"])


def posts_of(page: Mapping[str, Any]) -> Iterator[IncomingPost]:
    """The posts of one answer; those that only pass on another's words are left out."""
    media = {item["media_key"]: item for item in page.get("includes", {}).get("media", ())}
    for tweet in tweets_of(page):
        if "retweeted" not in references_of(tweet):
            yield _post_of(tweet, media=media)


def newest_versions(posts: Iterable[IncomingPost]) -> list[IncomingPost]:
    """Oldest first; of the versions of an edited post, which X lists side by side, only the last."""
    newest: dict[str, IncomingPost] = {}
    for post in posts:
        known = newest.get(post.external_id)
        if known is None or int(known.version) < int(post.version):
            newest[post.external_id] = post
    return sorted(newest.values(), key=lambda post: int(post.external_id))


def history_of(tweet: Mapping[str, Any]) -> list[str]:
    """The ids of all its versions, oldest first: the first is its identity, the last what it says now."""
    return [str(version) for version in tweet.get("edit_history_tweet_ids") or (tweet["id"],)]


def references_of(tweet: Mapping[str, Any]) -> dict[str, str]:
    """What it answers, quotes or passes on: kind to id."""
    return {reference["type"]: str(reference["id"]) for reference in tweet.get("referenced_tweets", ())}


def words_of(tweet: Mapping[str, Any]) -> str:
    """The words as typed: X's short links lead on again, and the one it appends for photos is taken off."""
    # A long post is cut at 280 characters, and whole only in its note.
    whole = tweet.get("note_tweet") or tweet
    # Unescaped first: an address may well hold "&copy".
    text = html.unescape(whole["text"])
    for link in [*_entities(whole, kind="urls"), *_entities(tweet, kind="urls")]:
        if "media_key" in link:
            text = text.replace(f" {link['url']}", "").replace(link["url"], "")
        else:
            text = text.replace(link["url"], link.get("expanded_url", link["url"]))
    return text


def normal(text: str) -> str:
    """Alike in what people read: without the mentions X puts before a reply, whatever the spaces and the links' spelling."""
    without_mentions = re.sub(r"^(?:\s*@\w+)+\s+", "", unicodedata.normalize("NFC", text))
    # "plaza.org" comes back as "http://plaza.org".
    without_schemes = re.sub(r"https?://", "", without_mentions)
    return " ".join(word.rstrip("/") for word in without_schemes.split())


def lost_of(answer: Mapping[str, Any], *, held: Mapping[str, str]) -> dict[str, Standing]:
    """What X cannot show, it says beside the rest; what is neither absent nor hidden by these words is left open."""
    lost: dict[str, Standing] = {}
    for error in answer.get("errors") or ():
        external_id = held.get(str(error.get("resource_id") or error.get("value")))
        said = f"{error.get('type', '')} {error.get('title', '')} {error.get('detail', '')}".lower()
        if external_id is None or error.get("parameter", "ids") != "ids":
            continue
        if "not-found" in said or "not found" in said or "suspended" in said:
            lost[external_id] = Gone()
        elif "not-authorized" in said or "not authorized" in said:
            lost[external_id] = Protected()
    return lost


def _post_of(tweet: Mapping[str, Any], *, media: Mapping[str, Mapping[str, Any]]) -> IncomingPost:
    absent = [name for name in NEEDED if not tweet.get(name)]
    if absent:
        raise NetworkUnavailable(f"X left out of its posts what was asked for: {', '.join(absent)}")
    references, history = references_of(tweet), history_of(tweet)
    point = tweet.get("geo", {}).get("coordinates", {}).get("coordinates") or (None, None)
    return IncomingPost(
        external_id=history[0],
        author=IncomingAuthor(str(tweet["author_id"])),
        text=words_of(tweet),
        # An edit is not a new post: it was said when its first version was.
        posted_at=datetime.fromisoformat(tweet["created_at"]) if len(history) == 1 else moment_of(history[0]),
        language=tweet.get("lang", ""),
        mentions=tuple(dict.fromkeys(_mentioned(tweet))),
        quotes=references.get("quoted", ""),
        conversation_id=tweet.get("conversation_id", ""),
        in_reply_to=references.get("replied_to", ""),
        longitude=point[0],
        latitude=point[1],
        photos=_photos(tweet, media=media),
        version=history[-1],
        url=page_of(tweet["id"]),
        reference={"history": history} if len(history) > 1 else {},
    )


def _photos(tweet: Mapping[str, Any], *, media: Mapping[str, Mapping[str, Any]]) -> tuple[IncomingPhoto, ...]:
    items = [media.get(key, {}) for key in tweet.get("attachments", {}).get("media_keys", ())]
    return tuple(
        IncomingPhoto(item["url"], item.get("alt_text", ""))
        for item in items
        if item.get("type") == "photo" and item.get("url")
    )


def _mentioned(tweet: Mapping[str, Any]) -> Iterator[str]:
    """Ids of the accounts it names; X gives none for a name that is nobody's."""
    for part in (tweet.get("note_tweet") or {}, tweet):
        yield from (str(mention["id"]) for mention in _entities(part, kind="mentions") if "id" in mention)


def _entities(part: Mapping[str, Any], *, kind: str) -> Sequence[Mapping[str, Any]]:
    entities: Sequence[Mapping[str, Any]] = part.get("entities", {}).get(kind, ())
    return entities
