"""How often, how the rest of the addresses answers, and the description for programs."""

import json

import pytest
from django.test import Client
from pytest_django import Settings
from rest_framework.test import APIRequestFactory

from requests_app.callers import client_address
from requests_app.models import ApiKey, Service
from tests.requests_app.open311.conftest import Api

WHERE = {"service_code": "street-light", "attribute[fault]": "off", "address_string": "Calle del Olmo"}


def statuses(client: Client, count: int, *, address: str = "services.json", **headers: str) -> list[int]:
    return [client.get(f"/open311/v2/{address}", headers=headers).status_code for _number in range(count)]


@pytest.fixture
def two_a_minute(settings: Settings) -> None:
    settings.OPEN311_READ_RATE = "2/min"


def test_readings_of_one_address(client: Client, two_a_minute: None) -> None:
    assert statuses(client, 3) == [200, 200, 429]


def test_too_many_in_the_standards_shape(client: Client, two_a_minute: None) -> None:
    statuses(client, 2)
    response = client.get("/open311/v2/services.xml?lang=en")
    assert response.content.decode().replace("59", "60") == (
        "<?xml version='1.0' encoding='utf-8'?>\n"
        "<errors><error><code>429</code><description>Too many calls. Try again in 60 seconds.</description></error></errors>"
    )
    assert response["Retry-After"] in ("59", "60")


def test_addresses_behind_nobody_we_trust_are_claims(client: Client, two_a_minute: None) -> None:
    assert statuses(client, 2) + statuses(client, 1, x_forwarded_for="203.0.113.9") == [200, 200, 429]


def test_addresses_behind_our_proxy(client: Client, two_a_minute: None, settings: Settings) -> None:
    settings.TRUST_PROXY = True
    first = statuses(client, 3, x_forwarded_for="10.0.0.1, 203.0.113.9:4711")
    claimed = statuses(client, 1, x_forwarded_for="10.9.9.9, 203.0.113.9")
    other = statuses(client, 1, x_forwarded_for="203.0.113.9, 203.0.113.10")
    assert first + claimed + other == [200, 200, 429, 429, 200]


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("203.0.113.7:4711", "203.0.113.7"),
        ("[2001:db8:1:2:3:4:5:6]:4711", "2001:db8:1:2::"),
        ("2001:db8:1:2::9", "2001:db8:1:2::"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("", "0.0.0.0"),
        ("somewhere", "0.0.0.0"),
    ],
)
def test_client_address(written: str, address: str) -> None:
    assert client_address(APIRequestFactory().get("/", REMOTE_ADDR=written)) == address


def test_writings_of_one_key(api: Api, lamps: Service, secret: str, settings: Settings) -> None:
    settings.OPEN311_WRITE_RATE = "2/min"
    other = ApiKey.make(name="Another")[1]
    for expected, key in [(201, secret), (201, secret), (429, secret), (201, other)]:
        api.post(expected, api_key=key, **WHERE)


def test_guesses_are_counted_by_address(api: Api, lamps: Service, two_a_minute: None) -> None:
    for expected, guess in [(403, "a"), (403, "b"), (429, "c")]:
        api.post(expected, api_key=guess, **WHERE)


@pytest.mark.parametrize("address", ["", "moon", "requests", "requests/7", "services.html", "tokens.json"])
def test_nothing_there(client: Client, address: str) -> None:
    response = client.get(f"/open311/v2/{address}", headers={"Accept-Language": "en"})
    assert (response.status_code, b"There is nothing at this address." in response.content) == (404, True)
    assert (
        response["Content-Type"] == ("application/json" if address.endswith("json") else "text/xml") + "; charset=utf-8"
    )


def test_pages_of_other_sites_may_read(client: Client) -> None:
    assert client.get("/open311/v2/services.json")["Access-Control-Allow-Origin"] == "*"


def test_nobody_gets_a_session(client: Client) -> None:
    assert client.get("/open311/v2/services.json").cookies.keys() == set()


def test_description(client: Client) -> None:
    response = client.get("/open311/v2/openapi.json")
    described = json.loads(response.content)
    assert sorted(described["paths"]) == [
        "/open311/discovery.json",
        "/open311/discovery.xml",
        *(
            f"/open311/v2/{thing}.{suffix}"
            for thing in (
                "discovery",
                "requests",
                "requests/{service_request_id}",
                "services",
                "services/{service_code}",
                "tokens/{token}",
            )
            for suffix in ("json", "xml")
        ),
    ]
    reading = described["paths"]["/open311/v2/requests.xml"]["get"]
    assert sorted(parameter["name"] for parameter in reading["parameters"]) == [
        "end_date", "extensions", "jurisdiction_id", "lang", "page", "page_size", "service_code",
        "service_request_id", "start_date", "status", "updated_after", "updated_before",
    ]  # fmt: skip
    assert list(reading["responses"]["200"]["content"]) == ["text/xml"]
    writing = described["paths"]["/open311/v2/requests.json"]["post"]
    assert sorted(writing["requestBody"]["content"]) == ["application/x-www-form-urlencoded", "multipart/form-data"]
    assert sorted(writing["responses"]) == ["200", "201", "400", "403", "404", "429"]


def test_description_in_yaml(client: Client) -> None:
    response = client.get("/open311/v2/openapi.yaml")
    assert (response.status_code, response.content.startswith(b"openapi: 3.")) == (200, True)


def test_descriptions_are_limited_too(client: Client, two_a_minute: None) -> None:
    assert statuses(client, 3, address="openapi.json") == [200, 200, 429]
