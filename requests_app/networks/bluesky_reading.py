"""What Bluesky shows of a post, read into ours: whatever odd thing its author's application put in, no page is refused for it."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from requests_app.networks.contract import (
    Gone,
    IncomingAuthor,
    IncomingPhoto,
    IncomingPost,
    Live,
    Protected,
    Standing,
)

# Where people read Bluesky.
SITE = "https://bsky.app"
POST = "app.bsky.feed.post"
# The longest id, handle or name that is kept; what is longer was made to do harm.
LONGEST = 200
# A post cannot be older than the network, whatever its author's application says.
BEGINNING = datetime(2022, 11, 1, tzinfo=UTC)
# With this label an author asks applications to show what they write to people with an account there only.
NOT_FOR_STRANGERS = "!no-unauthenticated"
# A moderator's labels on what nobody is to see.
TAKEN_DOWN = frozenset({"!takedown", "!suspend", "!hide"})


def post_of(item: Mapping[str, Any], *, town: str) -> IncomingPost | None:
    """A notification or a post's view; None for what has no id that could be kept. `town`: the DID that reads."""
    record, author = part(item, "record"), part(item, "author")
    uri, cid, did = _words(item, "uri"), _words(item, "cid"), _words(author, "did")
    if not uri or not did or max(len(uri), len(did)) > LONGEST:
        return None
    reply = part(record, "reply")
    parent, root = part(reply, "parent"), part(reply, "root")
    language = next((tag for tag in _list(record, "langs") if isinstance(tag, str)), "").partition("-")[0][:10]
    quoted = _quoted(record)
    return IncomingPost(
        external_id=uri,
        author=IncomingAuthor(did, _words(author, "handle")[:LONGEST], _words(author, "displayName")[:LONGEST]),
        text=text_of(record),
        posted_at=_posted_at(item, record),
        language=language,
        mentions=_named(record, addressed=(_words(parent, "uri"), quoted), town=town),
        quotes=quoted[:LONGEST],
        conversation_id=(_words(root, "uri") or uri)[:LONGEST],
        in_reply_to=_words(parent, "uri")[:LONGEST],
        photos=tuple(_photos(part(item, "embed"))),
        version=cid[:LONGEST],
        url=page_of(uri),
        reference={
            "cid": cid, "root": _strong(root) or {"uri": uri, "cid": cid}, "language": language, **_visibility(author),
        },
    )  # fmt: skip


def standing_of(view: Mapping[str, Any], *, version: str, town: str) -> Standing:
    """How a post stands by its view."""
    viewer = part(part(view, "author"), "viewer")
    if viewer.get("blockedBy") or viewer.get("blocking"):
        return Protected()
    if any(_words(label, "val") in TAKEN_DOWN and not label.get("neg") for label in _dicts(view, "labels")):
        return Gone()
    cid = _words(view, "cid")
    return Live(cid) if cid == version else Live(cid, post=post_of(view, town=town))


def _visibility(author: Mapping[str, Any]) -> dict[str, str]:
    """Our pages ask nobody who they are, so what is not for strangers is not for them."""
    asked = any(
        _words(label, "val") == NOT_FOR_STRANGERS and not label.get("neg") for label in _dicts(author, "labels")
    )
    return {"visibility": "signed_in"} if asked else {}


def text_of(record: Mapping[str, Any]) -> str:
    """The words with their links in full: applications shorten what they show. Facets count UTF-8 bytes."""
    text = record.get("text")
    written = text.encode(errors="replace") if isinstance(text, str) else b""
    for start, end, feature in sorted(_features(record), key=lambda one: one[0], reverse=True):
        uri = _words(feature, "uri")
        if uri and 0 <= start < end <= len(written) and _is_shortened(written[start:end].decode(errors="replace"), uri):
            written = written[:start] + uri.encode() + written[end:]
    # A facet may cut a letter in two, and PostgreSQL takes no NUL.
    return written.decode(errors="replace").replace("\0", "")


def page_of(uri: str) -> str:
    """A post's page, for people; "" for anything else."""
    did, collection, rkey = parts_of(uri)
    return f"{SITE}/profile/{did}/post/{rkey}" if collection == POST else ""


def parts_of(uri: str) -> tuple[str, str, str]:
    """DID, collection and record key of an at:// address; empty where it has none."""
    did, _, rest = uri.removeprefix("at://").partition("/")
    collection, _, rkey = rest.partition("/")
    return did, collection, rkey


def moment(claim: Any) -> datetime | None:
    """A moment in the network's spelling, in UTC; None when it is none."""
    try:
        at = datetime.fromisoformat(claim)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def _named(record: Mapping[str, Any], *, addressed: Iterable[str], town: str) -> tuple[str, ...]:
    """The accounts it mentions; and us when it answers or quotes a post of ours, which needs no mention.

    A reason "reply" alone does not say so: Bluesky also tells of answers to answers further up the thread.
    """
    mentioned = [_words(feature, "did") for _start, _end, feature in _features(record)]
    ours = [town for uri in addressed if uri and parts_of(uri)[0] == town]
    return tuple(dict.fromkeys(did for did in (*mentioned, *ours) if did))


def _is_shortened(shown: str, uri: str) -> bool:
    """Only an address stands for an address: a word that leads somewhere stays that word."""
    return uri.removeprefix("https://").removeprefix("http://").startswith(shown.rstrip("…").removesuffix("..."))


def _posted_at(item: Mapping[str, Any], record: Mapping[str, Any]) -> datetime:
    """The author's claim, but never after the network saw it."""
    claims = [at for at in (moment(record.get("createdAt")), moment(item.get("indexedAt"))) if at]
    return max(min(claims, default=datetime.now(UTC)), BEGINNING)


def _quoted(record: Mapping[str, Any]) -> str:
    quoted = part(part(record, "embed"), "record")
    uri = _words(quoted, "uri") or _words(part(quoted, "record"), "uri")
    return uri if parts_of(uri)[1] == POST else ""


def _photos(embed: Mapping[str, Any]) -> Iterable[IncomingPhoto]:
    for image in _dicts(embed, "images") or _dicts(part(embed, "media"), "images"):
        address = _words(image, "fullsize") or _words(image, "thumb")
        if address:
            yield IncomingPhoto(address, _words(image, "alt")[:1000])


def _features(record: Mapping[str, Any]) -> Iterable[tuple[int, int, Mapping[str, Any]]]:
    """Start and end in bytes, and what the stretch is."""
    for facet in _dicts(record, "facets"):
        index = part(facet, "index")
        start, end = index.get("byteStart"), index.get("byteEnd")
        if isinstance(start, int) and isinstance(end, int):
            yield from ((start, end, feature) for feature in _dicts(facet, "features"))


def _strong(reference: Mapping[str, Any]) -> dict[str, str]:
    uri, cid = _words(reference, "uri"), _words(reference, "cid")
    return {"uri": uri, "cid": cid} if uri and cid else {}


def part(holder: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = holder.get(key)
    return value if isinstance(value, dict) else {}


def _list(holder: Mapping[str, Any], key: str) -> list[Any]:
    value = holder.get(key)
    return value if isinstance(value, list) else []


def _dicts(holder: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    return [value for value in _list(holder, key) if isinstance(value, dict)]


def _words(holder: Mapping[str, Any], key: str) -> str:
    value = holder.get(key)
    return value.replace("\0", "") if isinstance(value, str) else ""
