"""Gives a test session its own servers and data folder, before Django reads its settings."""

import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from civic.embedded import ensure, leave

SESSION = {
    "SECRET_KEY": "only-for-tests-and-nothing-else-0123456789-abcdefghij",
    "CREDENTIALS_KEY": "another-only-for-tests",
    "DEBUG": "0",
    # The live server's threads would keep the test database from being dropped.
    "DATABASE_CONN_MAX_AGE": "0",
    "PUBLIC_URL": "http://testserver",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
}


URLS = ("DATABASE_URL", "REDIS_URL")
# Which of them lead to servers of a test session's own.
STARTED = "PLAZA_TESTS_STARTED"


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    # A wrapper, because it runs before the Django plugin's own hook, which reads the settings.
    _forget_the_first_process()
    data_dir = Path(tempfile.mkdtemp(prefix="plaza-tests-"))
    early_config.stash[DATA_DIR] = data_dir
    os.environ.update(SESSION, PLAZA_DATA_DIR=str(data_dir))
    absent = [name for name in URLS if not os.environ.get(name)]
    ensure(data_dir, durable=False)
    os.environ[STARTED] = " ".join(absent)
    try:
        return (yield)
    except BaseException:
        # The settings or the models cannot be read: nobody will call the other end.
        _clear(data_dir)
        raise


def _forget_the_first_process() -> None:
    """Each process of a test session has servers of its own: a cache that is shared forgets at the wrong moment."""
    for name in os.environ.pop(STARTED, "").split():
        del os.environ[name]


def pytest_unconfigure(config: pytest.Config) -> None:
    _clear(config.stash[DATA_DIR])


def _clear(data_dir: Path) -> None:
    leave(data_dir)
    shutil.rmtree(data_dir, ignore_errors=True)


DATA_DIR = pytest.StashKey[Path]()
