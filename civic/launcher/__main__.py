"""Runs a Plaza until it is told to stop: `python -m civic.launcher`."""

# First of all, so that a Ctrl-C while the rest is being read is not lost.
from civic.launcher.wish import Stop, wish  # isort: split

import fcntl
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import IO

from civic.embedded import CannotStart, ensure, leave
from civic.launcher import town
from civic.launcher.children import MARK, Child, stop_strays
from civic.launcher.environment import CODE, Place, place, settings
from civic.launcher.problem import CannotRun, explain
from civic.launcher.screen import complain, say, step, welcome

TEND_SECONDS = 0.5


class Launcher:
    """One run: what it started and has to stop."""

    def __init__(self, where: Place) -> None:
        self.where = where
        self.mark = secrets.token_hex(8)
        self.family: dict[str, Child] = {}
        self.commands: list[subprocess.Popen[bytes]] = []

    def run(self) -> None:
        """Start everything, then tend it until asked to stop."""
        self._check_ports()
        # Not interrupted: half started, the servers would be nobody's. It takes a second.
        with step(self._servers()):
            ensure(self.where.data_dir)
        environ = os.environ | settings(os.environ, where=self.where) | {MARK: self.mark}
        self.family = town.children(self.where, environ=environ)
        with wish.interrupting():
            self._start_family(environ)
            welcome(self.where)
            while True:
                wish.heed()
                time.sleep(TEND_SECONDS)
                for child in self.family.values():
                    child.tend()

    def _start_family(self, environ: dict[str, str]) -> None:
        if self.where.sandbox:
            with step("Starting the pretend X"):
                self._start("sandbox", host="127.0.0.1", port=self.where.sandbox_port)
        self._prepare(environ)
        began = datetime.now(UTC)
        with step("Starting the site, the worker and the clock"):
            self._start("web", host=self.where.local_host, port=self.where.port)
            self._start("worker")
            self._start("beat")
            town.wait_until_ready(self.family.values(), where=self.where, since=began)

    def _servers(self) -> str:
        given = [name for name in ("DATABASE_URL", "REDIS_URL") if os.environ.get(name)]
        names = {0: "Starting PostgreSQL and Valkey", 2: "Using the servers of DATABASE_URL and REDIS_URL"}
        return names.get(len(given), "Starting Valkey" if "DATABASE_URL" in given else "Starting PostgreSQL")

    def _check_ports(self) -> None:
        town.check_port("PORT", host=self.where.host, port=self.where.port)
        if self.where.sandbox:
            town.check_port("SANDBOX_PORT", host="127.0.0.1", port=self.where.sandbox_port)

    def _prepare(self, environ: dict[str, str]) -> None:
        with step("Preparing the database"):
            self._manage("migrate", "--no-input", environ=environ)
        catalogues = [CODE / "civic" / "locale"]
        if remember := town.changed("translations", folders=catalogues, where=self.where):
            with step("Compiling the translations"):
                self._manage("compile_translations", environ=environ)
            remember()
        pictures = [CODE / "static", self.where.data_dir / "static"]
        if remember := town.changed("static", folders=pictures, where=self.where):
            with step("Collecting styles and pictures"):
                self._manage("collectstatic", "--no-input", environ=environ)
            remember()
        if self.where.demo:
            with step("Preparing the town of Alameda"):
                past = ["--with-past"] if self.where.lived_in else []
                self._manage("prepare_alameda", *past, environ=environ)

    def _manage(self, *arguments: str, environ: dict[str, str]) -> None:
        town.manage(*arguments, environ=environ, where=self.where, running=self.commands)

    def _start(self, name: str, *, host: str = "", port: int = 0) -> None:
        wish.heed()
        child = self.family[name]
        child.start()
        if port:
            town.wait_for(child, host=host, port=port)

    def stop(self) -> None:
        """Stop in the reverse order of the path: clock, worker, site; then the network they may be calling; then the servers."""
        for command in self.commands:
            with suppress(ProcessLookupError):
                os.killpg(command.pid, signal.SIGKILL)
            command.wait()
        for name in ("beat", "worker", "web"):
            if name in self.family:
                self.family[name].ask_to_stop()
        for child in reversed(self.family.values()):
            child.stop()
        stop_strays(self.mark)
        leave(self.where.data_dir)


def main() -> int:
    """Run until asked to stop; say every failure in one sentence."""
    try:
        where = place(os.environ)
        for folder in (where.data_dir, where.logs, where.data_dir / "beat"):
            folder.mkdir(parents=True, exist_ok=True)
        with _only_one(where) as run_file:
            return _run(where, run_file=run_file)
    except (CannotRun, CannotStart) as error:
        sentence = str(error)
    except OSError as error:
        sentence = explain(error)
    if wish.asked:
        # Ctrl-C in a terminal reaches the helpers of a starting server too; that they ended is no news.
        return 0
    complain(sentence)
    return 1


def _run(where: Place, *, run_file: IO[str]) -> int:
    launcher = Launcher(where)
    _stop_leftovers(run_file)
    _write(run_file, f"{os.getpid()} {launcher.mark}\n")
    try:
        launcher.run()
    except Stop:
        say("\nStopping...", end="")
    finally:
        launcher.stop()
        _write(run_file, "")
    say(" stopped.")
    return 0


@contextmanager
def _only_one(where: Place) -> Iterator[IO[str]]:
    with (where.data_dir / "run.pid").open("a+") as run_file:
        try:
            fcntl.flock(run_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            run_file.seek(0)
            pid = run_file.read().split(" ")[0] or "starting"
            raise CannotRun(
                f"Plaza already runs from {where.data_dir} (process {pid}): "
                f"open it, stop it with `kill {pid}`, or set PLAZA_DATA_DIR for a second one."
            ) from None
        yield run_file


def _stop_leftovers(run_file: IO[str]) -> None:
    """After a kill -9 of the launcher: end what it could not."""
    run_file.seek(0)
    words = run_file.read().split()
    if len(words) == 2:
        with step("Stopping what a killed run left behind"):
            stop_strays(words[1])


def _write(run_file: IO[str], text: str) -> None:
    run_file.seek(0)
    run_file.truncate()
    run_file.write(text)
    run_file.flush()


if __name__ == "__main__":
    sys.exit(main())
