"""The embedded servers: started, shared, stopped by the last to leave, and whole again after any death."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from civic.embedded import ensure

GUEST = """
import os, sys
from pathlib import Path
import dj_database_url, psycopg2, redis
from civic.embedded import ensure
ensure(Path(sys.argv[1]))
database = dj_database_url.parse(os.environ["DATABASE_URL"])
connection = psycopg2.connect(host=database["HOST"], user=database["USER"], dbname=database["NAME"])
connection.autocommit = True
cursor = connection.cursor()
# One guest at a time: two may both find the table missing, or each count the other's visit too.
cursor.execute("SELECT pg_advisory_lock(1)")
cursor.execute("CREATE TABLE IF NOT EXISTS visit (id serial)")
cursor.execute("INSERT INTO visit DEFAULT VALUES")
cursor.execute("SELECT count(*), lower('ÁÑ') FROM visit")
connection_said = cursor.fetchone()
connection.close()
redis.from_url(os.environ["REDIS_URL"]).ping()
print(*connection_said, flush=True)
sys.stdin.read()
"""

Guest = subprocess.Popen[str]


@pytest.fixture
def enter(tmp_path: Path) -> Iterator[Callable[..., Guest]]:
    """Start a process that uses the servers until its input is closed."""
    guests: list[Guest] = []
    environ = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}

    def start(data_dir: Path | None = None) -> Guest:
        command = [sys.executable, "-c", GUEST, str(data_dir or tmp_path)]
        guest = subprocess.Popen(command, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        guests.append(guest)
        return guest

    yield start
    for guest in guests:
        guest.kill()
        guest.communicate()


def leave(guest: Guest) -> None:
    guest.communicate()
    assert guest.returncode == 0


def said(guest: Guest) -> str:
    assert guest.stdout
    return guest.stdout.readline().strip()


def servers(data_dir: Path) -> list[psutil.Process]:
    """Whatever still runs for a data folder, the guests themselves aside."""
    found = []
    for process in psutil.process_iter(["name", "cmdline", "status"]):
        words = " ".join(process.info["cmdline"] or [])
        if process.info["status"] != psutil.STATUS_ZOMBIE and str(data_dir) in words and GUEST not in words:
            found.append(process)
    return found


def wait_until_empty(data_dir: Path) -> None:
    deadline = time.monotonic() + 10
    while servers(data_dir):
        assert time.monotonic() < deadline, servers(data_dir)
        time.sleep(0.1)


def kill_servers(data_dir: Path) -> None:
    for process in servers(data_dir):
        with suppress(psutil.NoSuchProcess):
            process.kill()


def test_ensure_with_both_urls_given_starts_nothing(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"

    ensure(data_dir)

    assert not data_dir.exists()


def test_several_processes_share_the_servers_and_the_last_one_stops_them(
    tmp_path: Path, enter: Callable[..., Guest]
) -> None:
    first, second = enter(), enter()
    assert sorted([said(first), said(second)]) == ["1 áñ", "2 áñ"]

    leave(first)
    assert {process.name() for process in servers(tmp_path)} >= {"postgres", "valkey-server"}

    leave(second)
    assert servers(tmp_path) == []


def test_servers_stop_when_their_only_user_is_killed(tmp_path: Path, enter: Callable[..., Guest]) -> None:
    guest = enter()
    said(guest)

    guest.send_signal(signal.SIGKILL)

    wait_until_empty(tmp_path)


def test_next_start_recovers_when_everything_was_killed(tmp_path: Path, enter: Callable[..., Guest]) -> None:
    guest = enter()
    said(guest)
    kill_servers(tmp_path)
    guest.kill()
    guest.wait()
    # The old numbers are somebody else's by now: this test's own process.
    pid_file = tmp_path / "postgres" / "postmaster.pid"
    _, *rest = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getpid()), *rest]) + "\n")
    (tmp_path / "valkey" / "valkey.pid").write_text(str(os.getpid()))

    again = enter()

    assert said(again) == "2 áñ"
    leave(again)
    assert servers(tmp_path) == []


def test_next_start_recovers_when_the_first_one_was_cut_short(tmp_path: Path, enter: Callable[..., Guest]) -> None:
    guest = enter()
    deadline = time.monotonic() + 10
    while not list(tmp_path.glob("postgres.new-*/PG_VERSION")) and time.monotonic() < deadline:
        time.sleep(0.01)
    guest.kill()
    guest.wait()

    again = enter()

    assert said(again) == "1 áñ"
    leave(again)
    assert list(tmp_path.glob("postgres.new-*")) == []


def test_a_long_path_with_spaces_is_no_obstacle(tmp_path: Path, enter: Callable[..., Guest]) -> None:
    guest = enter(tmp_path / "la carpeta de María" / ("x" * 120))

    assert said(guest) == "1 áñ"
    leave(guest)
