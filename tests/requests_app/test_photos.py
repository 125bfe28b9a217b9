"""Photos: taken by their content, made small, and told nothing about where they were made."""

import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO

import pytest
from django.utils import timezone
from PIL import Image
from pytest_django import Settings

from requests_app import downloads, inbox, photos
from requests_app.models import Account, Network, Photo
from requests_app.photos import NotAPhoto, clean
from tests.factories import PostFactory
from tests.requests_app.sandbox.driver import Sandbox


def picture(size: tuple[int, int] = (40, 20), *, form: str = "PNG", **options: object) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "#8A5A00").save(out, form, **options)
    return out.getvalue()


def test_a_clean_photo_has_no_metadata(jpeg: bytes) -> None:
    with Image.open(BytesIO(jpeg)) as before, Image.open(BytesIO(clean(jpeg))) as after:
        assert dict(before.getexif()) != {}
        assert (after.format, dict(after.getexif()), after.size) == ("JPEG", {}, before.size)


@pytest.mark.parametrize("form", ["PNG", "WEBP", "GIF", "JPEG"])
def test_any_usual_format_becomes_a_jpeg(form: str) -> None:
    with Image.open(BytesIO(clean(picture(form=form)))) as image:
        assert (image.format, image.size) == ("JPEG", (40, 20))


def test_a_large_photo_is_made_smaller() -> None:
    with Image.open(BytesIO(clean(picture((4000, 1000))))) as image:
        assert image.size == (1600, 400)


def test_a_photo_taken_sideways_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    with Image.open(BytesIO(clean(picture(form="JPEG", exif=exif)))) as image:
        assert image.size == (20, 40)


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", b"<svg onload='alert(1)'/>", b"\xff\xd8\xff\xe0 cut off", picture()[:60], b"%PDF-1.7"],
)
def test_what_is_no_photo_is_refused(content: bytes) -> None:
    with pytest.raises(NotAPhoto):
        clean(content)


def test_a_picture_with_too_many_pixels_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos, "MAX_PIXELS", 100)
    with pytest.raises(NotAPhoto):
        clean(picture())


def test_a_file_that_is_too_large_is_refused(settings: Settings) -> None:
    settings.PHOTO_MAX_BYTES = 10
    with pytest.raises(NotAPhoto):
        clean(picture())


@pytest.mark.django_db
def test_a_networks_photo_is_fetched_and_cleaned(sandbox: Sandbox, town_account: Account, jpeg: bytes) -> None:
    order = {"author": "lucia_rm", "text": "@alameda mirad esto", "alt_text": "Una farola"}
    sandbox.control("POST", "posts", data=order, files={"photo": ("a.jpg", jpeg)})
    inbox.collect(town_account)

    assert photos.fetch_due() == 1

    photo = Photo.objects.held().get()
    assert (photo.alt, photo.width, photo.height, photo.error) == ("Una farola", 64, 48, "")
    with photo.image.open() as file, Image.open(file) as image:
        assert dict(image.getexif()) == {}
    assert photos.fetch_due() == 0


@pytest.mark.django_db
def test_a_photo_that_cannot_be_had_is_tried_later_and_given_up_in_the_end() -> None:
    photo = Photo.objects.create(
        post=PostFactory(), source_url="https://127.0.0.1:9/a.jpg", next_attempt_at=timezone.now()
    )

    for attempt in range(1, photos.TRIES + 1):
        assert photos.fetch_due() == 1
        photo.refresh_from_db()
        assert (photo.attempts, photo.error) == (attempt, "ConnectionError")
        Photo.objects.exclude(next_attempt_at=None).update(next_attempt_at=timezone.now())

    assert (photo.next_attempt_at, photos.fetch_due()) == (None, 0)


@pytest.fixture
def cupboard(jpeg: bytes) -> Iterator[str]:
    """A server in the town's own network with a picture, and a way in from another address."""

    class Shelf(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(jpeg)))
            self.end_headers()
            self.wfile.write(jpeg)

        def log_message(self, *_args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Shelf) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


def link(url: str, **post: object) -> Photo:
    return Photo.objects.create(post=PostFactory(**post), source_url=url, next_attempt_at=timezone.now())


@pytest.mark.django_db
@pytest.mark.parametrize(("scheme", "error"), [("http", "InvalidSchema"), ("https", "NotPublic")])
def test_a_photos_address_does_not_lead_into_the_towns_own_network(cupboard: str, scheme: str, error: str) -> None:
    photo = link(f"{scheme}://{cupboard}/a.jpg")

    assert photos.fetch_due() == 1

    photo.refresh_from_db()
    assert (photo.image.name, photo.error) == ("", error)


@pytest.mark.django_db
def test_a_photo_from_the_networks_own_server_is_fetched_wherever_that_is(cupboard: str, settings: Settings) -> None:
    settings.X_BASE_URL = f"http://{cupboard}"
    photo = link(f"http://{cupboard}/a.jpg", network=Network.X)

    assert photos.fetch_due() == 1

    photo.refresh_from_db()
    assert (photo.width, photo.error) == (64, "")


@pytest.mark.django_db
def test_an_address_that_makes_no_sense_stops_no_other_photo(cupboard: str, settings: Settings) -> None:
    settings.X_BASE_URL = f"http://{cupboard}"
    odd = link(f"https://{'a' * 64}.example/a.jpg")
    fine = link(f"http://{cupboard}/a.jpg", network=Network.X)

    assert photos.fetch_due() == 2

    odd.refresh_from_db()
    fine.refresh_from_db()
    assert (odd.image.name, fine.width) == ("", 64)


@pytest.mark.django_db
def test_a_server_that_lets_bytes_trickle_is_hung_up_on(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    monkeypatch.setattr(downloads, "LONGEST", 0.2)

    class Trickle(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
            with suppress(OSError):
                while True:
                    self.wfile.write(b"x" * downloads.CHUNK)
                    time.sleep(0.05)

        def log_message(self, *_args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Trickle) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.X_BASE_URL = f"http://127.0.0.1:{server.server_port}"
        photo = link(f"{settings.X_BASE_URL}/a.jpg", network=Network.X)
        assert photos.fetch_due() == 1
        server.shutdown()

    photo.refresh_from_db()
    assert (photo.image.name, photo.error) == ("", "Timeout")


@pytest.mark.django_db
def test_two_workers_do_not_fetch_one_photo() -> None:
    photo = link("https://127.0.0.1:9/a.jpg")
    twin = Photo.objects.get(pk=photo.pk)

    assert (photos._claim(photo), photos._claim(twin)) == (True, False)
