"""Where a message is, read from its row alone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from requests_app.models import Account, Reply
from requests_app.models.receipt import Receipt, receipt

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
BEFORE, LATER = NOW - timedelta(minutes=5), NOW + timedelta(minutes=5)


@pytest.mark.parametrize(
    ("row", "account", "told"),
    [
        ({"status": "held", "next_attempt_at": LATER}, {}, Receipt("held", until=LATER)),
        ({"status": "held"}, {}, Receipt("held")),
        ({"status": "held", "next_attempt_at": BEFORE}, {}, Receipt("queued")),
        ({"status": "queued", "next_attempt_at": BEFORE}, {}, Receipt("queued")),
        ({"status": "queued", "next_attempt_at": LATER}, {}, Receipt("waiting", until=LATER, cause="limit")),
        (
            {"status": "queued", "next_attempt_at": BEFORE},
            {"deferred_until": LATER, "deferred_cause": "money"},
            Receipt("waiting", until=LATER, cause="money"),
        ),
        ({"status": "queued"}, {"deferred_until": BEFORE, "deferred_cause": "money"}, Receipt("queued")),
        ({"status": "queued"}, {"is_active": False}, Receipt("waiting", cause="paused")),
        ({"status": "queued", "follows": Reply(status="sending")}, {}, Receipt("waiting", cause="relay")),
        ({"status": "queued", "follows": Reply(status="published")}, {}, Receipt("queued")),
        ({"status": "sending", "claimed_at": BEFORE}, {}, Receipt("sending", at=BEFORE)),
        ({"status": "in_doubt", "claimed_at": BEFORE}, {}, Receipt("in_doubt", at=BEFORE)),
        ({"status": "published", "published_at": BEFORE}, {}, Receipt("published", at=BEFORE)),
        ({"status": "published", "published_at": BEFORE, "seen_at": NOW}, {}, Receipt("seen_back", at=NOW)),
        ({"status": "published", "seen_at": BEFORE, "deleted_at": NOW}, {}, Receipt("deleted_at_source", at=NOW)),
        ({"status": "refused", "rule": "gone", "claimed_at": BEFORE}, {}, Receipt("refused", at=BEFORE, rule="gone")),
        ({"status": "failed", "claimed_at": BEFORE}, {}, Receipt("failed", at=BEFORE)),
        ({"status": "failed", "given_up_at": NOW}, {}, Receipt("given_up", at=NOW)),
        ({"status": "withdrawn"}, {}, Receipt("withdrawn")),
    ],
)
def test_receipt(row: dict[str, Any], account: dict[str, Any], told: Receipt) -> None:
    assert receipt(Reply(account=Account(**account), **row), now=NOW) == told
