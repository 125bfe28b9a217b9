"""The processes and the preparations of a town, in the order in which they are wanted."""

import hashlib
import http.client
import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path

from civic.launcher.children import Child, last_words, spawn
from civic.launcher.environment import CODE, Place
from civic.launcher.problem import CannotRun

TITLES = {"sandbox": "pretend X", "web": "site", "worker": "worker", "beat": "clock"}
PYTHON = sys.executable
ANSWER_SECONDS = 60.0
READY_SECONDS = 20.0
# Worth a pause on a slow disk, not worth a hang.
COMMAND_SECONDS = 600.0


def children(where: Place, *, environ: dict[str, str]) -> dict[str, Child]:
    """Every process, by name, in the order of their start."""
    commands: dict[str, tuple[Sequence[str], float]] = {
        "sandbox": (
            [PYTHON, "-m", "requests_app.sandbox", "--data", str(where.data_dir / "sandbox")],
            1.0,
        ),
        "web": (
            [PYTHON, "-m", "gunicorn", "civic.wsgi:application", "--bind", where.bind]
            + ["--worker-class", "gthread", "--workers", "1", "--threads", "8"]
            + ["--graceful-timeout", "1", "--no-control-socket"],
            2.0,
        ),
        "worker": (
            [PYTHON, "-m", "celery", "--app", "civic", "worker", "--pool", "threads", "--concurrency", "10"]
            + ["--without-gossip", "--without-mingle", "--without-heartbeat"],
            3.0,
        ),
        "beat": (
            [PYTHON, "-m", "celery", "--app", "civic.clock", "beat", "--pidfile", ""]
            + ["--schedule", str(where.data_dir / "beat" / "schedule")],
            1.0,
        ),
    }
    if not where.sandbox:
        del commands["sandbox"]
    return {
        name: Child(TITLES[name], command, environ=environ, log=where.logs / f"{name}.log", patience=patience)
        for name, (command, patience) in commands.items()
    }


def manage(*arguments: str, environ: dict[str, str], where: Place, running: list[subprocess.Popen[bytes]]) -> None:
    """Run one of the operator's commands; its words go to a log."""
    log = where.logs / "prepare.log"
    log.unlink(missing_ok=True)
    process = spawn([PYTHON, str(CODE / "manage.py"), *arguments], environ=environ, log=log)
    running.append(process)
    code = process.wait(COMMAND_SECONDS)
    running.remove(process)
    if code:
        raise CannotRun(f"`manage.py {arguments[0]}` failed, {log} says why. Its last words:\n{last_words(log)}")


def changed(name: str, *, folders: Iterable[Path], where: Place) -> Callable[[], None] | None:
    """When files below the folders changed since the last time: what to call once they were dealt with."""
    stamp = where.data_dir / "stamps" / name
    if stamp.exists() and stamp.read_text() == _fingerprint(folders):
        return None

    def remember() -> None:
        stamp.parent.mkdir(exist_ok=True)
        stamp.write_text(_fingerprint(folders))

    return remember


def _fingerprint(folders: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            status = path.stat()
            if path.is_file():
                digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def check_port(name: str, *, host: str, port: int) -> None:
    """Refuse in one sentence a door that somebody else holds."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as door:
        # As the servers do: a door closed a moment ago may be opened again.
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((host, port))
        except PermissionError:
            raise CannotRun(f"Port {port} needs an administrator: choose another with {name}=8000.") from None
        except OSError:
            raise CannotRun(f"Port {port} is in use: choose another with `make run {name}={port + 1000}`.") from None


def wait_for(child: Child, *, host: str, port: int) -> None:
    """Wait until a child answers at its door, or say how it ended."""
    deadline = time.monotonic() + ANSWER_SECONDS
    while ask(host, port=port, path="/healthz")[0] != 200:
        if child.ended():
            raise CannotRun(f"The {child.title} ended ({child.fate()}). Its last words:\n{last_words(child.log)}")
        if time.monotonic() > deadline:
            raise CannotRun(f"The {child.title} does not answer after {ANSWER_SECONDS:.0f} s: see {child.log}.")
        time.sleep(0.1)


def wait_until_ready(family: Iterable[Child], *, where: Place, since: datetime) -> None:
    """Wait until clock and worker have read every inbox once; go on when a network takes long."""
    deadline = time.monotonic() + READY_SECONDS
    while not _all_read(where, since=since) and time.monotonic() < deadline:
        for child in family:
            if child.ended():
                raise CannotRun(f"The {child.title} ended ({child.fate()}). Its last words:\n{last_words(child.log)}")
        time.sleep(0.2)


def _all_read(where: Place, *, since: datetime) -> bool:
    status, body = ask(where.local_host, port=where.port, path="/readyz")
    if status != 200:
        return False
    read = [account["collected_at"] for account in json.loads(body)["accounts"]]
    return all(moment and datetime.fromisoformat(moment) >= since for moment in read)


def ask(host: str, *, port: int, path: str) -> tuple[int, bytes]:
    """What a local door answers: its status and words; status 0 when it does not."""
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()
