"""A photo that was taken on the spot is taken down: everywhere at once, and in the history."""

import pytest
from django.contrib.auth.models import User
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from requests_app import photos, workflow
from requests_app.models import Photo, Reply, ServiceRequest
from requests_app.workflow.speech import share_photos
from tests.staff.conftest import Ask, SignIn

pytestmark = pytest.mark.django_db


@pytest.fixture
def taken(ask: Ask, carmen: User, jpeg: bytes) -> Photo:
    return photos.take(ask(), jpeg, side="after", by=carmen, at=timezone.now())


def take_down(client: Client, photo: Photo, **also: str) -> str:
    """What the next page says of it."""
    return client.post(reverse("remove_photo", args=[photo.uuid]), also, follow=True).content.decode()


def answered_with(photo: Photo, *, by: User) -> Reply:
    request = ServiceRequest.objects.get(pk=photo.service_request_id)
    workflow.answer(request, by=by, message=workflow.Message("Así ha quedado."))
    reply = Reply.objects.get()
    share_photos([photo], among=[reply])
    return reply


def test_it_is_gone_here_and_below_the_answer_that_showed_it(
    desk: Client, client: Client, taken: Photo, carmen: User
) -> None:
    reply = answered_with(taken, by=carmen)
    Reply.objects.filter(pk=reply.pk).update(
        status="published", published_at=timezone.now(), external_id="1", next_attempt_at=None
    )
    doors = [reverse("photo", args=[photo.uuid]) for photo in Photo.objects.all()]
    assert [client.get(door).status_code for door in doors] == [200, 200]

    page = take_down(desk, taken)
    photos.remove_erased()

    assert "Carmen took a photo down." in page
    assert "The photo is gone from here. What stands on a network stays there." in page
    assert [client.get(door).status_code for door in doors] == [404, 404]
    assert not default_storage.exists(taken.image.name)


@pytest.mark.parametrize("status", ["queued", "in_doubt"])
def test_a_message_on_its_way_with_it_is_taken_back_first(
    desk: Client, taken: Photo, carmen: User, status: str
) -> None:
    reply, now = answered_with(taken, by=carmen), timezone.now()
    if status == "in_doubt":
        Reply.objects.filter(pk=reply.pk).update(status=status, first_claimed_at=now, claimed_at=now)

    page = take_down(desk, taken, street="1")

    assert "A message with this photo is on its way: take that back first." in page
    assert Photo.objects.held().count() == 2


def test_two_taps_are_one_line_of_the_history(desk: Client, taken: Photo) -> None:
    take_down(desk, taken)

    assert desk.post(reverse("remove_photo", args=[taken.uuid])).status_code == 404
    assert ServiceRequest.objects.get(pk=taken.service_request_id).events.filter(verb="photo_removed").count() == 1


def test_another_team_takes_nothing_down(taken: Photo, sign_in: SignIn) -> None:
    police = User.objects.get(username="police")

    assert sign_in(police).post(reverse("remove_photo", args=[taken.uuid])).status_code == 403
    assert Photo.objects.held().get() == taken
