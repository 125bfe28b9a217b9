"""`make run` as its user meets it: what it prints, what it survives, what it leaves behind."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import psutil
import psycopg2
import pytest

ROOT = Path(__file__).parents[2]
START_SECONDS = 90
FIRST_REQUEST_SECONDS = 15
STOP_SECONDS = 10


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
        return port


def environ(**settings: object) -> dict[str, str]:
    """The environment of somebody who just cloned the project, with these settings."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {name: str(value) for name, value in settings.items()}


def launch(**settings: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "civic.launcher"],
        cwd=ROOT,
        env=environ(**settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@dataclass
class Run:
    """One run of the launcher, up to its last printed line."""

    process: subprocess.Popen[str]
    settings: dict[str, object]
    printed: str = ""

    @classmethod
    def start(cls, **settings: object) -> "Run":
        run = cls(launch(**settings), settings)
        assert run.process.stdout
        for line in run.process.stdout:
            run.printed += line
            if "Ctrl-C stops everything" in line:
                return run
        run.process.communicate()
        raise AssertionError(run.printed)

    @property
    def data_dir(self) -> Path:
        return Path(str(self.settings["PLAZA_DATA_DIR"]))

    def stop(self) -> str:
        self.process.terminate()
        return self.process.communicate(timeout=STOP_SECONDS)[0]


def sentence(**settings: object) -> str:
    """What a run that cannot start prints."""
    process = launch(**settings)
    printed = process.communicate(timeout=START_SECONDS)[0]
    assert process.returncode == 1
    return printed.strip()


def left_behind(data_dir: Path) -> list[str]:
    """Every living process of a data folder: by what it was told, or by what it was born with."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        words = " ".join(process.info["cmdline"] or [])
        if process.info["status"] == psutil.STATUS_ZOMBIE:
            continue
        try:
            settings = process.environ()
        except (psutil.Error, OSError):
            settings = {}
        if str(data_dir) in words or settings.get("PLAZA_DATA_DIR") == str(data_dir):
            found.append(words)
    return found


def count_requests(data_dir: Path) -> int:
    connection = psycopg2.connect(host=str(data_dir / "postgres"), user="postgres", dbname="plaza")
    try:
        with connection.cursor() as cursor:
            # The town's past ended before that.
            lately = "received_at > now() - interval '20 minutes'"
            cursor.execute(f"SELECT count(*) FROM requests_app_servicerequest WHERE {lately}")
            count: int = cursor.fetchone()[0]
            return count
    finally:
        connection.close()


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """A town that runs, as long as this module's tests do."""
    data_dir = tmp_path_factory.mktemp("town")
    running = Run.start(PLAZA_DATA_DIR=data_dir, PORT=free_port(), SANDBOX_PORT=free_port())
    yield running
    if running.process.poll() is None:
        running.process.terminate()
        running.process.communicate()


def test_run_prints_where_to_go_and_who_to_be(run: Run) -> None:
    site, network = run.settings["PORT"], run.settings["SANDBOX_PORT"]

    assert re.findall(r"http://\S+", run.printed) == [
        f"http://localhost:{site}/",
        f"http://localhost:{site}/desk/",
        f"http://localhost:{network}/",
    ]
    assert re.findall(r"^    (\w+) ", run.printed, re.MULTILINE) == [
        "dispatcher",
        "sweeper",
        "police",
        "maintenance",
        "mayor",
        "it",
    ]
    assert re.search(r"^Starting PostgreSQL and Valkey\.\.\. done in \d+\.\d s$", run.printed, re.MULTILINE)


def test_first_request_is_on_the_desk_soon(run: Run) -> None:
    deadline = time.monotonic() + FIRST_REQUEST_SECONDS
    while not count_requests(run.data_dir):
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_both_doors_answer(run: Run) -> None:
    for port in (run.settings["PORT"], run.settings["SANDBOX_PORT"]):
        with urlopen(f"http://localhost:{port}/", timeout=10) as page:
            assert page.status == 200


def test_second_run_of_the_same_folder_is_refused_in_one_sentence(run: Run) -> None:
    printed = sentence(PLAZA_DATA_DIR=run.data_dir, PORT=free_port(), SANDBOX_PORT=free_port())

    pid = run.process.pid
    assert printed == (
        f"Plaza already runs from {run.data_dir} (process {pid}): "
        f"open it, stop it with `kill {pid}`, or set PLAZA_DATA_DIR for a second one."
    )


def test_child_that_dies_is_named_and_started_again(run: Run) -> None:
    sandbox = next(c for c in psutil.Process(run.process.pid).children() if "requests_app.sandbox" in c.cmdline())

    sandbox.kill()

    assert run.process.stdout
    while "unexpectedly" not in (line := run.process.stdout.readline()):
        assert line
    assert line == "The pretend X ended unexpectedly (signal SIGKILL). Its last words:\n"
    deadline = time.monotonic() + 15
    while True:
        try:
            urlopen(f"http://localhost:{run.settings['SANDBOX_PORT']}/healthz", timeout=5).close()
            break
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.2)


def test_killed_run_leaves_nothing_and_the_next_one_goes_on_with_its_data(run: Run) -> None:
    before = count_requests(run.data_dir)
    run.process.kill()
    run.process.communicate()

    again = Run.start(**run.settings)

    assert count_requests(run.data_dir) >= before > 0
    assert again.stop().strip() == "Stopping... stopped."
    assert left_behind(run.data_dir) == []


def test_interrupted_start_leaves_nothing(run: Run) -> None:
    process = launch(**run.settings)
    assert process.stdout
    while "Starting the pretend X" not in process.stdout.readline():
        assert process.poll() is None

    process.terminate()

    process.communicate(timeout=STOP_SECONDS)
    assert process.returncode == 0
    assert left_behind(run.data_dir) == []


@pytest.mark.parametrize("name", ["PORT", "SANDBOX_PORT"])
def test_door_in_use_is_said_in_one_sentence(tmp_path: Path, name: str) -> None:
    settings = {"PORT": free_port(), "SANDBOX_PORT": free_port()}
    with socket.socket() as door:
        door.bind(("127.0.0.1", settings[name]))
        door.listen()

        printed = sentence(PLAZA_DATA_DIR=tmp_path, **settings)

    other = settings[name] + 1000
    assert printed == f"Port {settings[name]} is in use: choose another with `make run {name}={other}`."


def test_folder_that_is_none_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    printed = sentence(PLAZA_DATA_DIR=tmp_path / "file")

    assert printed == f"{tmp_path / 'file'} is in the way: set PLAZA_DATA_DIR to a folder you may write in."


def test_port_that_is_no_number_is_said_in_one_sentence(tmp_path: Path) -> None:
    assert sentence(PLAZA_DATA_DIR=tmp_path, PORT="http") == "PORT must be a number from 1 to 65535, not http."


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """As much of the project as building .venv needs."""
    shutil.copytree(ROOT / ".ci", tmp_path / ".ci")
    shutil.copy(ROOT / "requirements.txt", tmp_path)
    return tmp_path


def build(clone: Path, *, python: str, **settings: str) -> str:
    """What `make run` says while it builds .venv and fails."""
    built = subprocess.run(
        [".ci/venv", "requirements.txt"],
        cwd=clone,
        env=environ(PYTHON=python, **settings),
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 1
    return built.stderr.strip()


def fake_python(clone: Path, script: str) -> str:
    path = clone / "python"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_python_too_old_is_said_in_one_sentence(clone: Path) -> None:
    python = fake_python(clone, 'if [ "$1" = --version ]; then echo Python 3.6.9; else exit 1; fi')

    assert build(clone, python=python) == (
        "Plaza needs Python 3.11 or newer and finds Python 3.6.9: install one (Debian, Ubuntu: apt install "
        "python3 python3-venv) or name it: make run PYTHON=python3.12."
    )


def test_python_without_venv_is_said_in_one_sentence(clone: Path) -> None:
    refuse = 'if [ "$1 $2" = "-m venv" ]; then echo "ensurepip is not available"; exit 1; fi'
    python = fake_python(clone, f'{refuse}\nexec {sys.executable} "$@"')

    assert build(clone, python=python) == (
        "Python's venv module is missing: install it (Debian, Ubuntu: apt install python3-venv) and run it again."
    )
    assert not (clone / ".venv").exists()


def test_no_network_is_said_in_one_sentence(clone: Path) -> None:
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_CONFIG_FILE": os.devnull, "PIP_RETRIES": "1"}

    printed = build(clone, python=sys.executable, **nowhere)

    assert printed == (
        "The packages could not be installed. No network: the first run fetches its packages from the Python "
        "package index; connect, or set PIP_INDEX_URL to an index you reach. Everything pip said is in "
        ".venv/install.log."
    )
