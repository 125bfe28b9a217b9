"""A small town for machines: two services, an account of its own, a key."""

from datetime import datetime
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from requests_app.models import Account, ApiKey, Service
from tests.factories import AccountFactory, ServiceFactory

LAMP = {
    "code": "lamp", "datatype": "string", "required": False, "is_public": True, "values": [],
    "description": {"es": "Número de la farola", "en": "Number on the lamp post"},
    "datatype_description": {"es": "Está en la placa", "en": "It is on the plate"},
}  # fmt: skip
FAULT = {
    "code": "fault", "datatype": "singlevaluelist", "required": True, "is_public": True,
    "description": {"es": "¿Qué le pasa?", "en": "What is wrong?"},
    "values": [{"key": "off", "name": {"es": "Apagada", "en": "It is off"}}, {"key": "blinks", "name": {"es": "Parpadea", "en": "It blinks"}}],
}  # fmt: skip
DOORKEY = {
    "code": "doorkey",
    "datatype": "string",
    "required": False,
    "description": {"es": "¿Dónde está la llave?"},
    "values": [],
}

WHERE = {"address_string": "Calle del Olmo, 14"}


@pytest.fixture(autouse=True)
def town(db: None) -> Account:
    """Nobody has called yet, and the town has its own site to receive on."""
    cache.clear()
    return AccountFactory(network="plaza", external_id="plaza", handle="alameda", credentials={})


@pytest.fixture
def lamps(db: None) -> Service:
    return ServiceFactory(
        code="street-light",
        names={"es": "Farolas", "en": "Street lights", "fr": "Éclairage"},
        descriptions={"es": "Luces apagadas", "en": "Lights that are out"},
        groups={"es": "Vía pública", "en": "Streets"},
        keywords={"es": ["farola^3", "=luz", "bombilla"], "en": ["lamp^1", "street light"]},
        attributes=[LAMP, FAULT, DOORKEY],
    )


@pytest.fixture
def secret(db: None) -> str:
    return ApiKey.make(name="A neighbour's app")[1]


class Api:
    """Calls a door and reads what it says."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def get(self, address: str, expect: int = 200, **query: Any) -> Any:
        response = self.client.get(f"/open311/v2/{address}.json", query, headers={"Accept-Language": "en"})
        assert (response.status_code, response["Content-Type"]) == (expect, "application/json; charset=utf-8")
        return response.json()

    def xml(self, address: str, expect: int = 200, **query: Any) -> ElementTree.Element:
        response = self.client.get(f"/open311/v2/{address}.xml", query, headers={"Accept-Language": "en"})
        assert (response.status_code, response["Content-Type"]) == (expect, "text/xml; charset=utf-8")
        assert response.content.lower().startswith(b"<?xml version='1.0' encoding='utf-8'?>")
        return ElementTree.fromstring(response.content)

    def post(self, expect: int = 201, *, suffix: str = "json", lang: str = "en", **fields: Any) -> Any:
        response = self.client.post(f"/open311/v2/requests.{suffix}?lang={lang}", fields)
        assert response.status_code == expect, response.content
        return response.json() if suffix == "json" else ElementTree.fromstring(response.content)


@pytest.fixture
def api(client: Client) -> Api:
    return Api(client)


@pytest.fixture
def report(lamps: Service, secret: str) -> dict[str, Any]:
    """Enough for a request."""
    return {"api_key": secret, "service_code": "street-light", "attribute[fault]": "off", **WHERE}


def moment(value: datetime) -> str:
    return timezone.localtime(value).isoformat(timespec="seconds")


def numbers(rows: list[dict[str, str]]) -> list[str]:
    return [row["service_request_id"] for row in rows]


def sentences(problems: list[dict[str, Any]]) -> list[tuple[int, str]]:
    return [(problem["code"], problem["description"]) for problem in problems]
