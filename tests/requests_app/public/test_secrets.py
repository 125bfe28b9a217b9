"""Every public page at once: none tells what is private, whoever wrote it and wherever it stands."""

import re
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, reverse
from django.utils import timezone

from requests_app.models import Account, Event, Follower, Policy, Queue, ServiceRequest, Verb
from requests_app.open311.urls import urlpatterns as open311
from requests_app.public.urls import urlpatterns as public
from tests.factories import AuthorFactory, PostFactory, ServiceRequestFactory
from tests.requests_app.public.rows import published, resolved, with_photo

pytestmark = pytest.mark.django_db

SECRETS = (
    # Of a private request, and of what was merged with it.
    "secreto-texto", "Secreta Nombre", "secreta-calle", "secreta-respuesta", "secreto-gracias", "secreto-unido",
    # Said in confidence, taken back, or said among colleagues.
    "confianza-gracias", "borrado-texto", "nota-interna",
    # What somebody threw at somebody.
    "hijos de puta", "insulto-foto", "insulto-gracias",
    # Who somebody is.
    "ES91 2100", "arroba correo", "12345678Z", "AB123CD", "Rosa Marchante",
    "612345678", "612 345 678", "ana@example.com", "Ana Pérez", "1234 BCD", "Apellido-Carmen", "carmen@example.com", "sweeper-login",
)  # fmt: skip
# Doors that answer nothing to a reader: acts, a photo and a service that are not there.
MUTE = {
    "me_too", "thank", "not_fixed", "follow_by_mail", "guess", "photo",
    "open311_definition_json", "open311_definition_xml", "open311_token_json", "open311_token_xml",
}  # fmt: skip
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
        opening_post__text="farola rota, 612 345 678, ana@example.com, 1234 BCD, ES91 2100 0418 4502 0005 1332, "
        "ana arroba correo punto es, 12345678Z, AB123CD",
    )  # fmt: skip
    published(shown, text="Llame al 612345678", by=carmen)
    Event.objects.create(service_request=shown, verb=Verb.NOTED, at=now, by=carmen, text="nota-interna")
    rude = resolved(
        queue=cleaning, opening_post__text="farola rota, hijos de puta", opening_post__is_offensive=True,
        latitude=37.19, longitude=-3.61,
    )  # fmt: skip
    published(rude, text="Ya luce", by=carmen)
    thrown = with_photo(jpeg, post=rude.opening_post, alt="insulto-foto")
    PostFactory(kind="thanks", triaged_at=now, text="insulto-gracias", service_request=shown, is_offensive=True)
    PostFactory(
        kind="thanks", triaged_at=now, text="gracias, y vigilen a Rosa Marchante", account=account,
        evidence=[{"signal": "private", "detail": ["named_person"]}],
    )  # fmt: skip
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
        thrown,
        with_photo(jpeg, post=hidden.opening_post),
        with_photo(jpeg, service_request=hidden, side="after", taken_at=now, taken_by=carmen),
    ]
    ServiceRequest.objects.filter(pk=shown.pk).update(follow_token="hers")
    Follower.objects.create(
        service_request=shown,
        email="letters@example.com",
        language="es",
        token="letters",
        asked_at=now,
        confirmed_at=now,
    )
    return {"number": shown.pk, "hidden": hidden.pk, "rude": rude.pk, "photos": [str(photo.uuid) for photo in photos]}


@pytest.mark.parametrize("query", QUERIES)
def test_no_public_page_tells_what_is_private(client: Client, town: dict[str, Any], query: str) -> None:
    secrets = (*SECRETS, *town["photos"], f"/requests/{town['hidden']}/")
    found, mute = [], set()
    for name, address in doors(town):
        response = client.get(address + query)
        text = response.content.decode(errors="replace")
        found += [(address, secret) for secret in secrets if secret in text]
        mute |= {name} if response.status_code != 200 else set()

    assert found == []
    assert mute == MUTE, "A door that was not read tells nothing here, and may tell everything elsewhere."


def test_the_pages_of_an_insult_tell_only_that_there_was_one(client: Client, town: dict[str, Any]) -> None:
    pages = [
        client.get(address, headers={"accept-language": "en"})
        for address in (
            reverse("request", args=[town["rude"]]), reverse("request_feed", args=[town["rude"]]),
            f"/open311/v2/requests/{town['rude']}.json?extensions=true", reverse("team", args=["sweeper"]),
        )
    ]  # fmt: skip
    texts = [page.content.decode() for page in pages]

    assert [page.status_code for page in pages] == [200, 200, 200, 200]
    assert [(text, secret) for text in texts for secret in SECRETS if secret in text] == []
    assert "Not shown: it insults or threatens somebody." in texts[0]


@pytest.mark.parametrize(
    "words",
    [
        "hijos", "puta", "insulto", "confianza", "marchante", "612345678", "612", "345 678", "1234", "2100 0418",
        "12345678z", "ana@example.com", "example.com", "arroba", "correo",
    ],
)  # fmt: skip
def test_nobody_finds_by_a_search_what_nobody_may_read(client: Client, town: dict[str, Any], words: str) -> None:
    found = [
        client.get(f"{door}?q={quote(words)}").content.decode() for door in ("/", "/map/", "/feed.json", "/embed/")
    ]

    numbers = [str(town[name]) for name in ("number", "rude", "hidden")]
    assert [number for text in found for number in numbers if f"/requests/{number}/" in text] == []


def test_a_search_finds_what_everybody_may_read(client: Client, town: dict[str, Any]) -> None:
    page = client.get("/?q=farola+rota").content.decode()

    assert (f"/requests/{town['number']}/" in page, f"/requests/{town['rude']}/" in page) == (True, False)


def test_the_report_form_offers_no_report_by_what_is_masked_in_it(client: Client, town: dict[str, Any]) -> None:
    typed = "farola rota hijos de puta, 612 345 678, ana@example.com, 1234 BCD, ES91 2100 0418 4502 0005 1332"

    page = client.post("/report/guess/", {"text": typed}).content.decode()

    assert f"/requests/{town['rude']}/" not in page


def test_a_private_request_is_behind_no_address(client: Client, town: dict[str, Any]) -> None:
    addresses = [
        reverse(name, args=[town["hidden"]]) for name in ("request", "request_card", "request_feed")
    ] + [f"/photos/{uuid}.jpg" for uuid in town["photos"]]  # fmt: skip

    assert {client.get(address).status_code for address in addresses} == {404}
    assert ServiceRequest.objects.get(pk=town["hidden"]).is_private


def doors(town: dict[str, Any]) -> list[tuple[str, str]]:
    """Every public door by its name, with the request that everybody may see where it wants one."""
    values = {
        "number": town["number"], "service_request_id": town["number"], "code": "sweeper", "uuid": UUID(int=0),
        "service_code": "nothing", "token": "nothing",
    }  # fmt: skip
    own = {"follow": {"token": "hers"}, "letters": {"token": "letters"}, "leave": {"token": "letters"}}
    found = []
    for pattern in (*public, *open311):
        if isinstance(pattern, URLPattern) and pattern.name:
            wanted = re.findall(r"<(?:\w+:)?(\w+)>", str(pattern.pattern))
            known = values | own.get(pattern.name, {})
            # A KeyError: say above what the new door wants in its address.
            found.append((pattern.name, reverse(pattern.name, kwargs={name: known[name] for name in wanted})))
    return found


# --- how exactly -------------------------------------------------------------

EXACT = ("Olmo 22", "37.2223", "37.22234", "-3.5993", "-3.59932")
STREET, PART = "Calle del Olmo", "Las Moreras"


@pytest.fixture
def lamp(cleaning: Queue, carmen: User) -> dict[str, Any]:
    """One public request, whose place is known to the metre."""
    number = resolved(
        queue=cleaning, address="Calle del Olmo 22", latitude=37.222345, longitude=-3.599321, area="las-moreras",
        opening_post__text="farola rota",
    ).pk  # fmt: skip
    ServiceRequest.objects.filter(pk=number).update(follow_token="hers")
    Follower.objects.create(
        service_request_id=number, email="a@example.com", language="es", token="letters",
        asked_at=timezone.now(), confirmed_at=timezone.now(),
    )  # fmt: skip
    return {"number": number}


@pytest.mark.parametrize(
    ("precision", "told"),
    [("exact", {"Olmo 22", "37.2223", "-3.5993", STREET}), ("street", {STREET}), ("area", {PART})],
)
def test_no_public_page_is_more_exact_than_the_town_allows(
    client: Client, lamp: dict[str, Any], precision: str, told: set[str]
) -> None:
    Policy.objects.create(precision=precision)
    texts = [client.get(address).content.decode(errors="replace") for _name, address in doors(lamp)]

    places = [text for text in texts if "data-pin" in text or "</lat>" in text or '"lat"' in text or PART in text]
    assert {secret for secret in EXACT if any(secret in text for text in texts)} == {
        secret for secret in EXACT if secret.startswith(tuple(told))
    }
    assert {secret for secret in told if any(secret in text for text in places)} == told


@pytest.mark.parametrize(
    ("precision", "said"),
    [("exact", ""), ("street", "shown by street, without the number"), ("area", "shown by part of town")],
)
def test_beside_a_pin_stands_how_exact_it_is(client: Client, lamp: dict[str, Any], precision: str, said: str) -> None:
    Policy.objects.create(precision=precision)

    pages = [
        client.get(address, headers={"accept-language": "en"}).content.decode()
        for address in ("/map/", reverse("request", args=[lamp["number"]]))
    ]

    assert [said in page for page in pages] == [True, True]
    assert ["places are shown by" in page for page in pages] == [bool(said)] * 2
