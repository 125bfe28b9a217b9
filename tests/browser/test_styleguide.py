"""Every piece of the look in every state: free of barriers in light, dark, forced colours and with text twice as large."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from pytest_django import Settings

from tests.browser.conftest import Visit
from tests.browser.test_pages import RULES

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def workshop(settings: Settings) -> None:
    settings.DEBUG = True


@pytest.mark.parametrize(
    ("query", "width", "device"),
    [
        ("", 1280, {"color_scheme": "light"}),
        ("", 390, {"color_scheme": "dark"}),
        ("?theme=dark", 320, {"color_scheme": "light"}),
        ("", 390, {"forced_colors": "active"}),
        ("?text=200", 390, {"color_scheme": "light"}),
    ],
)
def test_every_piece_can_be_read_and_fits(visit: Visit, query: str, width: int, device: dict[str, str]) -> None:
    page = visit(f"/styleguide/{query}", width=width, **device)
    page.evaluate("document.querySelectorAll('.top').forEach(bar => bar.style.position = 'static')")

    violations = Axe().run(page, options=RULES).response["violations"]
    assert [(violation["id"], node["target"]) for violation in violations for node in violation["nodes"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_forced_colours_keep_what_the_colours_said(visit: Visit) -> None:
    page = visit("/styleguide/", forced_colors="active")

    def drawn(selector: str, name: str) -> str:
        return str(page.eval_on_selector(selector, f"piece => getComputedStyle(piece).{name}"))

    text, ground = drawn("body", "color"), drawn("body", "backgroundColor")
    assert text != ground
    # A badge has a border where it had a ground, a stop of the clock is drawn in the colour of the words.
    assert drawn(".badge.resolved", "borderTopStyle") == "solid"
    assert drawn(".ribbon .stop:not(.promised)", "backgroundColor") == text
    # What is chosen stands out without the town's colours.
    assert drawn(".chip[aria-current]", "backgroundColor") not in {
        ground,
        drawn(".chip:not([aria-current])", "backgroundColor"),
    }
    assert drawn(".due .fill", "fill") == text


def test_text_twice_as_large_is_twice_as_large(visit: Visit) -> None:
    page = visit("/styleguide/?text=200", width=390)

    assert page.eval_on_selector(".said", "piece => getComputedStyle(piece).fontSize") == "36px"


def test_focus_begins_where_a_refused_form_is_mended(visit: Visit) -> None:
    page = visit("/sign-in/")
    page.fill("[name=username]", "nobody")
    page.fill("[name=password]", "wrong")
    page.press("[name=password]", "Enter")
    page.wait_for_selector("[data-refused]")

    assert page.evaluate("document.activeElement.matches('[data-refused]')")


@pytest.mark.parametrize("language", ["es", "en", "fr"])
def test_header_keeps_its_places_in_one_row_on_a_phone(visit: Visit, language: str) -> None:
    page = visit("/sign-in/", width=390, language=language)

    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        tops = page.eval_on_selector_all(".nav a", "places => places.map(place => place.getBoundingClientRect().top)")
        assert len(set(tops)) == 1
        assert page.evaluate("document.querySelector('.top').scrollWidth") <= width
