"""Query parameters, checked as strictly as X checks them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from werkzeug.datastructures import MultiDict

from .ids import first_id_at
from .problems import Problem, invalid, invalid_request


def names(listed: str) -> frozenset[str]:
    """A set from names written side by side: long lists read better so."""
    return frozenset(listed.split())


TWEET_FIELDS = names(
    "article attachments author_id card_uri community_id context_annotations conversation_id created_at display_text_range edit_controls "
    "edit_history_tweet_ids entities geo id in_reply_to_user_id lang media_metadata non_public_metrics note_tweet organic_metrics "
    "possibly_sensitive promoted_metrics public_metrics referenced_tweets reply_settings scopes source suggested_source_links text withheld"
)
USER_FIELDS = names(
    "affiliation confirmed_email connection_status created_at description entities id is_identity_verified location most_recent_tweet_id name "
    "parody pinned_tweet_id profile_banner_url profile_image_url protected public_metrics receives_your_dm subscription subscription_type url "
    "username verified verified_followers_count verified_type withheld"
)
MEDIA_FIELDS = names(
    "alt_text duration_ms height media_key non_public_metrics organic_metrics preview_image_url promoted_metrics public_metrics type url variants width"
)
EXPANSIONS = names(
    "article.cover_media article.media_entities attachments.media_keys attachments.media_source_tweet attachments.poll_ids author_id author_screen_name "
    "edit_history_tweet_ids entities.mentions.username entities.note.mentions.username geo.place_id in_reply_to_user_id pinned_tweet_id "
    "referenced_tweets.id referenced_tweets.id.attachments.media_keys referenced_tweets.id.author_id"
)
FIELDS = {
    "tweet.fields": TWEET_FIELDS,
    "post.fields": TWEET_FIELDS,
    "user.fields": USER_FIELDS,
    "media.fields": MEDIA_FIELDS,
    "expansions": EXPANSIONS,
    "place.fields": None,
    "poll.fields": None,
}
PAGE = frozenset({"max_results", "since_id", "until_id", "start_time", "end_time", "pagination_token"})
MAX_ID = (1 << 63) - 1
Query = MultiDict[str, str]


@dataclass(slots=True)
class Fields:
    tweet: frozenset[str] = frozenset()
    user: frozenset[str] = frozenset()
    media: frozenset[str] = frozenset()
    expansions: frozenset[str] = frozenset()


@dataclass(slots=True)
class Page:
    """Which slice of a timeline is asked for: ids above `since`, below `until`."""

    size: int = 10
    since: int = 0
    until: int = MAX_ID
    fields: Fields = field(default_factory=Fields)


def refuse_unknown(query: Query, *, known: Iterable[str]) -> None:
    allowed = {*known, *FIELDS}
    strangers = [name for name in query if name not in allowed]
    if strangers:
        shown = ",".join(sorted(allowed))
        raise invalid_request(
            [
                {
                    "parameters": {name: query.getlist(name)},
                    "message": f"The query parameter [{name}] is not one of [{shown}]",
                }
                for name in strangers
            ]
        )


def fields(query: Query) -> Fields:
    chosen = {name: _listed(query, name, allowed=allowed) for name, allowed in FIELDS.items()}
    # X's reference renamed tweet.fields to post.fields in 2026; both are heard.
    return Fields(
        tweet=chosen["tweet.fields"] | chosen["post.fields"],
        user=chosen["user.fields"],
        media=chosen["media.fields"],
        expansions=chosen["expansions"],
    )


def _listed(query: Query, name: str, *, allowed: frozenset[str] | None) -> frozenset[str]:
    values = frozenset(value for value in query.get(name, "").split(",") if value)
    wrong = values - allowed if allowed is not None else frozenset()
    if wrong:
        value = sorted(wrong)[0]
        shown = ",".join(sorted(allowed or ()))
        raise invalid(name, value, f"The `{name}` query parameter value [{value}] is not one of [{shown}]")
    return values


def page(query: Query, *, least: int, default: int, by: str = "pagination_token") -> Page:
    asked = Page(size=_size(query, least=least, default=default), fields=fields(query))
    asked.since = max(_id(query, "since_id", default=0), _moment(query, "start_time", default=0) - 1)
    asked.until = min(_id(query, "until_id", default=MAX_ID), _moment(query, "end_time", default=MAX_ID))
    if by in query:
        asked.until = min(asked.until, read_token(query[by], parameter=by))
    return asked


def _size(query: Query, *, least: int, default: int) -> int:
    value = query.get("max_results", str(default))
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= 100:
        raise invalid(
            "max_results", value, f"The `max_results` query parameter value [{value}] is not between {least} and 100"
        )
    return int(value)


def _id(query: Query, name: str, *, default: int) -> int:
    return default if name not in query else snowflake(query[name], parameter=name)


def snowflake(value: str, *, parameter: str) -> int:
    if not value.isascii() or not value.isdigit() or len(value) > 19 or int(value) > MAX_ID:
        raise invalid(parameter, value, f"The `{parameter}` query parameter value [{value}] is not valid")
    return int(value)


def ids(query: Query, *, parameter: str = "ids") -> list[int]:
    values = [value for value in query.get(parameter, "").split(",") if value]
    if not values:
        raise invalid_request([{"parameters": {}, "message": f"The `{parameter}` query parameter can not be empty"}])
    if len(values) > 100:
        raise invalid(parameter, query[parameter], f"size must be between 1 and 100 but is {len(values)}")
    return list(dict.fromkeys(snowflake(value, parameter=parameter) for value in values))


def _moment(query: Query, name: str, *, default: int) -> int:
    """The first id of that moment, so that times and ids are compared alike."""
    value = query.get(name)
    if value is None:
        return default
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise invalid(name, value, f"Invalid use of `{name}`: [{value}] is not a moment such as 2026-01-31T12:00:00Z")
    return first_id_at(int(moment.astimezone(UTC).timestamp() * 1000))


# Opaque to a client: the last id already served, written in base 36 behind a version letter.
def write_token(last_id: int) -> str:
    return f"7140d{last_id:x}"


def read_token(value: str, *, parameter: str) -> int:
    if value.startswith("7140d"):
        try:
            return int(value[5:], 16)
        except ValueError:
            pass
    raise _bad_token(value, parameter=parameter)


def _bad_token(value: str, *, parameter: str) -> Problem:
    return invalid(parameter, value, f"The `{parameter}` query parameter value [{value}] is not valid")
