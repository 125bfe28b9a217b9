"""Every page, as people meet it: free of barriers, within its window, in light and dark, in three languages."""

from urllib.parse import urljoin

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from requests_app.models import Account, ServiceRequest
from tests.browser.conftest import Visit

pytestmark = pytest.mark.django_db(transaction=True)

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

# path (with the number of the request in a state), who looks
PAGES = [
    ("/", ""),
    ("/?q=nothingatall", ""),
    ("/requests/{accepted}/", ""),
    ("/requests/{resolved}/", ""),
    ("/requests/{declined}/", ""),
    ("/requests/999999/", ""),
    ("/report/", ""),
    ("/report/?about={resolved}", ""),
    ("/thanks/", ""),
    ("/thanks/?said", ""),
    ("/figures/", ""),
    ("/?state=open&q=hojas", ""),
    ("/map/", ""),
    ("/map/?queue=police", ""),
    ("/teams/", ""),
    ("/teams/sweeper/", ""),
    ("/teams/townhall/", ""),
    ("/embed/", ""),
    ("/embed/code/?queue=sweeper", ""),
    ("/sign-in/", ""),
    ("/desk/", "dispatcher"),
    ("/desk/sweeper/", "sweeper"),
    ("/desk/police/", "dispatcher"),
    ("/desk/watch/failed/", "dispatcher"),
    ("/desk/watch/set-aside/", "dispatcher"),
    ("/desk/watch/chatter/", "dispatcher"),
    ("/desk/watch/drafts/", "sweeper"),
    ("/desk/watch/all/?urgent=1&status=new", "dispatcher"),
    ("/desk/watch/off-duty/?place=olmo", "dispatcher"),
    ("/desk/requests/{new}/", "sweeper"),
    ("/desk/requests/{accepted}/", "sweeper"),
    ("/desk/requests/{resolved}/", "mayor"),
    ("/desk/requests/{stuck}/", "sweeper"),
    ("/desk/requests/{edited}/", "sweeper"),
    ("/desk/requests/{erased}/", "sweeper"),
    ("/requests/{edited}/", ""),
    ("/requests/{erased}/", ""),
    ("/settings/accounts/", "it"),
    ("/settings/accounts/{account}/", "it"),
    ("/settings/accounts/link/", "it"),
    ("/settings/accounts/link/x/", "it"),
    ("/settings/accounts/link/mastodon/", "it"),
    ("/settings/accounts/link/bluesky/", "it"),
    ("/settings/messages/", "it"),
    ("/settings/templates/", "dispatcher"),
    ("/settings/templates/new/", "dispatcher"),
    ("/street/", "sweeper"),
    ("/street/?view=map", "sweeper"),
    ("/street/", "mayor"),
    ("/street/{new}/", "sweeper"),
    ("/street/{accepted}/", "sweeper"),
    ("/street/{resolved}/", "sweeper"),
    ("/street/{erased}/", "sweeper"),
    ("/mayor/", "mayor"),
    ("/mayor/?period=30d&clock=hours", "mayor"),
    ("/mayor/list/", "mayor"),
    ("/mayor/thanks/?period=30d", "mayor"),
    ("/wall/", ""),
    ("/wall/?theme=dark&pause=1", ""),
]
NOT_FOUND = "/requests/999999/"


# Each language in each theme, and each width in both; 320 px is what a desk's window leaves at 400 % zoom.
WINDOWS = [
    (1280, "light", "en"),
    (390, "dark", "es"),
    (320, "light", "fr"),
    (1280, "dark", "fr"),
    (390, "light", "es"),
    (320, "dark", "en"),
]


@pytest.mark.parametrize(("width", "scheme", "language"), WINDOWS)
def test_pages_have_no_barriers_and_fit_their_window(
    visit: Visit, town: dict[str, ServiceRequest], width: int, scheme: str, language: str
) -> None:
    numbers = {status: request.pk for status, request in town.items()}
    numbers["account"] = Account.objects.get(handle="barrendera_alameda").pk
    people = {by for _path, by in PAGES}
    windows = {by: visit("/", by=by, width=width, color_scheme=scheme, language=language) for by in people}
    found = []
    for pattern, by in PAGES:
        page, path = windows[by], pattern.format(**numbers)
        if path != NOT_FOUND:  # Chromium complains of every 404 it is asked for.
            page.goto(urljoin(page.url, path))
        # At the end of the page nothing lies under a bar that sticks to the window's edge.
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        # What was scrolled past lies under the one at the upper edge, which nobody minds.
        page.evaluate("document.querySelectorAll('.top').forEach(bar => bar.style.position = 'static')")
        violations = Axe().run(page, options=RULES).response["violations"]
        nodes = [(violation["id"], node["target"]) for violation in violations for node in violation["nodes"]]
        found += [(path, by, rule, target) for rule, target in nodes if not _is_excused(rule, target)]
        found += [(path, by, "wider than the window", wide)] if (wide := _overflow(page)) > width else []
    assert found == []


@pytest.mark.parametrize("language", ["es", "fr"])
def test_pages_speak_the_visitors_language(visit: Visit, town: dict[str, ServiceRequest], language: str) -> None:
    page = visit("/", language=language)

    assert page.get_attribute("html", "lang") == language
    headline = {"es": "Lo dices aquí", "fr": "Vous le dites ici"}[language]
    assert page.inner_text("h1").startswith(headline)


def test_the_language_switch_works_without_script(visit: Visit, town: dict[str, ServiceRequest]) -> None:
    page = visit("/report/", language="es", java_script_enabled=False)

    page.click("header summary")
    page.click("header button:has-text('English')")

    assert (page.get_attribute("html", "lang"), page.url.split("/", 3)[3]) == ("en", "report/")


def _is_excused(rule: str, target: list[str]) -> bool:
    """Pins of neighbours overlap, as neighbours do; each is in the list beside its map, at full size (WCAG 2.5.8)."""
    return rule == "target-size" and any("pin" in part for part in target)


def _overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth"))
