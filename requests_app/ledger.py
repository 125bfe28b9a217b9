"""What the networks bill and allow: kept row by row as calls are made, and asked before the next ones."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils import timezone

from requests_app.models import Account, LedgerEntry, Network, Post, RateLimit, Reply
from requests_app.networks.contract import Allowance, Charge, Usage

# Of each allowance, what only people's own messages may use.
FOR_PEOPLE = 0.3
# How often an inbox is read once the month's hard cap is reached.
SLOWED = timedelta(minutes=15)
# Where nothing is billed nothing need be counted.
UNLIMITED = 1_000_000


def keep(account: Account, usage: Usage, *, prices: Mapping[str, str]) -> None:
    """Writes down what the calls of one line cost and what the network said of its limits."""
    if usage.charges:
        _bill(account, usage.charges, prices=prices, now=timezone.now())
    if usage.allowances:
        _allow(account, usage.allowances.values())


def reading_interval(account: Account, *, now: datetime) -> timedelta:
    """How long an inbox is left alone between two readings; longer once the month's hard cap is reached."""
    if account.network != Network.X:
        return timedelta(seconds=settings.COLLECT_SECONDS)
    if _spent(now) >= settings.X_HARD_CAP:
        return SLOWED
    return timedelta(seconds=settings.X_COLLECT_SECONDS)


def may_sweep(account: Account, *, now: datetime) -> bool:
    """Whether the whole day may be read again: where that is billed, only below the month's soft cap."""
    return account.network != Network.X or _spent(now) < settings.X_SOFT_CAP


def paid_checks_left(network: str, *, now: datetime) -> int:
    """How many posts of earlier UTC days may still be looked at again today; those of today cost nothing more.

    What was looked at is read from the ledger: a "post_read" of this day whose post came in on an earlier one. The
    overlap of two walks across midnight is among them, since it costs the same.
    """
    if network != Network.X:
        return UNLIMITED
    if _spent(now) >= settings.X_SOFT_CAP:
        return 0
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    same = {"network": OuterRef("network"), "external_id": OuterRef("external_id")}
    read = LedgerEntry.objects.filter(network=network, day=today.date(), resource="post_read")
    again = read.filter(
        Exists(Post.objects.filter(received_at__lt=today, **same))
        | Exists(
            Reply.objects.filter(account__network=network, external_id=OuterRef("external_id"), published_at__lt=today)
        )
    )
    return max(settings.X_RECHECKS_A_DAY - again.count(), 0)


def wait_for(account: Account, verb: str, *, now: datetime, by_a_person: bool = False) -> datetime | None:
    """Until when a call must wait by what the network last said; None when it may be made.

    The last part of every allowance is left to people: machines wait while they still may.
    """
    known = RateLimit.objects.filter(account=account, verb=verb, resets_at__gt=now).first()
    if known is None:
        return None
    reserve = 0 if by_a_person else int(known.limit * FOR_PEOPLE)
    return None if known.remaining > reserve else known.resets_at


def _spent(now: datetime) -> Decimal:
    """This month's bill so far, by UTC days as X counts them."""
    today = now.astimezone(UTC).date()
    return LedgerEntry.objects.filter(network=Network.X).between(today.replace(day=1), today).total()


def _bill(account: Account, charges: Iterable[Charge], *, prices: Mapping[str, str], now: datetime) -> None:
    """The same thing on the same UTC day is billed once: X's own rule, kept by a unique key."""
    day = now.astimezone(UTC).date()
    LedgerEntry.objects.bulk_create(
        (
            LedgerEntry(
                account=account, network=account.network, resource=charge.resource, external_id=charge.external_id,
                day=day, price=Decimal(prices.get(charge.resource, "0")),
            )
            for charge in charges
        ),
        ignore_conflicts=True,
        batch_size=1000,
    )  # fmt: skip


def _allow(account: Account, allowances: Iterable[Allowance]) -> None:
    RateLimit.objects.bulk_create(
        (
            RateLimit(account=account, verb=one.verb, limit=one.limit, remaining=one.remaining, resets_at=one.resets_at)
            for one in allowances
        ),
        update_conflicts=True,
        unique_fields=["account", "verb"],
        update_fields=["limit", "remaining", "resets_at"],
    )
