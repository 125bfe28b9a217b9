"""A request made by a program walks the same path as a post; what is wrong is said all at once."""

import logging
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any
from unittest.mock import ANY

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone
from PIL import Image

from requests_app.models import ApiKey, Event, Photo, Post, Service, ServiceRequest, Verb
from tests.factories import ServiceFactory
from tests.requests_app.open311.conftest import WHERE, Api, sentences


def test_post_makes_a_request(api: Api, report: dict[str, Any], lamps: Service) -> None:
    told = {
        "lat": "37.2219876",
        "long": "-3.5951",
        "description": "Lleva dos noches apagada",
        "attribute[lamp]": "A-114",
    }
    receipt = api.post(**report, **told)
    request = ServiceRequest.objects.get()
    assert receipt == [{"service_request_id": str(request.pk), "service_notice": None, "account_id": None}]
    assert (request.service, request.queue, request.status, request.is_private) == (lamps, lamps.queue, "new", False)
    assert (request.address, request.latitude, request.longitude) == ("Calle del Olmo, 14", 37.2219876, -3.5951)
    assert (request.opening_post.text, request.language) == ("Lleva dos noches apagada", "en")
    assert request.opening_post.attributes == {"lamp": "A-114", "fault": "off"}
    assert [event.verb for event in Event.objects.all()] == [Verb.RECEIVED]


def test_post_in_xml(api: Api, report: dict[str, Any]) -> None:
    root = api.post(suffix="xml", **report)
    number = str(ServiceRequest.objects.get().pk)
    assert (root.tag, [(field.tag, field.text) for field in root[0]]) == (
        "service_requests",
        [("service_request_id", number), ("service_notice", None), ("account_id", None)],
    )


def test_post_urlencoded(client: Client, report: dict[str, Any]) -> None:
    fields = "&".join(f"{name}={value}" for name, value in report.items()).replace("[", "%5B").replace("]", "%5D")
    response = client.post(
        "/open311/v2/requests.json", fields + "&description=Est%C3%A1%20rota&attribute[lamp][]=B-2",
        content_type="application/x-www-form-urlencoded; charset=utf-8",
    )  # fmt: skip
    post = ServiceRequest.objects.get().opening_post
    assert (response.status_code, post.text, post.attributes) == (201, "Está rota", {"lamp": "B-2", "fault": "off"})


def test_post_is_told_at_once_without_the_person(api: Api, report: dict[str, Any]) -> None:
    person = {
        "first_name": "Lucía",
        "last_name": "Romero",
        "email": "lucia@example.org",
        "phone": "612 345 678",
        "device_id": "d1",
    }
    [receipt] = api.post(**report, **person, description="Rota. Mi móvil: 612345678")
    post = Post.objects.select_related("author").get()
    [row] = api.get(f"requests/{receipt['service_request_id']}", extensions="true")
    assert (post.author.display_name, post.author.contact) == ("Lucía Romero", "lucia@example.org · 612 345 678")
    assert [word for word in ("Lucía", "Romero", "example", "612") if word in str(row)] == []


def test_post_without_description_says_the_service(api: Api, report: dict[str, Any]) -> None:
    api.post(**report, lang="fr")
    assert Post.objects.get().text == "Éclairage"


def test_post_for_a_private_service(api: Api, secret: str) -> None:
    ServiceFactory(code="dispute", is_private=True)
    [receipt] = api.post(api_key=secret, service_code="dispute", description="Ruido", **WHERE)
    assert receipt["service_notice"] == "It is private: it is not shown in public, nor told here."
    assert receipt["service_request_id"] == str(ServiceRequest.objects.get(is_private=True).pk)
    api.get(f"requests/{receipt['service_request_id']}", 404)


def test_post_with_a_key_in_the_header(client: Client, report: dict[str, Any]) -> None:
    secret = report.pop("api_key")
    response = client.post("/open311/v2/requests.json", report, headers={"X-Api-Key": secret})
    assert response.status_code == 201


class TestQuestions:
    @pytest.mark.parametrize(
        ("datatype", "value", "is_right"),
        [
            ("string", "Ñandú", True), ("string", "x" * 251, False), ("text", "a\nb", True), ("text", "x" * 4001, False),
            ("number", "3.5", True), ("number", "three", False), ("number", "nan", False),
            ("datetime", "2026-11-22T08:00:00Z", True), ("datetime", "tomorrow", False),
        ],
    )  # fmt: skip
    def test_values(self, api: Api, secret: str, datatype: str, value: str, is_right: bool) -> None:
        ServiceFactory(code="bins", attributes=[{"code": "q", "datatype": datatype, "required": True}])
        fields = {"api_key": secret, "service_code": "bins", "attribute[q]": value, **WHERE}
        api.post(201 if is_right else 400, **fields)
        assert [post.attributes for post in Post.objects.all()] == ([{"q": value}] if is_right else [])

    def test_several_of_a_list(self, api: Api, secret: str) -> None:
        values = [{"key": key, "name": {"es": key}} for key in ("sofa", "bed", "lamp")]
        ServiceFactory(code="bulky", attributes=[{"code": "items", "datatype": "multivaluelist", "values": values}])
        fields = {"api_key": secret, "service_code": "bulky", **WHERE}
        api.post(**fields, **{"attribute[items][]": ["sofa", "bed"]})
        wrong = api.post(400, **fields, **{"attribute[items][]": ["sofa", "car"]})
        assert Post.objects.get().attributes == {"items": ["sofa", "bed"]}
        assert sentences(wrong) == [(400, "attribute[items]: choose from: sofa, bed, lamp.")]

    def test_one_answer_is_enough(self, api: Api, report: dict[str, Any]) -> None:
        report["attribute[fault]"] = ["off", "blinks"]
        assert sentences(api.post(400, **report)) == [(400, "attribute[fault]: one answer is enough.")]

    def test_what_is_only_shown_needs_no_answer(self, api: Api, secret: str) -> None:
        shown = {"code": "notice", "datatype": "string", "variable": False, "required": True}
        ServiceFactory(code="bins", attributes=[shown])
        api.post(api_key=secret, service_code="bins", **WHERE)
        assert Post.objects.get().attributes == {}


class TestPhotos:
    def test_are_cleaned_and_kept(self, api: Api, report: dict[str, Any], jpeg: bytes) -> None:
        [receipt] = api.post(**report, media=[SimpleUploadedFile("a.jpg", jpeg), SimpleUploadedFile("b.jpg", jpeg)])
        photos = list(Photo.objects.order_by("pk"))
        with photos[0].image.open() as file:
            exif = Image.open(BytesIO(file.read())).getexif()
        [row] = api.get(f"requests/{receipt['service_request_id']}")
        assert (len(photos), dict(exif)) == (2, {})
        assert row["media_url"] == f"http://testserver/photos/{photos[0].uuid}.jpg"

    def test_not_a_photo(self, api: Api, report: dict[str, Any]) -> None:
        wrong = api.post(
            400, **report, media=SimpleUploadedFile("a.jpg", b"<svg onload=alert(1)>", content_type="image/jpeg")
        )
        assert sentences(wrong) == [
            (400, "media: That file is not a photo we can read. Send a JPEG, PNG, WebP or GIF.")
        ]
        assert Post.objects.count() == 0

    def test_too_many(self, api: Api, report: dict[str, Any], jpeg: bytes) -> None:
        files = [SimpleUploadedFile(f"{number}.jpg", jpeg) for number in range(4)]
        assert sentences(api.post(400, **report, media=files)) == [(400, "At most 3 photos.")]

    def test_by_address_are_not_fetched(self, api: Api, report: dict[str, Any]) -> None:
        [receipt] = api.post(**report, media_url="http://169.254.169.254/latest/meta-data")
        assert receipt == {
            "service_request_id": ANY,
            "service_notice": "The picture behind media_url was not fetched: send it as a file in media.",
            "account_id": None,
        }
        assert Photo.objects.count() == 0


class TestTwice:
    def test_same_number_makes_one_request(self, api: Api, report: dict[str, Any]) -> None:
        first = api.post(201, **report, client_request_id="7")
        again = api.post(200, **report, client_request_id="7")
        assert (first == again, ServiceRequest.objects.count(), Post.objects.count()) == (True, 1, 1)

    def test_numbers_of_two_programs_are_two_things(self, api: Api, report: dict[str, Any]) -> None:
        api.post(201, **report, client_request_id="7")
        api.post(201, **{**report, "api_key": ApiKey.make(name="Another")[1]}, client_request_id="7")
        assert ServiceRequest.objects.count() == 2

    def test_without_a_number_are_two_things(self, api: Api, report: dict[str, Any]) -> None:
        api.post(**report)
        api.post(**report)
        assert ServiceRequest.objects.count() == 2


def test_post_that_was_set_aside_gets_a_token(api: Api, report: dict[str, Any]) -> None:
    """The dispatcher will see to it; until then there is no number to tell."""
    api.post(**report, client_request_id="7")
    Post.objects.update(service_request=None, triaged_at=None, set_aside_at=timezone.now(), triage_error="KeyError")
    [receipt] = api.post(200, **report, client_request_id="7")
    assert receipt == {"token": Post.objects.get().external_id, "service_notice": None, "account_id": None}
    assert api.get(f"tokens/{receipt['token']}") == [{"service_request_id": None, "token": receipt["token"]}]


@pytest.mark.django_db(transaction=True)
def test_post_twice_at_the_same_time(report: dict[str, Any]) -> None:
    def call(_number: int) -> tuple[int, str]:
        try:
            response = Client().post("/open311/v2/requests.json", {**report, "client_request_id": "7"})
            return response.status_code, response.json()[0]["service_request_id"]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as programs:
        answers = list(programs.map(call, range(4)))
    number = str(ServiceRequest.objects.get().pk)
    assert sorted(answers) == [(200, number), (200, number), (200, number), (201, number)]


def test_log_holds_no_words_of_a_person(api: Api, report: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        api.post(**report, description="Una farola", email="lucia@example.org")
    told = " ".join(str(record.__dict__) for record in caplog.records if record.name.startswith("requests_app"))
    assert [word for word in ("farola", "lucia", "Olmo", report["api_key"]) if word in told] == []
