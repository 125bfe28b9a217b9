"""Not fixed? One press within two weeks, with a line that everybody reads."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from requests_app import workflow
from requests_app.models import Queue, ServiceRequest, Verb
from requests_app.workflow import Message
from staff.case import history
from tests.factories import ServiceRequestFactory
from tests.requests_app.public.rows import published, with_photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def english() -> Client:
    return Client(headers={"Accept-Language": "en"})


@pytest.fixture
def done(carmen: User, cleaning: Queue) -> ServiceRequest:
    row = ServiceRequestFactory(queue=cleaning)
    workflow.resolve(row, by=carmen, message=Message("Barrido."))
    return row


def press(client: Client, row: ServiceRequest, text: str = "") -> ServiceRequest:
    closing = client.get(f"/requests/{row.pk}/").context["closing"]
    client.post(f"/requests/{row.pk}/not-fixed/", {"closing": closing, "text": text})
    return ServiceRequest.objects.select_related("assignee").get(pk=row.pk)


def test_one_press_opens_it_again_for_whoever_had_it(english: Client, done: ServiceRequest, carmen: User) -> None:
    row = press(english, done, "Sigue igual, 612345678")

    line = row.events.latest("id")
    assert (row.status, row.assignee, row.resolved_at) == ("accepted", carmen, None)
    assert row.due_at is not None
    assert row.due_at > timezone.now()
    assert (line.verb, line.by, line.post, line.text) == (Verb.REOPENED, None, None, "Sigue igual, •••")
    text = english.get(f"/requests/{row.pk}/").content.decode()
    assert "A resident says it is not fixed: it is open again" in text
    assert ("Sigue igual, •••" in text, "It is not fixed</button>" in text) == (True, False)
    assert history.sentence(line) == "A resident says on the square that it is not fixed: it is open again."


def test_the_same_closing_is_not_contradicted_twice(english: Client, done: ServiceRequest, carmen: User) -> None:
    closing = english.get(f"/requests/{done.pk}/").context["closing"]
    press(english, done)
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        workflow.resolve(done, by=carmen, message=Message("Ahora sí."))
        english.post(f"/requests/{done.pk}/not-fixed/", {"closing": closing})

    assert ServiceRequest.objects.get(pk=done.pk).status == "resolved"
    assert done.events.filter(verb=Verb.REOPENED).count() == 1


def test_after_two_weeks_one_writes_anew_with_the_number(english: Client, done: ServiceRequest) -> None:
    closing = english.get(f"/requests/{done.pk}/").context["closing"]
    with time_machine.travel(timezone.now() + timedelta(days=14, minutes=1)):
        english.post(f"/requests/{done.pk}/not-fixed/", {"closing": closing})
        text = english.get(f"/requests/{done.pk}/").content.decode()

        assert ServiceRequest.objects.get(pk=done.pk).status == "resolved"
        assert f'href="/report/?about={done.pk}"' in text
        assert f"No. {done.pk}: </textarea>" in english.get(f"/report/?about={done.pk}").content.decode()


@pytest.mark.parametrize(("reason", "status"), [("not_found", "accepted"), ("against_rules", "declined")])
def test_only_what_was_seen_wrongly_is_contradicted(
    english: Client, carmen: User, cleaning: Queue, reason: str, status: str
) -> None:
    row = ServiceRequestFactory(queue=cleaning)
    workflow.decline(row, by=carmen, reason=reason)

    assert press(english, row).status == status


def test_a_request_is_opened_three_times_a_day_and_no_more(english: Client, done: ServiceRequest, carmen: User) -> None:
    now = timezone.now()
    for turn in range(4):
        with time_machine.travel(now + timedelta(minutes=turn)):
            press(Client(REMOTE_ADDR=f"192.0.2.{turn}"), done)
            if turn < 3:
                workflow.resolve(done, by=carmen, message=Message("Barrido."))

    assert ServiceRequest.objects.get(pk=done.pk).status == "resolved"
    assert done.events.filter(verb=Verb.REOPENED).count() == 3


def test_what_did_not_hold_is_no_proof_until_it_is_done_again(
    english: Client, done: ServiceRequest, carmen: User, jpeg: bytes
) -> None:
    before = with_photo(jpeg, post=done.opening_post)
    with_photo(jpeg, reply=published(done))
    assert english.get("/").context["cards"][0].after is not None
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        press(english, done, "Sigue igual")
        card = english.get("/").context["cards"][0]
        page = english.get(f"/requests/{done.pk}/")

    assert (card.before, card.after, card.again.words, len(card.photos)) == (None, None, "Sigue igual", 2)
    assert (page.context["proof"].before, page.context["proof"].after) == (None, None)
    assert page.content.decode().count("A resident says it is not fixed: it is open again") == 2

    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        workflow.resolve(done, by=carmen, message=Message("Ahora sí."))
        after = with_photo(jpeg, reply=published(done))
        card = english.get("/").context["cards"][0]
        page = english.get(f"/requests/{done.pk}/")

    assert card.again is None
    assert (card.before.image.url, card.after.image.url) == (f"/photos/{before.uuid}.jpg", f"/photos/{after.uuid}.jpg")
    assert page.context["proof"].after.image.url == f"/photos/{after.uuid}.jpg"


@pytest.mark.parametrize("text", ["sois unos hijos de puta", "mi marido me pega, venid"])
def test_what_is_not_for_everybody_is_not_said_there(english: Client, done: ServiceRequest, text: str) -> None:
    row = press(english, done, text)

    assert (row.status, text in english.get(f"/requests/{row.pk}/").content.decode()) == ("resolved", False)
