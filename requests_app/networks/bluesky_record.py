"""The record of a post of ours: frozen once, so that writing it again and again leaves one post."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import regex
from atproto_client.models.utils import get_model_as_dict
from atproto_client.utils import detect_facets, detect_mentions

from requests_app.networks.bluesky_reading import POST
from requests_app.networks.contract import Parent

LONGEST_TEXT = 300
LONGEST_BYTES = 3000
# Base 32 in the order of its letters: keys sort by time.
ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"
GRAPHEME = regex.compile(r"\X")


def graphemes(text: str) -> int:
    """Letters as people see them: a family of four is one."""
    return len(GRAPHEME.findall(text))


def record_key(key: str, *, now: datetime) -> str:
    """A TID: microseconds and ten more bits, and nothing else is taken as a post's key.

    Only its second is of the clock, the rest of `key`: messages made ready in the same instant must not share one.
    """
    digest = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8])
    micros = int(now.timestamp()) * 1_000_000 + digest % 1_000_000
    number = micros << 10 | digest // 1_000_000 % 1024
    return "".join(ALPHABET[number >> shift & 31] for shift in range(60, -1, -5))


def post_record(text: str, *, parent: Parent, now: datetime) -> dict[str, Any]:
    """The post without its photos. A parent whose version was never read cannot be answered: then there is no `reply`."""
    record = {"$type": POST, "text": text, "createdAt": _spelled(now)}
    optional = {
        "langs": [parent.reference["language"]] if parent.reference.get("language") else [],
        "reply": _reply(parent),
        "facets": facets_of(text, parent=parent),
    }
    return record | {name: value for name, value in optional.items() if value}


def facets_of(text: str, *, parent: Parent | None = None) -> list[dict[str, Any]]:
    """Links and hashtags; of the handles only the parent's, since finding another's id would need the network."""
    found = [get_model_as_dict(facet) for facet in detect_facets(text)]
    for mention in detect_mentions(text):
        if parent and mention.handle.lower() == parent.handle.lower():
            feature = {"$type": "app.bsky.richtext.facet#mention", "did": parent.author_id}
            index = {"byteStart": mention.byte_start, "byteEnd": mention.byte_end}
            found.append({"index": index, "features": [feature]})
    return sorted(found, key=lambda facet: int(facet["index"]["byteStart"]))


def with_photos(record: Mapping[str, Any], photos: list[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    """The record as it is put. A blob's name is the digest of its bytes, so that the same photos make the same record."""
    if not photos:
        return dict(record)
    images = [{"alt": alt, "image": blob} for alt, blob in photos]
    return {**record, "embed": {"$type": "app.bsky.embed.images", "images": images}}


def _reply(parent: Parent) -> dict[str, Any]:
    cid = parent.reference.get("cid")
    if not cid:
        return {}
    answered = {"uri": parent.external_id, "cid": cid}
    return {"root": dict(parent.reference.get("root") or answered), "parent": answered}


def _spelled(now: datetime) -> str:
    return now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
