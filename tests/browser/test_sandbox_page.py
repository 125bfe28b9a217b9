"""The page in a real browser: the script's two comforts, and nothing that axe objects to."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.requests_app.sandbox.driver import Sandbox


def test_resident_writes_and_sees_others_arrive(sandbox: Sandbox, browser: Browser) -> None:
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(sandbox.base)
    page.get_by_label("What it says").fill("Pothole 😀 https://example.org/a/very/long/address")

    expect(page.locator("#count")).to_have_text("34 / 280 of X’s characters")
    page.get_by_label("Teo, police").check(force=True)
    page.get_by_role("button", name="Post").click()
    expect(page.locator(".words")).to_have_text("@policia_alameda Pothole 😀 https://example.org/a/very/long/address")
    sandbox.post("@alameda arrives by itself")
    expect(page.locator(".words").first).to_have_text("@alameda arrives by itself", timeout=6000)

    assert complaints == []
    context.close()


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_pages_fit_and_please_axe(sandbox: Sandbox, browser: Browser, width: int, scheme: Any) -> None:
    asked = sandbox.post("@alameda farola rota #luz https://example.org " + "a" * 90, name="Lucía")["id"]
    sandbox.client().create_tweet(text="Vamos hoy", in_reply_to_tweet_id=asked, user_auth=False)
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()

    for path in ("/", "/write", f"/posts/{asked}"):
        page.goto(sandbox.base + path)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") == width
    context.close()
