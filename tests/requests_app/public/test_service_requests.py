"""A request's own page and the private page of whoever reported it."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from requests_app import workflow
from requests_app.models import Event, Post, Queue, Reply, ServiceRequest, Verb
from tests.factories import AuthorFactory, PostFactory, QueueFactory, ReplyFactory, ServiceRequestFactory, UserFactory
from tests.requests_app.public.rows import published, resolved, with_photo

pytestmark = pytest.mark.django_db

ENGLISH = {"Accept-Language": "en"}
TOWN = ZoneInfo("Europe/Madrid")


@pytest.fixture
def english() -> Client:
    return Client(headers=ENGLISH)


def page_of(client: Client, row: ServiceRequest) -> Any:
    return client.get(f"/requests/{row.pk}/")


def sentences(response: Any) -> list[str]:
    return [line.sentence for line in response.context["lines"]]


def plaza(**fields: Any) -> ServiceRequest:
    post = PostFactory(
        network="plaza",
        author=AuthorFactory(network="plaza", display_name="Ana Pérez", handle="", contact="ana@example.com"),
    )
    return ServiceRequestFactory(opening_post=post, follow_token=f"token-{post.pk}", **fields)


def test_request_tells_its_story_in_sentences(english: Client, carmen: User, cleaning: Queue) -> None:
    monday = datetime(2026, 11, 23, 9, 0, tzinfo=TOWN)
    with time_machine.travel(monday, tick=False):
        row = ServiceRequestFactory(queue=cleaning)
        Event.objects.create(service_request=row, verb=Verb.TRANSFERRED, at=timezone.now(), by=carmen, queue=cleaning)
        workflow.accept(row, by=carmen, promised_for=monday + timedelta(days=3, hours=3))
        workflow.note(row, by=carmen, text="A note for colleagues")
        workflow.wait(row, by=carmen, text="la empresa de luz, 958 12 34 56")
        workflow.decline(row, by=carmen, reason="not_ours")
        workflow.reopen(row, by=carmen)
        page = page_of(english, row)

    assert sentences(page) == [
        "Lucía M. told us",
        "Carmen passed it to Street cleaning",
        "Carmen accepted it and promised it for Thursday 12:00",
        "Carmen is waiting for others",
        "Carmen declined it: not the town's to do",
        "Carmen opened it again",
    ]
    assert page.context["lines"][3].words == "la empresa de luz, •••"
    assert "A note for colleagues" not in page.content.decode()


def test_request_tells_of_an_answer_once_it_is_published(english: Client) -> None:
    row = ServiceRequestFactory()
    held, sent = ReplyFactory(service_request=row, text="Not yet"), published(row, text="Voy para allá")
    for reply in (held, sent):
        Event.objects.create(service_request=row, verb=Verb.ANSWERED, at=timezone.now(), by=reply.by, reply=reply)

    page = page_of(english, row)

    assert sentences(page) == ["Lucía M. told us", "Carmen answered"]
    assert [said.reply.text for said in page.context["said"]] == ["Voy para allá"]
    assert "Not yet" not in page.content.decode()


def test_request_leaves_out_what_was_undone(english: Client, carmen: User, cleaning: Queue) -> None:
    row = ServiceRequestFactory(queue=cleaning)
    workflow.accept(row, by=carmen)
    workflow.undo(row.events.get(verb=Verb.ACCEPTED), by=carmen)

    assert sentences(page_of(english, row)) == ["Lucía M. told us"]


def test_request_merges_posts_and_answers_in_order(english: Client, jpeg: bytes) -> None:
    now = timezone.now()
    row = ServiceRequestFactory(opening_post__posted_at=now - timedelta(hours=3))
    answer = published(row, published_at=now - timedelta(hours=2))
    later = PostFactory(
        service_request=row, text="Gracias", kind="thanks", triaged_at=now, posted_at=now - timedelta(hours=1)
    )
    same = ServiceRequestFactory(
        merged_into=row, opening_post__text="Yo también", opening_post__posted_at=now - timedelta(minutes=9)
    )
    shown = with_photo(jpeg, reply=answer)

    page = page_of(english, row)

    assert [(said.reply or said.post) for said in page.context["said"]] == [answer, later, same.opening_post]
    assert page.context["said"][0].photos[0].image.url == f"/photos/{shown.uuid}.jpg"
    assert page.context["merged"] == [same.pk]
    assert page.context["service_request"].reporters == 2


def test_request_masks_every_word(english: Client) -> None:
    row = ServiceRequestFactory(opening_post__text="Soy Lucía, 612345678", address="Olmo 14, 958123456")
    published(row, text="Te llamo al 612345678")
    PostFactory(
        service_request=row, text="o a lucia@example.com", triaged_at=timezone.now(), author=row.opening_post.author
    )

    text = page_of(english, row).content.decode()

    assert [word for word in ("612345678", "958123456", "lucia@example.com") if word in text] == []
    assert "••• stands for" in text


def test_request_shows_a_deleted_post_as_removed(english: Client, jpeg: bytes) -> None:
    row = ServiceRequestFactory(opening_post__text="Words to forget")
    with_photo(jpeg, post=row.opening_post)
    Post.objects.update(deleted_at=timezone.now())

    page = page_of(english, row)
    text = page.content.decode()

    assert "Its author deleted this post." in text
    assert [word for word in ("Words to forget", "Lucía M.", "/photos/") if word in text] == []
    assert sentences(page) == ["Somebody told us"]


def test_request_keeps_the_language_of_what_was_said(english: Client) -> None:
    row = ServiceRequestFactory(opening_post__text="الإنارة معطلة", opening_post__language="ar", language="ar")

    assert '<p class="said" dir="auto" lang="ar">الإنارة معطلة</p>' in page_of(english, row).content.decode()


@pytest.mark.parametrize("number", ["0", "999999", "99999999999999999999999"])
def test_request_that_is_not_there_is_not_found(client: Client, number: str) -> None:
    assert client.get(f"/requests/{number}/").status_code == 404


def test_request_that_was_merged_leads_to_the_other(client: Client) -> None:
    target = ServiceRequestFactory()
    merged = ServiceRequestFactory(merged_into=target)

    response = page_of(client, merged)

    assert (response.status_code, response.headers["Location"]) == (302, f"/requests/{target.pk}/")


def test_private_request_does_not_exist_for_the_public(client: Client) -> None:
    private = ServiceRequestFactory(is_private=True)
    merged_private = ServiceRequestFactory(is_private=True, merged_into=private)
    merged_public = ServiceRequestFactory(merged_into=private)

    assert [page_of(client, row).status_code for row in (private, merged_private)] == [404, 404]
    assert client.get(f"/requests/{merged_public.pk}/", follow=True).status_code == 404


def test_private_request_shows_staff_the_way_only_if_they_may_see_it(client: Client) -> None:
    mine, other = QueueFactory(code="sweeper"), QueueFactory(code="police")
    carmen = UserFactory()
    carmen.queues.add(mine)
    client.force_login(carmen)
    seen, unseen = (
        ServiceRequestFactory(is_private=True, queue=mine),
        ServiceRequestFactory(is_private=True, queue=other),
    )

    assert [page_of(client, row).status_code for row in (seen, unseen)] == [200, 404]
    assert seen.opening_post.text not in page_of(client, seen).content.decode()


def test_request_asks_as_much_for_three_answers_as_for_one(
    client: Client, jpeg: bytes, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    row = resolved()

    def one_more() -> None:
        reply = published(row)
        with_photo(jpeg, reply=reply)
        Event.objects.create(service_request=row, verb=Verb.ANSWERED, at=timezone.now(), by=reply.by, reply=reply)
        PostFactory(service_request=row, triaged_at=timezone.now())

    one_more()
    with django_assert_num_queries(10):
        page_of(client, row)
    for _ in range(2):
        one_more()
    with django_assert_num_queries(9):
        page_of(client, row)


def test_follow_opens_a_private_request_for_whoever_has_the_link(english: Client, jpeg: bytes) -> None:
    row = plaza(is_private=True)
    reply = published(row, text="Lo miramos hoy")
    photo = with_photo(jpeg, post=row.opening_post)

    page = english.get(f"/follow/{row.follow_token}/")
    text = page.content.decode()

    assert [said.reply for said in page.context["said"]] == [reply]
    assert "The contact you left is seen only by the people who work on it." in text
    assert [word for word in ("ana@example.com", "Ana Pérez") if word in text] == []
    assert english.get(page.context["opening"].photos[0].image.url).status_code == 200
    assert english.get(f"/photos/{photo.uuid}.jpg").status_code == 404


def test_follow_is_kept_by_nobody(client: Client) -> None:
    headers = client.get(f"/follow/{plaza().follow_token}/").headers

    assert {name: headers[name] for name in ("X-Robots-Tag", "Cache-Control", "Referrer-Policy")} == {
        "X-Robots-Tag": "noindex, nofollow, noarchive",
        "Cache-Control": "private, no-store",
        "Referrer-Policy": "strict-origin",
    }


def test_follow_of_a_merged_request_tells_the_others_story(english: Client) -> None:
    target = resolved()
    row = plaza(merged_into=target)

    page = english.get(f"/follow/{row.follow_token}/")

    assert (page.context["own"], page.context["service_request"]) == (row, target)
    assert page.context["state"] == "Done by Carmen."


def test_follow_of_a_private_merged_request_keeps_the_others_words(english: Client) -> None:
    target = resolved(is_private=True, opening_post__text="Somebody else's secret")
    published(target, text="Words to somebody else")
    row = plaza(merged_into=target, is_private=True)

    page = english.get(f"/follow/{row.follow_token}/")
    text = page.content.decode()

    assert page.context["state"] == "Done by Carmen."
    assert [word for word in ("Somebody else's secret", "Words to somebody else") if word in text] == []


@pytest.mark.parametrize("token", ["nobody", "%00", "x" * 300])
def test_follow_of_an_unknown_link_is_not_found(client: Client, token: str) -> None:
    ServiceRequestFactory()

    assert client.get(f"/follow/{token}/").status_code == 404


def test_reply_is_never_saved_masked(client: Client) -> None:
    row = ServiceRequestFactory(opening_post__text="612345678")
    published(row, text="612345678")
    page_of(client, row)

    assert (Reply.objects.get().text, Post.objects.get().text) == ("612345678", "612345678")


def test_whoever_told_of_it_is_not_asked_whether_they_have_it_too(english: Client) -> None:
    row = ServiceRequestFactory(follow_token="mine")

    offered = [
        f"/requests/{row.pk}/me-too/" in english.get(page).content.decode()
        for page in (f"/requests/{row.pk}/", "/follow/mine/")
    ]

    assert offered == [True, False]
