"""The wall: what may be read from five metres, and what never stands there."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils.html import strip_tags
from pytest_django import DjangoAssertNumQueries

from requests_app.models import Photo, Reaction
from tests.factories import AuthorFactory, PostFactory, ServiceRequestFactory, UserFactory
from tests.requests_app.public.rows import published, resolved

NOW = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _evening() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def wall(client: Client, query: str = "") -> str:
    response = client.get(f"/wall/{query}", HTTP_ACCEPT_LANGUAGE="en")
    assert response.status_code == 200
    return response.content.decode()


def words(html: str) -> str:
    return " ".join(unescape(strip_tags(html)).split())


def answered(text: str, *, answer: str, **fields: Any) -> Any:
    moment = {"answered_at": NOW - timedelta(minutes=5), "answered_in_hours": timedelta(minutes=5)}
    row = ServiceRequestFactory(opening_post=PostFactory(text=text, **fields.pop("post", {})), **moment, **fields)
    published(row, text=answer, published_at=NOW - timedelta(minutes=5), by=UserFactory(first_name="Carmen"))
    return row


def test_wall_tells_today_the_latest_answers_and_thanks(client: Client) -> None:
    row = answered("Una farola rota", answer="Voy para allá.")
    resolved(opening_post=PostFactory(text="Sin respuesta"))
    PostFactory(text="Gracias, Carmen", kind="thanks", triaged_at=NOW, service_request=row)
    Reaction.objects.create(service_request=row, kind="thanks", visitor="a", at=NOW)

    html = words(wall(client))

    assert "2 requests today, 1 answered, 1 done." in html
    assert "Una farola rota" in html
    assert "Carmen: Voy para allá." in html
    assert "Gracias, Carmen Sweeper" in html
    assert "as of 19:00" in html
    assert "Sin respuesta" not in html


def test_wall_shows_no_private_case(client: Client) -> None:
    secret = answered("Mi vecino me grita", answer="Vamos.", is_private=True)
    into = answered("Otro caso", answer="Vale.", is_private=True)
    answered("Lo mismo", answer="También.", merged_into=into)
    for about in (secret, into):
        PostFactory(text="Gracias por venir a casa", kind="thanks", triaged_at=NOW, service_request=about)

    html = words(wall(client))

    for never in ("vecino", "Vamos", "Otro caso", "Lo mismo", "casa", "thanks", "Thanks today"):
        assert never not in html
    assert "Nothing has come in today yet." in html


def test_wall_names_no_resident(client: Client) -> None:
    web = {"network": "plaza", "author": AuthorFactory(network="plaza", display_name="Rosa Vidal", handle="")}
    row = answered("Un banco roto. Llamadme al 612 345 678", answer="Hecho, 612345678.", post=web)
    answered("Otro banco", answer="Voy.", post={"author": AuthorFactory(display_name="Lucía M.", handle="lucia")})
    PostFactory(text="Gracias", kind="thanks", triaged_at=NOW, service_request=row, author=web["author"])

    html = wall(client)

    assert "Un banco roto" in html
    for never in ("Rosa", "Vidal", "Lucía", "lucia", "612"):
        assert never not in html


def test_wall_tells_nothing_that_was_deleted(client: Client) -> None:
    answered("Me llamo Lucía", answer="Voy.", post={"deleted_at": NOW})

    assert "Lucía" not in wall(client)


def test_repairs_with_a_pair_come_first(client: Client, jpeg: bytes) -> None:
    repaired = answered(
        "Un contenedor lleno", answer="Vacío.", status="resolved", resolved_at=NOW, resolved_in_hours=timedelta(0)
    )
    for side, minutes in (("before", 9), ("after", 1)):
        photo = Photo(
            service_request=repaired, side=side, taken_at=NOW - timedelta(minutes=minutes), taken_by=UserFactory()
        )
        photo.hold(jpeg)
    for at in range(3):
        answered(f"Más nuevo {at}", answer="Voy.")

    html = wall(client)

    assert html.index("Un contenedor lleno") < html.index("Más nuevo")
    assert re.findall(r"<figcaption>(\w+)</figcaption>", html) == ["before", "after"]


def test_wall_reads_itself_anew_and_stands_still_when_asked(client: Client) -> None:
    assert '<noscript><meta http-equiv="refresh" content="60"></noscript>' in wall(client)

    paused = wall(client, "?pause=1&theme=dark")

    assert "http-equiv" not in paused
    assert 'data-theme="dark"' in paused
    assert 'href="?theme=dark"' in paused
    assert "data-theme" not in wall(client, "?theme=neon")


def test_wall_is_for_no_search_engine(client: Client) -> None:
    assert client.get("/wall/")["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("many", [1, 3])
def test_wall_asks_the_same_of_one_and_of_three(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, many: int
) -> None:
    for at in range(many):
        row = answered(f"Farola {at}", answer="Voy.")
        PostFactory(kind="thanks", triaged_at=NOW, service_request=row)
    wall(client)

    with django_assert_num_queries(12):
        wall(client)
