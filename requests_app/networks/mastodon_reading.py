"""What Mastodon's servers answer, as posts: pages walked, and every reply put into its thread."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone
from mastodon import Mastodon
from mastodon.errors import MastodonError

from requests_app.networks.contract import IncomingAuthor, IncomingPhoto, IncomingPost, NetworkUnavailable, Walk
from requests_app.networks.mastodon_http import is_gone, known, listed
from requests_app.networks.mastodon_words import words_of

# How often one walk asks for a reply's thread: well within the 300 calls that Mastodon allows in five minutes.
LOOKUPS = 160
# How far one walk goes upwards.
PAGES_UP = 20


class Threads:
    """Finds the first post of a reply's thread: one question for a thread, none for those met before in the same walk."""

    def __init__(self, client: Mastodon) -> None:
        self.client = client
        self.asked = 0
        self._roots: dict[str, str] = {}

    def root_of(self, status: Any) -> str:
        own, parent = str(status.id), str(status.in_reply_to_id or "")
        root = (self._roots.get(parent) or self._ask(own, parent=parent)) if parent else own
        self._roots[own] = root
        return root

    def _ask(self, own: str, *, parent: str) -> str:
        """By the ancestors this server knows and may show: there is no id for a thread."""
        if self.asked >= LOOKUPS:
            return parent
        self.asked += 1
        try:
            ancestors = [str(status.id) for status in listed(self.client.status_context(own).get("ancestors"))]
        except MastodonError as failure:
            if not is_gone(failure):
                raise
            return own
        root = ancestors[0] if ancestors else parent
        self._roots.update(dict.fromkeys(ancestors, root))
        return root


def post_of(status: Any, *, threads: Threads) -> IncomingPost:
    return IncomingPost(
        external_id=str(status.id),
        author=author_of(status.account),
        # A content warning is part of what was said: some write the street there and the matter below.
        text="\n\n".join(filter(None, (status.spoiler_text, words_of(status.content)))),
        posted_at=moment_of(status),
        language=_language(status),
        mentions=tuple(str(mention.id) for mention in status.mentions or ()),
        conversation_id=threads.root_of(status),
        in_reply_to=str(status.in_reply_to_id or ""),
        photos=tuple(_photos(status)),
        version=version_of(status),
        url=url_of(status),
        reference=reference_of(status),
    )


def author_of(account: Any) -> IncomingAuthor:
    account = known(account)
    return IncomingAuthor(str(account.id), account.acct or "", account.display_name or account.username or "")


def reference_of(status: Any) -> dict[str, str]:
    """What an answer needs. Only `visibility` "public" and "unlisted" were said to everybody."""
    return {
        "visibility": status.visibility or "direct",
        "acct": status.account.acct or "",
        "language": _language(status),
    }


def moment_of(status: Any) -> datetime:
    """As its server claims; Mastodon.py gives None for what it cannot read."""
    return _aware(status.created_at) or timezone.now()


def version_of(status: Any) -> str:
    edited_at = _aware(status.edited_at)
    return edited_at.isoformat() if edited_at else ""


def url_of(status: Any) -> str:
    return str(status.url or status.uri or "")


def _aware(moment: Any) -> datetime | None:
    if not isinstance(moment, datetime):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _language(status: Any) -> str:
    """ "es" of "es-419": what the house speaks has no regions."""
    return str(status.language or "").split("-")[0][:10]


def _photos(status: Any) -> list[IncomingPhoto]:
    """Those the server has a copy of, else where they came from."""
    images = (media for media in status.media_attachments or () if media.type == "image")
    found = ((media.url or media.remote_url, media.description or "") for media in images)
    return [IncomingPhoto(source_url=url, alt=alt) for url, alt in found if url]


def walk_up(call: Callable[..., Any], *, cursor: str, threads: Threads) -> Walk:
    """`min_id` gives the page right above: every page is a place to go on from, so a long way may be cut."""
    posts: list[IncomingPost] = []
    for _page in range(PAGES_UP):
        entries = listed(call(min_id=cursor))
        if not entries or str(entries[0].id) == cursor:
            break
        posts += _posts(entries, threads=threads)
        cursor = str(entries[0].id)
        if threads.asked + len(entries) > LOOKUPS:
            break
    return Walk(posts=posts, cursor=cursor)


def walk_back(call: Callable[..., Any], *, cursor: str, since: datetime | None, pages: int, threads: Threads) -> Walk:
    """The newest pages. A cursor stays where it is, since what lies above it may be more than these."""
    entries = [entry for page in pages_back(call, since=since, pages=pages) for entry in page]
    newest = str(entries[0].id) if entries else ""
    return Walk(posts=_posts(entries, threads=threads), cursor=cursor or newest)


def pages_back(
    call: Callable[..., Any], *, since: datetime | None, pages: int, whole: bool = False
) -> Iterator[list[Any]]:
    """From the newest back to `since`. With `whole`: NetworkUnavailable when that is further than `pages`."""
    above: dict[str, str] = {}
    for _page in range(pages):
        entries = listed(call(**above))
        if entries:
            yield entries
        if not entries or since and moment_of(entries[-1]) < since:
            return
        above = {"max_id": str(entries[-1].id)}
    if whole:
        raise NetworkUnavailable("too much was written since to read all of it")


def _posts(entries: Sequence[Any], *, threads: Threads) -> list[IncomingPost]:
    """Oldest first. A notification whose status was deleted a moment ago has none."""
    statuses = (entry.status if "status" in entry else entry for entry in reversed(entries))
    return [post_of(status, threads=threads) for status in statuses if status]
