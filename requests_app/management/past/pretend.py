"""The past is told on the pretend X as well, so that its links lead somewhere and a look again finds every post."""

import base64
import json
import urllib.request
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings

from requests_app.models import Post
from requests_app.networks.x_reading import page_of

TIMEOUT_SECONDS = 60


def tell_posts(posts: Sequence[Post], *, pictures: Mapping[int, tuple[bytes, str]]) -> None:
    """Gives each post (unsaved) the id and page it has there, and its author theirs. `pictures`: by the place in `posts`."""
    orders = [_order(post, pictures.get(place)) for place, post in enumerate(posts)]
    told = _send(orders)
    for post, external_id, author in zip(posts, told["ids"], told["authors"], strict=True):
        post.external_id = post.version = external_id
        post.conversation_id = post.conversation_id or external_id
        post.url = page_of(external_id)
        post.author.external_id = author


def tell_answers(answers: Iterable[Mapping[str, Any]]) -> list[str]:
    """What the town's accounts said; their ids."""
    ids: list[str] = _send(list(answers))["ids"]
    return ids


def _order(post: Post, picture: tuple[bytes, str] | None) -> dict[str, Any]:
    order = {
        "author": post.author.handle,
        "name": post.author.display_name,
        "text": post.text,
        "lang": post.language,
        "created_at": post.posted_at.isoformat(),
        "in_reply_to": post.in_reply_to,
    }
    return order | photo_order(picture)


def photo_order(picture: tuple[bytes, str] | None) -> dict[str, str]:
    if picture is None:
        return {}
    return {"photo_base64": base64.b64encode(picture[0]).decode(), "alt_text": picture[1]}


def _send(orders: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    request = urllib.request.Request(  # noqa: S310 (our own sandbox)
        f"{settings.X_BASE_URL}/sandbox/posts/bulk",
        data=json.dumps(orders).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
        told: dict[str, Any] = json.load(answer)
    return told
