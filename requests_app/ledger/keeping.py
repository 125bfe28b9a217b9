"""The book-keeper: what each call cost and what the network said of its limits, written down when a line is closed."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from requests_app.models import Account, LedgerEntry, RateLimit
from requests_app.networks.contract import Allowance, Charge, Usage

# No network's limit lasts longer; a header that says so is wrong, and would silence the account for ever.
LONGEST_SILENCE = timedelta(days=1)


def keep(account: Account, usage: Usage, *, prices: Mapping[str, str]) -> None:
    """Writes down what the calls of one line cost and what the network said of its limits."""
    if usage.charges:
        _bill(account, usage.charges, prices=prices, now=timezone.now())
    if usage.allowances:
        _allow(account, usage.allowances.values())


def _bill(account: Account, charges: Iterable[Charge], *, prices: Mapping[str, str], now: datetime) -> None:
    """The same thing on the same UTC day is billed once: X's own rule, kept by a unique key.

    X calls it a soft guarantee, and counts a call at its own moment: one that crosses midnight may be billed twice there.
    """
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
    latest = timezone.now() + LONGEST_SILENCE
    RateLimit.objects.bulk_create(
        (
            RateLimit(
                account=account,
                verb=one.verb,
                limit=one.limit,
                remaining=one.remaining,
                resets_at=min(one.resets_at, latest),
            )
            for one in allowances
        ),
        update_conflicts=True,
        unique_fields=["account", "verb"],
        update_fields=["limit", "remaining", "resets_at"],
    )
