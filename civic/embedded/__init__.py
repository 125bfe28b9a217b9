"""PostgreSQL and Valkey from wheels, for machines that bring no servers: start, join, leave."""

import atexit
import fcntl
import hashlib
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from civic.embedded import postgres, valkey
from civic.embedded.failure import CannotStart

__all__ = ["CannotStart", "ensure", "leave"]

WATCHER = Path(__file__).with_name("watcher.py")
# A unix socket's path holds 107 bytes; the longest name below the data folder is "/postgres/.s.PGSQL.5432.lock".
LONGEST_FOLDER = 75

# The open file whose shared lock says "this process uses the servers". The kernel drops it
# when the process ends, however it ends, so no list of process ids can ever be stale.
_presence: dict[Path, IO[str]] = {}


def ensure(data_dir: Path, *, durable: bool = True) -> None:
    """Set DATABASE_URL and REDIS_URL, starting or joining a server for each that is absent."""
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        return
    data_dir = data_dir.expanduser().resolve()
    data_dir.mkdir(parents=True, exist_ok=True)
    with _one_at_a_time(data_dir):
        _enter(data_dir)
        try:
            folder = _plain_path(data_dir)
            urls = {}
            if not os.environ.get("DATABASE_URL"):
                urls["DATABASE_URL"] = postgres.start(folder / "postgres", durable=durable)
            if not os.environ.get("REDIS_URL"):
                urls["REDIS_URL"] = valkey.start(folder / "valkey", durable=durable)
        except BaseException:
            # Ctrl-C in the middle of a start leaves nothing behind either.
            _stop_if_last(data_dir)
            raise
    os.environ.update(urls)


def leave(data_dir: Path) -> None:
    """Stop using the servers; the last process to leave stops them."""
    data_dir = data_dir.expanduser().resolve()
    if data_dir in _presence:
        with _one_at_a_time(data_dir):
            _stop_if_last(data_dir)


def _enter(data_dir: Path) -> None:
    if data_dir in _presence:
        return
    presence = (data_dir / "servers.users").open("a")
    fcntl.flock(presence, fcntl.LOCK_SH)
    _presence[data_dir] = presence
    atexit.register(_leave_at_exit, data_dir, os.getpid())
    _start_watcher(data_dir)


def _leave_at_exit(data_dir: Path, pid: int) -> None:
    # A forked child inherits the exit handlers but is not the guest.
    if pid == os.getpid():
        leave(data_dir)


def _stop_if_last(data_dir: Path) -> None:
    with _presence.pop(data_dir) as presence:
        try:
            fcntl.flock(presence, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        stop_servers(data_dir)
        _stop_watcher(data_dir)


def stop_servers(data_dir: Path) -> None:
    """Stop both servers of a data folder that nobody uses any more (the caller holds its locks)."""
    folder = _plain_path(data_dir)
    postgres.stop(folder / "postgres")
    valkey.stop(folder / "valkey")
    if folder != data_dir:
        folder.unlink(missing_ok=True)


@contextmanager
def _one_at_a_time(data_dir: Path) -> Iterator[None]:
    with (data_dir / "servers.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _plain_path(data_dir: Path) -> Path:
    """The folder under a name short enough for a socket and free of what a shell would interpret."""
    name = str(data_dir)
    if len(os.fsencode(name)) <= LONGEST_FOLDER and all(c.isascii() and (c.isalnum() or c in "/._-+") for c in name):
        return data_dir
    digest = hashlib.sha256(os.fsencode(name)).hexdigest()[:12]
    link = Path("/tmp") / f"plaza-{os.getuid()}-{digest}"  # noqa: S108 (checked below; TMPDIR may be long itself)
    if not link.is_symlink():
        link.symlink_to(data_dir)
    if link.lstat().st_uid != os.getuid() or link.resolve() != data_dir:
        raise CannotStart(f"{link} is in the way: remove it, or choose a shorter PLAZA_DATA_DIR without spaces.")
    return link


def _start_watcher(data_dir: Path) -> None:
    """Leave a tiny process behind that stops the servers should every user of them be killed."""
    with (data_dir / "servers.watcher").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        # It is born holding the lock, as its file 3, and drops it only by ending.
        quiet = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in (0, 1, 2)]
        actions = [(os.POSIX_SPAWN_DUP2, lock.fileno(), 3), *quiet]
        command = [sys.executable, "-I", "-S", str(WATCHER), str(data_dir)]
        pid = os.posix_spawn(sys.executable, command, os.environ, file_actions=actions, setsid=True)
        lock.truncate(0)
        lock.write(str(pid))


def _stop_watcher(data_dir: Path) -> None:
    with (data_dir / "servers.watcher").open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            # Whoever holds the lock is alive and its id was written here: no other process can be hit.
            pid = int(lock.read())
            os.kill(pid, signal.SIGTERM)
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)
