"""The map in a real Chromium: by keyboard, without script, in the dark, and asking nobody else for anything."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from requests_app.models import ServiceRequest
from tests.browser.conftest import Visit
from tests.factories import PostFactory, ServiceRequestFactory

SPOTS = ((37.2197, -3.5999), (37.2197, -3.5999), (37.2225, -3.5965), (37.2165, -3.602))


@pytest.fixture
def requests(alameda: None) -> list[ServiceRequest]:
    """Two of them in the same place."""
    return [
        ServiceRequestFactory.create(
            opening_post=PostFactory.create(text=f"farola apagada {place}"), latitude=latitude, longitude=longitude
        )
        for place, (latitude, longitude) in enumerate(SPOTS)
    ]


def live(page: Page) -> Page:
    expect(page.locator(".map.is-live")).to_have_count(1)
    return page


def test_pins_are_reached_and_opened_by_keyboard(visit: Visit, requests: list[ServiceRequest]) -> None:
    page = live(visit("/map/"))
    pins = page.locator(".leaflet-marker-icon")
    expect(pins).to_have_count(4)
    places = {tuple(pin.bounding_box().values()) for pin in pins.all()}
    assert len(places) == 4
    pins.first.focus()
    page.keyboard.press("Enter")
    link = page.locator(".leaflet-popup-content a")
    expect(link).to_be_focused()
    expect(link).to_have_attribute("href", re.compile(r"^/requests/\d+/$"))
    page.keyboard.press("Escape")
    expect(page.locator(".leaflet-popup-content")).to_have_count(0)
    expect(page.locator(".leaflet-marker-icon:focus")).to_have_count(1)


def test_it_moves_without_dragging(visit: Visit, requests: list[ServiceRequest]) -> None:
    page = live(visit("/map/"))
    ground = page.locator(".plan-ground")
    before = ground.bounding_box()
    page.get_by_role("button", name="Closer").click()
    page.wait_for_function(
        "width => document.querySelector('.plan-ground').getBoundingClientRect().width > width * 1.3",
        arg=before["width"],
    )
    nearer = ground.bounding_box()
    page.locator(".map-live").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "x => document.querySelector('.plan-ground').getBoundingClientRect().x < x - 20", arg=nearer["x"]
    )


def test_the_wheel_moves_the_page_until_somebody_steps_in(visit: Visit, requests: list[ServiceRequest]) -> None:
    page = live(visit("/map/"))
    ground = page.locator(".plan-ground")
    width = ground.bounding_box()["width"]
    page.locator(".map-live").hover()
    page.mouse.wheel(0, 200)
    page.wait_for_timeout(300)
    assert ground.bounding_box()["width"] == width


def test_nobody_else_is_asked_for_anything(visit: Visit, requests: list[ServiceRequest], live_server: object) -> None:
    page = live(visit("/map/"))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    live(page)
    page.get_by_role("button", name="Closer").click()
    page.wait_for_timeout(300)
    hosts = {urlsplit(url).hostname for url in asked if not url.startswith("data:")}
    assert hosts == {urlsplit(page.url).hostname}
    assert [url for url in asked if url.endswith(".png")] == []


def test_without_script_the_pins_are_links(visit: Visit, requests: list[ServiceRequest]) -> None:
    page = visit("/map/", java_script_enabled=False)
    pins = page.locator(".map-still a.pin")
    expect(pins).to_have_count(4)
    pins.first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/requests/\d+/$"))


@pytest.mark.parametrize("width", [320, 1280])
def test_it_fits_and_has_the_colours_of_the_page(visit: Visit, requests: list[ServiceRequest], width: int) -> None:
    ground = {}
    for scheme in ("light", "dark"):
        page = live(visit("/map/", width=width, color_scheme=scheme))
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        ground[scheme] = page.evaluate(
            "getComputedStyle(document.querySelector('.map .leaflet-container')).backgroundColor"
        )
        box = page.locator(".leaflet-bar a").first.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 24
    assert ground["light"] == "rgb(250, 247, 242)"
    assert ground["dark"] == "rgb(18, 22, 31)"


def test_it_asks_where_i_am_only_when_i_ask(visit: Visit, requests: list[ServiceRequest]) -> None:
    page = live(visit("/map/", geolocation={"latitude": 37.2197, "longitude": -3.5999}, permissions=["geolocation"]))
    expect(page.locator(".map-here")).to_have_count(0)
    page.get_by_role("button", name="Where am I?").click()
    expect(page.locator("[data-said]")).to_have_text("You are about here.")
    expect(page.locator(".map-here")).to_have_count(1)
