"""Delay: how long after a resident's post its request is on the desk, at five posts a second."""

import re
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from itertools import count

import requests
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import reverse

from benchmarks import residents
from benchmarks.report import Figure, percentile, step
from benchmarks.town import Stack
from requests_app.models import ServiceRequest

A_SECOND = 5
SECONDS = 60
LOOK_SECONDS = 0.05
# One post in so many is looked for on the desk's own page too.
SAMPLE = 25
PATIENCE_SECONDS = 30
TROUBLES = residents.TROUBLES["es"].split(",")


def measure(*, town: Stack, scale: float) -> list[Figure]:
    """1. Let residents write. 2. See each request when another connection can read it. 3. Look at the desk itself."""
    seconds = max(int(SECONDS * scale), 5)
    desk = browser("dispatcher")
    watch = _Watch()
    watch.start()
    seen_on_page: list[float] = []
    with step(f"{A_SECOND} posts a second for {seconds} s"):
        written = _write(town, seconds=seconds, desk=desk, seen_on_page=seen_on_page)
    with step("Waiting for the last one"):
        watch.finish(set(written))
    delays = sorted(watch.seen[post] - written[post] for post in written if post in watch.seen)
    if len(delays) < len(written):
        raise SystemExit(f"{len(written) - len(delays)} of {len(written)} posts never reached the desk")
    p50, p99 = percentile(delays, 50), percentile(delays, 99)
    page = sorted(seen_on_page)
    return [
        Figure("delay.p50_s", p50, "s", f"{len(delays)} posts, from the network's clock to a committed request"),
        Figure("delay.p99_s", p99, "s", "under 3", p99 < 3),
        Figure("delay.max_s", delays[-1], "s"),
        Figure("delay.page_p50_s", percentile(page, 50), "s", f"{len(page)} of them, until the desk's page showed it"),
        Figure("delay.page_max_s", page[-1], "s"),
    ]


def _write(town: Stack, *, seconds: int, desk: requests.Session, seen_on_page: list[float]) -> dict[str, float]:
    """Ids and moments of the posts; each at its time, however long the one before took."""
    began, lookers = time.monotonic(), []
    written: dict[str, float] = {}
    for number, text in zip(range(seconds * A_SECOND), _texts(), strict=False):
        time.sleep(max(began + number / A_SECOND - time.monotonic(), 0))
        post = town.order("/sandbox/posts", {"author": f"vecino_{number % 200}", "text": text})
        written[post["id"]] = datetime.fromisoformat(post["created_at"]).timestamp()
        if number % SAMPLE == 0:
            arguments = (town.site, desk, f"aviso{number}", written[post["id"]], seen_on_page)
            lookers.append(threading.Thread(target=_look, args=arguments))
            lookers[-1].start()
    for looker in lookers:
        looker.join()
    return written


def _texts() -> Iterator[str]:
    """Troubles only: chatter and thanks are nobody's work."""
    for number in count():
        street = residents.STREETS[number % len(residents.STREETS)]
        trouble = TROUBLES[number % len(TROUBLES)]
        yield f"@alameda {trouble} en la calle {street} {number}, aviso{number}"


def browser(username: str) -> requests.Session:
    """A browser in which somebody is signed in."""
    client = Client()
    client.force_login(User.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend")
    session = requests.Session()
    session.cookies.set(settings.SESSION_COOKIE_NAME, client.cookies[settings.SESSION_COOKIE_NAME].value)
    return session


def _look(site: str, desk: requests.Session, word: str, written_at: float, seen: list[float]) -> None:
    address = f"{site}{reverse('desk_search')}"
    while time.time() < written_at + PATIENCE_SECONDS:
        answer = desk.get(address, params={"q": word}, timeout=10)
        if answer.status_code != 200:
            raise SystemExit(f"the desk answered {answer.status_code}")
        # The row, not the words in the search field or the title.
        if re.search(rf"en la calle [^<]*{word}\b", answer.text):
            seen.append(time.time() - written_at)
            return
        time.sleep(0.2)


class _Watch(threading.Thread):
    """Another connection, which sees only what is committed, and when."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.seen: dict[str, float] = {}
        self._over = threading.Event()

    def run(self) -> None:
        newest = 0
        while not self._over.wait(LOOK_SECONDS):
            fresh = ServiceRequest.objects.filter(pk__gt=newest).order_by("pk")
            for number, post in fresh.values_list("pk", "opening_post__external_id"):
                newest = number
                self.seen[post] = time.time()
        connection.close()

    def finish(self, wanted: set[str]) -> None:
        """Until all of these are seen, or none can be hoped for."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while wanted - self.seen.keys() and time.monotonic() < deadline:
            time.sleep(LOOK_SECONDS)
        self._over.set()
        self.join()
