"""The purse-keeper: how often, whether and how much may be read or sent, by the month's caps and the networks' limits."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef

from requests_app.ledger.spending import spent_this_month
from requests_app.models import Account, LedgerEntry, Network, Post, RateLimit, Reply

# Of each allowance, what only people's own messages may use.
FOR_PEOPLE = 0.3
# How often an inbox is read once the month's hard cap is reached.
SLOWED = timedelta(minutes=15)
# Where nothing is billed nothing need be counted.
UNLIMITED = 1_000_000
# X's documents name two budgets for posts: 100 in a quarter of an hour, which its headers tell, and on an older page
# 300 in three hours, which nothing tells. Both are kept.
X_SENDS, X_SENDS_WITHIN = 300, timedelta(hours=3)


def reading_interval(account: Account, *, now: datetime) -> timedelta:
    """How long an inbox is left alone between two readings; longer once the month's hard cap is reached."""
    if account.network != Network.X:
        return timedelta(seconds=settings.COLLECT_SECONDS)
    usual = timedelta(seconds=settings.X_COLLECT_SECONDS)
    return max(SLOWED, usual) if spent_this_month(now) >= settings.X_HARD_CAP else usual


def may_sweep(account: Account, *, now: datetime) -> bool:
    """Whether the whole day may be read again: where that is billed, only below the month's soft cap."""
    return account.network != Network.X or spent_this_month(now) < settings.X_SOFT_CAP


def paid_checks_left(network: str, *, now: datetime) -> int:
    """How many posts of earlier UTC days may still be looked at again today; those of today cost nothing more.

    What was looked at is read from the ledger: a "post_read" of this day whose post came in on an earlier one. The
    overlap of two walks across midnight is among them, since it costs the same.
    """
    if network != Network.X:
        return UNLIMITED
    if spent_this_month(now) >= settings.X_SOFT_CAP:
        return 0
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    read = LedgerEntry.objects.filter(network=network, day=today.date(), resource="post_read")
    same = OuterRef("external_id")
    theirs = Post.objects.filter(network=network, external_id=same, received_at__lt=today)
    ours = Reply.objects.filter(account__network=network, external_id=same, published_at__lt=today)
    return max(settings.X_RECHECKS_A_DAY - read.filter(Exists(theirs) | Exists(ours)).count(), 0)


def wait_for(account: Account, verb: str, *, now: datetime, by_a_person: bool = False) -> datetime | None:
    """Until when a call must wait by what the network last said; None when it may be made.

    The last part of every allowance is left to people: machines wait while they still may. Kept are the budgets of one
    account. Those of a whole application on X (450 readings of mentions a quarter of an hour, 10,000 posts a day) are
    beyond thirty accounts read every minute; there X's own refusal makes the account wait, and nothing is lost.
    """
    moments = [_by_headers(account, verb, now=now, by_a_person=by_a_person)]
    if account.network == Network.X and verb == "publish":
        moments.append(_by_our_count(account, now=now, by_a_person=by_a_person))
    return max((moment for moment in moments if moment), default=None)


def _by_headers(account: Account, verb: str, *, now: datetime, by_a_person: bool) -> datetime | None:
    known = RateLimit.objects.filter(account=account, verb=verb, resets_at__gt=now).first()
    if known is None or known.remaining > _kept_back(known.limit, by_a_person=by_a_person):
        return None
    return known.resets_at


def _by_our_count(account: Account, *, now: datetime, by_a_person: bool) -> datetime | None:
    """Once the budget is used up: until the oldest message in it is old enough."""
    may = X_SENDS - _kept_back(X_SENDS, by_a_person=by_a_person)
    sent = Reply.objects.published().filter(account=account, published_at__gt=now - X_SENDS_WITHIN)
    oldest = sent.order_by("-published_at").values_list("published_at", flat=True)[may - 1 : may].first()
    return oldest + X_SENDS_WITHIN if oldest else None


def _kept_back(limit: int, *, by_a_person: bool) -> int:
    return 0 if by_a_person else int(limit * FOR_PEOPLE)
