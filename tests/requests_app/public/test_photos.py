"""Who may see which photo."""

import io
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from PIL import Image

from requests_app.models import Photo, Post
from tests.factories import PostFactory, QueueFactory, ReplyFactory, ServiceRequestFactory, UserFactory
from tests.requests_app.public.rows import published, with_photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague() -> User:
    """Works the queue of every request here."""
    user = UserFactory()
    user.queues.add(QueueFactory())
    return user


def status(client: Client, photo: Photo) -> int:
    return client.get(f"/photos/{photo.uuid}.jpg").status_code


def test_photo_is_a_jpeg_and_nothing_else(client: Client, jpeg: bytes) -> None:
    photo = with_photo(jpeg, post=ServiceRequestFactory().opening_post)

    response = client.get(f"/photos/{photo.uuid}.jpg")

    assert Image.open(io.BytesIO(response.content)).format == "JPEG"
    assert {name: response.headers[name] for name in ("Content-Type", "X-Content-Type-Options", "Cache-Control")} == {
        "Content-Type": "image/jpeg",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "public, max-age=600",
    }


def test_photo_is_not_sent_again_to_who_has_it(client: Client, jpeg: bytes) -> None:
    photo = with_photo(jpeg, post=ServiceRequestFactory().opening_post)
    etag = client.get(f"/photos/{photo.uuid}.jpg").headers["ETag"]

    response = client.get(f"/photos/{photo.uuid}.jpg", headers={"If-None-Match": etag})

    assert (response.status_code, response.content) == (304, b"")


def test_photo_comes_small_for_a_card(client: Client) -> None:
    large = io.BytesIO()
    Image.new("RGB", (1600, 800), "#4E6420").save(large, "JPEG")
    photo = with_photo(large.getvalue(), post=ServiceRequestFactory().opening_post)

    sizes = [
        Image.open(io.BytesIO(client.get(f"/photos/{photo.uuid}.jpg{query}").content)).size
        for query in ("?size=small", "?size=small", "?size=9", "")
    ]

    assert sizes == [(640, 320), (640, 320), (1600, 800), (1600, 800)]


def test_photo_of_a_published_answer_is_public_and_of_a_held_one_is_not(client: Client, jpeg: bytes) -> None:
    row = ServiceRequestFactory()
    shown, held = with_photo(jpeg, reply=published(row)), with_photo(jpeg, reply=ReplyFactory(service_request=row))

    assert (status(client, shown), status(client, held)) == (200, 404)


def test_photo_of_a_private_request_is_for_those_who_may_see_it(client: Client, jpeg: bytes, colleague: User) -> None:
    row = ServiceRequestFactory(is_private=True)
    photo = with_photo(jpeg, post=row.opening_post)
    stranger = UserFactory()

    seen = [status(client, photo)]
    for user in (stranger, colleague):
        client.force_login(user)
        seen.append(status(client, photo))

    assert seen == [404, 404, 200]
    assert client.get(f"/photos/{photo.uuid}.jpg").headers["Cache-Control"] == "private, no-store"


def test_photo_of_what_was_merged_into_a_private_request_is_private(client: Client, jpeg: bytes) -> None:
    target = ServiceRequestFactory(is_private=True)
    photo = with_photo(jpeg, post=ServiceRequestFactory(merged_into=target).opening_post)

    assert status(client, photo) == 404


def test_photo_of_a_deleted_post_is_gone_for_everybody(client: Client, jpeg: bytes, colleague: User) -> None:
    photo = with_photo(jpeg, post=ServiceRequestFactory().opening_post)
    Post.objects.update(deleted_at=timezone.now())
    outside = status(client, photo)
    client.force_login(colleague)

    assert (outside, status(client, photo)) == (404, 404)


def test_photo_of_a_post_that_is_nobodys_request_is_not_public(client: Client, jpeg: bytes) -> None:
    assert status(client, with_photo(jpeg, post=PostFactory())) == 404


def test_photo_without_its_file_is_not_found(client: Client, jpeg: bytes) -> None:
    row = ServiceRequestFactory()
    lost = with_photo(jpeg, post=row.opening_post)
    Path(lost.image.path).unlink()
    coming = Photo.objects.create(post=row.opening_post, source_url="https://example.com/a.jpg")

    assert (status(client, lost), status(client, coming)) == (404, 404)


@pytest.mark.parametrize("key", ["", "1:forged", "%00", "é"])
def test_photo_does_not_open_with_a_forged_key(client: Client, jpeg: bytes, key: str) -> None:
    photo = with_photo(jpeg, post=ServiceRequestFactory(is_private=True).opening_post)

    assert client.get(f"/photos/{photo.uuid}.jpg?key={key}").status_code == 404


def test_photo_opens_for_the_queue_that_works_it(client: Client, jpeg: bytes) -> None:
    other = QueueFactory(code="police")
    photo = with_photo(jpeg, post=ServiceRequestFactory(is_private=True, queue=other).opening_post)
    teo = UserFactory()
    teo.queues.add(other)
    client.force_login(teo)

    assert status(client, photo) == 200
