"""The mayor's window and the wall in a browser: signs that explain, a question in one tap, one page of paper, a lost connection."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from requests_app.models import ServiceRequest
from tests.browser.conftest import Visit

pytestmark = pytest.mark.django_db(transaction=True)


def late(request: ServiceRequest) -> ServiceRequest:
    ServiceRequest.objects.filter(pk=request.pk).update(due_at=timezone.now() - timedelta(hours=2))
    return request


def test_a_sign_explains_by_pointer_by_key_and_by_tap(visit: Visit, town: dict[str, ServiceRequest]) -> None:
    page = visit("/mayor/", by="mayor")
    sign = page.get_by_role("button", name="What does “Answered” mean?")
    meaning = page.locator("#what-answered")

    sign.hover()
    expect(meaning).to_be_visible()
    page.mouse.move(5, 5)
    expect(meaning).to_be_hidden()
    page.get_by_role("button", name="What does “Received” mean?").focus()
    page.keyboard.press("Tab")
    expect(meaning).to_be_visible()
    page.keyboard.press("Escape")
    expect(meaning).to_be_hidden()
    expect(sign).to_be_focused()
    sign.click()
    page.mouse.move(5, 5)
    page.wait_for_timeout(300)
    expect(meaning).to_be_visible()


@pytest.mark.parametrize("width", [320, 1280])
def test_every_sign_explains_itself_inside_the_window(
    visit: Visit, town: dict[str, ServiceRequest], width: int
) -> None:
    page = visit("/mayor/", by="mayor", width=width)
    signs = page.locator("[data-what]")
    expect(signs.first).to_be_visible()

    for sign in signs.all():
        sign.focus()
        page.keyboard.press("Shift")
        sign.click()
        meaning = page.locator(f"#{sign.get_attribute('data-what')}")
        expect(meaning).to_be_visible()
        expect(meaning).to_be_in_viewport(ratio=1)
        page.keyboard.press("Escape")
        expect(meaning).to_be_hidden()


def test_words_that_two_signs_share_stay_with_the_second(visit: Visit, town: dict[str, ServiceRequest]) -> None:
    page = visit("/mayor/", by="mayor", width=1280)
    first, second = page.locator("[data-what=what-median]").all()[:2]

    first.hover()
    expect(page.locator("#what-median")).to_be_visible()
    second.click()
    # Longer than words linger once one has moved away from their sign.
    page.wait_for_timeout(600)

    expect(page.locator("#what-median")).to_be_visible()


def test_without_script_a_sign_explains_and_a_tap_asks(visit: Visit, town: dict[str, ServiceRequest]) -> None:
    request = late(town["new"])
    page = visit("/mayor/", by="mayor", width=390, java_script_enabled=False)

    page.get_by_role("button", name="What does “Late” mean?").click()
    expect(page.locator("#what-late")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator(f"#ask-{request.pk}").click()

    expect(page.locator(f"#need-{request.pk}")).to_contain_text("Asked at")
    expect(page.get_by_text("will see that you asked.").first).to_be_visible()


def test_a_tap_asks_in_place_and_is_taken_back(visit: Visit, town: dict[str, ServiceRequest]) -> None:
    request = late(town["accepted"])
    page = visit("/mayor/", by="mayor", width=390)
    ask = page.locator(f"#ask-{request.pk}")

    ask.focus()
    page.keyboard.press("Enter")

    expect(ask).to_contain_text("Asked at")
    expect(ask).to_be_focused()
    expect(page.get_by_role("status").filter(has_text="Carmen will see that you asked.")).to_be_visible()
    page.locator(f"#need-{request.pk}").get_by_role("button", name="Undo").click()
    expect(ask).to_contain_text("Ask Carmen")
    request.refresh_from_db()
    assert (request.nudged_at, request.events.filter(verb="nudged").count()) == (None, 1)


def test_two_taps_to_an_answer_or_to_another_team(visit: Visit, town: dict[str, ServiceRequest]) -> None:
    request = late(town["new"])
    page = visit("/mayor/", by="mayor", width=390)

    page.locator(f"#need-{request.pk}").get_by_role("link", name="Answer").click()
    expect(page.locator("#speak-text")).to_be_focused()

    page.go_back()
    page.locator(f"#need-{request.pk}").get_by_role("link", name="Pass on").click()
    expect(page.locator("#form-transfer")).to_be_in_viewport()
    expect(page.locator("#transfer-to")).to_be_visible()


@pytest.mark.parametrize("query", ["", "?period=365d"])
def test_the_council_reads_one_page_of_paper(visit: Visit, town: dict[str, ServiceRequest], query: str) -> None:
    late(town["new"])
    page = visit(f"/mayor/{query}", by="mayor")

    paper = page.pdf(prefer_css_page_size=True)

    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", paper)) == 1
    page.emulate_media(media="print")
    expect(page.locator(".needs-card")).to_be_hidden()
    expect(page.get_by_text("How this was counted")).to_be_visible()


def test_the_wall_says_when_it_lost_the_connection_and_stands_still(
    visit: Visit, town: dict[str, ServiceRequest]
) -> None:
    page = visit("/wall/", width=1920)
    expect(page.get_by_text("Barrida.")).to_be_visible()

    page.context.set_offline(True)
    expect(page.locator(".wall-at")).to_contain_text(re.compile(r"No connection\s+as of \d\d:\d\d"))
    page.context.set_offline(False)
    expect(page.locator(".wall-at")).not_to_contain_text("No connection")

    page.get_by_text("Pause").click()
    expect(page.locator(".wall-at")).to_contain_text("Paused")
    page.get_by_text("Go on").click()
    expect(page.locator(".wall-at")).not_to_contain_text("Paused")
