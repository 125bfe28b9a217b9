"""Opting out: whoever says only "stop" is written to by no machine, and nothing else of what they say is lost."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone, translation

from requests_app import inbox, triage, workflow
from requests_app.models import Account, Author, Kind, Post, ReplyStatus, ServiceRequest
from requests_app.triage.stopping import asks_to_stop
from requests_app.triage.words import look
from requests_app.workflow import Message
from staff.case.history import lines
from tests.factories import AuthorFactory, PostFactory, ReplyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lucia(alameda: None) -> Author:
    return AuthorFactory(handle="lucia_rm")


def said(text: str, *, author: Author, below: Post | None = None, **fields: object) -> Post:
    now = timezone.now()
    fields = {"posted_at": now, "received_at": now} | fields
    if below is not None:
        fields |= {"in_reply_to": below.external_id, "conversation_id": below.conversation_id}
    account = Account.objects.get(network="x", handle="alameda")
    post = PostFactory(text=text, author=author, account=account, **fields)
    triage.sort()
    post.refresh_from_db()
    return post


STOPS = (
    "STOP", "@alameda stop.", "#Stop 🙏", "@alameda @x  No me ESCRIBAN!!", "@alameda ¡Arretez!", "désinscrire", "#DarmeDeBaja",
)  # fmt: skip
MORE = (
    "@alameda la señal de stop de la calle del Olmo está rota", "@alameda stop https://example.org/firma",
    "@alameda han dado de baja la farola", "@alameda stop stop", "@alameda", "",
)  # fmt: skip


def test_only_these_words_alone_are_a_stop() -> None:
    assert [text for text in (*STOPS, *MORE) if asks_to_stop(look(text))] == list(STOPS)


def test_a_stop_is_kept_and_opens_nothing(lucia: Author) -> None:
    post = said("@alameda STOP!", author=lucia)

    lucia.refresh_from_db()
    assert (lucia.opted_out_at, post.kind, post.service_request) == (post.posted_at, Kind.OTHER, None)
    assert ServiceRequest.objects.count() == 0


def test_the_towns_own_form_writes_to_nobody_and_takes_it_for_a_report(lucia: Author) -> None:
    assert triage.sort_now(inbox.deliver("Stop", language="es")) is not None


def test_a_stop_in_a_thread_is_a_line_for_the_staff_only(client: Client, lucia: Author) -> None:
    first = said("@alameda la farola de la plaza no funciona", author=lucia)
    before = ServiceRequest.objects.get()

    post = said("@alameda STOP", author=lucia, below=first)

    request = ServiceRequest.objects.get()
    assert (post.service_request, request.events.latest("id").verb) == (request, "opted_out")
    assert (request.version, request.told_at) == (before.version + 1, before.told_at)
    with translation.override("en"):
        assert lines(request.events.in_order())[-1].sentence == (
            "Lucía M. asked us to stop: no machine writes there any more."
        )
    assert len(client.get(f"/requests/{request.pk}/").context["lines"]) == 1


def test_a_stop_reopens_nothing(lucia: Author, carmen: User) -> None:
    first = said("@alameda la farola de la plaza no funciona", author=lucia)
    workflow.resolve(ServiceRequest.objects.get(), by=carmen, message=Message("Cambiada."))

    said("@alameda stop", author=lucia, below=first)

    assert ServiceRequest.objects.get().status == "resolved"


def test_a_stop_takes_back_what_a_machine_wrote_and_nothing_of_a_persons(lucia: Author, carmen: User) -> None:
    first = said("@alameda la farola de la plaza no funciona", author=lucia)
    request = ServiceRequest.objects.get()
    claimed = timezone.now()
    machine = ReplyFactory(service_request=request, by=None, status="queued")
    person = ReplyFactory(service_request=request, by=carmen, status="held")
    other = ReplyFactory(by=None, status="queued")
    gone = ReplyFactory(
        service_request=request, by=carmen, status="sending", claimed_at=claimed, first_claimed_at=claimed
    )

    said("@alameda stop", author=lucia, below=first)

    states = []
    for reply in (machine, person, other, gone):
        reply.refresh_from_db()
        states.append(reply.status)
    assert states == [ReplyStatus.WITHDRAWN, ReplyStatus.HELD, ReplyStatus.QUEUED, ReplyStatus.SENDING]
    assert machine.next_attempt_at is None


def test_what_they_write_afterwards_is_work_as_ever(lucia: Author, carmen: User) -> None:
    said("@alameda stop", author=lucia)

    said("@alameda la farola de la plaza no funciona", author=lucia)

    request = ServiceRequest.objects.get()
    assert [voice.account.handle for voice in workflow.voices(request, by=carmen) if voice.post] == ["alameda"]


def test_the_newest_stop_counts(lucia: Author) -> None:
    newest = said("stop", author=lucia).posted_at

    said("stop", author=lucia, posted_at=newest - timedelta(hours=1))

    lucia.refresh_from_db()
    assert lucia.opted_out_at == newest
