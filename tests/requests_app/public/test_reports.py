"""Writing to the town hall without an account."""

from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from requests_app import workflow
from requests_app.models import Photo, Post, ServiceRequest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("alameda")]


@pytest.fixture
def english() -> Client:
    return Client(headers={"Accept-Language": "en"})


def upload(content: bytes, name: str = "lamp.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def send(client: Client, **fields: Any) -> Any:
    return client.post(
        "/report/",
        {"text": "La farola de la calle del Olmo está apagada", "once": str(uuid4()), "looked": "1", **fields},
    )


def test_report_becomes_a_request_with_a_private_link(english: Client) -> None:
    response = send(english, address="Calle del Olmo, 14", contact="ana@example.com")
    row = ServiceRequest.objects.select_related("opening_post__author", "queue").get()

    assert response.headers["Location"] == f"/follow/{row.follow_token}/?sent"
    assert (row.queue.code, row.address, row.opening_post.author.contact) == (
        "maintenance",
        "Calle del Olmo, 14",
        "ana@example.com",
    )
    text = english.get(response.headers["Location"]).content.decode()
    assert f"We have it. It is No. {row.pk}." in text
    assert f'value="http://testserver/follow/{row.follow_token}/"' in text
    assert "ana@example.com" not in text


CALL = '<a href="tel:112"><strong>Is somebody in danger? Call 112 now.</strong></a>'


def test_whoever_tells_of_danger_is_told_whom_to_call_before_and_after(english: Client) -> None:
    danger = "Huele muchísimo a gas en la calle del Olmo"
    assert CALL in send(english, text=danger, looked="").content.decode()

    own = english.get(send(english, text=danger).headers["Location"]).content.decode()

    row = ServiceRequest.objects.get()
    assert own.index(CALL) < own.index("We have it.")
    assert CALL in english.get(f"/requests/{row.pk}/").content.decode()


def test_done_or_calm_nobody_is_told_to_call(english: Client, ines: User) -> None:
    send(english)
    row = ServiceRequest.objects.get()
    assert CALL not in english.get(f"/requests/{row.pk}/").content.decode()

    ServiceRequest.objects.update(is_urgent=True)
    row.refresh_from_db()
    workflow.decline(row, by=ines, reason="not_found")

    assert CALL not in english.get(f"/requests/{row.pk}/").content.decode()


def test_report_stands_on_the_square_without_its_contact(english: Client) -> None:
    send(english, contact="ana@example.com")
    row = ServiceRequest.objects.get()

    pages = [english.get(address).content.decode() for address in ("/", f"/requests/{row.pk}/", "/feed.atom")]

    assert [("está apagada" in page, "ana@example.com" in page) for page in pages] == [(True, False)] * 3


def test_report_sent_twice_is_one_request(english: Client, jpeg: bytes) -> None:
    once = str(uuid4())
    first = send(english, once=once, photos=upload(jpeg))
    second = send(english, once=once, photos=upload(jpeg))

    assert first.headers["Location"] == second.headers["Location"]
    assert (ServiceRequest.objects.count(), Photo.objects.count()) == (1, 1)


def test_report_keeps_clean_photos(english: Client, jpeg: bytes) -> None:
    send(english, photos=[upload(jpeg, "one.jpg"), upload(jpeg, "two.jpg")])

    photos = Photo.objects.order_by("pk")
    assert [(photo.post, photo.width, photo.height) for photo in photos] == [(Post.objects.get(), 64, 48)] * 2
    with photos[0].image.open("rb") as file:
        assert b"Pocket camera" not in file.read()


def test_report_says_what_is_wrong_with_a_photo_and_keeps_the_words(english: Client, jpeg: bytes) -> None:
    response = send(
        english,
        photos=[upload(jpeg), upload(b"no picture", "film.mp4")],
        address="Calle Larga",
        contact="ana@example.com",
    )
    text = response.content.decode()

    assert response.status_code == 422
    assert "film.mp4: That file is not a photo we can read." in text
    assert [word in text for word in ("está apagada", 'value="Calle Larga"', 'value="ana@example.com"')] == [True] * 3
    assert Post.objects.count() == 0


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text": "   "}, "Tell us in a few words what happens."),
        ({"text": "a" * 4001}, "at most 4000 characters"),
        ({"spot": "atlantis"}, "atlantis is not one of the available choices"),
        ({"service": "atlantis"}, "not one of the available choices"),
        ({"text": "a\0b"}, "Null characters are not allowed."),
    ],
)
def test_report_refuses_in_plain_words(english: Client, fields: dict[str, str], said: str) -> None:
    response = send(english, **fields)

    assert (response.status_code, said in response.content.decode()) == (422, True)
    assert Post.objects.count() == 0


def test_report_refuses_four_photos(english: Client, jpeg: bytes) -> None:
    response = send(english, photos=[upload(jpeg) for _ in range(4)])

    assert "Three photos at most" in response.content.decode()


def test_report_of_a_chosen_service_goes_to_its_team(english: Client) -> None:
    send(english, text="Mirad esto", service="rubbish")

    row = ServiceRequest.objects.select_related("service", "queue").get()
    assert (row.service and row.service.code, row.queue.code) == ("rubbish", "sweeper")


def test_report_of_words_nobody_understands_is_somebodys_work(english: Client) -> None:
    send(english, text="Hola")

    assert ServiceRequest.objects.select_related("queue").get().queue.code == "townhall"


def test_report_of_thanks_opens_nothing(english: Client) -> None:
    response = send(english, text="Muchas gracias a Carmen por lo limpia que está la plaza")

    assert (response.headers["Location"], ServiceRequest.objects.count()) == ("/thanks/?said", 0)
    assert "Thank you for saying so" in english.get("/thanks/?said").content.decode()


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"point": "37.22000,-3.60000"}, ("", 37.22, -3.6)),
        ({"spot": "plaza-mayor"}, ("Plaza Mayor", 37.21973, -3.59988)),
        ({"spot": "plaza-mayor", "address": "the fountain"}, ("the fountain", 37.21973, -3.59988)),
        ({"point": "nan,nan"}, ("", None, None)),
        ({"point": "91,0"}, ("", None, None)),
        ({"point": "here"}, ("", None, None)),
    ],
)
def test_report_knows_its_place(
    english: Client, fields: dict[str, str], place: tuple[str, float | None, float | None]
) -> None:
    send(english, text="No hay luz", **fields)

    row = ServiceRequest.objects.get()
    rounded = tuple(edge and round(edge, 5) for edge in (row.latitude, row.longitude))
    assert (row.address, *rounded) == place


def test_report_by_a_machine_is_thanked_and_dropped(english: Client) -> None:
    response = send(english, leave_empty="https://example.com")

    assert (response.headers["Location"], Post.objects.count()) == ("/thanks/", 0)


def test_report_stops_a_flood_and_keeps_the_words(english: Client) -> None:
    answers = [send(english).status_code for _ in range(10)]
    flooded = send(english, text="The eleventh")

    assert (answers, flooded.status_code) == ([302] * 10, 429)
    assert "The eleventh" in flooded.content.decode()
    assert (
        english.post(
            "/report/", {"text": "A neighbour", "once": str(uuid4()), "looked": "1"}, REMOTE_ADDR="192.0.2.7"
        ).status_code
        == 302
    )


def test_report_counts_the_client_behind_our_proxy(english: Client, settings: Settings) -> None:
    settings.TRUST_PROXY = True
    hops = [f"192.0.2.{n}, 198.51.100.1" for n in range(11)]

    answers = [
        english.post(
            "/report/", {"text": "Farola", "once": str(uuid4()), "looked": "1"}, headers={"X-Forwarded-For": hop}
        ).status_code
        for hop in hops
    ]

    assert answers == [302] * 10 + [429]


def test_report_too_large_is_refused_before_it_is_read(english: Client) -> None:
    response = english.post("/report/", {"text": "Farola", "once": str(uuid4())}, CONTENT_LENGTH=str(50 * 1024**2))

    assert (response.status_code, Post.objects.count()) == (413, 0)


def test_report_needs_its_own_form() -> None:
    assert send(Client(enforce_csrf_checks=True)).status_code == 403


def test_report_form_names_each_delivery_anew(english: Client) -> None:
    onces = {english.get("/report/").context["form"]["once"].value() for _ in range(3)}

    assert len(onces) == 3
