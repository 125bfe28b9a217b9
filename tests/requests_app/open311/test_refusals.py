"""What is refused: without a good key at once, and everything else that is wrong in one answer."""

from typing import Any

import pytest
from django.test import Client

from requests_app.models import ApiKey, Post, Service
from tests.requests_app.open311.conftest import Api, sentences


class TestKeys:
    def test_none(self, api: Api, report: dict[str, Any]) -> None:
        report.pop("api_key")
        wrong = api.post(403, **report)
        assert sentences(wrong) == [(403, "An API key is needed: send it as api_key, or in the header X-Api-Key.")]

    def test_unknown_in_xml(self, api: Api, report: dict[str, Any]) -> None:
        root = api.post(403, suffix="xml", **{**report, "api_key": "guess"})
        assert (root.tag, root.findtext("error/code")) == ("errors", "403")

    def test_no_longer_active(self, api: Api, report: dict[str, Any]) -> None:
        ApiKey.objects.update(is_active=False)
        assert sentences(api.post(403, **report)) == [(403, "This API key is not known, or no longer active.")]
        assert Post.objects.count() == 0

    def test_in_the_address_is_no_key(self, client: Client, report: dict[str, Any]) -> None:
        secret = report.pop("api_key")
        assert client.post(f"/open311/v2/requests.json?api_key={secret}", report).status_code == 403


class TestWrong:
    def test_everything_at_once(self, api: Api, secret: str, lamps: Service) -> None:
        fields = {
            "service_code": "street-light", "lat": "97", "email": "lucia", "description": "x" * 4001,
            "attribute[fault]": "sad", "attribute[moon]": "full", "attribute[lamp]": "A\nB",
        }  # fmt: skip
        assert sentences(api.post(400, api_key=secret, **fields)) == [
            (400, "lat: Ensure this value is less than or equal to 90."),
            (400, "description: Ensure this field has no more than 4000 characters."),
            (400, "email: Enter a valid email address."),
            (400, "attribute[moon]: this service asks no such question."),
            (400, "attribute[lamp]: one line of plain text."),
            (400, "attribute[fault]: choose from: off, blinks."),
        ]

    def test_nothing(self, api: Api, secret: str) -> None:
        assert sentences(api.post(400, api_key=secret)) == [(400, "service_code: This field is required.")]

    @pytest.mark.parametrize("where", [{}, {"address_id": "7"}, {"address_string": " ", "lat": ""}])
    def test_nowhere(self, api: Api, report: dict[str, Any], where: dict[str, str]) -> None:
        report.pop("address_string")
        assert sentences(api.post(400, **{**report, **where})) == [
            (400, "Say where it is: lat and long, or address_string.")
        ]

    def test_half_a_point(self, api: Api, report: dict[str, Any]) -> None:
        assert sentences(api.post(400, **report, lat="37")) == [(400, "lat and long go together.")]

    @pytest.mark.parametrize("lat", ["nan", "inf", "-inf", "1e400", "x"])
    def test_no_point_on_earth(self, api: Api, report: dict[str, Any], lat: str) -> None:
        assert [problem["code"] for problem in api.post(400, **report, lat=lat, long="1")] == [400]

    def test_unknown_service(self, api: Api, report: dict[str, Any]) -> None:
        assert sentences(api.post(404, **{**report, "service_code": "moon"})) == [(404, "There is no service “moon”.")]

    def test_service_no_longer_offered(self, api: Api, report: dict[str, Any]) -> None:
        Service.objects.update(is_active=False)
        assert sentences(api.post(404, **report)) == [(404, "There is no service “street-light”.")]

    def test_unanswered_question(self, api: Api, report: dict[str, Any]) -> None:
        report["attribute[fault]"] = ""
        assert sentences(api.post(400, **report)) == [(400, "attribute[fault]: an answer is needed.")]

    def test_not_a_form(self, client: Client, secret: str) -> None:
        response = client.post(
            "/open311/v2/requests.json?lang=en", {"api_key": secret}, content_type="application/json"
        )
        assert (response.status_code, sentences(response.json())) == (
            400,
            [(400, "Send a form: application/x-www-form-urlencoded, or multipart/form-data with photos.")],
        )

    @pytest.mark.parametrize("body", ["a=" + "x" * 1_100_000, "&".join(f"f{number}=1" for number in range(1100))])
    def test_too_much(self, client: Client, secret: str, body: str) -> None:
        response = client.post("/open311/v2/requests.json", body, content_type="application/x-www-form-urlencoded")
        assert (response.status_code, [problem["code"] for problem in response.json()]) == (400, [400])

    def test_broken_multipart(self, client: Client) -> None:
        response = client.post("/open311/v2/requests.json", b"--x", content_type="multipart/form-data; boundary=")
        assert (response.status_code, [problem["code"] for problem in response.json()]) == (400, [400])

    def test_nul(self, api: Api, report: dict[str, Any]) -> None:
        wrong = api.post(400, **{**report, "description": "a\0b", "attribute[lamp]": "\0"})
        assert [description.partition(":")[0] for _code, description in sentences(wrong)] == [
            "description",
            "attribute[lamp]",
        ]

    def test_other_methods(self, client: Client) -> None:
        response = client.delete("/open311/v2/requests.json", headers={"Accept-Language": "en"})
        assert (response.status_code, response["Allow"], sentences(response.json())) == (
            405,
            "GET, HEAD, POST",
            [(405, "This address does not take DELETE.")],
        )
