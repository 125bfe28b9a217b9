"""Days of a town on X by a travelling clock: residents post, the desk reads, answers and looks again, X writes its bill."""

import random
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import requests
import time_machine
from django.conf import settings
from django.contrib.auth.models import User
from django.test.utils import override_settings
from django.utils import timezone

from benchmarks import residents
from requests_app import inbox, ledger, outbox, triage, workflow
from requests_app.models import Account, Network, ServiceRequest
from requests_app.recheck import recheck
from requests_app.sandbox.app import create_app
from requests_app.sandbox.server import Running

MENTIONS, ANSWERS = 81, 40
# Few write often, many now and then.
CIRCLE = 400
# Of each hour of the day, how many of a hundred posts.
HOURS = (1, 1, 0, 0, 0, 1, 3, 5, 7, 8, 8, 7, 5, 4, 4, 5, 6, 7, 8, 8, 6, 3, 2, 1)
# Answers are written in opening hours.
OPENS, CLOSES = 8, 20
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
# How often a walk comes by makes no difference to a bill by days, but around midnight, where X bills anew.
USUALLY, NEAR_MIDNIGHT = timedelta(hours=1), timedelta(minutes=5)
LATE, EARLY = timedelta(hours=23, minutes=25), timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class Bill:
    """Of the days so far, in US dollars: by our ledger, by the pretend X, and the least that its prices allow."""

    ledger: Decimal
    network: Decimal
    least: Decimal
    resources: dict[str, int]


class Month:
    """A town whose clock is moved by hand; `live` through its days one by one."""

    def __init__(self, url: str, *, clock: Any, begins: datetime) -> None:
        self.url, self.clock, self.begins = url, clock, begins
        self.chance = random.Random(7)  # noqa: S311 (the same days at every run)
        self.wishes = residents.posts(100 * MENTIONS)
        self.by = User.objects.get(username="dispatcher")
        self.posts: list[str] = []
        self.authors: set[str] = set()
        self.answers = 0

    def live(self, day: datetime, *, mentions: int = MENTIONS, answers: int = ANSWERS) -> None:
        """One UTC day: residents write by day and night, people answer in their hours, and the ticks go on."""
        writes = sorted(
            day + timedelta(hours=hour, seconds=self.chance.randrange(3600))
            for hour in self.chance.choices(range(24), HOURS, k=mentions)
        )
        speaks = sorted(
            day + timedelta(hours=OPENS, seconds=self.chance.randrange((CLOSES - OPENS) * 3600)) for _ in range(answers)
        )
        todo = [(moment, self._write) for moment in writes] + [(moment, self._answer) for moment in speaks]
        todo += [(moment, self._tick) for moment in _ticks(day)]
        for moment, act in sorted(todo, key=lambda one: one[0]):
            self.clock.move_to(max(moment, timezone.now()))
            act()

    def bill(self) -> Bill:
        told = requests.get(f"{self.url}/sandbox/bill", timeout=20).json()
        prices = {name: Decimal(price) for name, price in ledger_prices().items()}
        least = len(self.posts) * prices["post_read"] + self.answers * prices["answer"]
        return Bill(
            ledger=ledger.spend(timezone.now()).month,
            network=Decimal(told["usd"]),
            least=least + len(self.authors) * prices["user_read"],
            resources=told["resources"],
        )

    def _write(self) -> None:
        order = next(self.wishes)
        back = order.pop("answers", None)
        if back and back <= len(self.posts):
            order["in_reply_to"] = self.posts[-back]
        (number,) = self.chance.choices(range(CIRCLE), [1 / (place + 5) for place in range(CIRCLE)])
        order["author"] = f"vecino_{number}"
        answer = requests.post(f"{self.url}/sandbox/posts", json=order, timeout=20)
        answer.raise_for_status()
        self.posts.append(answer.json()["id"])
        self.authors.add(order["author"])

    def _answer(self) -> None:
        """To the oldest of the last day that nobody answered."""
        waiting = ServiceRequest.objects.open().filter(assignee=None, posted_at__gte=timezone.now() - DAY)
        one = waiting.order_by("posted_at", "id").first()
        if one is None:
            return
        words = f"Tomamos nota: vamos a verlo hoy mismo. Aviso {one.pk}."
        workflow.accept(one, by=self.by, message=workflow.Message(words, everybody=False))
        self.answers += 1
        self.clock.shift(MINUTE)
        outbox.publish()

    def _tick(self) -> None:
        now = timezone.now()
        for account in Account.objects.due_for_collect(now):
            inbox.collect(account)
        while triage.sort():
            pass
        outbox.settle()
        outbox.publish()
        recheck(now)


def ledger_prices() -> dict[str, str]:
    prices: dict[str, str] = settings.X_PRICES
    return prices


def _ticks(day: datetime) -> Iterator[datetime]:
    moment = day
    while moment < day + DAY:
        yield moment
        near = moment - day < EARLY or moment - day >= LATE
        moment = moment + NEAR_MIDNIGHT if near else min(moment + USUALLY, day + LATE)


@contextmanager
def month(begins: datetime) -> Iterator[Month]:
    """The town of Alameda (prepared already) and a pretend X in this process, which share the travelling clock."""
    stopping = threading.Event()
    with (
        tempfile.TemporaryDirectory(prefix="plaza-x-") as folder,
        time_machine.travel(begins, tick=False) as clock,
    ):
        app = create_app(Path(folder), stopping=stopping)
        server = Running(app, host="127.0.0.1", port=0)
        server.start()
        url = f"http://127.0.0.1:{server.port}"
        Account.objects.filter(network=Network.X).update(next_collect_at=begins)
        try:
            with override_settings(X_BASE_URL=url, X_COLLECT_SECONDS=60.0, UNDO_SECONDS=10):
                yield Month(url, clock=clock, begins=begins)
        finally:
            stopping.set()
            server.stop()
            app.extensions["town"].store.close()
