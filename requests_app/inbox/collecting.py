"""Collect: the walks through what was written to an account, and what its own people wrote with the network's own app."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from requests_app import ledger
from requests_app.inbox.naming import ask_names
from requests_app.inbox.storing import store
from requests_app.lines import mark_expired, open_line, redacted
from requests_app.models import Account, Gap, Network
from requests_app.networks.contract import Connector, Missed, NetworkUnavailable, Unauthorized, Walk

log = logging.getLogger(__name__)

# The calls of the longest walk: eight pages of 800 mentions, and one for the names.
CALLS = 9
# A network that could not be asked is left alone at least so long.
PAUSE = timedelta(seconds=5)
# When a UTC day is read again as a whole, for what the network showed late. On X what was read that day costs nothing
# more until it ends.
SWEEP_AFTER = timedelta(hours=23, minutes=30)
# Nothing shows up later than that.
SWEEP_BACK = timedelta(days=7)
# The first walk through an account's own words: what was said before anybody asked to have it read is no act of today.
OWN_BACK = timedelta(hours=1)


def collect(account: Account) -> int:
    """Reads one account's inbox to its end and returns the number of new posts. A failure is kept on the account.

    1. Claim it, so that two workers do not walk the same inbox at once.
    2. Walk the network, outside any transaction: it may take a while.
    3. Store authors, posts and photos; those already here are left alone, or were edited.
    4. Move the cursor in the same transaction, so that what was not stored is read again.
    5. Near the end of the day: the same for the whole of it, whatever the cursor says.
    """
    now = timezone.now()
    claimed = _claim(account, "next_collect_at", now=now)
    return _collect(claimed, now=now) if claimed else 0


def _collect(account: Account, *, now: datetime) -> int:
    # The first walk of an account linked "since now" need not reach back further, and is not billed for it.
    since = None if account.cursor else account.reads_from
    walk = _walk(account, lambda line: line.fetch(account.cursor, now=now, since=since), now=now)
    if walk is None:
        return 0
    interval = ledger.reading_interval(account, now=now)
    count = store(account, walk.posts, then=lambda: _move_cursor(account, walk, interval=interval))
    if begins_at := sweep_from(account, now=now):
        count += _sweep(account, begins_at, now=now, interval=interval)
    return _counted(account, count)


def collect_own(account: Account) -> int:
    """Reads what the account's people said with the network's own app; otherwise as `collect`."""
    now = timezone.now()
    claimed = _claim(account, "own_collect_at", now=now)
    return _collect_own(claimed, now=now) if claimed else 0


def _collect_own(account: Account, *, now: datetime) -> int:
    walk = _walk(account, lambda line: line.fetch_own(account.own_cursor, now=now), now=now, column="own_collect_at")
    if walk is None:
        return 0
    posts = walk.posts if account.own_cursor else [one for one in walk.posts if one.posted_at >= now - OWN_BACK]
    again = timezone.now() + ledger.reading_interval(account, now=now)
    count = store(account, posts, then=lambda: _update(account, own_cursor=walk.cursor, own_collect_at=again))
    return _counted(account, count)


def sweep_from(account: Account, *, now: datetime) -> datetime | None:
    """From when on everything is to be read again; None when it is not time yet, or may not be paid for."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    due_at, swept_at = midnight + SWEEP_AFTER, account.swept_at
    # An account that was never read before has just been read as a whole.
    if now < due_at or not account.cursor or (swept_at and swept_at >= due_at):
        return None
    if not ledger.may_sweep(account, now=now):
        return None
    return max(min(swept_at or midnight, midnight), now - SWEEP_BACK)


def _sweep(account: Account, begins_at: datetime, *, now: datetime, interval: timedelta) -> int:
    """Beside the ordinary walks, so it moves no cursor; and what it cannot reach any more, they read in time."""
    _update(account, next_collect_at=timezone.now() + _lease())
    walk = _walk(account, lambda line: line.fetch(account.cursor, now=now, since=begins_at), now=now)
    if walk is None:
        return 0
    return store(
        account, walk.posts, then=lambda: _update(account, swept_at=now, next_collect_at=timezone.now() + interval)
    )


def _lease() -> timedelta:
    """Longer than any walk, each of whose calls has its timeout."""
    return CALLS * timedelta(seconds=sum(settings.NETWORK_TIMEOUT))


@transaction.atomic
def _claim(account: Account, column: str, *, now: datetime) -> Account | None:
    """The account as it is now; None when it is somebody else's. The list it stood on may be minutes old.

    A worker that dies in the middle of a walk leaves it to the next one after the lease. And nobody waits for a row that
    is locked: while its keys are renewed at a network that hangs, each tick would lose one more thread to it.
    """
    due = Account.objects.linked().filter(pk=account.pk, **{f"{column}__lte": now})
    fresh = due.select_for_update(of=("self",), skip_locked=True, no_key=True).first()
    if fresh is not None:
        _update(fresh, **{column: now + _lease()})
    return fresh


def _walk(
    account: Account, read: Callable[[Connector], Walk], *, now: datetime, column: str = "next_collect_at"
) -> Walk | None:
    """None when it could not be done now; the account says why."""
    if until := ledger.wait_for(account, "fetch" if column == "next_collect_at" else "fetch_own", now=now):
        _update(account, **{column: until})
        return None
    try:
        with open_line(account) as line:
            walk = read(line)
            ask_names(walk.posts, account=account, line=line, now=now)
    except NetworkUnavailable as failure:
        _keep_failure(account, failure, now=now, column=column)
        return None
    except Exception as failure:  # whatever breaks, one account's trouble must not stop the others
        log.error("reading broke", extra={"account": account.pk, "failure": type(failure).__name__})
        _keep_failure(account, NetworkUnavailable(type(failure).__name__), now=now, column=column)
        return None
    return walk


def _move_cursor(account: Account, walk: Walk, *, interval: timedelta) -> None:
    now = timezone.now()
    if walk.missed:
        keep_gap(account, walk.missed)
    _update(
        account,
        cursor=walk.cursor,
        collected_at=now,
        collect_error="",
        collect_cause="",
        next_collect_at=now + interval,
    )


def keep_gap(account: Account, missed: Missed) -> None:
    """Only what no gap of this account tells already: somebody may have looked there."""
    begins_at = missed.begins_at
    known = Gap.objects.filter(account=account, begins_at__lt=missed.ends_at, ends_at__gt=missed.begins_at)
    for gap in known.order_by("begins_at"):
        if begins_at < gap.begins_at:
            Gap.objects.create(account=account, begins_at=begins_at, ends_at=gap.begins_at)
        begins_at = max(begins_at, gap.ends_at)
    if begins_at < missed.ends_at:
        Gap.objects.create(account=account, begins_at=begins_at, ends_at=missed.ends_at)


def _keep_failure(account: Account, failure: NetworkUnavailable, *, now: datetime, column: str) -> None:
    """The desk says so, and the next try waits as long as the network asked."""
    if isinstance(failure, Unauthorized):
        mark_expired(account)
    later = failure.retry_at or now + max(ledger.reading_interval(account, now=now), PAUSE)
    kept = {
        "collect_error": redacted(str(failure), account),
        "collect_cause": failure.cause,
        column: min(later, now + ledger.LONGEST_SILENCE),
    }
    _update(account, **kept)
    log.warning("collect failed", extra={"account": account.pk, "network": Network(account.network)})


def _counted(account: Account, count: int) -> int:
    if count:
        log.info("collected", extra={"account": account.pk, "posts": count})
    return count


def _update(account: Account, **values: object) -> None:
    Account.objects.filter(pk=account.pk).update(**values)
