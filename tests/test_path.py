"""The path of one post, told through public doors, with a real worker, a real broker and a pretend X over real HTTP."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from django.db import connection
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tests.requests_app.sandbox.driver import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 20  # seconds for what takes two
BROKEN_GLASS = "@barrendera_alameda hay cristales rotos en el parque infantil, detrás del mercado"


class Person:
    """Somebody at a browser that runs no script."""

    def __init__(self, site: str) -> None:
        self.site, self.http = site, requests.Session()
        self.http.headers["Accept-Language"] = "es"

    def read(self, path: str) -> str:
        answer = self.http.get(self.site + path, timeout=10)
        assert answer.ok, (path, answer.status_code)
        return answer.text

    def fill(self, path: str, *, action: str, files: Any = None, **fields: str) -> str:
        """Fills in the form of the page at `path` that is sent to `action`, with its hidden fields."""
        page = self.read(path)
        forms = re.findall(r"<form\b.*?</form>", page, re.DOTALL)
        (form,) = [form for form in forms if sent_to(form, page=path) == action]
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)) | joined(
            form, page=page
        )
        headers = {"Referer": self.site + path}
        answer = self.http.post(self.site + action, data=hidden | fields, files=files, headers=headers, timeout=10)
        assert answer.ok, (action, answer.status_code, re.findall(r"<form.*?</form>", answer.text, re.DOTALL))
        return answer.text

    def sign_in(self, name: str) -> "Person":
        self.fill("/sign-in/", action="/sign-in/", username=name, password="alameda")
        return self


def sent_to(form: str, *, page: str) -> str:
    """A form that names no address is sent to its own page."""
    method, action = re.search(r'method="post"', form), re.search(r'action="([^"]*)"', form)
    return (action[1] if action else page) if method else ""


def joined(form: str, *, page: str) -> dict[str, str]:
    """The hidden fields that stand elsewhere on the page and name the form as theirs."""
    name = re.search(r'id="([^"]+)"', form)
    pattern = r'<input type="hidden" form="{}" name="([^"]+)" value="([^"]*)"'
    return dict(re.findall(pattern.format(re.escape(name[1])), page)) if name else {}


def until(question: Callable[[], Any], *, patience: float = PATIENCE) -> Any:
    """The first true answer. What the worker does takes its moment."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if answer := question():
            return answer
        time.sleep(0.1)
    raise AssertionError(f"not within {patience} s")


@pytest.fixture
def worker(sandbox: Sandbox, alameda: None, settings: Settings, tmp_path: Path) -> Iterator[None]:
    """Celery's worker and clock as in production, on the test's own database."""
    database = connection.settings_dict
    host = str(database["HOST"]).replace("/", "%2F")
    env = os.environ | {
        "DATABASE_URL": f"postgres://{database['USER']}:{database['PASSWORD']}@{host}:{database['PORT']}/{database['NAME']}",
        "X_BASE_URL": sandbox.base,
        "X_CLIENT_ID": "plaza",
        "X_CLIENT_SECRET": "plaza-secret",
        "X_COLLECT_SECONDS": "0.3",
        "UNDO_SECONDS": "1",
    }
    settings.UNDO_SECONDS = 1
    commands = (
        ["--app", "civic", "worker", "--pool", "threads", "--concurrency", "10"],
        ["--app", "civic.clock", "beat", "--schedule", str(tmp_path / "beat"), "--pidfile", ""],
    )
    with (tmp_path / "celery.log").open("w+") as log:
        processes = [
            subprocess.Popen([sys.executable, "-m", "celery", *command], env=env, stdout=log, stderr=log)
            for command in commands
        ]
        yield
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(timeout=20)
        log.seek(0)
        print(log.read())  # noqa: T201


def test_the_path_of_one_post(worker: None, sandbox: Sandbox, live_server: LiveServer, jpeg: bytes) -> None:
    carmen = Person(live_server.url).sign_in("sweeper")
    mayor = Person(live_server.url).sign_in("mayor")
    neighbour = Person(live_server.url)

    # 1. A resident posts from her phone, with a photo; it is on the sweeper's desk by itself.
    order = {"author": "lucia_rm", "name": "Lucía M.", "text": BROKEN_GLASS, "lang": "es"}
    post = sandbox.control("POST", "posts", data=order, files={"photo": ("a.jpg", jpeg)})
    number = until(lambda: re.search(r"/desk/requests/(\d+)/", carmen.read("/desk/sweeper/")))[1]
    page = f"/desk/requests/{number}/"
    assert "cristales rotos" in carmen.read(page)

    # 2. Carmen takes it on by name; her words leave after the undo window and stand in Lucía's thread.
    carmen.fill(page, action=f"{page}accept/", text="Voy ahora mismo, Lucía.")
    until(lambda: len(thread(sandbox, post)) == 2)
    said = thread(sandbox, post)[1]
    assert (said["author"], said["in_reply_to"]) == ("barrendera_alameda", post["id"])
    assert said["text"] == f"@lucia_rm Voy ahora mismo, Lucía.\n— Carmen · N.º {number}"

    # 3. The clock stopped when it was visible, and everybody can see it.
    until(lambda: "Voy ahora mismo" in neighbour.read("/"))
    assert "Carmen" in neighbour.read(f"/requests/{number}/")

    # 4. She sweeps, shows it, and the proof goes out with its description.
    carmen.fill(
        page, action=f"{page}resolve/", text="Barrido. Ya se puede jugar.", photo_alt="El parque, limpio",
        files={"photo": ("after.jpg", jpeg, "image/jpeg")},
    )  # fmt: skip
    until(lambda: len(thread(sandbox, post)) == 3)
    until(lambda: "Ya se puede jugar" in neighbour.read(f"/requests/{number}/"))

    # 5. Lucía says thanks in the thread: it is attached, and reopens nothing.
    sandbox.post(
        "@barrendera_alameda ¡muchas gracias, Carmen!", author="lucia_rm", in_reply_to=thread(sandbox, post)[2]["id"]
    )
    until(lambda: "muchas gracias, Carmen" in carmen.read(page))
    request = requests.get(f"{live_server.url}/open311/v2/requests/{number}.json", timeout=10).json()[0]
    assert request["status"] == "closed"

    # 6. The mayor reads how it went.
    figures = mayor.read("/mayor/figures.csv").splitlines()
    assert any("sweeper" in line or "Limpieza" in line for line in figures), figures
    assert len(thread(sandbox, post)) == 4


def thread(sandbox: Sandbox, post: dict[str, Any]) -> list[dict[str, Any]]:
    posts: list[dict[str, Any]] = sandbox.control("GET", f"posts?conversation={post['id']}")["posts"]
    return posts
