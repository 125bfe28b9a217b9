"""What the town offers: its services, their questions, and where the API is."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from requests_app.models import Service
from tests.factories import ServiceFactory
from tests.requests_app.open311.conftest import Api

LIGHTS = {
    "service_code": "street-light",
    "service_name": "Street lights",
    "description": "Lights that are out",
    "metadata": True,
    "type": "realtime",
    "keywords": "lamp, street light",
    "group": "Streets",
}


def test_services_in_json(api: Api, lamps: Service) -> None:
    ServiceFactory(code="old", is_active=False)
    assert api.get("services") == [LIGHTS]


def test_services_in_xml(api: Api, lamps: Service) -> None:
    root = api.xml("services")
    fields = [(field.tag, field.text) for field in root.find("service")]
    assert (root.tag, [child.tag for child in root]) == ("services", ["service"])
    assert fields == [
        ("service_code", "street-light"),
        ("service_name", "Street lights"),
        ("description", "Lights that are out"),
        ("metadata", "true"),
        ("type", "realtime"),
        ("keywords", "lamp, street light"),
        ("group", "Streets"),
    ]


def test_services_without_questions_words_or_group(api: Api) -> None:
    ServiceFactory(code="bins", keywords={})
    expected = {"service_code": "bins", "service_name": "Bins", "metadata": False, "type": "realtime"}
    assert api.get("services") == [{**expected, "description": "", "keywords": "", "group": ""}]


@pytest.mark.parametrize(
    ("query", "header", "name"),
    [
        ("", "fr", "Éclairage"),
        ("?lang=es", "fr", "Farolas"),
        ("?lang=xx", "en", "Street lights"),
        ("", "de", "Farolas"),
    ],
)
def test_services_in_the_readers_language(client: Client, lamps: Service, query: str, header: str, name: str) -> None:
    response = client.get(f"/open311/v2/services.json{query}", headers={"Accept-Language": header})
    assert response.json()[0]["service_name"] == name


def test_services_name_their_language(client: Client, lamps: Service) -> None:
    response = client.get("/open311/v2/services.json?lang=fr", headers={"Accept-Language": "en"})
    assert response["Content-Language"] == "fr"


@pytest.mark.parametrize("count", [1, 3])
def test_services_cost_one_query(api: Api, django_assert_num_queries: DjangoAssertNumQueries, count: int) -> None:
    for number in range(count):
        ServiceFactory(code=f"service-{number}")
    with django_assert_num_queries(1):
        api.get("services")


def test_definition_in_json(api: Api, lamps: Service) -> None:
    assert api.get("services/street-light") == {
        "service_code": "street-light",
        "attributes": [
            {
                "variable": True, "code": "lamp", "datatype": "string", "required": False,
                "datatype_description": "It is on the plate", "order": 1, "description": "Number on the lamp post", "values": [],
            },
            {
                "variable": True, "code": "fault", "datatype": "singlevaluelist", "required": True,
                "datatype_description": "", "order": 2, "description": "What is wrong?",
                "values": [{"key": "off", "name": "It is off"}, {"key": "blinks", "name": "It blinks"}],
            },
            {
                "variable": True, "code": "doorkey", "datatype": "string", "required": False,
                "datatype_description": "", "order": 3, "description": "¿Dónde está la llave?", "values": [],
            },
        ],
    }  # fmt: skip


def test_definition_in_xml(api: Api, lamps: Service) -> None:
    root = api.xml("services/street-light")
    fault = root.findall("attributes/attribute")[1]
    assert [child.tag for child in root] == ["service_code", "attributes"]
    assert [(field.tag, field.text) for field in fault][:5] == [
        ("variable", "true"),
        ("code", "fault"),
        ("datatype", "singlevaluelist"),
        ("required", "true"),
        ("datatype_description", None),
    ]
    assert [(value.findtext("key"), value.findtext("name")) for value in fault.findall("values/value")] == [
        ("off", "It is off"),
        ("blinks", "It blinks"),
    ]


def test_definition_of_a_service_without_questions(api: Api) -> None:
    ServiceFactory(code="bins")
    assert api.get("services/bins", expect=404) == [
        {"code": 404, "description": "The service “bins” asks no questions of its own."}
    ]


def test_definition_of_no_service(api: Api) -> None:
    root = api.xml("services/moon", expect=404)
    assert [child.tag for child in root] == ["error"]
    assert (root.tag, root.findtext("error/code"), root.findtext("error/description")) == (
        "errors",
        "404",
        "There is no service “moon”.",
    )


def test_discovery_in_json(api: Api) -> None:
    with time_machine.travel(datetime(2026, 11, 22, 8, tzinfo=UTC), tick=False):
        ServiceFactory(code="bins")
    assert api.get("discovery") == {
        "changeset": "2026-11-22T09:00:00+01:00",
        "contact": "The town hall of Alameda, at http://testserver",
        "key_service": "Ask the town hall of Alameda for a key, at http://testserver",
        "endpoints": [
            {
                "specification": "http://wiki.open311.org/GeoReport_v2",
                "url": "http://testserver/open311/v2",
                "changeset": "2026-11-22T09:00:00+01:00",
                "type": "production",
                "formats": ["text/xml", "application/json"],
            }
        ],
    }


def test_discovery_in_xml_stands_outside_of_the_version_too(client: Client) -> None:
    ServiceFactory(code="bins")
    stable, versioned = client.get("/open311/discovery.xml"), client.get("/open311/v2/discovery.xml")
    assert stable.content == versioned.content
    assert b"<formats><format>text/xml</format><format>application/json</format></formats>" in stable.content


def test_discovery_tells_when_a_service_changed(api: Api) -> None:
    service = ServiceFactory(code="bins")
    before = api.get("discovery")["changeset"]
    with time_machine.travel(datetime(2031, 1, 1, tzinfo=UTC), tick=False):
        service.save()
    assert (before < "2031", api.get("discovery")["changeset"]) == (True, "2031-01-01T01:00:00+01:00")
