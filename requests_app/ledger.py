"""What the networks bill and allow: kept row by row as calls are made, and asked before the next ones."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal

from django.utils import timezone

from requests_app.models import Account, LedgerEntry, RateLimit
from requests_app.networks.contract import Allowance, Charge, Usage

# Of each allowance, what only people's own messages may use.
FOR_PEOPLE = 0.3


def keep(account: Account, usage: Usage, *, prices: Mapping[str, str]) -> None:
    """Writes down what the calls of one line cost and what the network said of its limits."""
    if usage.charges:
        _bill(account, usage.charges, prices=prices, now=timezone.now())
    if usage.allowances:
        _allow(account, usage.allowances.values())


def wait_for(account: Account, verb: str, *, now: datetime, by_a_person: bool = False) -> datetime | None:
    """Until when a call must wait by what the network last said; None when it may be made.

    The last part of every allowance is left to people: machines wait while they still may.
    """
    known = RateLimit.objects.filter(account=account, verb=verb, resets_at__gt=now).first()
    if known is None:
        return None
    reserve = 0 if by_a_person else int(known.limit * FOR_PEOPLE)
    return None if known.remaining > reserve else known.resets_at


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
