"""Bluesky's lists, page by page and newest first, and single posts by their addresses. Every function raises Failure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from requests_app.networks.bluesky_http import STRANGE, Calls, Failure
from requests_app.networks.bluesky_reading import moment, part, parts_of
from requests_app.networks.contract import Missed

PAGE = 100
# 10,000 notifications: more than a town gets in a month. Beyond them a gap is told.
MAX_PAGES = 100
# How many posts Bluesky shows at once by their addresses.
BATCH = 25
# The network indexes late, and where an author's clock is slow it puts the notification at the moment that one claims:
# each walk re-reads this much. Pages are handed over whole, in practice the newest hundred; the daily sweep has more.
OVERLAP = timedelta(minutes=10)
REASONS = ("mention", "reply", "quote")


@dataclass
class Stretch:
    """What was read, newest first, and whether it reaches back far enough."""

    items: list[dict[str, Any]] = field(default_factory=list)
    is_complete: bool = False

    def moments(self) -> list[datetime]:
        return [at for item in self.items if (at := moment(item.get("indexedAt")))]


def notifications(calls: Calls, *, back_to: datetime | None) -> Stretch:
    method = "app.bsky.notification.listNotifications"
    return _read(_pages(calls, method, "notifications", verb="fetch", reasons=list(REASONS)), back_to=back_to)


def own_posts(calls: Calls, did: str, *, back_to: datetime) -> Stretch:
    """Without what it passed on of others, and without what is pinned on top."""
    feed = _pages(
        calls, "app.bsky.feed.getAuthorFeed", "feed", verb="fetch_own", actor=did, filter="posts_with_replies"
    )
    return _read(([part(item, "post") for item in page if "reason" not in item] for page in feed), back_to=back_to)


def views(calls: Calls, uris: list[str], *, verb: str = "check") -> dict[str, Mapping[str, Any]]:
    """Posts by address; those deleted, or hidden from us, are not among them."""
    found: dict[str, Mapping[str, Any]] = {}
    for start in range(0, len(uris), BATCH):
        answer = calls.ask("app.bsky.feed.getPosts", verb=verb, uris=uris[start : start + BATCH])
        found |= {str(view.get("uri")): view for view in _items(answer, "posts")}
    return found


def record_at(calls: Calls, uri: str) -> dict[str, Any] | None:
    """A record as its own server holds it, at once and in full; None when it holds none."""
    repo, collection, rkey = parts_of(uri)
    try:
        found = calls.ask("com.atproto.repo.getRecord", verb="find", repo=repo, collection=collection, rkey=rkey)
    except Failure as failure:
        if failure.name == "RecordNotFound":
            return None
        raise
    if not part(found, "value"):
        raise Failure(STRANGE)
    return found


def back_to(cursor: str) -> datetime | None:
    """How far a walk from `cursor` goes; None for a first one, which goes as far as it can."""
    newest = moment(cursor)
    return newest - OVERLAP if newest else None


def further(cursor: str, stretch: Stretch) -> str:
    """The newest moment the network showed; a sweep or an empty page never sets it back."""
    known = moment(cursor)
    moments = [*stretch.moments(), *([known] if known else [])]
    return max(moments).isoformat() if moments else cursor


def missed(stretch: Stretch, *, back_to: datetime | None) -> Missed | None:
    """Of a first reading nobody knows where it should have ended."""
    if stretch.is_complete or back_to is None:
        return None
    return Missed(begins_at=back_to, ends_at=min(stretch.moments(), default=back_to))


def _pages(calls: Calls, method: str, key: str, *, verb: str, **asked: Any) -> Iterator[list[dict[str, Any]]]:
    cursor: dict[str, Any] = {}
    while True:
        answer = calls.ask(method, verb=verb, limit=PAGE, **asked, **cursor)
        yield _items(answer, key)
        if not answer.get("cursor"):
            return
        cursor = {"cursor": answer["cursor"]}


def _items(answer: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    items = answer.get(key)
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise Failure(STRANGE)
    return items


def _read(pages: Iterator[list[Any]], *, back_to: datetime | None) -> Stretch:
    stretch = Stretch()
    for _number in range(MAX_PAGES):
        page = next(pages, None)
        if page is None:
            break
        stretch.items += page
        if back_to and min(stretch.moments(), default=back_to) < back_to:
            break
    else:
        return stretch
    stretch.is_complete = True
    return stretch
