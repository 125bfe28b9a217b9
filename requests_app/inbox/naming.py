"""Names: some networks bring only an author's number along and are asked for handle and name, once a month at most."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from requests_app import ledger
from requests_app.fitting import plain
from requests_app.models import Account, Author
from requests_app.networks.contract import Connector, IncomingAuthor, IncomingPost, NetworkUnavailable

log = logging.getLogger(__name__)

# A name is paid for; people change theirs rarely.
GOOD_FOR = timedelta(days=30)
# Of those who could not be named before, at once.
MOST = 100
LONGEST = 200


def ask_names(posts: Sequence[IncomingPost], *, account: Account, line: Connector, now: datetime) -> None:
    """Stores the names of those whom we know by number only. When that fails the posts do not wait: next time."""
    wanted = sorted(_wanted(posts, network=account.network, now=now))
    if not wanted or ledger.wait_for(account, "name", now=now):
        return
    try:
        named = line.name(wanted)
    except NetworkUnavailable as failure:
        log.warning("names not read", extra={"account": account.pk, "cause": failure.cause})
        return
    keep_names(named.values(), network=account.network, now=now)
    if nobody := set(wanted) - set(named):
        # Whoever has no name there any more is not asked for again tomorrow.
        Author.objects.filter(network=account.network, external_id__in=nobody).update(named_at=now)


def keep_names(authors: Iterable[IncomingAuthor], *, network: str, now: datetime) -> None:
    """Names and handles as they are now."""
    rows = [
        Author(
            network=network, external_id=one.external_id, handle=plain(one.handle, LONGEST),
            display_name=plain(one.display_name, LONGEST), named_at=now,
        )
        for one in sorted(authors, key=lambda one: one.external_id)
    ]  # fmt: skip
    if rows:
        Author.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["network", "external_id"],
            update_fields=["handle", "display_name", "named_at"],
            batch_size=1000,
        )


def _wanted(posts: Sequence[IncomingPost], *, network: str, now: datetime) -> set[str]:
    bare = {post.author.external_id for post in posts if not post.author.handle}
    before = set(Author.objects.nameless(network).values_list("external_id", flat=True)[:MOST])
    if bare:
        fresh = Author.objects.filter(network=network, external_id__in=bare, named_at__gte=now - GOOD_FOR)
        bare -= set(fresh.values_list("external_id", flat=True))
    return bare | before
