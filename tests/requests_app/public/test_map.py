"""The map and its equal list."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from requests_app.models import ServiceRequest
from requests_app.plan import plan
from requests_app.precision import precision
from requests_app.public import map as town_map
from tests.factories import ServiceRequestFactory
from tests.requests_app.public.rows import resolved

pytestmark = pytest.mark.django_db

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def here() -> dict[str, float]:
    """The middle of the plan."""
    town = plan()
    assert town is not None
    return {"latitude": (town.south + town.north) / 2, "longitude": (town.west + town.east) / 2}


def numbers(response: Any) -> list[int]:
    return [place.number for place in response.context["places"]]


def test_map_lists_what_is_open_and_what_was_done_lately(client: Client, here: dict[str, float]) -> None:
    now = timezone.now()
    old = now - timedelta(days=60)
    open_long = ServiceRequestFactory(opening_post__posted_at=old, told_at=old, **here)
    done = resolved(told_at=now, **here)
    long_done = resolved(opening_post__posted_at=old, **here)
    ServiceRequest.objects.filter(pk=long_done.pk).update(resolved_at=old, told_at=old)
    ServiceRequestFactory(status="declined", decline_reason="not_ours", **here)
    ServiceRequestFactory(is_private=True, **here)
    ServiceRequestFactory(merged_into=open_long, **here)

    page = client.get("/map/")

    assert numbers(page) == [done.pk, open_long.pk]
    assert [(point.url, point.tone) for point in page.context["points"]] == [
        (f"/requests/{done.pk}/", "resolved"),
        (f"/requests/{open_long.pk}/", "new"),
    ]


def test_map_says_how_many_have_no_place(client: Client, here: dict[str, float]) -> None:
    ServiceRequestFactory(**here)
    unplaced = [ServiceRequestFactory(), ServiceRequestFactory(latitude=0.0, longitude=0.0)]

    page = client.get("/map/", headers=ENGLISH)
    text = page.content.decode()

    assert (len(page.context["points"]), page.context["nowhere"]) == (1, 2)
    assert "2 of them have no known place and are only in this list." in text
    assert [f'href="/requests/{row.pk}/"' in text for row in unplaced] == [True, True]


def test_map_of_a_state_shows_only_that(client: Client, here: dict[str, float]) -> None:
    ServiceRequestFactory(**here)
    declined = ServiceRequestFactory(status="declined", decline_reason="not_ours", **here)

    assert numbers(client.get("/map/?state=declined")) == [declined.pk]


def test_map_ends_somewhere(client: Client, here: dict[str, float], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(town_map, "MOST", 2)
    now = timezone.now()
    rows = [ServiceRequestFactory(told_at=now - timedelta(minutes=ago), **here) for ago in (1, 2, 3)]

    page = client.get("/map/", headers=ENGLISH)

    assert numbers(page) == [rows[0].pk, rows[1].pk]
    assert "The newest 2; choose a team or a topic to see further back." in page.content.decode()


def test_map_masks_what_people_wrote(client: Client, here: dict[str, float]) -> None:
    ServiceRequestFactory(opening_post__text="Llamad al 612 345 678", address="Olmo 3, tel. 958123456", **here)

    text = client.get("/map/").content.decode()

    assert [secret for secret in ("612 345 678", "958123456") if secret in text] == []


def test_map_says_in_the_readers_language_what_an_author_deleted(client: Client, here: dict[str, float]) -> None:
    ServiceRequestFactory(language="es", opening_post__deleted_at=timezone.now(), **here)

    (link,) = re.findall(r"<a [^>]*>Its author deleted", client.get("/map/", headers=ENGLISH).content.decode())

    assert "lang=" not in link


@pytest.mark.parametrize(
    ("query", "said"), [("", "Nothing is open"), ("?state=waiting", "No request fits what you chose.")]
)
def test_map_says_why_it_is_empty(client: Client, query: str, said: str) -> None:
    assert said in client.get(f"/map/{query}", headers=ENGLISH).content.decode()


def test_map_asks_as_much_for_three_as_for_one(
    client: Client, here: dict[str, float], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    # How exact places are is asked once a minute.
    precision()
    for _ in range(2):
        ServiceRequestFactory(**here)
        resolved(**here)
        with django_assert_num_queries(4):
            client.get("/map/")
