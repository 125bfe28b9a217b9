"""Store: what a walk brought, each post once and none lost, with a constant number of queries."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from requests_app import workflow
from requests_app.fitting import fitted
from requests_app.inbox.naming import keep_names
from requests_app.models import Account, Author, Photo, Post, Reply
from requests_app.models.post import LOOK_AGAIN
from requests_app.networks.contract import IncomingPost
from requests_app.summons import mentions_of

# Rows of one INSERT: large enough to be quick, small enough for the server's parser.
BATCH = 1000


def store(account: Account, posts: Sequence[IncomingPost], *, then: Callable[[], None]) -> int:
    """Stores what is new, takes over what was edited, and returns how many were new. `then` commits with the last of them."""
    posts = [fitted(post) for post in posts]
    try:
        return _store(account, posts, then=then)
    except IntegrityError:
        # The last post of one of the authors was erased meanwhile, and they with it.
        return _store(account, posts, then=then)


def _store(account: Account, posts: Sequence[IncomingPost], *, then: Callable[[], None]) -> int:
    """Oldest first and a slice at a time, so that what answers a post comes after it and sorting begins meanwhile."""
    ours = dict(Account.objects.filter(network=account.network).values_list("external_id", "pk"))
    fresh, edited = _sift(posts, account=account)
    fresh = _without_answers(fresh, network=account.network, ours=ours)
    authors = _authors(fresh, network=account.network)
    _take_over(edited, network=account.network)
    *slices, last = [fresh[start : start + BATCH] for start in range(0, len(fresh), BATCH)] or [[]]
    for piece in slices:
        with transaction.atomic():
            _insert(account, piece, authors=authors, ours=ours)
    with transaction.atomic():
        _insert(account, last, authors=authors, ours=ours)
        then()
    return len(fresh)


def _sift(posts: Sequence[IncomingPost], *, account: Account) -> tuple[list[IncomingPost], list[IncomingPost]]:
    """The new ones, and those of another version than ours; without those of before the account's linking.

    The overlap of two walks is re-read each time. What was erased here stays erased: its row still has its id.
    """
    if account.reads_from:
        # By the post's own claim: a server whose clock is days behind would lose what it says in the days after.
        posts = [post for post in posts if post.posted_at >= account.reads_from]
    ids = [post.external_id for post in posts]
    stored = Post.objects.filter(network=account.network, external_id__in=ids)
    known = {row[0]: row[1:] for row in stored.values_list("external_id", "version", "deleted_at")}
    # A walk may bring the same post twice: in the version that came last.
    new = {post.external_id: post for post in posts if post.external_id not in known}
    edited = [
        post
        for post in posts
        if post.external_id in known and post.version and (post.version, None) != known[post.external_id]
    ]
    return list(new.values()), [post for post in edited if known[post.external_id][1] is None]


def _without_answers(posts: Sequence[IncomingPost], *, network: str, ours: dict[str, int]) -> list[IncomingPost]:
    """What we published ourselves is no news; that somebody reads it there is."""
    own = [post.external_id for post in posts if post.author.external_id in ours]
    if not own:
        return list(posts)
    answers = Reply.objects.filter(external_id__in=own, account__network=network)
    known = set(answers.values_list("external_id", flat=True))
    answers.filter(seen_at=None).update(seen_at=timezone.now())
    return [post for post in posts if post.external_id not in known]


def _take_over(posts: Sequence[IncomingPost], *, network: str) -> None:
    if not posts:
        return
    now = timezone.now()
    stored = Post.objects.filter(network=network, external_id__in=[post.external_id for post in posts])
    by_id = {post.external_id: post for post in stored}
    for post in posts:
        workflow.edited(by_id[post.external_id], post, at=now)


def _insert(account: Account, posts: Sequence[IncomingPost], *, authors: dict[str, int], ours: dict[str, int]) -> None:
    if not posts:
        return
    now = timezone.now()
    mentions = mentions_of(posts, network=account.network)
    Post.objects.bulk_create(
        (_post(account, post, authors=authors, ours=ours, mentions=mentions, now=now) for post in posts),
        # Another account's walk may have stored it a moment ago.
        ignore_conflicts=True,
        batch_size=BATCH,
    )
    _photos([post for post in posts if post.photos], network=account.network, now=now)


def _post(
    account: Account,
    post: IncomingPost,
    *,
    authors: dict[str, int],
    ours: dict[str, int],
    mentions: dict[str, list[str]],
    now: datetime,
) -> Post:
    return Post(
        network=account.network,
        external_id=post.external_id,
        account=account,
        author_id=authors[post.author.external_id],
        # The town's own words are sorted too: see `triage.acts`.
        written_by_id=ours.get(post.author.external_id),
        text=post.text,
        language=post.language,
        mentions=mentions[post.external_id],
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
        check_at=now + LOOK_AGAIN,
    )


def _authors(posts: Sequence[IncomingPost], *, network: str) -> dict[str, int]:
    """Primary keys by external id; names and handles are kept as they are now.

    Outside the posts' transaction: two walks that meet the same resident would wait for each other to the end.
    """
    if not posts:
        return {}
    seen = {post.author.external_id: post.author for post in posts}
    keep_names((author for author in seen.values() if author.handle), network=network, now=timezone.now())
    # The network was asked for their names before, or could not be asked.
    bare = [Author(network=network, external_id=one.external_id) for one in seen.values() if not one.handle]
    if bare:
        Author.objects.bulk_create(bare, ignore_conflicts=True, batch_size=BATCH)
    known = Author.objects.filter(network=network, external_id__in=seen)
    return dict(known.values_list("external_id", "pk"))


def _photos(posts: Sequence[IncomingPost], *, network: str, now: datetime) -> None:
    if not posts:
        return
    stored = Post.objects.visible().filter(
        network=network, external_id__in=[post.external_id for post in posts], photos=None
    )
    primary_keys = dict(stored.values_list("external_id", "pk"))
    Photo.objects.bulk_create(
        Photo(
            post_id=primary_keys[post.external_id],
            source_url=photo.source_url,
            alt=photo.alt,
            next_attempt_at=now,
        )
        for post in posts
        if post.external_id in primary_keys
        for photo in post.photos
    )
