"""The desk's list by keyboard, by ticks, cut off from the network, and while others work in it."""

import re

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from requests_app import workflow
from requests_app.models import Account, Queue, ServiceRequest
from requests_app.workflow import Message
from staff import presence
from staff.models import Presence
from tests.browser.conftest import Visit
from tests.factories import PostFactory, ServiceRequestFactory

pytestmark = pytest.mark.django_db(transaction=True)


# What has the focus, where none of its own corners is on top.
COVERED = """(() => {
  const it = document.activeElement, box = it.getBoundingClientRect();
  const seen = [[box.left + 3, box.top + 3], [box.right - 3, box.bottom - 3]].some(([x, y]) => {
    const top = document.elementFromPoint(x, y);
    return top && (it.contains(top) || top.contains(it));
  });
  return it.closest('#rows') && !seen ? [it.outerHTML.slice(0, 80)] : [];
})()"""

WATCH_BUSY = """new MutationObserver(([change]) => console.log("busy " + change.target.tagName))
  .observe(document, { subtree: true, attributeFilter: ["aria-busy"] })"""


def in_order(page: Page) -> list[str]:
    return [str(row.get_attribute("value")) for row in page.query_selector_all("#rows [name=shown]")]


def test_requests_are_ticked_by_key_and_given_to_a_colleague(visit: Visit, town: dict[str, ServiceRequest]) -> None:
    page = visit("/desk/sweeper/", by="dispatcher")
    expect(page.locator("#bulk")).to_be_hidden()

    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("#bulk")).to_be_visible()
    page.select_option("#bulk-act", label="Antonio")
    page.click("#bulk button")

    expect(page.locator(".notice.undo")).to_contain_text("2 requests done.")
    antonio = User.objects.get(username="maintenance")
    assert ServiceRequest.objects.filter(assignee=antonio).count() == 2
    page.keyboard.press("z")
    expect(page.locator(".notice.success")).to_contain_text("2 acts were taken back.")
    assert not ServiceRequest.objects.filter(assignee=antonio).exists()


def test_what_arrives_and_what_is_done_moves_no_row(visit: Visit, town: dict[str, ServiceRequest]) -> None:
    page = visit("/desk/sweeper/", by="dispatcher")
    page.check(f"[name=pick][value='{town['new'].pk}']")
    page.focus(f"#row-{town['new'].pk}")
    before, at = in_order(page), page.locator(f"#row-{town['new'].pk}").bounding_box()

    account = Account.objects.get(handle="barrendera_alameda")
    late = ServiceRequestFactory.create(
        queue=Queue.objects.get(code="sweeper"),
        opening_post=PostFactory(text="@barrendera_alameda cristales", account=account),
    )
    ServiceRequest.objects.filter(pk=late.pk).update(due_at=town["new"].posted_at)
    carmen = User.objects.get(username="sweeper")
    workflow.resolve(town["accepted"], by=carmen, message=Message("Hecho."))

    bar = page.locator("#arrivals .newcomers")
    expect(bar).to_have_text(re.compile("1 new, show"))
    assert (in_order(page), page.locator(f"#row-{town['new'].pk}").bounding_box()) == (before, at)
    expect(page.locator("#live")).to_have_text("1 new")
    expect(page.locator(f"#row-{town['accepted'].pk}")).to_contain_text("Carmen resolved it.")
    expect(page.locator(f"#row-{town['new'].pk}")).to_be_focused()
    expect(page.locator(f"[name=pick][value='{town['new'].pk}']")).to_be_checked()
    bar.click()
    expect(page.locator(f"#row-{late.pk}")).to_be_visible()
    expect(page.locator(f"#row-{town['accepted'].pk}")).to_have_count(0)


def test_marks_that_come_and_go_push_no_row(visit: Visit, town: dict[str, ServiceRequest]) -> None:
    page = visit("/desk/sweeper/", by="dispatcher", width=320)
    order = in_order(page)
    above, here = order[0], order[2]
    row = page.locator(f"#row-{here}")
    row.hover()
    at = row.bounding_box()
    colleagues = [User.objects.create(username=f"u{n}", first_name=f"Maximiliana {n}") for n in range(3)]
    watched = ServiceRequest.objects.get(pk=above)

    for one in colleagues:
        presence.look(watched, by=one, has_unsent_text=False)
    expect(page.locator(f"#row-{above}")).to_contain_text("Maximiliana 2")
    assert row.bounding_box() == at
    Presence.objects.all().delete()
    expect(page.locator(f"#row-{above}")).not_to_contain_text("Maximiliana")

    assert row.bounding_box() == at


def test_a_key_pressed_on_a_row_is_meant_for_that_row(visit: Visit, town: dict[str, ServiceRequest]) -> None:
    page = visit(f"/desk/requests/{town['accepted'].pk}/?in=queue.sweeper", by="sweeper")
    page.focus(f"#row-{town['new'].pk}")

    page.keyboard.press("e")

    page.wait_for_url(f"**/desk/requests/{town['new'].pk}/**")
    expect(page.locator("#resolve-text")).to_be_focused()


def test_keys_act_from_a_box_that_was_ticked(visit: Visit, town: dict[str, ServiceRequest]) -> None:
    page = visit("/desk/sweeper/", by="dispatcher")
    first, second, *_rest = in_order(page)
    page.check(f"[name=pick][value='{first}']")

    page.keyboard.press("j")
    expect(page.locator(f"#row-{second}")).to_be_focused()
    page.keyboard.press("x")
    expect(page.locator("[name=pick]:checked")).to_have_count(2)
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.focus("#keys-on")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_hidden()


def test_a_field_is_left_by_a_key_and_keeps_its_words(visit: Visit, town: dict[str, ServiceRequest]) -> None:
    page = visit(f"/desk/requests/{town['new'].pk}/?in=queue.sweeper", by="sweeper")

    for key, field in (("r", "#speak-text"), ("m", "#transfer-to"), ("e", "#resolve-text")):
        page.keyboard.press(key)
        expect(page.locator(field)).to_be_focused()
        if key != "m":
            page.keyboard.type("jk")
        page.keyboard.press("Escape")
        expect(page.locator("#rows .row.current")).to_be_focused()

    assert (page.input_value("#speak-text"), page.input_value("#resolve-text")) == ("jk", "jk")


def test_single_keys_are_switched_off_for_good(visit: Visit, town: dict[str, ServiceRequest]) -> None:
    page = visit("/desk/sweeper/", by="sweeper")
    page.keyboard.press("?")
    page.uncheck("#keys-on")
    page.keyboard.press("Escape")
    page.reload()

    page.keyboard.press("j")
    page.keyboard.press("o")

    assert page.evaluate("document.activeElement.tagName") == "BODY"
    page.click("[data-sheet]")
    page.check("#keys-on")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.locator("[name=q]")).to_be_focused()


@pytest.mark.parametrize("width", [320, 1280])
def test_focus_is_never_under_the_bars_of_the_list(visit: Visit, town: dict[str, ServiceRequest], width: int) -> None:
    page = visit("/desk/sweeper/", by="dispatcher", width=width)
    page.set_viewport_size({"width": width, "height": 420})
    page.check(f"[name=pick][value='{in_order(page)[0]}']")
    page.focus("#rows .pick input")

    hidden = []
    for key in ["Tab"] * 12 + ["Shift+Tab"] * 12:
        page.keyboard.press(key)
        hidden += page.evaluate(COVERED)

    assert hidden == []


def test_a_list_cut_off_says_as_of_when_and_comes_back(visit: Visit, town: dict[str, ServiceRequest]) -> None:
    page = visit("/desk/sweeper/", by="dispatcher")
    expect(page.locator("#stale")).to_be_hidden()

    page.context.set_offline(True)
    expect(page.locator("#stale")).to_contain_text(re.compile(r"as of \d\d:\d\d"))
    page.context.set_offline(False)

    expect(page.locator("#stale")).to_be_hidden()


def test_filters_are_chosen_kept_and_taken_away(visit: Visit, town: dict[str, ServiceRequest]) -> None:
    page = visit("/desk/watch/all/", by="dispatcher")

    page.click(".filters > summary")
    page.select_option("#filter-status", "declined")
    page.click(".filter-form button")
    page.wait_for_url("**status=declined*")
    assert in_order(page) == [str(town["declined"].pk)]
    page.click(".filters > summary")
    page.fill("#save-name", "Said no")
    page.click(".filters button:has-text('Keep')")
    expect(page.locator("#queues [aria-current]")).to_have_text(re.compile(r"Said no\s+1"))
    page.click(".filter-chips a")

    assert len(in_order(page)) > 1


def test_ticks_and_filters_need_no_script(visit: Visit, town: dict[str, ServiceRequest]) -> None:
    page = visit("/desk/sweeper/", by="dispatcher", width=320, java_script_enabled=False)

    page.check(f"[name=pick][value='{town['new'].pk}']")
    page.select_option("#bulk-act", label="Carmen")
    page.click("#bulk button")

    assert "1 request done." in page.inner_text(".notice.undo")
    page.goto(page.url.split("?")[0] + "?who=nobody")
    assert str(town["new"].pk) not in in_order(page)


def test_what_was_pressed_shows_it_before_the_answer_comes(visit: Visit, town: dict[str, ServiceRequest]) -> None:
    page = visit("/desk/watch/all/", by="dispatcher")
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("response", lambda answer: told.append("answer") if answer.request.is_navigation_request() else None)

    page.evaluate(WATCH_BUSY)
    page.click(f"#row-{town['new'].pk}")
    page.wait_for_url("**/desk/requests/*/**")
    page.fill("#speak-text", "Voy.")
    page.evaluate(WATCH_BUSY)
    page.get_by_role("button", name="Only answer").click()
    expect(page.locator("#speak-text")).to_have_value("")

    assert told == ["busy A", "answer", "busy BUTTON", "answer", "answer"]
    page.go_back()
    expect(page.locator("[aria-busy]")).to_have_count(0)
