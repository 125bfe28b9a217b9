"""What the timeline, the map, the feeds and the embedded page can be asked for."""

from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.utils import translation
from django.utils.html import escape

from requests_app.models import ServiceRequest
from requests_app.plan import areas
from requests_app.public.filters import Filters
from tests.factories import QueueFactory, ServiceFactory, ServiceRequestFactory
from tests.requests_app.public.rows import resolved

pytestmark = pytest.mark.django_db

HERE, THERE = (area.code for area in areas()[:2])
DOORS = ("/", "/map/", "/feed.atom", "/feed.json", "/embed/")


@pytest.fixture
def rows() -> dict[str, ServiceRequest]:
    sweeper, police = QueueFactory(code="sweeper"), QueueFactory(code="police")
    bins, noise = ServiceFactory(code="bins", queue=sweeper), ServiceFactory(code="noise", queue=police)
    return {
        "bin": ServiceRequestFactory.create(
            queue=sweeper, service=bins, area=HERE, opening_post__text="Contenedor uno"
        ),
        "bin there": ServiceRequestFactory.create(
            queue=sweeper, service=bins, area=THERE, opening_post__text="Contenedor dos"
        ),
        "emptied": resolved(queue=sweeper, service=bins, area=HERE, opening_post__text="Contenedor tres"),
        "noise": ServiceRequestFactory.create(
            queue=police, service=noise, area=HERE, opening_post__text="Ruido cuatro"
        ),
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("service=bins", ["bin", "bin there", "emptied"]),
        (f"area={HERE}", ["bin", "emptied", "noise"]),
        (f"area={HERE}&service=bins", ["bin", "emptied"]),
        (f"area={HERE}&service=bins&state=open&queue=sweeper&q=contenedor", ["bin"]),
        (f"area={THERE}&queue=police", []),
        ("service=nothing", []),
        ("area=nowhere", []),
    ],
)
def test_filters_find_the_same_behind_every_door(
    client: Client, rows: dict[str, ServiceRequest], query: str, found: list[str]
) -> None:
    texts = {name: row.opening_post.text for name, row in rows.items()}

    seen = {door: _seen(client.get(f"{door}?{query}"), texts) for door in DOORS}

    assert seen == dict.fromkeys(DOORS, found)


def test_a_private_topic_cannot_be_asked_for(client: Client) -> None:
    ServiceRequestFactory(service=ServiceFactory(code="abuse", is_private=True))

    assert client.get("/?service=abuse").context["cards"] == []


def test_chips_turn_one_filter_and_keep_the_others(rows: dict[str, ServiceRequest]) -> None:
    filters = Filters.read(QueryDict(f"area={HERE}&service=bins&state=open&q=uno"))

    with translation.override("en"):
        urls = {chip.label: chip.url for chip in filters.chips("map") if chip.current or chip.label == "Police"}

    assert urls == {
        "Bins": f"/map/?area={HERE}&state=open&q=uno",
        areas()[0].name: "/map/?service=bins&state=open&q=uno",
        "Open": f"/map/?service=bins&area={HERE}&q=uno",
        "Police": f"/map/?queue=police&service=bins&area={HERE}&state=open&q=uno",
    }


def test_what_is_chosen_stands_first(rows: dict[str, ServiceRequest]) -> None:
    """A phone shows the beginning of the line only."""
    chips = Filters.read(QueryDict(f"queue=police&area={HERE}")).chips()

    assert [chip.label for chip in chips[1:3]] == [areas()[0].name, "Police"]
    assert [chip.current for chip in chips[:4]] == [False, True, True, False]


def test_an_address_without_its_empty_fields_is_the_one_to_pass_on(client: Client, rows: Any) -> None:
    response = client.get(f"/map/?q=&area={HERE}&service=&queue=&state=open")

    assert (response.status_code, response.headers["Location"]) == (302, f"/map/?area={HERE}&state=open")


def test_totals_tell_every_state_whatever_state_was_asked_for(client: Client, rows: Any) -> None:
    ServiceRequestFactory(queue=rows["bin"].queue, status="waiting")
    ServiceRequestFactory(queue=rows["bin"].queue, status="declined", decline_reason="not_ours")

    totals = client.get("/?queue=sweeper&state=resolved").context["totals"]

    assert (totals.open, totals.waiting, totals.resolved, totals.declined) == (3, 1, 1, 1)


def test_a_search_counts_nothing(client: Client, rows: Any) -> None:
    assert client.get("/?q=contenedor").context["totals"] is None


def test_every_door_names_its_feeds(client: Client, rows: Any) -> None:
    query = f"service=bins&area={HERE}"

    pages = {door: client.get(f"{door}?{query}").content.decode() for door in ("/", "/map/", "/embed/code/")}

    missing = [
        (door, feed) for door, page in pages.items() for feed in ("/feed.atom", "/feed.json")
        if f'href="{escape(f"{feed}?{query}")}"' not in page
    ]  # fmt: skip
    assert missing == []


def test_a_part_of_town_is_found_by_its_own_index(rows: Any) -> None:
    """The partial index holds only what has a part: the query must say so too."""
    found = Filters.read(QueryDict(f"area={HERE}")).requests

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
    plan = found[:5].explain()

    assert "told_by_area" in plan


def _seen(response: Any, texts: dict[str, str]) -> list[str]:
    content = response.content.decode()
    return sorted((name for name, text in texts.items() if text in content), key=list(texts).index)


@pytest.mark.parametrize("quoted", ["{}", "No. {}", "N.º {}", "n° {}", "nº{}", "#{}", "núm. {}"])
def test_a_number_is_found_as_people_quote_it(client: Client, quoted: str) -> None:
    ServiceRequestFactory()
    row = ServiceRequestFactory()

    cards = client.get("/", {"q": quoted.format(row.pk)}).context["cards"]

    assert [card.service_request.pk for card in cards] == [row.pk]
