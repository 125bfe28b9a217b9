"""The cast and the places of every test: Alameda's people, and a pretend X on a free port."""

import threading
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.management import call_command
from django.utils.translation.reloader import translation_file_changed
from PIL import ExifTags, Image
from pytest_django import Settings

from requests_app.models import Account, Queue
from requests_app.sandbox.app import create_app
from requests_app.sandbox.server import Running
from tests.requests_app.sandbox.driver import Sandbox

# The storm mostly waits: begun first, it is over before everything else is.
FIRST = "test_faults.py"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.name != FIRST)


@pytest.fixture(autouse=True)
def forgetful_cache() -> Iterator[None]:
    """Throttles and short memories of one test are not the next one's."""
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def quick(settings: Settings) -> None:
    """What production does slowly on purpose, or once for all: it would take half of the suite's time."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Else every test client reads all static files anew.
    settings.WHITENOISE_AUTOREFRESH = True


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
def sandbox(running: Sandbox, settings: Settings) -> Sandbox:
    """The pretend X, empty, with the site pointed at it."""
    running.control("POST", "reset")
    settings.X_BASE_URL = running.base
    settings.X_CLIENT_ID, settings.X_CLIENT_SECRET = "plaza", "plaza-secret"
    settings.X_COLLECT_SECONDS = 0
    return running


@pytest.fixture
def alameda(db: None) -> None:
    """The demo's town: queues, services, people, accounts."""
    call_command("prepare_alameda", stdout=StringIO())


@pytest.fixture
def carmen(alameda: None) -> User:
    """The sweeper."""
    return User.objects.get(username="sweeper")


@pytest.fixture
def ines(alameda: None) -> User:
    """The dispatcher."""
    return User.objects.get(username="dispatcher")


@pytest.fixture
def elena(alameda: None) -> User:
    """The mayor."""
    return User.objects.get(username="mayor")


@pytest.fixture
def cleaning(alameda: None) -> Queue:
    return Queue.objects.get(code="sweeper")


@pytest.fixture
def town_account(alameda: None) -> Account:
    """@alameda, the town hall's own."""
    return Account.objects.get(network="x", handle="alameda")


@pytest.fixture(scope="session")
def jpeg() -> bytes:
    """A small photo that tells where and with what it was taken."""
    image, out = Image.new("RGB", (64, 48), "#4E6420"), BytesIO()
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Pocket camera"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (37.0, 13.0, 0.0)
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


@pytest.fixture(scope="session", autouse=True)
def built() -> None:
    """What `make run` builds too: the static files under their lasting names, and the translations."""
    call_command("compile_translations", stdout=StringIO())
    # Django may have read yesterday's catalogues while it started.
    translation_file_changed(sender=None, file_path=Path("django.mo"))
    call_command("collectstatic", interactive=False, verbosity=0)
