"""Every public page at once: none tells what is private, whoever wrote it and wherever it stands."""

import re
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, reverse
from django.utils import timezone

from requests_app.models import Account, Event, Queue, ServiceRequest, Verb
from requests_app.open311.urls import urlpatterns as open311
from requests_app.public.urls import urlpatterns
from tests.factories import AuthorFactory, PostFactory, ServiceRequestFactory
from tests.requests_app.public.rows import published, resolved, with_photo

pytestmark = pytest.mark.django_db

SECRETS = (
    # Of a private request, and of what was merged with it.
    "secreto-texto", "Secreta Nombre", "secreta-calle", "secreta-respuesta", "secreto-gracias", "secreto-unido",
    # Said in confidence, taken back, or said among colleagues.
    "confianza-gracias", "borrado-texto", "nota-interna",
    # Who somebody is.
    "612345678", "612 345 678", "ana@example.com", "Ana Pérez", "1234 BCD", "Apellido-Carmen", "carmen@example.com", "sweeper-login",
)  # fmt: skip
QUERIES = ("", "?q=farola", "?queue=sweeper&state=resolved&lang=en&count=20&period=365d")


@pytest.fixture
def town(cleaning: Queue, carmen: User, jpeg: bytes) -> dict[str, Any]:
    """One public request, and beside it everything that must not be seen."""
    now, account = timezone.now(), Account.objects.get(queue=cleaning)
    User.objects.filter(pk=carmen.pk).update(
        last_name="Apellido-Carmen", email="carmen@example.com", username="sweeper-login"
    )
    nameless = AuthorFactory(network="plaza", display_name="Ana Pérez", contact="ana@example.com", handle="")
    shown = resolved(
        queue=cleaning, address="calle del Olmo, 612345678",
        opening_post__network="plaza", opening_post__author=nameless,
        opening_post__text="farola rota, 612 345 678, ana@example.com, 1234 BCD",
    )  # fmt: skip
    published(shown, text="Llame al 612345678", by=carmen)
    Event.objects.create(service_request=shown, verb=Verb.NOTED, at=now, by=carmen, text="nota-interna")
    hidden = resolved(
        queue=cleaning, is_private=True, address="secreta-calle", latitude=37.2, longitude=-3.6,
        opening_post__text="secreto-texto farola", opening_post__author=AuthorFactory(display_name="Secreta Nombre"),
    )  # fmt: skip
    published(hidden, text="secreta-respuesta", by=carmen)
    ServiceRequestFactory(
        queue=cleaning, merged_into=hidden, is_private=True, opening_post__text="secreto-unido farola"
    )
    ServiceRequestFactory(queue=cleaning, opening_post__text="borrado-texto farola", opening_post__deleted_at=now)
    PostFactory(kind="thanks", triaged_at=now, text="secreto-gracias", service_request=hidden)
    PostFactory(
        kind="thanks", triaged_at=now, text="confianza-gracias", account=account, reference={"visibility": "direct"}
    )
    photos = [
        with_photo(jpeg, post=hidden.opening_post),
        with_photo(jpeg, service_request=hidden, side="after", taken_at=now, taken_by=carmen),
    ]
    return {"number": shown.pk, "hidden": hidden.pk, "photos": [str(photo.uuid) for photo in photos]}


@pytest.mark.parametrize("query", QUERIES)
def test_no_public_page_tells_what_is_private(client: Client, town: dict[str, Any], query: str) -> None:
    secrets = (*SECRETS, *town["photos"], f"/requests/{town['hidden']}/")
    found, read = [], 0
    for address in addresses(town):
        response = client.get(address + query)
        text = response.content.decode(errors="replace")
        read += response.status_code == 200
        found += [(address, secret) for secret in secrets if secret in text]

    assert found == []
    assert read >= 12, "Hardly any page was read: this test would find nothing."


def test_a_private_request_is_behind_no_address(client: Client, town: dict[str, Any]) -> None:
    addresses = [
        reverse(name, args=[town["hidden"]]) for name in ("request", "request_card", "request_feed")
    ] + [f"/photos/{uuid}.jpg" for uuid in town["photos"]]  # fmt: skip

    assert {client.get(address).status_code for address in addresses} == {404}
    assert ServiceRequest.objects.get(pk=town["hidden"]).is_private


def addresses(town: dict[str, Any]) -> list[str]:
    """Every public door, with the request that everybody may see where it wants one."""
    values = {"number": town["number"], "code": "sweeper", "token": "nothing", "uuid": UUID(int=0)}
    found = []
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        wanted = re.findall(r"<(?:\w+:)?(\w+)>", str(pattern.pattern))
        found.append(reverse(pattern.name or "", kwargs={name: values[name] for name in wanted}))
    return [*found, *(f"/open311/{pattern.pattern}" for pattern in open311 if "requests." in str(pattern.pattern))]
