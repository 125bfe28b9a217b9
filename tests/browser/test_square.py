"""The square in a browser: light, calm, whole without script, and at home in a frame."""

import gzip
import re
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from requests_app.models import Queue, ServiceRequest
from requests_app.plan import plan
from tests.browser.conftest import Visit
from tests.factories import PostFactory, ServiceRequestFactory
from tests.requests_app.public.rows import published, resolved, with_photo

pytestmark = pytest.mark.django_db(transaction=True)

MOST_BYTES = 60_000
# What moves after it was shown, as browsers count it; below 0.1 is called good.
SHIFTS = """() => new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => { for (const one of list.getEntries()) sum += one.value; }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 300);
})"""


@pytest.fixture
def square(town: dict[str, ServiceRequest], jpeg: bytes) -> ServiceRequest:
    """A full first page, and a repair with its pair on top."""
    cleaning = Queue.objects.get(code="sweeper")
    long_text = "Los contenedores de la esquina están desbordados desde el sábado y huele muy mal. " * 3
    for number in range(20):
        row = ServiceRequestFactory(
            queue=cleaning, opening_post__text=f"{long_text} {number}", address="calle del Olmo"
        )
        published(row, text=f"Vamos mañana a primera hora, gracias por avisar. {number}")
    now, here = timezone.now() + timedelta(seconds=1), plan()
    assert here is not None
    done = resolved(
        queue=cleaning, told_at=now, address="plaza Mayor", area="centro",
        opening_post__text="La plaza está llena de hojas", latitude=(here.south + here.north) / 2,
        longitude=(here.west + here.east) / 2,
    )  # fmt: skip
    with_photo(jpeg, post=done.opening_post)
    with_photo(jpeg, reply=published(done, text="Barrida."))
    PostFactory(service_request=done, kind="thanks", triaged_at=now)
    return done


def test_the_square_is_light(visit: Visit, square: ServiceRequest) -> None:
    """As it travels: compressed, with everything it loads but photos."""
    page = visit("/")
    page.wait_for_load_state("networkidle")
    loaded = page.evaluate("performance.getEntriesByType('resource').map(one => one.name)")
    addresses = {page.url, *(one for one in loaded if "/photos/" not in one)}

    sizes = {address: len(gzip.compress(page.request.get(address).body(), 6)) for address in addresses}

    assert len(sizes) >= 4
    assert sum(sizes.values()) < MOST_BYTES, sizes


def test_nothing_moves_while_the_square_loads(visit: Visit, square: ServiceRequest) -> None:
    page = visit("/", width=390)

    assert page.evaluate(SHIFTS) < 0.02
    assert page.eval_on_selector_all(".photo img", "all => all.every(one => one.width && one.getAttribute('height'))")
    assert page.eval_on_selector_all(".photo img", "all => all.every(one => one.loading === 'lazy')")


def test_on_a_phone_acting_comes_first_and_the_headline_steps_aside(visit: Visit, square: ServiceRequest) -> None:
    page = visit("/", width=390)

    def top(selector: str) -> float:
        box = page.locator(selector).first.bounding_box()
        assert box is not None
        return box["y"]

    places = [top(selector) for selector in ("main .button.primary", ".figure-value", "h1", ".chips", ".request")]
    chips = page.locator(".chips").bounding_box()
    assert places == sorted(places)
    assert chips is not None
    assert chips["height"] < 60, "The chips stand in more than one line."


def test_filters_combine_without_script(visit: Visit, square: ServiceRequest) -> None:
    page = visit("/", width=390, java_script_enabled=False)

    page.click("summary:has-text('Place, topic, team')")
    page.select_option("[name=area]", "centro")
    page.select_option("[name=state]", "resolved")
    page.click("text=Show these")
    query = page.url.split("?")[1]
    page.click("text=On the map")

    assert query == "area=centro&state=resolved"
    assert page.url.endswith(f"/map/?{query}")
    assert page.locator(".places a").all_inner_texts() == ["La plaza está llena de hojas"]
    assert page.locator(".map-still .pin").count() == 1


def test_an_empty_choice_can_be_taken_back(visit: Visit, square: ServiceRequest) -> None:
    page = visit("/?area=centro&state=waiting")

    page.click("text=Show everything")

    assert page.locator(".request").count() == 20


def test_on_a_phone_the_list_comes_before_the_map_and_a_link_skips_it(visit: Visit, square: ServiceRequest) -> None:
    page = visit("/map/", width=390)

    page.click("text=Go to the map")

    assert page.evaluate("document.querySelector('#the-map').getBoundingClientRect().top") < 200
    assert page.evaluate("document.activeElement.id") == "the-map"


def test_on_a_desktop_list_and_map_stand_side_by_side(visit: Visit, square: ServiceRequest) -> None:
    page = visit("/map/")
    places, drawn = page.locator(".places").bounding_box(), page.locator(".map").bounding_box()

    assert places is not None
    assert drawn is not None
    assert places["x"] + places["width"] <= drawn["x"]
    assert drawn["y"] < 500


@pytest.fixture
def elsewhere(live_server: LiveServer) -> Iterator[str]:
    """Another site, with the square in a frame."""
    line = (
        f'<iframe src="{live_server.url}/embed/?theme=dark&lang=fr" title="Alameda" width="100%" height="640"></iframe>'
    )

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(f'<!doctype html><title>Town</title><link rel="icon" href="data:,">{line}'.encode())

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_the_square_stands_in_a_frame_of_another_site(visit: Visit, square: ServiceRequest, elsewhere: str) -> None:
    page = visit("/embed/")
    page.goto(elsewhere)
    frame = page.frame_locator("iframe")

    language = frame.locator("html").get_attribute("lang")
    cookies = page.context.cookies()
    frame.locator(".request-foot a").first.click()
    page.wait_for_url("**/requests/**")

    assert language == "fr"
    assert page.url.endswith(f"/requests/{square.pk}/")
    assert cookies == []


def test_no_page_of_the_square_needs_colour_or_width(visit: Visit, square: ServiceRequest) -> None:
    page = visit("/", width=320, forced_colors="active")

    wide = {}
    for path in ("/", "/map/", "/teams/", "/teams/sweeper/", "/embed/", "/embed/code/", "/figures/"):
        page.goto(re.sub(r"(://[^/]+).*", rf"\1{path}", page.url))
        wide[path] = _width(page)

    assert wide == dict.fromkeys(wide, 320)


def _width(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth"))
