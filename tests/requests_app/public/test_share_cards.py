"""Share cards: the picture under a link, which says nothing that its page does not."""

from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from PIL import Image

from requests_app.models import Post, ServiceRequest
from requests_app.public.drawing import drawable
from tests.factories import ServiceRequestFactory

pytestmark = pytest.mark.django_db


def card(client: Client, row: ServiceRequest, **headers: str) -> Any:
    return client.get(f"/requests/{row.pk}/card.png", headers=headers)


def test_card_is_a_picture_of_the_size_that_networks_want(client: Client) -> None:
    answer = card(client, ServiceRequestFactory())

    with Image.open(BytesIO(answer.content)) as image:
        assert (image.format, image.size) == ("PNG", (1200, 630))
    assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == ("image/png", "public, max-age=600")
    assert len(answer.content) < 100_000


@time_machine.travel("2026-11-23T09:00:00+01:00", tick=False)
def test_card_is_drawn_once_until_something_happens(client: Client) -> None:
    row = ServiceRequestFactory()
    first = card(client, row)

    assert card(client, row, **{"If-None-Match": first.headers["ETag"]}).status_code == 304
    ServiceRequest.objects.update(version=2)
    assert card(client, row, **{"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_card_of_a_private_request_does_not_exist(client: Client) -> None:
    private = ServiceRequestFactory(is_private=True)
    merged = ServiceRequestFactory(merged_into=private)

    assert [card(client, row).status_code for row in (private, merged)] == [404, 404]


@time_machine.travel("2026-11-23T09:00:00+01:00", tick=False)
def test_card_of_a_deleted_post_has_no_word_of_it(client: Client) -> None:
    """Whatever it said, it is the same picture once it is gone."""
    row = ServiceRequestFactory(opening_post__text="Words to forget")
    told = card(client, row).content
    Post.objects.update(deleted_at=timezone.now())
    ServiceRequest.objects.update(version=2)
    gone = card(client, row).content
    Post.objects.update(text="Whatever else")
    ServiceRequest.objects.update(version=3)

    assert (told != gone, card(client, row).content == gone) == (True, True)


@pytest.mark.parametrize(
    ("said", "drawn"),
    [
        ("@alameda @policia_alameda: La farola 😡 de la calle", "La farola de la calle"),
        ("Fuga de agua 💧!", "Fuga de agua!"),
        ("الإنارة معطلة", ""),
        ("La luz de شارع الإنارة معطلة", ""),
        ("Straße, œuvre, ñandú, Łódź", "Straße, œuvre, ñandú, Łódź"),
        ("🔥🔥🔥", ""),
    ],
)
def test_card_leaves_out_what_its_letters_cannot_say(said: str, drawn: str) -> None:
    assert drawable(said) == drawn


def test_page_tells_networks_of_the_card_in_the_requests_language(client: Client) -> None:
    row = ServiceRequestFactory(language="fr")

    text = client.get(f"/requests/{row.pk}/", headers={"Accept-Language": "en"}).content.decode()

    assert f'<meta property="og:image" content="http://testserver/requests/{row.pk}/card.png?v=1">' in text
    assert '<meta property="og:locale" content="fr">' in text
    assert '<meta name="twitter:card" content="summary_large_image">' in text


def test_square_has_a_card_of_its_own(client: Client) -> None:
    with Image.open(BytesIO(client.get("/card.png").content)) as image:
        assert image.size == (1200, 630)


@time_machine.travel("2026-11-23T09:00:00+01:00", tick=False)
def test_card_shows_a_mask_for_what_tells_who_somebody_is(client: Client) -> None:
    """Whichever telephone it was, it is the same picture."""
    row = ServiceRequestFactory(opening_post__text="Farola rota, 612 345 678", address="Olmo 3, 612345678")
    first = card(client, row).content
    Post.objects.update(text="Farola rota, 698 765 432")
    ServiceRequest.objects.update(version=2, address="Olmo 3, 698765432")

    assert card(client, row).content == first
