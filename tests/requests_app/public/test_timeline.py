"""The square as residents read it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from requests_app.models import Post
from tests.factories import AuthorFactory, PostFactory, QueueFactory, ReplyFactory, ServiceRequestFactory
from tests.requests_app.public.rows import published, resolved, with_photo

pytestmark = pytest.mark.django_db


def numbers(response: Any) -> list[int]:
    return [card.service_request.pk for card in response.context["cards"]]


def test_timeline_shows_newest_told_first(client: Client) -> None:
    now = timezone.now()
    old, new, middle = (ServiceRequestFactory(told_at=now - timedelta(minutes=ago)) for ago in (30, 5, 10))

    assert numbers(client.get("/")) == [new.pk, middle.pk, old.pk]


def test_timeline_hides_private_and_merged(client: Client) -> None:
    shown = ServiceRequestFactory()
    ServiceRequestFactory(is_private=True)
    ServiceRequestFactory(merged_into=shown)

    assert numbers(client.get("/")) == [shown.pk]


def test_timeline_shows_only_what_was_published(client: Client) -> None:
    row = ServiceRequestFactory()
    for status in ("held", "queued", "withdrawn", "failed"):
        ReplyFactory(service_request=row, text="Still on its way", status=status)
    silent = client.get("/").context["cards"][0].answer
    published(row, text="Voy para allá, mi número es 612 345 678")

    page = client.get("/")

    assert silent is None
    assert page.context["cards"][0].answer.text == "Voy para allá, mi número es •••"
    assert "Still on its way" not in page.content.decode()


def test_timeline_masks_and_names_nobody_of_the_site(client: Client) -> None:
    author = AuthorFactory(network="plaza", display_name="Ana Pérez", contact="ana@example.com", handle="")
    post = PostFactory(network="plaza", author=author, text="Llamadme al 612345678, soy ana@example.com")
    ServiceRequestFactory(opening_post=post, address="Olmo 14, tel. 958123456")

    text = client.get("/", headers={"Accept-Language": "en"}).content.decode()

    assert [word for word in ("612345678", "ana@example.com", "958123456", "Ana Pérez") if word in text] == []
    assert "Llamadme al •••, soy •••" in text


def test_timeline_leaves_out_a_deleted_post(client: Client) -> None:
    row = ServiceRequestFactory()
    Post.objects.update(deleted_at=timezone.now())

    text = client.get("/").content.decode()

    assert row.opening_post.text not in text
    assert "Lucía M." not in text


def test_timeline_counts_neighbours_and_thanks_of_what_was_merged_too(client: Client) -> None:
    row = ServiceRequestFactory()
    same = ServiceRequestFactory(merged_into=row, opening_post__author=AuthorFactory())
    for target in (row, same):
        PostFactory(service_request=target, kind="thanks", triaged_at=timezone.now())

    card = client.get("/").context["cards"][0]

    assert (card.neighbours, card.thanks) == (1, 2)


def test_timeline_pairs_before_and_after(client: Client, jpeg: bytes) -> None:
    row = resolved()
    before = with_photo(jpeg, post=row.opening_post)
    after = with_photo(jpeg, reply=published(row))

    photos = client.get("/", headers={"Accept-Language": "en"}).context["cards"][0].photos

    assert [(photo.image.url, photo.caption.split()[0]) for photo in photos] == [
        (f"/photos/{before.uuid}.jpg", "before"),
        (f"/photos/{after.uuid}.jpg", "after"),
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("queue=sweeper", ["bin", "done"]),
        ("queue=police", ["police"]),
        ("state=open", ["bin", "police"]),
        ("state=resolved", ["done"]),
        ("queue=sweeper&state=resolved", ["done"]),
        ("q=CONTENEDOR", ["bin"]),
        ("q=camión+contenedor", []),
        ("queue=sweeper&q=ruido", []),
        ("queue=nobody", []),
        ("state=nonsense", []),
        ("q=612345678", []),
    ],
)
def test_timeline_filters(client: Client, query: str, found: list[str]) -> None:
    sweeper, police = QueueFactory(code="sweeper"), QueueFactory(code="police")
    rows = {
        "done": resolved(queue=sweeper),
        "police": ServiceRequestFactory(queue=police, opening_post__text="Mucho ruido de noche, mi móvil 612345678"),
        "bin": ServiceRequestFactory(queue=sweeper, opening_post__text="El contenedor está lleno"),
    }

    assert sorted(numbers(client.get(f"/?{query}"))) == sorted(rows[name].pk for name in found)


def test_timeline_finds_a_request_by_its_number(client: Client) -> None:
    row = ServiceRequestFactory()
    ServiceRequestFactory()

    assert numbers(client.get(f"/?q={row.pk}")) == [row.pk]


def test_timeline_pages_by_key_without_losing_or_repeating(client: Client) -> None:
    same_moment = timezone.now()
    rows = [ServiceRequestFactory(told_at=same_moment - timedelta(seconds=n // 3)) for n in range(45)]

    seen, address, pages = [], "/?state=open", 0
    while address:
        page = client.get(address)
        seen += numbers(page)
        address, pages = page.context["older"], pages + 1

    assert seen == [row.pk for row in sorted(rows, key=lambda row: (row.told_at, row.pk), reverse=True)]
    assert pages == 3


@pytest.mark.parametrize(
    "query",
    [
        "before=%00", "before=-", "before=zzzzzzzzzzzzz-zzzzzzzzzzzzz", "before=1-zzzzzzzzzzzzz", "before=٣-٣", "before=--5",
        "q=%00", "q=%ff%fe", "q=99999999999999999999", "q=" + "ñ" * 5000, "q='+OR+1=1", "queue=%00&state=%00", "q=%F0%9F%98%80",
    ],
)  # fmt: skip
def test_timeline_survives_bad_parameters(client: Client, query: str) -> None:
    ServiceRequestFactory()

    assert client.get(f"/?{query}").status_code == 200
    assert client.get(f"/feed.atom?{query}").status_code == 200


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "The square is still quiet"),
        ("?queue=sweeper", "Nothing here"),
        ("?q=lamp", "Nothing found"),
        ("?before=1-1", "That was the last one"),
    ],
)
def test_timeline_says_why_it_is_empty(client: Client, query: str, said: str) -> None:
    QueueFactory(code="sweeper")

    assert said in client.get(f"/{query}", headers={"Accept-Language": "en"}).content.decode()


def test_timeline_asks_as_much_for_three_as_for_one(
    client: Client, jpeg: bytes, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def one_more() -> None:
        row = resolved()
        with_photo(jpeg, post=row.opening_post)
        with_photo(jpeg, reply=published(row))

    one_more()
    client.get("/")  # The side column is remembered from here on.
    with django_assert_num_queries(8) as first:
        client.get("/")
    for _ in range(2):
        one_more()
    with django_assert_num_queries(len(first)):
        client.get("/")


def test_timeline_touches_no_session(client: Client) -> None:
    assert "sessionid" not in client.get("/").cookies
