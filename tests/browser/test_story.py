"""A resident at a request's page and at the report form: with script and without, on a small phone, by keyboard alone."""

import re
from urllib.parse import urljoin

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings

from requests_app.models import Follower, Photo, Queue, Reaction, ServiceRequest
from tests.browser.conftest import Visit
from tests.browser.test_pages import RULES
from tests.factories import PostFactory, ServiceRequestFactory

pytestmark = pytest.mark.django_db(transaction=True)

# The town answers late whether it is there: the question must not be seen before a second press counts.
SLOW_HEAD = """() => {
  const straight = window.fetch;
  window.fetch = async (to, how) => {
    if (how?.method === "HEAD") await new Promise((done) => setTimeout(done, 1500));
    return straight(to, how);
  };
}"""
LAMP = "La farola de la calle del Olmo está apagada"


@pytest.mark.parametrize("script", [True, False])
def test_taps_count_and_are_taken_back(visit: Visit, town: dict[str, ServiceRequest], script: bool) -> None:
    page = visit(f"/requests/{town['accepted'].pk}/", width=320, java_script_enabled=script)

    page.click("button:has-text('I have this too')")
    expect(page.locator(".tap[aria-pressed=true] .tap-count")).to_have_text("1")
    assert Reaction.objects.count() == 1
    page.click("button:has-text('I have this too')")
    expect(page.locator(".tap[aria-pressed=true]")).to_have_count(0)

    assert Reaction.objects.count() == 0


@pytest.mark.parametrize("script", [True, False])
def test_not_fixed_opens_it_again(visit: Visit, town: dict[str, ServiceRequest], script: bool) -> None:
    row = town["resolved"]
    page = visit(f"/requests/{row.pk}/", width=390, java_script_enabled=script)

    page.fill("#still", "Sigue igual")
    page.click("button:has-text('It is not fixed')")

    expect(page.locator(".story-lines")).to_contain_text("A resident says it is not fixed")
    expect(page.locator(".story-lines")).to_contain_text("Sigue igual")
    row.refresh_from_db()
    assert row.status == "accepted"


def test_a_page_is_read_and_pressed_by_keyboard_alone(visit: Visit, town: dict[str, ServiceRequest]) -> None:
    page = visit(f"/requests/{town['resolved'].pk}/")

    _tab_to(page, "button:has-text('Thanks')")
    page.keyboard.press("Enter")

    expect(page.locator(".tap.thanks .tap-count")).to_have_text("1")


def test_the_form_guesses_while_one_types_and_sends_once(visit: Visit, alameda: None) -> None:
    same = _neighbour()
    page = visit("/report/", width=320)

    page.fill("[name=text]", f"{LAMP}, 612 345 678")
    expect(page.locator("#guess")).to_contain_text("Maintenance")
    expect(page.locator(".will-read")).to_contain_text("•••")
    expect(page.locator(".similar")).to_contain_text("Otra vez apagada")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.click("[data-me-too]")
    expect(page.locator(".similar")).to_contain_text("Counted.")
    page.click("[data-send]")
    page.wait_for_url("**/follow/**")

    assert Reaction.objects.get().service_request == same
    assert ServiceRequest.objects.count() == 2
    page.go_back()
    page.wait_for_url("**/report/")
    expect(page.locator("[name=text]")).to_have_value("")


@pytest.mark.parametrize("script", [True, False])
def test_the_enter_key_sends_and_counts_nothing(visit: Visit, alameda: None, script: bool) -> None:
    """Browsers press a form's first button: that must not be a neighbour's."""
    _neighbour()
    page = visit("/report/", java_script_enabled=script)
    page.fill("[name=text]", LAMP)
    if not script:
        page.click("[data-send]")
    expect(page.locator("[data-me-too]")).to_be_visible()

    page.locator("[name=address]").press("Enter")
    page.wait_for_url("**/follow/**")

    assert (Reaction.objects.count(), ServiceRequest.objects.count()) == (0, 2)


def test_a_photo_survives_the_question_before_sending(visit: Visit, alameda: None, jpeg: bytes) -> None:
    """Sent faster than the guess comes: the page asks first, and keeps what was chosen."""
    _neighbour()
    page = visit("/report/")
    page.evaluate(SLOW_HEAD)
    page.set_input_files("[name=photos]", {"name": "lamp.jpg", "mimeType": "image/jpeg", "buffer": jpeg})

    page.evaluate("text => { document.querySelector('[name=text]').value = text }", LAMP)
    page.click("[data-send]")
    expect(page.locator(".similar")).to_be_visible()
    assert ServiceRequest.objects.count() == 1
    page.click("[data-send]")
    page.wait_for_url("**/follow/**")

    assert Photo.objects.count() == 1


def test_a_draft_survives_on_the_device(visit: Visit, alameda: None) -> None:
    page = visit("/report/")
    page.fill("[name=text]", LAMP)
    page.fill("[name=address]", "Olmo 14")
    page.fill("[name=contact]", "ana@example.com")
    page.goto(page.url + "?again")

    expect(page.locator("[data-draft]")).to_be_visible()
    fields = [page.input_value(f"[name={name}]") for name in ("text", "address", "contact")]
    assert fields == [LAMP, "Olmo 14", ""]
    page.click("[data-forget]")
    page.reload()
    assert page.input_value("[name=text]") == ""


def test_without_signal_nothing_is_lost_and_it_is_sent_later(visit: Visit, alameda: None, jpeg: bytes) -> None:
    page = visit("/report/", width=390)
    page.set_input_files("[name=photos]", {"name": "lamp.jpg", "mimeType": "image/jpeg", "buffer": jpeg})
    page.fill("[name=text]", LAMP)
    page.context.set_offline(True)

    page.click("[data-send]")
    expect(page.get_by_role("alert")).to_contain_text("There is no connection.")
    expect(page.locator("[name=text]")).to_have_value(LAMP)
    page.context.set_offline(False)
    page.click("[data-send]")
    page.wait_for_url("**/follow/**")

    assert (ServiceRequest.objects.count(), Photo.objects.count()) == (1, 1)


def test_where_i_am_is_kept_and_said(visit: Visit, alameda: None) -> None:
    """By the phone's position and by the arrow keys alike."""
    here = {"latitude": 37.2197, "longitude": -3.5999}
    page = visit("/report/", width=390, geolocation=here, permissions=["geolocation"])
    page.fill("[name=text]", LAMP)

    page.click("text=Use my position")
    expect(page.locator("[data-located]")).to_have_text("We have your position.")
    page.reload()
    expect(page.locator("[name=point]")).to_have_value("37.21970,-3.59990")
    page.locator("[data-plan]").focus()
    page.keyboard.press("ArrowLeft")

    expect(page.locator("[data-located]")).to_contain_text("Near: ")


def test_a_refused_report_says_so_first(visit: Visit, alameda: None) -> None:
    page = visit("/report/", java_script_enabled=False)

    page.click("[data-send]")

    expect(page).to_have_title(re.compile("^Not sent yet"))
    expect(page.locator("[data-refused]")).to_be_focused()
    page.click("[data-refused] a")
    expect(page.locator("[name=text]")).to_be_focused()


def test_without_script_the_guess_is_confirmed(visit: Visit, alameda: None) -> None:
    page = visit("/report/", width=320, java_script_enabled=False)

    page.fill("[name=text]", LAMP)
    page.click("[data-send]")
    expect(page.locator("#guess")).to_contain_text("Maintenance")
    assert ServiceRequest.objects.count() == 0
    page.click("[data-send]")

    assert "/follow/" in page.url
    expect(page.locator("main")).to_contain_text(f"No. {ServiceRequest.objects.get().pk}")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
def test_what_appears_later_has_no_barriers(
    visit: Visit, town: dict[str, ServiceRequest], settings: Settings, width: int, scheme: str
) -> None:
    """The guesses, a pressed tap, the pages that letters lead to."""
    settings.MAILS = True
    _neighbour()
    row = town["accepted"]
    for token, at in (("asked", None), ("told", timezone.now())):
        Follower.objects.create(
            service_request=row,
            email=f"{token}@example.com",
            language="en",
            token=token,
            asked_at=timezone.now(),
            confirmed_at=at,
        )
    page = visit("/report/", width=width, color_scheme=scheme)
    page.fill("[name=text]", f"{LAMP}, hay fuego y gente dentro, 612 345 678")
    expect(page.locator(".similar")).to_be_visible()
    found = _barriers(page)
    page.goto(urljoin(page.url, f"/requests/{row.pk}/"))
    page.click("button:has-text('I have this too')")
    found += _barriers(page)
    for path in ("/letters/asked/", "/letters/told/", "/letters/asked/leave/"):
        page.goto(urljoin(page.url, path))
        found += _barriers(page)

    assert found == []


def _barriers(page: Page) -> list[object]:
    violations = Axe().run(page, options=RULES).response["violations"]
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [(page.url, one["id"], node["target"]) for one in violations for node in one["nodes"]] + ["wide"] * wide


def _neighbour() -> ServiceRequest:
    post = PostFactory(text="Otra vez apagada la farola grande, calle del Olmo")
    return ServiceRequestFactory(queue=Queue.objects.get(code="maintenance"), opening_post=post)


def _tab_to(page: Page, selector: str) -> None:
    for _step in range(60):
        page.keyboard.press("Tab")
        if page.locator(selector).evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"the keyboard does not reach {selector}")
