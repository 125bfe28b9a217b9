"""The street in the browser: without signal, signed out meanwhile, on a small phone, without script."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from requests_app import workflow
from requests_app.models import Account, Photo, Queue, Reply, ServiceRequest
from requests_app.networks.contract import Published
from requests_app.workflow import Message
from tests.browser.conftest import Visit
from tests.browser.test_pages import RULES
from tests.factories import PostFactory, ServiceRequestFactory

pytestmark = pytest.mark.django_db(transaction=True)

Phone = Callable[..., Page]


@pytest.fixture
def request_near(alameda: None) -> ServiceRequest:
    post = PostFactory(account=Account.objects.get(handle="barrendera_alameda"), text="@barrendera_alameda una papelera rota")  # fmt: skip
    return ServiceRequestFactory(
        queue=Queue.objects.get(code="sweeper"), opening_post=post, latitude=37.22, longitude=-3.595, address="Plaza Mayor",
    )  # fmt: skip


@pytest.fixture
def phone(browser: Browser, live_server: LiveServer) -> Iterator[Phone]:
    """Carmen's telephone at the list of the day, with the street kept on it."""
    windows = []

    def pick_up() -> Page:
        window = browser.new_context(
            viewport={"width": 390, "height": 844}, locale="en", has_touch=True, is_mobile=True
        )
        windows.append(window)
        page = window.new_page()
        sign_in(page, live_server.url)
        return page

    yield pick_up
    for window in windows:
        window.close()


def sign_in(page: Page, url: str) -> None:
    page.goto(f"{url}/sign-in/?next=/street/")
    page.fill("[name=username]", "sweeper")
    page.fill("[name=password]", "alameda")
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/street/")


def until(page: Page, promise: str, arg: object = None) -> None:
    """Playwright's own waiting takes a promise for a truth."""
    for _time in range(100):
        if page.evaluate(promise, arg):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"never came true: {promise}")


def is_kept(page: Page, path: str) -> None:
    until(page, "path => caches.match(path).then(Boolean)", path)


def picture(colour: str) -> dict[str, object]:
    out = BytesIO()
    Image.new("RGB", (320, 240), colour).save(out, "JPEG")
    return {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def settled(page: Page, words: str) -> None:
    """Its headline is read before its scripts are; without them a form leaves by itself, which needs signal."""
    expect(page.locator("h1")).to_contain_text(words)
    page.wait_for_load_state()


def photograph(page: Page, side: str, colour: str) -> None:
    page.click("#photo > summary")
    page.check(f"#photo-form [name=side][value={side}]", force=True)
    page.set_input_files("#photo-form [name=photo]", picture(colour))
    page.click("#photo-form button[type=submit]")


def test_a_day_without_signal_arrives_once(
    phone: Phone, visit: Visit, live_server: LiveServer, request_near: ServiceRequest
) -> None:
    number, page = request_near.pk, phone()
    is_kept(page, f"/street/{number}/")
    page.context.set_offline(True)

    page.goto(f"{live_server.url}/street/")
    expect(page.locator(".street-stale")).to_be_visible()
    page.click(f"a[href='/street/{number}/']")
    settled(page, "una papelera rota")
    photograph(page, "before", "#553311")
    expect(page.locator("#queue-title")).to_have_text("1 waiting for signal")
    page.click("#done > summary")
    page.fill("#done-text", "Papelera nueva.")
    page.set_input_files("#done-photo", picture("#118833"))
    page.click("#done-form button[type=submit]")
    expect(page.locator("#queue-title")).to_have_text("2 waiting for signal")
    page.reload()
    expect(page.locator("#queue-title")).to_have_text("2 waiting for signal")
    assert not Reply.objects.exists()

    page.context.set_offline(False)
    expect(page.locator("#queue")).to_be_hidden(timeout=10_000)
    page.reload()

    request_near.refresh_from_db()
    assert (request_near.status, Reply.objects.get().text) == ("resolved", "Papelera nueva.")
    assert [photo.side for photo in Photo.objects.taken_for([number])] == ["before", "after"]
    workflow.published(Reply.objects.get(), Published("779", request_near.resolved_at))
    desk = visit(f"/desk/requests/{number}/", by="dispatcher")
    expect(desk.locator("#thread")).to_contain_text("before the work")
    expect(desk.locator("#thread .photo img")).to_have_count(2)
    expect(visit(f"/requests/{number}/").locator(".pair img")).to_have_count(2)


def test_a_lost_answer_is_asked_for_again_and_done_once(phone: Phone, request_near: ServiceRequest) -> None:
    page, lost = phone(), []
    page.goto(page.url + f"{request_near.pk}/")

    def lose_the_first(route: object) -> None:
        answer = route.fetch()
        lost.append(answer.status)
        route.abort() if len(lost) == 1 else route.fulfill(response=answer)

    page.route("**/street/acts/", lose_the_first)
    page.click("#on-it > summary")
    page.click("#on-it button[type=submit]")
    expect(page.locator("#queue-title")).to_have_text("1 waiting for signal")
    page.click("#queue button:has-text('Try now')")

    expect(page.locator("#queue")).to_be_hidden()
    assert (len(lost), request_near.events.filter(verb="accepted").count()) == (2, 1)


def test_signal_that_comes_back_during_a_try_is_used_at_once(phone: Phone, request_near: ServiceRequest) -> None:
    page = phone()
    tries: list[Route] = []
    page.goto(page.url + f"{request_near.pk}/")
    page.route("**/street/who/", lambda route: tries.append(route) if not tries else route.continue_())
    page.click("#on-it > summary")
    page.click("#on-it button[type=submit]")
    for _time in range(100):
        if tries:
            break
        page.wait_for_timeout(50)

    page.evaluate("dispatchEvent(new Event('online'))")
    tries[0].abort()

    expect(page.locator("#queue")).to_be_hidden()
    expect(page.locator(".badge").first).to_contain_text("Accepted")
    assert request_near.events.filter(verb="accepted").count() == 1


def test_an_act_that_the_town_hall_stumbles_over_keeps_no_others_waiting(
    phone: Phone, live_server: LiveServer, request_near: ServiceRequest
) -> None:
    account = request_near.opening_post.account
    other = ServiceRequestFactory(
        queue=request_near.queue, opening_post=PostFactory(account=account, text="@barrendera_alameda hojas")
    )
    page = phone()
    is_kept(page, f"/street/{other.pk}/")
    page.context.set_offline(True)
    for number, words in ((request_near.pk, "una papelera rota"), (other.pk, "hojas")):
        page.goto(f"{live_server.url}/street/{number}/")
        settled(page, words)
        page.click("#help > summary")
        page.click("#help button[type=submit]")
        expect(page.locator("#queue")).to_contain_text(f"No. {number}")
    stumbling = f'name="number"\r\n\r\n{request_near.pk}\r\n'
    page.route(
        "**/street/acts/",
        lambda route: route.fulfill(status=500, content_type="text/html", body="")
        if stumbling in (route.request.post_data or "") else route.continue_(),
    )  # fmt: skip

    page.context.set_offline(False)

    expect(page.locator("#queue-title")).to_have_text("1 waiting for signal")
    expect(page.locator("#queue")).to_contain_text(f"No. {request_near.pk}")
    assert other.events.filter(verb="transferred").count() == 1


def test_what_is_no_photo_is_told_when_it_is_chosen(phone: Phone, request_near: ServiceRequest) -> None:
    page = phone()
    page.goto(page.url + f"{request_near.pk}/")
    page.click("#photo > summary")

    page.set_input_files("#photo-form [name=photo]", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"no photo"})

    expect(page.locator("#photo-form [role=alert]")).to_contain_text("That file is not a photo we can read.")
    assert page.locator("#photo-form [name=photo]").input_value() == ""
    page.set_input_files("#photo-form [name=photo]", picture("#118833"))
    expect(page.locator("#photo-form [data-shown] img")).to_be_visible()


def test_without_signal_nobody_leaves_and_the_list_stays(phone: Phone, request_near: ServiceRequest) -> None:
    page = phone()
    is_kept(page, f"/street/{request_near.pk}/")
    page.context.set_offline(True)

    page.click(".menu summary")
    page.click("button:has-text('Sign out')")

    expect(page.locator(".menu-box")).to_contain_text("That needs signal.")
    assert page.evaluate("path => caches.match(path).then(Boolean)", f"/street/{request_near.pk}/")


def test_what_a_colleague_did_meanwhile_keeps_words_and_photo(phone: Phone, request_near: ServiceRequest) -> None:
    page, ines = phone(), User.objects.get(username="dispatcher")
    page.goto(page.url + f"{request_near.pk}/")
    workflow.resolve(request_near, by=ines, message=Message("Ya está."))

    page.click("#done > summary")
    page.fill("#done-text", "La cambié yo.")
    page.click("#done-form button[type=submit]")

    expect(page.locator("#queue")).to_contain_text("Inés")
    expect(page.locator("#queue")).to_contain_text("La cambié yo.")
    page.dblclick("#queue button:has-text('Send it all the same')")
    expect(page.locator("#queue")).to_contain_text("That cannot be done")
    expect(page.locator("#queue li")).to_have_count(1)
    page.click("#queue button:has-text('Remove')")
    page.click("#queue button:has-text('Remove it for good?')")
    expect(page.locator("#queue")).to_be_hidden()


def test_signed_out_meanwhile_the_queue_waits_for_its_person(
    phone: Phone, live_server: LiveServer, request_near: ServiceRequest
) -> None:
    page = phone()
    is_kept(page, f"/street/{request_near.pk}/")
    page.goto(page.url + f"{request_near.pk}/")
    page.context.clear_cookies()

    page.click("#help > summary")
    page.fill("#help-text", "Hace falta una grúa.")
    page.click("#help button[type=submit]")
    expect(page.locator("#queue a:has-text('Sign in to send it.')")).to_be_visible()
    page.goto(f"{live_server.url}/sign-in/")
    until(page, "caches.keys().then(names => !names.some(name => name.startsWith('street-')))")
    sign_in(page, live_server.url)

    expect(page.locator("#queue")).to_be_hidden()
    request_near.refresh_from_db()
    assert request_near.queue.is_fallback


def test_nearest_first_is_asked_by_a_tap_and_never_leaves_the_phone(phone: Phone, request_near: ServiceRequest) -> None:
    # Both late: of one list at any hour.
    ServiceRequest.objects.filter(pk=request_near.pk).update(due_at=request_near.posted_at)
    far = ServiceRequestFactory(
        queue=request_near.queue, latitude=37.30, longitude=-3.7, due_at=request_near.posted_at - timedelta(hours=1),
        opening_post=PostFactory(account=request_near.opening_post.account, text="@barrendera_alameda lejos"),
    )  # fmt: skip
    page, asked = phone(), []
    page.on("request", lambda one: asked.append(one.url + (one.post_data or "")))
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 37.2201, "longitude": -3.5951})

    def order() -> list[str]:
        return [row.get_attribute("data-stop") for row in page.locator("[data-stop]").all()]

    before = order()
    page.click("[data-nearest]")
    expect(page.locator("[data-nearest]")).to_have_attribute("aria-pressed", "true")

    assert (before, order()) == ([str(far.pk), str(request_near.pk)], [str(request_near.pk), str(far.pk)])
    expect(page.locator(f"[data-stop='{request_near.pk}']")).to_contain_text("10 m")
    page.click("[data-nearest]")
    expect(page.locator("[data-nearest]")).to_have_attribute("aria-pressed", "false")
    assert order() == before
    assert not any("37.2" in one for one in asked)


def test_it_can_be_installed(phone: Phone, request_near: ServiceRequest) -> None:
    page = phone()
    found = page.context.new_cdp_session(page).send("Page.getInstallabilityErrors")["installabilityErrors"]
    scope = page.evaluate("navigator.serviceWorker.ready.then(one => new URL(one.scope).pathname)")

    # A window of a test is private, where nothing can be installed.
    assert {error["errorId"] for error in found} <= {"in-incognito"}
    assert scope == "/street/"


def test_everything_on_the_map_is_under_a_thumb(visit: Visit, request_near: ServiceRequest) -> None:
    page = visit("/street/?view=map", by="sweeper", width=320)
    expect(page.locator(".map .leaflet-bar a").first).to_be_visible()

    assert page.evaluate(SMALL_TARGETS) == []


def test_bar_and_targets_on_a_small_phone(visit: Visit, request_near: ServiceRequest) -> None:
    page = visit(f"/street/{request_near.pk}/", by="sweeper", width=320)
    for summary in page.locator("details.act > summary").all():
        summary.click()
        found = page.evaluate(SMALL_TARGETS)
        assert found == []
        hidden = page.evaluate(HIDDEN_FOCUS)
        assert hidden == []
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        assert Axe().run(page, options=RULES).response["violations"] == []


def test_the_street_works_without_script(visit: Visit, request_near: ServiceRequest) -> None:
    page = visit("/street/", by="sweeper", width=390, java_script_enabled=False)

    page.click("button:has-text('Start shift')")
    expect(page.locator(".shift")).to_contain_text("On duty since")
    page.click(f"[data-stop='{request_near.pk}'] a")
    page.click("#done > summary")
    page.set_input_files("#done-photo", picture("#118833"))
    page.click("#done-form button[type=submit]")

    expect(page.locator(".notice")).to_contain_text(f"No. {request_near.pk} is done.")
    assert Photo.objects.taken_for([request_near.pk]).get().side == "after"


# What a thumb is to hit, and is lower than 48 pixels.
SMALL_TARGETS = """
[...document.querySelectorAll(":is(button, summary, .button, select, textarea, input:not([type=hidden], [type=radio], [type=checkbox]), .choices label, .check), .bar-act, .top a, .skip, .map-skip, .map-locate, .leaflet-bar a, .jobs a")]
  .filter(one => one.checkVisibility() && Math.min(one.getBoundingClientRect().height, one.getBoundingClientRect().width) < 48)
  .map(one => one.outerHTML.slice(0, 80))
"""
# What the bar would cover of whatever has the focus.
HIDDEN_FOCUS = """
(() => {
  const bar = document.querySelector(".street-bar"), found = [];
  for (const one of document.querySelectorAll("main :is(a, button, summary, textarea, input:not([type=hidden]))")) {
    if (!one.checkVisibility()) continue;
    one.focus();
    if (document.activeElement === one && one.getBoundingClientRect().bottom > bar.getBoundingClientRect().top + 1) found.push(one.outerHTML.slice(0, 80));
  }
  return found;
})()
"""
