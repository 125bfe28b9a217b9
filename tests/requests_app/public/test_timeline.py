"""The square as residents read it."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from requests_app.models import Post, Reaction, ServiceRequest
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


def test_timeline_pairs_what_a_resident_showed_with_the_last_answer(client: Client, jpeg: bytes) -> None:
    row = resolved()
    before = with_photo(jpeg, post=row.opening_post)
    with_photo(jpeg, reply=published(row, published_at=timezone.now() - timedelta(minutes=5)))
    last = published(row)
    after = with_photo(jpeg, reply=last)

    card = client.get("/").context["cards"][0]

    assert (card.before.image.url, card.after.image.url) == (f"/photos/{before.uuid}.jpg", f"/photos/{after.uuid}.jpg")
    assert (card.before.taken_at, card.after.taken_at, card.photos) == (row.posted_at, last.published_at, [])


def test_timeline_pairs_two_pictures_taken_on_the_spot_before_any_other(client: Client, jpeg: bytes) -> None:
    row = resolved()
    with_photo(jpeg, post=row.opening_post)
    with_photo(jpeg, reply=published(row))
    spot = {
        side: with_photo(jpeg, service_request=row, side=side, taken_at=timezone.now(), taken_by=row.assignee)
        for side in ("before", "after")
    }

    card = client.get("/").context["cards"][0]

    assert (card.before.image.url, card.after.image.url) == tuple(f"/photos/{spot[side].uuid}.jpg" for side in spot)


def test_timeline_pairs_a_residents_picture_with_one_taken_on_the_spot(client: Client, jpeg: bytes) -> None:
    row = resolved()
    before = with_photo(jpeg, post=row.opening_post)
    after = with_photo(jpeg, service_request=row, side="after", taken_at=timezone.now(), taken_by=row.assignee)

    text = client.get("/", headers={"Accept-Language": "en"}).content.decode()

    assert text.index(f"/photos/{before.uuid}.jpg") < text.index("before ·") < text.index(f"/photos/{after.uuid}.jpg")


def test_timeline_shows_one_sided_photos_without_calling_them_a_pair(client: Client, jpeg: bytes) -> None:
    row = ServiceRequestFactory()
    photo = with_photo(jpeg, post=row.opening_post)

    card = client.get("/").context["cards"][0]

    assert (card.before, card.after, [shown.image.url for shown in card.photos]) == (
        None,
        None,
        [f"/photos/{photo.uuid}.jpg"],
    )


def test_timeline_counts_taps_with_posts(client: Client) -> None:
    row = ServiceRequestFactory()
    same = ServiceRequestFactory(merged_into=row, opening_post__author=AuthorFactory())
    PostFactory(service_request=row, kind="thanks", triaged_at=timezone.now())
    for number, (target, kind) in enumerate([(row, "me_too"), (same, "me_too"), (row, "thanks")]):
        Reaction.objects.create(service_request=target, kind=kind, visitor=str(number), at=timezone.now())

    card = client.get("/").context["cards"][0]

    assert (card.neighbours, card.thanks) == (3, 2)


@pytest.mark.parametrize(("days", "offered"), [(13, True), (15, False)])
def test_timeline_asks_whether_it_is_fixed_for_two_weeks(client: Client, days: int, offered: bool) -> None:
    row = resolved(opening_post__posted_at=timezone.now() - timedelta(days=20))
    ServiceRequest.objects.filter(pk=row.pk).update(resolved_at=timezone.now() - timedelta(days=days))

    assert (f"/requests/{row.pk}/#not-fixed" in client.get("/").content.decode()) is offered


def test_timeline_asks_of_nothing_open_whether_it_is_fixed(client: Client) -> None:
    ServiceRequestFactory()

    assert "#not-fixed" not in client.get("/").content.decode()


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


def test_a_new_town_shows_how_to_write_and_when_to_come_by(client: Client, alameda: None) -> None:
    with time_machine.travel(datetime(2026, 11, 6, 20, 0, tzinfo=ZoneInfo("Europe/Madrid")), tick=False):
        text = client.get("/", headers={"Accept-Language": "en"}).content.decode()

    assert text.count("<q>") == 3
    assert "Town hall · Opens on Monday at 08:00" in text
    assert "<li>Thu 08:00–15:00, 17:00–19:00</li>" in text


def test_timeline_asks_as_much_for_three_as_for_one(
    client: Client, jpeg: bytes, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def one_more() -> None:
        row = resolved()
        with_photo(jpeg, post=row.opening_post)
        with_photo(jpeg, reply=published(row))
        with_photo(jpeg, service_request=row, side="after", taken_at=timezone.now(), taken_by=row.assignee)
        Reaction.objects.create(service_request=row, kind="thanks", visitor="one", at=timezone.now())

    one_more()
    client.get("/")  # The side column is remembered from here on.
    with django_assert_num_queries(12) as first:
        client.get("/")
    for _ in range(2):
        one_more()
    with django_assert_num_queries(len(first)):
        client.get("/")


def test_timeline_touches_no_session(client: Client) -> None:
    assert "sessionid" not in client.get("/").cookies
