"""Two days of a small town on X, by a travelling clock: what the ledger says is what X bills, and it is the least."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count

import pytest
from django.utils import timezone
from pytest_django import Settings

from benchmarks.month import month
from requests_app import ledger
from requests_app.models import Account, Gap, Post, Reply, ReplyStatus

BEGINS = datetime(2027, 2, 26, tzinfo=UTC)


@pytest.mark.usefixtures("alameda")
def test_a_town_pays_the_least_and_knows_what_it_pays(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.month.USUALLY", timedelta(hours=3))
    settings.X_RECHECKS_A_DAY = 2
    Account.objects.filter(network="x").exclude(handle="alameda").update(is_active=False)
    with month(BEGINS) as town:
        town.wishes = ({"text": f"@alameda hay {number} bolsas en la calle del Olmo"} for number in count(2))
        for day in range(2):
            town.live(BEGINS + timedelta(days=day), mentions=9, answers=4)
        bill, spent = town.bill(), ledger.spend(timezone.now())

    assert (Post.objects.count(), Reply.objects.filter(status=ReplyStatus.PUBLISHED).count()) == (18, 8)
    assert not Gap.objects.exists()
    assert bill.ledger == bill.network == spent.month
    # Overlaps, the sweep and the hourly looks were free: but two looks on the second day at posts of the first.
    assert bill.network - bill.least == 2 * Decimal("0.005")
    # A third day is to come, the 28th.
    assert spent.forecast > bill.network
