"""A running pretend X on a free port, forgotten between tests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from requests_app.sandbox.app import create_app
from requests_app.sandbox.server import Running

from .driver import Sandbox


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    stopping = threading.Event()
    app = create_app(Path(tmp_path_factory.mktemp("sandbox")), stopping=stopping)
    server = Running(app, host="127.0.0.1", port=0)
    server.start()
    yield Sandbox(f"http://127.0.0.1:{server.port}")
    stopping.set()
    server.stop()
    app.extensions["town"].store.close()


@pytest.fixture
def sandbox(running: Sandbox) -> Sandbox:
    running.control("POST", "reset")
    return running
