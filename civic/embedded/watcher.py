"""Waits, small and alone, until nobody uses the embedded servers, then has them stopped."""

# Runs by its path with nothing but the standard library (no site-packages): it idles as long
# as the town's servers run, so it must cost next to nothing.
import fcntl
import os
import sys
import time
from pathlib import Path

CODE = Path(__file__).parents[2]
POLL_SECONDS = 1.0


def watch(data_dir: Path) -> None:
    """Wait for the last user to end, by whatever death, and become the process that stops the servers."""
    lock = os.open(data_dir / "servers.lock", os.O_RDWR | os.O_CREAT)
    users = os.open(data_dir / "servers.users", os.O_RDWR | os.O_CREAT)
    while not _deserted(lock, users=users):
        time.sleep(POLL_SECONDS)
    # Both locks stay held across exec, so nobody joins servers that are about to stop.
    os.set_inheritable(lock, True)
    os.set_inheritable(users, True)
    os.chdir(CODE)
    os.execv(sys.executable, [sys.executable, "-m", "civic.embedded", str(data_dir)])


def _deserted(lock: int, *, users: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        fcntl.flock(lock, fcntl.LOCK_UN)
        return False
    return True


if __name__ == "__main__":
    watch(Path(sys.argv[1]))
