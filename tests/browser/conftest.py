"""A real Chromium on a real site: a town with one request in each state, people at phones and at desks."""

import os
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from benchmarks.chromium import SWITCHES, find_chromium
from requests_app import workflow
from requests_app.models import Account, Post, Queue, ServiceRequest
from requests_app.networks.contract import IncomingAuthor, IncomingPost, Published
from requests_app.templatetags import plaza
from requests_app.workflow import Message
from tests.factories import PostFactory, ServiceRequestFactory

Visit = Callable[..., Page]


CHROMIUM = find_chromium()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks this folder's tests; without a browser they are skipped aloud, or fail where one is required."""
    here = [item for item in items if Path(__file__).parent in item.path.parents]
    for item in here:
        item.add_marker(pytest.mark.browser)
    # Last, because Playwright's loop stays in this thread until the end.
    items[:] = [item for item in items if item not in here] + here


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if CHROMIUM is None:
        terminalreporter.write_sep("!", "NO CHROMIUM WAS FOUND: THE BROWSER TESTS DID NOT RUN", red=True)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("PLAZA_REQUIRE_BROWSER") == "1":
            pytest.fail("A Chromium is required here and none was found: install one, or name it with CHROMIUM.")
        pytest.skip("no Chromium on this machine")
    # Playwright's loop runs in this thread, where Django would refuse to speak to the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield chromium
        chromium.close()


@pytest.fixture(autouse=True)
def plain_names(settings: Settings) -> None:
    """The live server hands out static files under their own names."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    # Asked for once a process, which may have been under another name.
    plaza._icons.cache_clear()


@pytest.fixture
def visit(browser: Browser, live_server: LiveServer) -> Iterator[Visit]:
    """Opens a path as somebody, in a window of their own: `visit("/desk/", by="sweeper", width=390)`."""
    windows: list[BrowserContext] = []

    def go(path: str, *, by: str = "", width: int = 1280, language: str = "en", **options: object) -> Page:
        window = browser.new_context(viewport={"width": width, "height": 844}, locale=language, **options)
        windows.append(window)
        page = window.new_page()
        # What the page complains of is a failure of the test that opened it.
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if _is_complaint(message) else None)
        if by:
            page.goto(f"{live_server.url}/sign-in/")
            page.fill("[name=username]", by)
            page.fill("[name=password]", "alameda")
            page.press("[name=password]", "Enter")
            page.wait_for_url(lambda url: "/sign-in/" not in url)
        page.goto(live_server.url + path)
        return page

    complaints: list[str] = []
    yield go
    for window in windows:
        window.close()
    _let_the_server_finish()
    assert complaints == []


def _let_the_server_finish() -> None:
    """What a closed window still asked for holds locks that the emptying of the tables would wait for, and be waited for."""
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(timeout=10)


def _is_complaint(message: ConsoleMessage) -> bool:
    """A network that a test cut, or a form that was refused on purpose, is no fault of the page."""
    meant = ("net::ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest", "status of 422")
    return message.type == "error" and not any(words in message.text for words in meant)


@pytest.fixture
def town(alameda: None) -> dict[str, ServiceRequest]:
    """One request in each state, by the verbs, in the sweeper's queue."""
    carmen, cleaning = User.objects.get(username="sweeper"), Queue.objects.get(code="sweeper")
    account = Account.objects.get(handle="barrendera_alameda")
    texts = {
        "new": "@barrendera_alameda cristales rotos en el parque infantil",
        "accepted": "@barrendera_alameda broken glass all over the playground",
        "waiting": "@barrendera_alameda les poubelles du coin débordent depuis hier soir",
        "resolved": "@barrendera_alameda la plaza Mayor llena de hojas",
        "declined": "@barrendera_alameda " + "un texto muy largo sin espacios " * 8 + "x" * 90,
    }
    requests = {
        status: ServiceRequestFactory(
            queue=cleaning,
            opening_post=PostFactory(text=text, account=account),
            language="en" if status == "accepted" else "es",
        )
        for status, text in texts.items()
    }
    tomorrow = timezone.now() + timedelta(days=1)
    workflow.accept(requests["accepted"], by=carmen, promised_for=tomorrow, message=Message("On my way."))
    workflow.wait(requests["waiting"], by=carmen, text="La empresa de basuras")
    workflow.resolve(requests["resolved"], by=carmen, message=Message("Barrida."))
    workflow.decline(requests["declined"], by=carmen, reason="not_ours")
    for number, reply in enumerate(requests["resolved"].replies.all()):
        workflow.published(reply, Published(f"77{number}", timezone.now()))
    return requests | _mended(queue=cleaning, account=account, by=carmen)


def _mended(*, queue: Queue, account: Account, by: User) -> dict[str, ServiceRequest]:
    """What the networks do to requests: a message refused, a second reporter, a post edited, a post erased."""
    texts = {"stuck": "la fuente pierde agua", "edited": "hay un bache", "erased": "me llamo Lucía y vivo aquí"}
    requests: dict[str, ServiceRequest] = {}
    for name, text in texts.items():
        opening = PostFactory(text=f"@barrendera_alameda {text}", account=account)
        requests[name] = ServiceRequestFactory.create(queue=queue, opening_post=opening)
    stuck, edited, erased = requests.values()
    also = PostFactory(account=account, text="@barrendera_alameda me too", language="en")
    Post.objects.filter(pk=also.pk).update(service_request=stuck, kind="problem", triaged_at=timezone.now())
    workflow.answer(stuck, by=by, message=Message("Voy."))
    stuck.replies.filter(copy_of=None).update(status="refused", rule="too_long", next_attempt_at=None)
    post = edited.opening_post
    changed = IncomingPost(
        external_id=post.external_id, author=IncomingAuthor(post.author.external_id), text="hay dos baches",
        posted_at=post.posted_at, version="2",
    )  # fmt: skip
    workflow.edited(post, changed, at=timezone.now())
    workflow.erase([erased.opening_post], at=timezone.now())
    return requests
