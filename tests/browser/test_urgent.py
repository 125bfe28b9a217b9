"""What cannot wait is heard once in a browser, by whoever is on duty, after a press."""

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Page, expect

from requests_app import workflow
from requests_app.models import Queue, ServiceRequest
from staff import shifts
from tests.browser.conftest import Visit
from tests.factories import PostFactory, ServiceRequestFactory

pytestmark = pytest.mark.django_db(transaction=True)


def danger(text: str = "huele a gas en la calle Larga") -> ServiceRequest:
    queue = Queue.objects.get(code="sweeper")
    post = PostFactory(text=text, posted_at=timezone.now())
    return ServiceRequestFactory(opening_post=post, queue=queue, is_urgent=True)


def ask(*pages: Page) -> None:
    """As the worker's beat does, and the network when it is back."""
    for page in pages:
        with page.expect_response("**/urgent/*"):
            page.evaluate("dispatchEvent(new Event('online'))")


def heard(page: Page) -> int:
    return int(page.locator("[data-alarms]").get_attribute("data-rang") or 0)


def switch_on(page: Page) -> None:
    page.click("[data-sound-switch]")
    expect(page.locator("[data-alarms]")).to_have_attribute("data-rang", "1")


def test_it_rings_in_one_tab_and_is_announced_in_words(visit: Visit, town: dict[str, ServiceRequest]) -> None:
    first = visit("/desk/", by="dispatcher")
    expect(first.locator("[data-sound]")).to_contain_text("Sound is off here until you press.")
    switch_on(first)
    second = first.context.new_page()
    second.goto(first.url)
    second.click("[data-sound-switch]")
    second.click("[data-sound-switch]")
    before = heard(first) + heard(second)
    row = danger()

    ask(first, second)

    for page in (first, second):
        expect(page.locator(".urgent-line")).to_contain_text("huele a gas")
        expect(page.locator("[data-said]")).to_contain_text(f"Urgent: No. {row.pk}")
        expect(page).to_have_title(f"❗ Unassigned · {page.title().split(' · ')[-1]}")
    ask(first, second)
    assert heard(first) + heard(second) == before + 1


def test_it_falls_silent_everywhere_once_somebody_has_it(visit: Visit, town: dict[str, ServiceRequest]) -> None:
    page = visit("/desk/", by="dispatcher")
    row = danger()
    ask(page)
    expect(page.locator(".urgent-band h2")).to_contain_text("Urgent 1")

    workflow.accept(row, by=User.objects.get(username="sweeper"))
    ask(page)

    expect(page.locator(".urgent-folded summary")).to_contain_text("1 urgent one is being seen to")
    assert "❗" not in page.title()


def test_a_phone_off_duty_is_silent(visit: Visit, town: dict[str, ServiceRequest]) -> None:
    page = visit("/street/", by="sweeper", width=390)
    danger()
    ask(page)
    expect(page.locator("[data-alarms]")).to_contain_text("You are off duty: nothing rings here.")
    expect(page.locator("[data-sound]")).to_be_hidden()

    shifts.start(User.objects.get(username="sweeper"))
    ask(page)
    expect(page.locator("[data-sound]")).to_be_visible()
    page.click("[data-sound-switch]")

    # The press is heard, and then what was waiting.
    expect(page.locator("[data-alarms]")).to_have_attribute("data-rang", "2")


def test_without_script_it_stands_there(visit: Visit, town: dict[str, ServiceRequest]) -> None:
    danger()
    page = visit("/desk/", by="dispatcher", java_script_enabled=False)

    expect(page.locator(".urgent-line a")).to_be_visible()
    expect(page.locator("[data-sound]")).to_be_hidden()
