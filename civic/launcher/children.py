"""The processes of a Plaza as children: started, watched, restarted, stopped."""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psutil

from civic.launcher.environment import CODE
from civic.launcher.problem import CannotRun
from civic.launcher.screen import say

MARK = "PLAZA_RUN"
LOG_BYTES = 10 * 1024 * 1024
# A child that lives this long was well: the next death is a first one.
SETTLED_SECONDS = 20.0
DEATHS_IN_A_ROW = 5
LONGEST_PAUSE_SECONDS = 15.0
STRAY_SECONDS = 4.0
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass
class Child:
    """One process, its log, and how often it died in a row."""

    title: str
    command: Sequence[str]
    environ: dict[str, str]
    log: Path
    patience: float
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    deaths: int = 0
    restart_at: float = 0.0

    def start(self) -> None:
        """Start it, its words going to its log."""
        self.restart_at = 0.0
        self.began = time.monotonic()
        self.process = spawn(self.command, environ=self.environ, log=self.log)

    def tend(self) -> None:
        """Notice its death, say so, and start it again after a pause that grows."""
        self._keep_log_small()
        if self.process is None or self.process.poll() is None:
            return
        now = time.monotonic()
        if not self.restart_at:
            self._mourn(now)
        if now >= self.restart_at:
            self.start()

    def _mourn(self, now: float) -> None:
        self.deaths = 1 if now - self.began > SETTLED_SECONDS else self.deaths + 1
        if self.deaths >= DEATHS_IN_A_ROW:
            raise CannotRun(f"The {self.title} ended {self.deaths} times in a row: {self.log} says why.")
        # What it had started itself must not keep its door.
        self._end_group()
        pause = min(2.0 ** (self.deaths - 1), LONGEST_PAUSE_SECONDS)
        self.restart_at = now + pause
        say(f"The {self.title} ended unexpectedly ({self.fate()}). Its last words:")
        say(last_words(self.log))
        say(f"It starts again in {pause:.0f} s.")

    def fate(self) -> str:
        """How it ended, in words."""
        code = self.process.poll() if self.process else None
        if code is None:
            return "still running"
        return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"

    def ended(self) -> bool:
        """Whether it ran and does not any more."""
        return self.process is not None and self.process.poll() is not None

    def ask_to_stop(self) -> None:
        """Ask it to end, without waiting."""
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def stop(self) -> None:
        """Ask it to end, wait for as long as it may take, then end it and what it started."""
        if self.process is None:
            return
        self.ask_to_stop()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(self.patience)
        self._end_group()
        self.process.wait()

    def _end_group(self) -> None:
        if self.process:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def _keep_log_small(self) -> None:
        with suppress(OSError):
            if self.log.stat().st_size > LOG_BYTES:
                shutil.copyfile(self.log, self.log.with_suffix(".old.log"))
                # It appends, so it goes on at the new beginning.
                os.truncate(self.log, 0)


def spawn(command: Sequence[str], *, environ: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Start a process in a session of its own: Ctrl-C reaches the launcher alone, which stops the rest in order."""
    with log.open("ab") as words:
        return subprocess.Popen(  # noqa: S603 (our own commands)
            command,
            cwd=CODE,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=partial(_end_with, os.getpid()),  # noqa: PLW1509 (the launcher has one thread)
        )


def last_words(log: Path, *, lines: int = 8) -> str:
    """The end of a log, without the inner rooms of a traceback."""
    with suppress(OSError), log.open("rb") as words:
        words.seek(max(0, log.stat().st_size - 16_000))
        told = [line.rstrip() for line in words.read().decode(errors="replace").splitlines()]
        plain = [line for line in told if line and not line.startswith((" ", "Traceback"))]
        return "\n".join(f"  {line}" for line in plain[-lines:])
    return ""


def stop_strays(mark: str) -> None:
    """End every process that carries the mark of a run, however it lost its parent."""
    for process in _marked(mark):
        with suppress(psutil.Error):
            process.terminate()
    deadline = time.monotonic() + STRAY_SECONDS
    while (alive := _marked(mark)) and time.monotonic() < deadline:
        time.sleep(0.1)
    for process in alive:
        with suppress(psutil.Error):
            process.kill()


def _marked(mark: str) -> list[psutil.Process]:
    # By the environment a process was born with: unlike its number, no stranger can come to have it.
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.pid != os.getpid() and process.environ().get(MARK) == mark:
                found.append(process)
    return found


def _end_with(parent: int) -> None:
    """In a newborn child: have the kernel end it should its parent be killed."""
    if LIBC:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)
