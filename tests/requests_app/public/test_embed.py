"""The square in a frame on other people's pages."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import QueueFactory, ServiceRequestFactory

pytestmark = pytest.mark.django_db

ENGLISH = {"Accept-Language": "en"}


def policy(response: Any) -> dict[str, str]:
    directives = response.headers["Content-Security-Policy"].split("; ")
    return {name: values for name, _sep, values in (directive.partition(" ") for directive in directives)}


def test_embed_may_stand_in_any_frame_and_nothing_else_may(client: Client) -> None:
    framed, square = client.get("/embed/"), client.get("/")

    assert ("X-Frame-Options" in framed.headers, policy(framed)["frame-ancestors"]) == (False, "*")
    assert (square.headers["X-Frame-Options"], policy(square)["frame-ancestors"]) == ("DENY", "'none'")
    assert policy(framed)["script-src"] == policy(square)["script-src"]


def test_embed_sets_no_cookie_and_varies_by_none(client: Client) -> None:
    ServiceRequestFactory()

    response = client.get("/embed/?lang=fr&theme=dark")

    assert response.cookies == {}
    assert "Cookie" not in response.headers.get("Vary", "")
    assert response.headers["Cache-Control"] == "public, max-age=60"


def test_embed_opens_its_links_in_the_whole_window(client: Client) -> None:
    ServiceRequestFactory()

    text = client.get("/embed/").content.decode()

    assert '<base target="_top">' in text
    assert 'href="#' not in text
    assert "<nav" not in text
    assert "<form" not in text


@pytest.mark.parametrize(
    ("query", "root"),
    [
        ("theme=dark&lang=fr", '<html lang="fr" data-theme="dark">'),
        ("theme=light&lang=es", '<html lang="es" data-theme="light">'),
        ("theme=%22%3E&lang=xx", '<html lang="en">'),
    ],
)
def test_embed_takes_its_colours_and_language_from_its_address(client: Client, query: str, root: str) -> None:
    assert root in client.get(f"/embed/?{query}", headers=ENGLISH).content.decode()


@pytest.mark.parametrize(("query", "shown"), [("", 5), ("count=3", 3), ("count=1000", 5), ("count=-1", 5)])
def test_embed_shows_a_few(client: Client, query: str, shown: int) -> None:
    for _ in range(6):
        ServiceRequestFactory(told_at=timezone.now())

    assert len(client.get(f"/embed/?{query}").context["cards"]) == shown


def test_the_line_to_copy_leads_to_the_frame_that_was_chosen(client: Client) -> None:
    QueueFactory(code="police", names={"en": "Police", "fr": 'Police "de" <Alameda>'})

    page = client.get("/embed/code/?queue=police&q=%22%3Cb%3E&theme=dark&lang=fr&count=3", headers=ENGLISH)
    shown = re.search(r'<textarea class="code"[^>]*>(.*?)</textarea>', page.content.decode(), re.DOTALL)
    assert shown is not None
    line = unescape(shown[1])
    frame = re.fullmatch(r'<iframe src="([^"]+)" title="([^"]+)" width="100%" height="640" [^<>]*></iframe>', line)
    assert frame is not None
    source, title = unescape(frame[1]), unescape(frame[2])

    assert source == "http://testserver/embed/?queue=police&q=%22%3Cb%3E&theme=dark&lang=fr&count=3"
    assert title == 'Alameda répond · Police "de" <Alameda> · «\N{NO-BREAK SPACE}"<b>\N{NO-BREAK SPACE}»'
    assert client.get(source.removeprefix("http://testserver")).status_code == 200
    assert policy(page)["frame-src"] == "'self'"
