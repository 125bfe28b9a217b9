"""The stage of a storm: the real servers, the pretend X, two workers and the clock, each of which can be struck."""

import json
import os
import signal
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import redis

from benchmarks.town import land, servers
from civic.embedded import postgres, valkey
from civic.launcher import town
from civic.launcher.children import Child
from civic.launcher.environment import place

# Quicker than a town's own, in the same proportions: a call is given up before the first look, everything a message
# takes ends before its lease, and what lands late has landed before the last look.
HURRIED = {
    "X_COLLECT_SECONDS": "2",
    "UNDO_SECONDS": "1",
    "NETWORK_ANSWER_SECONDS": "2",
    "NETWORK_CONNECT_SECONDS": "1",
    "SEND_LEASE_SECONDS": "10",
    "LOOK_SECONDS": "1,2,4",
    # More is said here in a minute than X would take in a quarter of an hour.
    "SANDBOX_RATE_LIMITS": "off",
    "X_SOFT_CAP": "1000",
    "X_HARD_CAP": "1000",
}
STRIKABLE = ("worker", "worker 2", "beat")


@dataclass
class Stage:
    """What a storm may strike, and the way to the pretend X's control doors."""

    folder: Path
    pretend_x: str
    family: dict[str, Child]

    def kill(self, name: str) -> None:
        """SIGKILL, to the process and all it started; `tend` starts it again."""
        process = self.family[name].process
        if process is not None and process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def tend(self) -> None:
        """Starts again whatever ended, however it ended."""
        for child in self.family.values():
            if child.ended():
                child.start()

    def flush_broker(self) -> None:
        redis.from_url(os.environ["REDIS_URL"]).flushall()

    def restart_broker(self) -> None:
        valkey.stop(self.folder / "valkey")
        valkey.start(self.folder / "valkey", durable=True)

    def restart_database(self) -> None:
        """As an update of the machine does it: every connection breaks, what was committed stays."""
        postgres.stop(self.folder / "postgres")
        postgres.start(self.folder / "postgres", durable=True)

    def order(self, path: str, body: object = None, *, method: str = "") -> Any:
        """Asks something of the sandbox's control doors, JSON both ways."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310 (our own sandbox)
            f"{self.pretend_x}/sandbox/{path}",
            data=data,
            headers={"Content-Type": "application/json"},
            method=method or None,
        )
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return json.load(answer)


@contextmanager
def stage() -> Iterator[Stage]:
    """Servers, network, a migrated town of Alameda, two workers and a clock, in a folder of their own."""
    with land() as folder, servers(folder):
        os.environ.update(HURRIED)
        environ = dict(os.environ) | {"LOG_LEVEL": "INFO"}
        # The address of the pretend X is set by now; that it is ours is known all the same.
        where = replace(place(os.environ), sandbox=True)
        for name in (where.logs, folder / "beat"):
            name.mkdir(parents=True, exist_ok=True)
        family = town.children(where, environ=environ)
        for command in ("migrate", "prepare_alameda"):
            town.manage(command, environ=environ, where=where, running=[])
        family = {name: family[name] for name in ("sandbox", "worker", "beat")}
        family["worker 2"] = _second(family["worker"])
        try:
            for child in family.values():
                child.start()
            town.wait_for(family["sandbox"], host="127.0.0.1", port=where.sandbox_port)
            yield Stage(folder=folder, pretend_x=f"http://127.0.0.1:{where.sandbox_port}", family=family)
        finally:
            for child in family.values():
                child.ask_to_stop()
            for child in family.values():
                child.stop()


def _second(worker: Child) -> Child:
    """Another one like it, on the same accounts."""
    return replace(
        worker,
        title="second worker",
        command=[*worker.command, "--hostname", "second@%h"],
        log=worker.log.with_name("worker-2.log"),
    )


def wait_until(done: Any, *, seconds: float, every: float = 0.5) -> bool:
    """Whether it came true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if done():
            return True
        time.sleep(every)
    return bool(done())
