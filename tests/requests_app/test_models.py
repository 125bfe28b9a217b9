"""What the database itself refuses: pairs of facts, doubles, impossible clocks."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from requests_app.models import (
    Account,
    Author,
    Event,
    Gap,
    OpeningHours,
    Photo,
    Post,
    Queue,
    Reply,
    ServiceRequest,
    Verb,
)
from tests.factories import (
    AccountFactory,
    AuthorFactory,
    PostFactory,
    QueueFactory,
    ReplyFactory,
    ServiceRequestFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def refused(rule: str) -> pytest.RaisesExc[IntegrityError]:
    return pytest.raises(IntegrityError, match=rule)


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ("thanks_never_becomes_work", {"kind": "thanks"}),
        ("due_while_open", {"due_at": None}),
        ("resolved_with_its_moment", {"status": "resolved", "due_at": None}),
        ("resolved_with_its_moment", {"resolved_at": NOW, "resolved_in_hours": timedelta(0)}),
        ("declined_with_its_reason", {"status": "declined", "due_at": None}),
        ("declined_with_its_reason", {"decline_reason": "not_ours"}),
        ("accepted_by_a_named_person", {"status": "accepted", "accepted_at": NOW}),
        ("promised_once_accepted", {"promised_for": NOW}),
        ("answered_on_both_clocks", {"answered_at": NOW}),
        ("resolved_on_both_clocks", {"resolved_in_hours": timedelta(0)}),
        ("request_posted_before_received", {"received_at": NOW - timedelta(days=9)}),
    ],
)
def test_a_request_refuses(rule: str, fields: dict[str, object]) -> None:
    request = ServiceRequestFactory()
    with refused(rule), transaction.atomic():
        ServiceRequest.objects.filter(pk=request.pk).update(**fields)


def test_a_request_is_not_merged_into_itself() -> None:
    request = ServiceRequestFactory()
    with refused("not_merged_into_itself"):
        ServiceRequest.objects.filter(pk=request.pk).update(merged_into=request)


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ("posted_before_received", {"received_at": NOW - timedelta(days=9)}),
        ("post_point_on_earth", {"latitude": 37.2}),
        ("post_point_on_earth", {"latitude": 97.2, "longitude": 0}),
        ("set_aside_with_its_error", {"set_aside_at": NOW}),
        ("set_aside_with_its_error", {"triage_error": "ValueError"}),
    ],
)
def test_a_post_refuses(rule: str, fields: dict[str, object]) -> None:
    post = PostFactory()
    with refused(rule), transaction.atomic():
        Post.objects.filter(pk=post.pk).update(**fields)


def test_a_post_joins_only_once_triaged() -> None:
    request, post = ServiceRequestFactory(), PostFactory()
    with refused("joined_once_triaged"):
        Post.objects.filter(pk=post.pk).update(service_request=request)


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ("published_with_its_receipt", {"status": "published"}),
        ("published_with_its_receipt", {"external_id": "17"}),
        ("in_flight_once_claimed", {"status": "sending"}),
        ("refused_with_its_rule", {"status": "refused"}),
    ],
)
def test_a_reply_refuses(rule: str, fields: dict[str, object]) -> None:
    reply = ReplyFactory()
    with refused(rule), transaction.atomic():
        Reply.objects.filter(pk=reply.pk).update(**fields)


def test_one_reply_an_account_is_in_flight() -> None:
    first = ReplyFactory(status="sending", claimed_at=NOW, first_claimed_at=NOW)
    with refused("one_reply_in_flight_per_account"):
        ReplyFactory(service_request=first.service_request, status="in_doubt", claimed_at=NOW, first_claimed_at=NOW)


def test_one_of_each_on_a_network() -> None:
    post, author, account = PostFactory(), AuthorFactory(), AccountFactory()
    for rule, again in (
        ("post_once_per_network", lambda: PostFactory(external_id=post.external_id)),
        ("author_once_per_network", lambda: AuthorFactory(external_id=author.external_id)),
        ("account_once_per_network", lambda: Account.objects.create(network="x", external_id=account.external_id)),
    ):
        with refused(rule), transaction.atomic():
            again()
    PostFactory(network="bluesky", external_id=post.external_id)


def test_a_voice_is_a_queues_or_a_persons() -> None:
    with refused("voice_of_a_queue_or_a_person"):
        AccountFactory(external_id="106", queue=QueueFactory(), person=UserFactory())


def test_one_queue_takes_the_rest() -> None:
    QueueFactory(code="townhall", is_fallback=True)
    with refused("one_fallback_queue"):
        QueueFactory(code="other", is_fallback=True)


def test_hours_open_before_they_close() -> None:
    with refused("opens_before_it_closes"):
        OpeningHours.objects.create(queue=QueueFactory(), weekday=0, opens="15:00", closes="08:00")


def test_a_gap_is_acknowledged_by_somebody() -> None:
    with refused("gap_acknowledged_by_somebody"):
        Gap.objects.create(account=AccountFactory(), begins_at=NOW, ends_at=NOW, acknowledged_at=NOW)


def test_a_photo_belongs_to_one_thing_and_is_somewhere() -> None:
    with refused("photo_of_one_thing"), transaction.atomic():
        Photo.objects.create(source_url="https://pbs.example/1.jpg")
    with refused("photo_is_somewhere"):
        Photo.objects.create(post=PostFactory())


def test_what_was_undone_is_told_to_nobody() -> None:
    request = ServiceRequestFactory()
    accepted = Event.objects.create(service_request=request, verb=Verb.ACCEPTED, at=NOW)
    Event.objects.create(service_request=request, verb=Verb.UNDONE, at=NOW, undoes=accepted)

    assert [event.verb for event in request.events.all().public()] == ["received"]


def test_search_forgives_accents_and_case() -> None:
    request = ServiceRequestFactory(opening_post__text="La FAROLA de María Ódiaga, señalización caída")

    for words in ("maría", "MARIA odiaga", "farola caida", "senalizacion", str(request.pk)):
        assert list(ServiceRequest.objects.matching(words)) == [request], words
    for words in ("contenedor", "farola contenedor", "999999", "99999999999999999999"):
        assert list(ServiceRequest.objects.matching(words)) == [], words


def test_search_finds_neither_deleted_words_nor_breaks_on_odd_ones() -> None:
    ServiceRequestFactory(opening_post__text="farola rota", opening_post__deleted_at=NOW)

    for words in ("farola", "", "'); DROP TABLE", "& | !", "²", "\x00"[:0]):
        assert list(ServiceRequest.objects.matching(words)) == []


def test_a_name_is_in_the_readers_language() -> None:
    queue = Queue(names={"es": "Limpieza", "fr": "Propreté"})
    assert queue.name == "Limpieza"


def test_people_on_the_site_stay_nameless() -> None:
    author = Author(network="plaza", external_id="1", display_name="Lucía Martín", contact="lucia@example.org")
    assert "Luc" not in author.public_name
