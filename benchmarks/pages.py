"""Pages: server time and queries of every face, with few requests and with a million."""

import os
import time
from collections.abc import Callable, Sequence
from io import StringIO
from itertools import cycle, islice

import psutil
from django.contrib.auth.models import User
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, resolve, reverse

from benchmarks.filling import fill
from benchmarks.report import Figure, percentile, step
from requests_app.models import ServiceRequest

SIZES: Sequence[int] = (1000, 100_000, 1_000_000)
# The largest takes minutes to fill: `BENCH_SIZES=1000,100000` leaves it out, and `BENCH_REQUESTS=12` is a quick look.
if given := os.environ.get("BENCH_SIZES"):
    SIZES = tuple(int(size) for size in given.split(","))
FILTERS = ("queue=police", "state=resolved", "state=open", "area=centro", "service=street-light", "q=farola")
NUMBERS = {"new": 1, "done": 1}
WARM_UPS = 5
REQUESTS = int(os.environ.get("BENCH_REQUESTS", "60"))
# The sizes take turns, so that what else the machine does meanwhile falls on all of them.
TURNS = 6 if REQUESTS >= 60 else 2
# Name, who looks, at which addresses in turn.
Page = tuple[str, str, Sequence[str]]


def measure(*, scale: float) -> list[Figure]:
    """1. Fill one database per size. 2. Ask for each page in turn. 3. Hold the largest against the smallest."""
    with step("Preparing the town of Alameda"):
        for command in ("migrate", "compile_translations", "prepare_alameda"):
            call_command(command, stdout=StringIO())
        call_command("collectstatic", "--no-input", stdout=StringIO())
    sizes = [max(int(size * scale), 10) for size in SIZES]
    for size in sizes:
        with step(f"Filling a town of {size:,} requests"):
            _create(size)
    clients = {}
    for size in sizes:
        _go_to(size)
        clients[size] = {
            "staff": _client("dispatcher"),
            "mayor": _client("mayor"),
            "nobody": _client(""),
            "sweeper": _client("sweeper"),
        }
    figures = [figure for page in _pages() for figure in _figures(page, sizes=sizes, clients=clients)]
    connection.close()
    return figures


def _pages() -> list[Page]:
    """Every face, as its people come to it; `{new}`, `{done}` and `{photo}` stand for numbers of each town."""
    queues = ("sweeper", "police", "maintenance", "townhall")
    desk, timeline = reverse("desk"), reverse("timeline")
    story, card = reverse("request", args=[0]), reverse("desk_request", args=[0])
    pages = [
        ("queue", "staff", [reverse("desk_queue", args=[code]) for code in queues]),
        ("desk", "staff", [desk, f"{reverse('desk_search')}?q=farola"]),
        ("case", "staff", [card.replace("/0/", "/{new}/"), card.replace("/0/", "/{done}/")]),
        ("timeline", "nobody", [timeline, *(f"{timeline}?{query}" for query in FILTERS)]),
        ("map", "nobody", [reverse("map"), *(f"{reverse('map')}?{query}" for query in FILTERS)]),
        ("story", "nobody", [story.replace("/0/", "/{new}/"), story.replace("/0/", "/{done}/")]),
        ("teams", "nobody", [reverse("teams"), *(reverse("team", args=[code]) for code in queues)]),
        ("figures", "nobody", [reverse("figures")]),
        ("report", "nobody", [reverse("report")]),
        ("feeds", "nobody", [reverse("feed"), reverse("json_feed"), f"{reverse('feed')}?queue=police"]),
        ("embed", "nobody", [reverse("embed")]),
        ("dashboard", "mayor", [f"{reverse('dashboard')}?period=30d"]),
        ("street", "sweeper", ["/street/"]),
        ("wall", "nobody", ["/wall/"]),
    ]
    return [page for page in pages if _stands(page[2][0])]


def _stands(address: str) -> bool:
    try:
        resolve(address.format(**NUMBERS).partition("?")[0])
    except Resolver404:
        return False
    return True


def _figures(page: Page, *, sizes: Sequence[int], clients: dict[int, dict[str, Client]]) -> list[Figure]:
    name, who, wanted = page
    times: dict[int, list[float]] = {size: [] for size in sizes}
    work = dict.fromkeys(sizes, 0.0)
    with step(f"{REQUESTS} times the {name} in each town"):
        for turn in range(TURNS):
            for size in sizes:
                _go_to(size)
                ask, addresses = _asker(clients[size][who]), _numbered(wanted)
                for address in islice(cycle(addresses), WARM_UPS if turn == 0 else len(addresses)):
                    ask(address)
                before = _worked()
                times[size] += [ask(address) for address in islice(cycle(addresses), REQUESTS // TURNS)]
                work[size] += _worked() - before
    figures = []
    smallest = percentile(sorted(times[sizes[0]]), 95)
    for size in sizes:
        _go_to(size)
        client, ordered, addresses = clients[size][who], sorted(times[size]), _numbered(wanted)
        p95 = percentile(ordered, 95)
        beside, met = _target(name, p95, smallest=smallest) if size == sizes[-1] else ("", None)
        key = f"pages.{name}.{size}"
        figures += [
            Figure(f"{key}.p50_ms", percentile(ordered, 50), "ms"),
            Figure(f"{key}.p95_ms", p95, "ms", beside, met),
            Figure(f"{key}.cpu_ms", 1000 * work[size] / len(ordered), "ms", "of Python and PostgreSQL, on average"),
            Figure(f"{key}.queries", max(_queries(client, address) for address in addresses), "queries"),
            Figure(f"{key}.cold_ms", _cold(client, addresses[0]), "ms", "once, with every cache emptied"),
        ]
    return figures


def _worked() -> float:
    """Seconds of processor that this process and its PostgreSQL have used: unlike time, they do not wait for others."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = psutil.Process(cursor.fetchone()[0]).cpu_times()
    return time.process_time() + backend.user + backend.system


def _numbered(addresses: Sequence[str]) -> list[str]:
    """With this town's newest open request that everybody may read, and the newest that was resolved."""
    public = ServiceRequest.objects.public()
    numbers = {
        "new": public.open().order_by("-id").values_list("pk", flat=True).first(),
        "done": public.resolved().order_by("-id").values_list("pk", flat=True).first(),
    }
    return [address.format(**numbers) for address in addresses]


def _target(name: str, p95: float, *, smallest: float) -> tuple[str, bool | None]:
    if name == "queue":
        beside = f"under 60, and at most 1.5 times the {smallest:.1f} of the smallest town (here {p95 / smallest:.2f})"
        return beside, p95 < 60 and p95 <= 1.5 * smallest
    return "under 300", p95 < 300


def _asker(client: Client) -> Callable[[str], float]:
    def ask(address: str) -> float:
        """Milliseconds from the request to the last byte, without the network."""
        began = time.perf_counter()
        answer = client.get(address)
        took = time.perf_counter() - began
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status_code}")
        return 1000 * took

    return ask


def _queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)


def _cold(client: Client, address: str) -> float:
    caches["default"].clear()
    return _asker(client)(address)


def _client(username: str) -> Client:
    client = Client(headers={"host": "localhost", "accept-language": "es"})
    if username:
        client.force_login(User.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend")
    return client


def _create(size: int) -> None:
    """A copy of the prepared town, with a history."""
    _connect("postgres")
    with connection.cursor() as cursor:
        # Its own statement, outside any transaction, while nobody is connected to what it copies.
        cursor.execute(f"CREATE DATABASE plaza_{size} TEMPLATE plaza")
    _go_to(size)
    fill(size)


def _go_to(size: int) -> None:
    """Another town's database, and its own corner of the cache."""
    _connect(f"plaza_{size}")
    caches["default"].key_prefix = f"plaza_{size}"


def _connect(database: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = database
    connection.ensure_connection()
