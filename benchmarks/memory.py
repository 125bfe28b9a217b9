"""Memory: what each process of `make run` holds, with posts taken in and pages shown."""

import os
from collections.abc import Iterable
from pathlib import Path

import psutil
from django.db import connection
from django.urls import reverse

from benchmarks.delay import browser
from benchmarks.report import Figure, step
from benchmarks.town import Stack

LIMIT_MB = 600
# By a word of their command lines, in this order; what is left is the launcher's own.
NAMES = {
    "gunicorn": "web",
    " worker ": "worker",
    " beat ": "beat",
    "requests_app.sandbox": "sandbox",
    "watcher.py": "watcher",
}


def measure(*, town: Stack, scale: float) -> list[Figure]:
    """1. Look at some pages. 2. Add up what every process holds; memory that several share is counted once."""
    with step("Looking at some pages"):
        _look_around(town)
    # Our own connection is not of the town.
    connection.close()
    shared, resident = _held(town)
    total, rss = sum(shared.values()), sum(resident.values())
    figures = [
        Figure(f"memory.{name}_mb", held, "MB", f"{resident[name]:,.0f} with what it shares with others")
        for name, held in shared.items()
    ]
    return [
        *figures,
        Figure("memory.total_mb", total, "MB", f"under {LIMIT_MB}; shared pages counted once (PSS)", total < LIMIT_MB),
        Figure("memory.total_rss_mb", rss, "MB", "shared pages counted in every process (RSS)"),
    ]


def _look_around(town: Stack) -> None:
    for username in ("dispatcher", "sweeper", "mayor"):
        visitor = browser(username)
        for name in ("timeline", "desk", "dashboard", "figures"):
            visitor.get(f"{town.site}{reverse(name)}", timeout=30)


def _held(town: Stack) -> tuple[dict[str, float], dict[str, float]]:
    """Megabytes by name: each page divided by the number of its users, and counted whole."""
    shared: dict[str, float] = {}
    resident: dict[str, float] = {}
    for name, process in _processes(town):
        rollup = _rollup(process.pid)
        shared[name] = shared.get(name, 0) + rollup["Pss"] / 1024
        resident[name] = resident.get(name, 0) + rollup["Rss"] / 1024
    return shared, resident


def _processes(town: Stack) -> Iterable[tuple[str, psutil.Process]]:
    launcher = psutil.Process(town.launcher.pid)
    yield "launcher", launcher
    for process in launcher.children(recursive=True):
        line = f" {' '.join(process.cmdline())} "
        yield next((name for word, name in NAMES.items() if word in line), "launcher"), process
    # The servers detach themselves: they are known by the folder they work in.
    folder = Path(os.environ["PLAZA_DATA_DIR"])
    for process in psutil.process_iter(["name"]):
        for program, name in (("postgres", "postgres"), ("valkey-server", "valkey")):
            if process.info["name"] == program and Path(process.cwd()) == folder / name:
                yield name, process


def _rollup(pid: int) -> dict[str, int]:
    """Kilobytes, by the kernel's own names."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
    return {name: int(value.split()[0]) for name, value in (line.split(":", 1) for line in lines)}
