"""How fast we answer, for everybody."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from requests_app.models import Queue, ServiceRequest
from tests.factories import QueueFactory, ServiceRequestFactory

pytestmark = pytest.mark.django_db

ENGLISH = {"Accept-Language": "en"}


def answered(queue: Queue, *, minutes: int, in_hours: int = 1, **fields: Any) -> ServiceRequest:
    row = ServiceRequestFactory(queue=queue, **fields)
    row.answered_at, row.answered_in_hours = row.posted_at + timedelta(minutes=minutes), timedelta(minutes=in_hours)
    row.save()
    return row


def page(client: Client, query: str = "") -> Any:
    cache.clear()
    return client.get(f"/figures/{query}", headers=ENGLISH)


def test_figures_tell_median_and_nine_in_ten_by_team(client: Client) -> None:
    sweeper, police = QueueFactory(code="sweeper"), QueueFactory(code="police", position=1)
    for minutes in (2, 4, 6, 8, 10):
        answered(sweeper, minutes=minutes)
    answered(police, minutes=3)

    rows = page(client).context["rows"]

    assert [(row.figures.name, row.answer.count, row.answer.median) for row in rows] == [
        ("Sweeper", 5, timedelta(minutes=6)),
        ("Police", 1, None),
    ]
    assert [(share.bucket, share.count, share.width) for share in rows[0].shares] == [
        ("10m", 4, "80.00%"),
        ("1h", 1, "20.00%"),
    ]


def test_figures_count_in_opening_hours_too(client: Client) -> None:
    for _ in range(5):
        answered(QueueFactory(), minutes=600, in_hours=7)

    row = page(client, "?clock=hours").context["town_row"]

    assert row.answer.median == timedelta(minutes=7)


def test_figures_name_the_fastest_and_the_oldest_that_are_public(client: Client) -> None:
    queue, long_ago = QueueFactory(), timezone.now() - timedelta(days=3)
    answered(queue, minutes=1, is_private=True)
    fastest = answered(queue, minutes=2, opening_post__text="Lámpara, 612345678")
    ServiceRequestFactory(queue=queue, is_private=True, opening_post__posted_at=long_ago - timedelta(days=1))
    oldest = ServiceRequestFactory(queue=queue, opening_post__posted_at=long_ago)

    told = page(client).context["told"]

    assert (told.fastest.number, told.fastest.wait, told.fastest.summary) == (
        fastest.pk,
        timedelta(minutes=2),
        "Lámpara, •••",
    )
    assert told.oldest.number == oldest.pk


def test_what_an_author_deleted_is_said_in_the_readers_language(client: Client) -> None:
    row = ServiceRequestFactory(language="es", opening_post__deleted_at=timezone.now())

    told = page(client).context["told"]

    assert (told.oldest.number, told.oldest.summary, told.oldest.language) == (
        row.pk,
        "Its author deleted this post.",
        "",
    )


@pytest.mark.parametrize(
    "query", ["", "?period=today", "?period=365d&clock=hours", "?period=%00&clock=%00", "?period=10000d"]
)
def test_figures_of_an_empty_town_are_calm(client: Client, query: str) -> None:
    QueueFactory()

    response = page(client, query)

    assert response.status_code == 200
    assert "Nobody waits: everything public has an answer." in response.content.decode()


def test_square_tells_too_few_until_there_are_enough(client: Client) -> None:
    queue = QueueFactory()
    answered(queue, minutes=1)
    few = client.get("/", headers=ENGLISH).content.decode()
    for _ in range(4):
        answered(queue, minutes=2)
    cache.clear()

    assert ("Too few" in few, "half get an answer sooner" in client.get("/", headers=ENGLISH).content.decode()) == (
        True,
        True,
    )


def test_robots_keep_out_of_what_is_somebodys_own(client: Client) -> None:
    lines = client.get("/robots.txt").content.decode().splitlines()

    assert lines[0] == "User-agent: *"
    assert {"Disallow: /follow/", "Disallow: /desk/", "Disallow: /admin/", "Disallow: /report/"} <= set(lines)
