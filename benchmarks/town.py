"""A town of its own for a measurement: embedded servers, and everything `make run` starts, in a temporary folder."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2

from benchmarks.report import step
from civic.embedded import ensure, leave
from civic.launcher.environment import CODE, place, settings

START_SECONDS = 180
# What is set for this process alone; the town has its own, or none.
OURS = ("DATABASE_URL", "REDIS_URL", "X_BASE_URL", "LOG_LEVEL")
FAR = "now() + interval '1 hour'"


@contextmanager
def land() -> Iterator[Path]:
    """A folder and settings of its own, whatever the environment says: a measurement empties tables."""
    folder = Path(tempfile.mkdtemp(prefix="plaza-bench-"))
    for name in (
        "DATABASE_URL",
        "REDIS_URL",
        "X_BASE_URL",
        "SECRET_KEY",
        "CREDENTIALS_KEY",
        "PUBLIC_URL",
        "SANDBOX",
        "HOST",
        "X_COLLECT_SECONDS",
    ):
        os.environ.pop(name, None)
    port, sandbox_port = _free_ports(2)
    os.environ.update(
        PLAZA_DATA_DIR=str(folder),
        PORT=str(port),
        SANDBOX_PORT=str(sandbox_port),
        DEBUG="0",
        LOG_LEVEL="WARNING",
        SANDBOX_NO_RESIDENTS="1",
    )
    os.environ.update(settings(os.environ, where=place(os.environ)))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def servers(folder: Path) -> Iterator[None]:
    """PostgreSQL and Valkey alone, as `make run` sets them."""
    with step("Starting PostgreSQL and Valkey"):
        ensure(folder)
    try:
        yield
    finally:
        leave(folder)


@dataclass(frozen=True)
class Stack:
    """A running Plaza."""

    launcher: subprocess.Popen[bytes]
    site: str
    pretend_x: str

    def order(self, path: str, body: object = None) -> Any:
        """Ask something of the sandbox's control doors."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.pretend_x + path, data=data, headers={"Content-Type": "application/json"})  # noqa: S310
        with urllib.request.urlopen(request, timeout=300) as answer:  # noqa: S310 (our own sandbox)
            return json.load(answer)

    def post(self, orders: Iterable[dict[str, Any]]) -> list[str]:
        """Have residents write; `answers: n` makes one answer the post n places before. Returns the ids."""
        ids: list[str] = []
        batch: list[dict[str, Any]] = []
        for order in orders:
            back = order.pop("answers", None)
            if back is not None and len(ids) + len(batch) - back >= len(ids):
                ids += self._send(batch)
                batch = []
            if back is not None:
                order["in_reply_to"] = ids[len(ids) + len(batch) - back]
            batch.append(order)
        return ids + self._send(batch)

    def _send(self, batch: list[dict[str, Any]]) -> list[str]:
        sent: list[str] = self.order("/sandbox/posts/bulk", batch)["ids"] if batch else []
        return sent

    def nobody_reads(self) -> None:
        """Keep the town from reading its inboxes until `everybody_reads`."""
        for _again in range(3):
            # A walk that was under way sets its own next moment as it ends.
            _sql(f"UPDATE requests_app_account SET next_collect_at = {FAR} WHERE network = 'x'")
            time.sleep(1)

    def everybody_reads(self) -> None:
        """Every inbox is due now."""
        _sql("UPDATE requests_app_account SET next_collect_at = now() WHERE network = 'x'")


@contextmanager
def stack(folder: Path, **environ: str) -> Iterator[Stack]:
    """Everything `make run` starts, by its own launcher, with no residents of its own; call it within `servers`."""
    # Without the addresses, it joins the embedded servers and starts the pretend X as it does for everybody.
    given = {name: value for name, value in os.environ.items() if name not in OURS}
    where, log = place(os.environ), folder / "launcher.log"
    with log.open("wb") as words:
        launcher = subprocess.Popen(  # noqa: S603 (our own launcher)
            [sys.executable, "-m", "civic.launcher"], cwd=CODE, env={**given, **environ}, stdout=words, stderr=words
        )
    try:
        with step("Starting a town of its own"):
            _wait_for_welcome(launcher, log=log)
        yield Stack(
            launcher=launcher,
            site=f"http://127.0.0.1:{where.port}",
            pretend_x=f"http://127.0.0.1:{where.sandbox_port}",
        )
    finally:
        launcher.send_signal(signal.SIGTERM)
        launcher.wait(60)


def _wait_for_welcome(launcher: subprocess.Popen[bytes], *, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while "Plaza is running" not in log.read_text():
        if launcher.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"Plaza did not start:\n{log.read_text()}")
        time.sleep(0.2)


def _sql(statement: str) -> None:
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()


def _free_ports(count: int) -> list[int]:
    doors = [socket.socket() for _number in range(count)]
    try:
        for door in doors:
            door.bind(("127.0.0.1", 0))
        return [door.getsockname()[1] for door in doors]
    finally:
        for door in doors:
            door.close()
