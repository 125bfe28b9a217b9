"""Feel: from a press to the first change that the eye sees, in a real Chromium, however long the answer takes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.chromium import SWITCHES, find_chromium
from benchmarks.filling import fill
from benchmarks.report import Figure, percentile, step
from benchmarks.town import Stack
from requests_app.models import ServiceRequest, Status

TIMES, REQUESTS = 20, 1000
TARGET_MS = 100
PASSWORD = "alameda"  # noqa: S105 (the demo's)
PHONE, DESK = (390, 844), (1280, 900)
# From a press to the frame after the first thing that changed in the page, or that a key gave the focus to.
LISTEN = """(() => {
  let began = 0, isKey = false;
  const press = (event) => { began = event.timeStamp; isKey = event.type === "keydown"; };
  const see = () => {
    const from = began;
    began = 0;
    if (from) requestAnimationFrame(() => window.felt(performance.now() - from));
  };
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, press, true);
  addEventListener("focusin", () => { if (isKey) see(); }, true);
  new MutationObserver(see).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
})()"""


@dataclass(frozen=True, slots=True)
class Press:
    """A key, pressed on a page that stays, or what is clicked on a page that is opened anew each time."""

    name: str
    path: str
    by: str = ""
    screen: tuple[int, int] = DESK
    key: str = ""
    what: str = ""


def measure(*, town: Stack, scale: float) -> list[Figure]:
    """Each press again and again."""
    times, figures = max(int(TIMES * scale), 2), []
    # Before the browser: in its thread Django would not speak to the database.
    with step(f"Filling a town of {REQUESTS:,} requests"):
        fill(REQUESTS)
    presses = _presses()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=SWITCHES)
        for press in presses:
            with step(f"{times} times: {press.name}"):
                figures += _figures(press, sorted(_feel(press, browser=browser, site=town.site, times=times)))
        browser.close()
    return figures


def _presses() -> Sequence[Press]:
    """What hands do most."""
    new = ServiceRequest.objects.public().open().filter(status=Status.NEW).order_by("-pk")
    number = new.values_list("pk", flat=True)[0]
    case, story = f"/desk/requests/{number}/", f"/requests/{number}/"
    return [
        Press("next_row", "/desk/watch/all/", by="dispatcher", key="j"),
        Press("keys_sheet", "/desk/watch/all/", by="dispatcher", key="?"),
        Press("open_row", "/desk/watch/all/", by="dispatcher", what=".row"),
        Press("other_list", "/desk/watch/all/", by="dispatcher", what="#queues a:not([aria-current])"),
        Press("type_answer", case, by="dispatcher", key="h", what="#speak-text"),
        Press("open_stop", "/street/", by="sweeper", screen=PHONE, what="main a[href^='/street/']:not([href*='?'])"),
        Press("open_story", "/", screen=PHONE, what="main a[href^='/requests/']"),
        Press("me_too", story, screen=PHONE, what="form[action$='/me-too/'] button"),
    ]


def _feel(press: Press, *, browser: Browser, site: str, times: int) -> Iterator[float]:
    """Milliseconds, one a press."""
    width, height = press.screen
    window = browser.new_context(viewport={"width": width, "height": height}, locale="es")
    page = window.new_page()
    if press.by:
        _sign_in(page, press.by, site=site)
    felt: list[float] = []
    page.expose_function("felt", lambda milliseconds: felt.append(milliseconds))
    page.add_init_script(LISTEN)
    page.goto(site + press.path)
    if press.key and press.what:
        page.focus(press.what)
    for _again in range(times):
        if press.key:
            page.keyboard.press(press.key)
            # The next press is another one.
            page.wait_for_timeout(2 * TARGET_MS)
        else:
            page.locator(press.what).first.click()
            page.wait_for_load_state()
            page.goto(site + press.path)
    window.close()
    if len(felt) < times:
        raise SystemExit(f"{press.name}: {times - len(felt)} of {times} presses changed nothing before the answer came")
    yield from felt


def _sign_in(page: Page, name: str, *, site: str) -> None:
    page.goto(f"{site}/sign-in/")
    page.fill("[name=username]", name)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/sign-in/" not in url)


def _figures(press: Press, felt: Sequence[float]) -> list[Figure]:
    p95 = percentile(felt, 95)
    return [
        Figure(f"feel.{press.name}.p50_ms", percentile(felt, 50), "ms"),
        Figure(f"feel.{press.name}.p95_ms", p95, "ms", f"under {TARGET_MS}", p95 < TARGET_MS),
    ]
