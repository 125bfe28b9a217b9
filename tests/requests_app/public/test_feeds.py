"""The timeline as an Atom feed."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.feedgenerator import rfc3339_date
from pytest_django import DjangoAssertNumQueries

from requests_app.precision import precision
from tests.factories import QueueFactory, ServiceRequestFactory
from tests.requests_app.public.rows import published, resolved

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def entries(content: bytes) -> list[ElementTree.Element]:
    return ElementTree.fromstring(content).findall(f"{ATOM}entry")


def test_feed_tells_a_request_with_its_answer(client: Client) -> None:
    row = resolved(opening_post__text="La farola\nLlamad al 612345678", address="calle del Olmo", language="es")
    published(row, text="Cambiada la bombilla")

    response = client.get("/feed.atom", headers={"Accept-Language": "en"})
    (entry,) = entries(response.content)
    content = entry.find(f"{ATOM}content")

    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert {name: entry.findtext(f"{ATOM}{name}") for name in ("id", "title", "updated", "published")} == {
        "id": f"tag:testserver,2026:request/{row.pk}",
        "title": f"No. {row.pk}: La farola",
        "updated": rfc3339_date(row.told_at),
        "published": rfc3339_date(row.posted_at),
    }
    assert content is not None
    assert content.get(LANGUAGE) == "es"
    assert (
        content.text == "La farola\nLlamad al •••\n\ncalle del Olmo\n\nCarmen: Cambiada la bombilla\n\nDone by Carmen."
    )
    assert entry.find(f"{ATOM}link").get("href") == f"http://testserver/requests/{row.pk}/"


def test_feed_of_a_filter_is_its_own_feed(client: Client) -> None:
    row = ServiceRequestFactory(queue=QueueFactory(code="police"))
    ServiceRequestFactory(queue=QueueFactory(code="sweeper"))
    ServiceRequestFactory(queue=row.queue, is_private=True)

    feed = ElementTree.fromstring(client.get("/feed.atom?queue=police&state=open").content)

    assert feed.findtext(f"{ATOM}id") == "tag:testserver,2026:/feed.atom?queue=police&state=open"
    assert [entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry")] == [
        f"tag:testserver,2026:request/{row.pk}"
    ]


def test_feed_speaks_the_readers_language(client: Client) -> None:
    row = ServiceRequestFactory(opening_post__text="La farola")

    feed = ElementTree.fromstring(client.get("/feed.atom", headers={"Accept-Language": "fr"}).content)

    assert feed.get(LANGUAGE) == "fr"
    assert feed.findtext(f"{ATOM}entry/{ATOM}title") == f"n°\N{NO-BREAK SPACE}{row.pk}\N{NO-BREAK SPACE}: La farola"


def test_feed_holds_what_xml_cannot(client: Client) -> None:
    ServiceRequestFactory(opening_post__text="bell \x07 and \x1f <b>&amp;</b> ]]> \ufffe")

    (entry,) = entries(client.get("/feed.atom").content)

    assert (entry.findtext(f"{ATOM}content") or "").startswith("bell  and  <b>&amp;</b> ]]> ")


def test_feed_is_not_sent_again_when_nothing_was_told(client: Client) -> None:
    ServiceRequestFactory(told_at=timezone.now() - timedelta(minutes=1))
    since = client.get("/feed.atom").headers["Last-Modified"]

    unchanged = client.get("/feed.atom", headers={"If-Modified-Since": since}).status_code
    ServiceRequestFactory(told_at=timezone.now())

    assert (unchanged, client.get("/feed.atom", headers={"If-Modified-Since": since}).status_code) == (304, 200)


def test_feed_asks_as_much_for_three_as_for_one(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    # How exact places are is asked once a minute.
    precision()
    for _ in range(2):
        published(resolved())
        with django_assert_num_queries(13):
            client.get("/feed.atom")
