"""What is told to whoever watches from outside: `/healthz` and `/readyz`."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from requests_app.models import Gap
from tests.factories import AccountFactory

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
READ = "2026-11-20T09:59:40Z"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def test_ready_site_tells_how_its_channels_fare(client: Client) -> None:
    read = NOW - timedelta(seconds=20)
    until = NOW + timedelta(minutes=5)
    one = AccountFactory(network="bluesky", collected_at=read, deferred_until=until, deferred_cause="limit")
    AccountFactory(
        handle="policia",
        collected_at=read - timedelta(hours=1),
        collect_error="secret words of X",
        collect_cause="credentials",
    )
    # Nobody expects these to be read.
    AccountFactory(external_id="3", is_active=False), AccountFactory(network="plaza")
    Gap.objects.create(account=one, begins_at=read, ends_at=NOW)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (
        200,
        {
            "database": True,
            "broker": True,
            "accounts": [
                {"network": "bluesky", "handle": "alameda", "collected_at": READ, "state": "gap", "since": READ,
                 "until": "2026-11-20T10:00:00Z"},
                {"network": "x", "handle": "policia", "collected_at": "2026-11-20T08:59:40Z", "state": "credentials",
                 "since": "2026-11-20T08:59:40Z", "until": None},
            ],
            "alarms": [
                {"code": "credentials", "network": "x", "handles": ["policia"], "since": "2026-11-20T08:59:40Z", "until": None},
                {"code": "gap", "network": "bluesky", "handles": ["alameda"], "since": READ, "until": "2026-11-20T10:00:00Z"},
            ],
        },
    )  # fmt: skip


def test_site_without_its_broker_is_not_ready_but_still_tells_of_its_channels(
    client: Client, settings: Settings
) -> None:
    AccountFactory(collected_at=NOW)
    nobody = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:9"}}

    with_broker = client.get("/readyz").json()["accounts"]
    settings.CACHES = nobody
    answer = client.get("/readyz")
    # The next test forgets what was remembered, and needs somebody to tell.
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": settings.REDIS_URL}}

    assert (answer.status_code, answer.json()["broker"], answer.json()["database"]) == (503, False, True)
    assert answer.json()["accounts"] == with_broker


def test_living_process_says_so(client: Client) -> None:
    assert (client.get("/healthz").status_code, client.get("/healthz").content) == (200, b"ok\n")
