"""Deliver: a post made on the town's own site or through its API is stored as it is made."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from requests_app.models import Account, Author, Network, Photo, Post, Service


@transaction.atomic
def deliver(
    text: str,
    *,
    language: str,
    service: Service | None = None,
    name: str = "",
    contact: str = "",
    address: str = "",
    point: tuple[float, float] | None = None,
    attributes: dict[str, Any] | None = None,
    photos: Sequence[bytes] = (),
    external_id: str | None = None,
) -> Post:
    """A post made on the town's own site or through its API. `point` = (latitude, longitude); `photos` = clean JPEGs.

    `name` and `contact` stay with the staff. With an `external_id` that is taken already: IntegrityError, nothing stored.
    """
    now = timezone.now()
    account = Account.objects.of_the_site()
    author = Author.objects.create(network=Network.PLAZA, external_id=str(uuid4()), display_name=name, contact=contact)
    external_id = external_id or str(uuid4())
    post = Post.objects.create(
        network=Network.PLAZA, external_id=external_id, conversation_id=external_id, account=account, author=author,
        text=text, language=language, service=service, address=address, latitude=point and point[0],
        longitude=point and point[1], attributes=attributes or {}, posted_at=now, received_at=now,
    )  # fmt: skip
    for content in photos:
        Photo(post=post).hold(content)
    return post
