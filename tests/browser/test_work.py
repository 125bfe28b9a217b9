"""Working in the browser: what arrives by itself, what can be undone, what the keys do, what goes without script."""

import time

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from requests_app import workflow
from requests_app.models import Account, Queue, Reply, ServiceRequest
from tests.browser.conftest import Visit
from tests.factories import PostFactory, ServiceRequestFactory

pytestmark = pytest.mark.django_db(transaction=True)


def arrive(text: str) -> ServiceRequest:
    """A request of this moment in the sweeper's queue."""
    account = Account.objects.get(handle="barrendera_alameda")
    return ServiceRequestFactory(
        queue=Queue.objects.get(code="sweeper"), opening_post=PostFactory(text=text, account=account)
    )


def test_a_new_request_shows_on_an_open_queue_by_itself(visit: Visit, town: dict[str, ServiceRequest]) -> None:
    page = visit("/desk/sweeper/", by="sweeper")
    page.wait_for_timeout(500)

    arrive("@barrendera_alameda un colchón en la calle Nueva")
    began = time.monotonic()
    page.locator(".newcomers:visible, :text('un colchón en la calle Nueva')").first.wait_for(timeout=10_000)

    assert time.monotonic() - began < 3
    page.locator(".newcomers:visible").first.click()
    expect(page.get_by_text("un colchón en la calle Nueva").first).to_be_visible()


def test_accept_and_undo(visit: Visit, town: dict[str, ServiceRequest]) -> None:
    request = town["new"]
    page = visit(f"/desk/requests/{request.pk}/", by="sweeper")

    page.fill("#speak-text", "Voy ahora mismo.")
    page.click("button:has-text('Accept')")
    page.click("button:has-text('Undo')")

    expect(page.locator("body")).to_contain_text("New")
    request.refresh_from_db()
    assert (request.status, Reply.objects.get(text="Voy ahora mismo.").status) == ("new", "withdrawn")


def test_two_people_at_one_request(visit: Visit, town: dict[str, ServiceRequest]) -> None:
    request = town["new"]
    page = visit(f"/desk/requests/{request.pk}/", by="sweeper")
    page.fill("#speak-text", "Escribo despacio…")

    workflow.decline(request, by=User.objects.get(username="dispatcher"), reason="not_ours")

    expect(page.locator("#changed")).to_contain_text("Inés", timeout=6_000)
    assert page.input_value("#speak-text") == "Escribo despacio…"


def test_the_keys_of_the_desk(visit: Visit, town: dict[str, ServiceRequest]) -> None:
    page = visit("/desk/sweeper/", by="sweeper")
    page.wait_for_function("document.readyState === 'complete'")

    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url("**/desk/requests/*/**")
    page.keyboard.press("r")

    assert page.evaluate("document.activeElement.name") == "text"


def test_the_desk_works_without_script(visit: Visit, town: dict[str, ServiceRequest]) -> None:
    request = town["new"]
    page = visit("/desk/sweeper/", by="sweeper", java_script_enabled=False)

    page.click(f"a[href*='/desk/requests/{request.pk}/']")
    page.click("summary:has-text('Decline')")
    page.select_option("select[name=reason]", "not_ours")
    page.click("form[action*='/decline/'] button.danger")

    request.refresh_from_db()
    assert (request.status, request.decline_reason) == ("declined", "not_ours")


def test_a_resident_reports_without_script_and_without_an_account(visit: Visit, alameda: None) -> None:
    page = visit("/report/", width=390, java_script_enabled=False)

    page.fill("textarea[name=text]", "La papelera de la plaza está llena")
    page.click("main form button.primary")
    # Without script what we made of it is seen first.
    page.click("main form button.primary")

    number = ServiceRequest.objects.get().pk
    expect(page.locator("main")).to_contain_text(str(number))
    assert "/follow/" in page.url


def test_focus_is_never_under_the_sticky_header(visit: Visit, town: dict[str, ServiceRequest]) -> None:
    page = visit("/", width=390)
    header = page.evaluate("(document.querySelector('header')?.getBoundingClientRect().height) || 0")
    hidden = []
    for _step in range(40):
        page.keyboard.press("Tab")
        top, name, inside = page.evaluate(
            "(() => { const e = document.activeElement; return [e.getBoundingClientRect().bottom, e.outerHTML.slice(0, 80), !!e.closest('header')] })()"
        )
        if not inside and 'class="skip"' not in name and top < min(header, 60):
            hidden.append(name)
    assert hidden == []
