"""Collect: what residents wrote to an account becomes posts, each stored once and none lost."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from requests_app.lines import mark_expired, open_line, redacted
from requests_app.models import Account, Author, Gap, Network, Photo, Post, Service
from requests_app.networks.contract import IncomingPost, NetworkUnavailable, Unauthorized, Walk

log = logging.getLogger(__name__)

# Longer than any walk: eight pages of 800 mentions, each within its timeout.
LEASE = timedelta(minutes=3)
# Rows of one INSERT: large enough to be quick, small enough for the server's parser.
BATCH = 1000


def collect(account: Account) -> int:
    """Reads one account's inbox to its end and returns the number of new posts. A failure is kept on the account.

    1. Claim it, so that two workers do not walk the same inbox at once.
    2. Walk the network, outside any transaction: it may take a while.
    3. Store authors, posts and photos; those already here are left alone.
    4. Move the cursor in the same transaction, so that what was not stored is read again.
    """
    now = timezone.now()
    if not _claim(account, now=now):
        return 0
    try:
        with open_line(account) as line:
            # The first walk of an account linked "since now" need not reach back further, and is not billed for it.
            walk = line.fetch(account.cursor, now=now, since=None if account.cursor else account.reads_from)
    except NetworkUnavailable as failure:
        _keep_failure(account, failure, now=now)
        return 0
    count = _store(account, walk)
    if count:
        log.info("collected", extra={"account": account.pk, "posts": count})
    return count


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
    account = Account.objects.linked().filter(network=Network.PLAZA).earliest("pk")
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


def _claim(account: Account, *, now: datetime) -> int:
    """Compare-and-set; a worker that dies in the middle of a walk leaves the account to the next one after the lease."""
    due = Account.objects.filter(pk=account.pk, next_collect_at__lte=now)
    return due.update(next_collect_at=now + LEASE)


def _store(account: Account, walk: Walk) -> int:
    """Oldest first and a slice at a time, so that what answers a post comes after it and sorting begins meanwhile."""
    fresh = _unknown(walk.posts, account=account)
    authors = _authors(fresh, network=account.network)
    ours = dict(Account.objects.filter(network=account.network).values_list("external_id", "pk"))
    *slices, last = [fresh[start : start + BATCH] for start in range(0, len(fresh), BATCH)] or [[]]
    for piece in slices:
        with transaction.atomic():
            _insert(account, piece, authors=authors, ours=ours)
    with transaction.atomic():
        _insert(account, last, authors=authors, ours=ours)
        _move_cursor(account, walk)
    return len(fresh)


def _move_cursor(account: Account, walk: Walk) -> None:
    now = timezone.now()
    if walk.missed:
        Gap.objects.create(account=account, begins_at=walk.missed.begins_at, ends_at=walk.missed.ends_at)
    Account.objects.filter(pk=account.pk).update(
        cursor=walk.cursor,
        collected_at=now,
        collect_error="",
        collect_cause="",
        next_collect_at=now + timedelta(seconds=settings.X_COLLECT_SECONDS),
    )


def _unknown(posts: Sequence[IncomingPost], *, account: Account) -> list[IncomingPost]:
    """Without those we have (the overlap of two walks is re-read each time) and those of before its linking."""
    if account.reads_from:
        # By the post's own claim: a server whose clock is days behind would lose what it says in the days after.
        posts = [post for post in posts if post.posted_at >= account.reads_from]
    ids = [post.external_id for post in posts]
    stored = Post.objects.filter(network=account.network, external_id__in=ids)
    known = set(stored.values_list("external_id", flat=True))
    return [post for post in posts if post.external_id not in known]


def _insert(account: Account, posts: Sequence[IncomingPost], *, authors: dict[str, int], ours: dict[str, int]) -> None:
    if not posts:
        return
    now = timezone.now()
    Post.objects.bulk_create(
        (_post(account, post, authors=authors, ours=ours, now=now) for post in posts),
        # Another account's walk may have stored it a moment ago.
        ignore_conflicts=True,
        batch_size=BATCH,
    )
    _photos([post for post in posts if post.photos], network=account.network, now=now)


def _post(
    account: Account, post: IncomingPost, *, authors: dict[str, int], ours: dict[str, int], now: datetime
) -> Post:
    written_by = ours.get(post.author.external_id)
    return Post(
        network=account.network,
        external_id=post.external_id,
        account=account,
        author_id=authors[post.author.external_id],
        written_by_id=written_by,
        # The town's own words are nobody's request: there is nothing left to sort.
        triaged_at=now if written_by else None,
        text=post.text,
        language=post.language,
        mentions=list(post.mentions),
        url=post.url,
        version=post.version,
        reference=dict(post.reference),
        conversation_id=post.conversation_id,
        in_reply_to=post.in_reply_to,
        latitude=post.latitude,
        longitude=post.longitude,
        # Clocks of other machines run ahead now and then.
        posted_at=min(post.posted_at, now),
        received_at=now,
    )


def _authors(posts: Sequence[IncomingPost], *, network: str) -> dict[str, int]:
    """Primary keys by external id; names and handles are kept as they are now.

    Outside the posts' transaction: two walks that meet the same resident would wait for each other to the end.
    """
    if not posts:
        return {}
    seen = {post.author.external_id: post.author for post in posts}
    Author.objects.bulk_create(
        (
            Author(
                network=network, external_id=author.external_id, handle=author.handle, display_name=author.display_name
            )
            for _external_id, author in sorted(seen.items())
        ),
        update_conflicts=True,
        unique_fields=["network", "external_id"],
        update_fields=["handle", "display_name"],
        batch_size=BATCH,
    )
    known = Author.objects.filter(network=network, external_id__in=seen)
    return dict(known.values_list("external_id", "pk"))


def _photos(posts: Sequence[IncomingPost], *, network: str, now: datetime) -> None:
    if not posts:
        return
    stored = Post.objects.filter(network=network, external_id__in=[post.external_id for post in posts], photos=None)
    primary_keys = dict(stored.values_list("external_id", "pk"))
    Photo.objects.bulk_create(
        Photo(post_id=primary_keys[post.external_id], source_url=photo.source_url, alt=photo.alt, next_attempt_at=now)
        for post in posts
        if post.external_id in primary_keys
        for photo in post.photos
    )


def _keep_failure(account: Account, failure: NetworkUnavailable, *, now: datetime) -> None:
    """The desk says so, and the next try waits as long as the network asked."""
    if isinstance(failure, Unauthorized):
        mark_expired(account)
    later = now + timedelta(seconds=max(settings.X_COLLECT_SECONDS, 5))
    Account.objects.filter(pk=account.pk).update(
        collect_error=redacted(str(failure), account),
        collect_cause=failure.cause,
        next_collect_at=failure.retry_at or later,
    )
    log.warning("collect failed", extra={"account": account.pk, "network": Network(account.network)})
