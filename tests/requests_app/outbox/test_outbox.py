"""Publish and settle: one public answer, never two, never none without somebody knowing."""

import threading
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from requests_app import outbox, photos, workflow
from requests_app.models import Account, Event, Photo, Reply, ReplyStatus, ServiceRequest, Verb
from requests_app.workflow import Message
from requests_app.workflow.speech import share_photos
from tests.factories import AutomaticMessageFactory
from tests.requests_app.outbox.conftest import answers, later
from tests.requests_app.sandbox.driver import Sandbox

pytestmark = pytest.mark.django_db


def test_publish_puts_the_answer_in_the_residents_thread(
    sandbox: Sandbox, reply: Reply, request_on_desk: ServiceRequest
) -> None:
    assert outbox.publish() == 1

    (said,) = sandbox.control("GET", "posts?author=barrendera_alameda")["posts"]
    assert said["text"] == f"@lucia_rm Ahora mismo voy, Lucía.\n— Carmen · N.º {request_on_desk.pk}"
    assert said["in_reply_to"] == request_on_desk.opening_post.external_id
    reply.refresh_from_db()
    assert (reply.status, reply.external_id, reply.attempts) == (ReplyStatus.PUBLISHED, said["id"], 1)


def test_the_clock_stops_when_the_answer_is_visible(reply: Reply, request_on_desk: ServiceRequest) -> None:
    assert request_on_desk.answered_at is None

    outbox.publish()

    reply.refresh_from_db()
    request_on_desk.refresh_from_db()
    assert request_on_desk.answered_at == max(reply.published_at, request_on_desk.posted_at)
    assert request_on_desk.answered_in_hours is not None


def test_an_automatic_note_stops_no_clock(reply: Reply, request_on_desk: ServiceRequest) -> None:
    AutomaticMessageFactory()
    Reply.objects.update(by=None)

    outbox.publish()

    request_on_desk.refresh_from_db()
    assert (request_on_desk.answered_at, Reply.objects.get().status) == (None, ReplyStatus.PUBLISHED)


def test_publish_waits_for_the_undo_window(
    sandbox: Sandbox, request_on_desk: ServiceRequest, carmen: User, settings: Settings
) -> None:
    settings.UNDO_SECONDS = 10
    workflow.answer(request_on_desk, by=carmen, message=Message("Voy."))

    assert outbox.publish() == 0
    assert answers(sandbox) == []
    with later(11):
        assert outbox.publish() == 1


def test_a_withdrawn_answer_never_leaves(
    sandbox: Sandbox, request_on_desk: ServiceRequest, carmen: User, settings: Settings
) -> None:
    settings.UNDO_SECONDS = 10
    workflow.accept(request_on_desk, by=carmen, message=Message("Voy."))
    workflow.undo(Event.objects.get(verb=Verb.ACCEPTED), by=carmen)

    with later(11):
        assert outbox.publish() == 0
    assert answers(sandbox) == []


def test_an_answer_lost_after_the_write_is_found_and_not_repeated(sandbox: Sandbox, reply: Reply) -> None:
    sandbox.fail("create_tweet", "dropped")
    outbox.publish()
    reply.refresh_from_db()
    assert reply.status == ReplyStatus.IN_DOUBT

    with later(16):
        assert [outbox.publish(), outbox.settle(), outbox.publish()] == [0, 1, 0]

    reply.refresh_from_db()
    assert (reply.status, len(answers(sandbox))) == (ReplyStatus.PUBLISHED, 1)


def test_a_failure_before_the_write_is_looked_for_thrice_and_sent_once_more(sandbox: Sandbox, reply: Reply) -> None:
    sandbox.fail("create_tweet", "server_error")
    outbox.publish()

    for seconds in (16, 61, 301):
        assert answers(sandbox) == []
        with later(seconds):
            outbox.settle()
    reply.refresh_from_db()
    assert (reply.status, reply.resends) == (ReplyStatus.QUEUED, 1)
    with later(302):
        outbox.publish()

    reply.refresh_from_db()
    assert (reply.status, answers(sandbox)) == (ReplyStatus.PUBLISHED, [reply.payload])


def test_a_second_doubt_is_for_a_person(sandbox: Sandbox, reply: Reply) -> None:
    Reply.objects.update(resends=1)
    sandbox.fail("create_tweet", "server_error")
    outbox.publish()

    for seconds in (16, 61, 301):
        with later(seconds):
            outbox.settle()

    reply.refresh_from_db()
    assert (reply.status, answers(sandbox)) == (ReplyStatus.FAILED, [])
    assert list(ServiceRequest.objects.with_failed_sends()) == [reply.service_request]


def test_a_network_that_cannot_be_asked_uses_up_no_look(sandbox: Sandbox, reply: Reply) -> None:
    sandbox.fail("create_tweet", "dropped")
    outbox.publish()
    sandbox.fail("user_tweets", "server_error")

    with later(16):
        outbox.settle()
    reply.refresh_from_db()
    assert (reply.status, reply.looks) == (ReplyStatus.IN_DOUBT, 0)
    with later(60):
        outbox.settle()

    reply.refresh_from_db()
    assert reply.status == ReplyStatus.PUBLISHED


def test_the_same_words_twice_are_found_and_not_repeated(sandbox: Sandbox, reply: Reply) -> None:
    """X says 403 duplicate to a second try whose first landed: proof that it is there."""
    sandbox.fail("create_tweet", "dropped")
    outbox.publish()
    Reply.objects.update(status=ReplyStatus.QUEUED, next_attempt_at=timezone.now())

    outbox.publish()
    outbox.settle()

    reply.refresh_from_db()
    assert (reply.status, len(answers(sandbox))) == (ReplyStatus.PUBLISHED, 1)


def test_a_rate_limit_waits_for_the_reset_and_sleeps_nowhere(sandbox: Sandbox, reply: Reply) -> None:
    sandbox.fail("create_tweet", "rate_limited", seconds=120)

    outbox.publish()

    reply.refresh_from_db()
    wait = reply.next_attempt_at - timezone.now()
    assert reply.status == ReplyStatus.QUEUED
    assert timedelta(seconds=115) < wait < timedelta(seconds=125)
    assert outbox.publish() == 0
    with later(126):
        assert outbox.publish() == 1


def test_a_rate_limit_without_a_reset_waits_a_minute(sandbox: Sandbox, reply: Reply) -> None:
    sandbox.fail("create_tweet", "rate_limited_bare")

    outbox.publish()

    reply.refresh_from_db()
    assert timedelta(seconds=55) < reply.next_attempt_at - timezone.now() < timedelta(seconds=65)


def test_a_used_up_cap_pauses_the_account(sandbox: Sandbox, reply: Reply) -> None:
    sandbox.fail("create_tweet", "usage_capped")

    outbox.publish()

    reply.account.refresh_from_db()
    assert reply.account.deferred_until - timezone.now() > timedelta(minutes=55)


def test_an_unreachable_network_is_tried_again(sandbox: Sandbox, reply: Reply, settings: Settings) -> None:
    base, settings.X_BASE_URL = settings.X_BASE_URL, "http://127.0.0.1:9"

    outbox.publish()

    reply.refresh_from_db()
    assert (reply.status, reply.attempts) == (ReplyStatus.QUEUED, 1)
    settings.X_BASE_URL = base
    with later(20):
        outbox.publish()
    reply.refresh_from_db()
    assert reply.status == ReplyStatus.PUBLISHED


def test_a_network_that_is_down_for_an_hour_gets_the_answer_in_the_end(
    sandbox: Sandbox, reply: Reply, settings: Settings
) -> None:
    base, settings.X_BASE_URL = settings.X_BASE_URL, "http://127.0.0.1:9"
    minutes = 0.0
    while minutes < 60:
        with later(minutes * 60):
            outbox.publish()
        minutes += 0.5

    reply.refresh_from_db()
    assert (reply.status, reply.attempts < 20) == (ReplyStatus.QUEUED, True)
    settings.X_BASE_URL = base
    with later(75 * 60):
        outbox.publish()
    reply.refresh_from_db()
    assert (reply.status, len(answers(sandbox))) == (ReplyStatus.PUBLISHED, 1)


def test_a_no_is_final_and_named(sandbox: Sandbox, reply: Reply) -> None:
    sandbox.control("DELETE", f"posts/{reply.post.external_id}")

    outbox.publish()

    reply.refresh_from_db()
    assert (reply.status, reply.rule, reply.error != "") == (ReplyStatus.REFUSED, "gone", True)
    assert list(Reply.objects.stuck()) == [reply]


def test_an_account_that_was_not_named_may_not_speak(request_on_desk: ServiceRequest, carmen: User) -> None:
    police = Account.objects.get(handle="policia_alameda")

    with pytest.raises(workflow.MessageRefused):
        workflow.answer(request_on_desk, by=carmen, message=Message("Hola", account_id=police.pk))

    assert Reply.objects.count() == 0


def test_an_expired_token_is_refreshed_once(sandbox: Sandbox, reply: Reply) -> None:
    sandbox.control("POST", "tokens/barrendera_alameda?expire=1")

    outbox.publish()
    reply.account.refresh_from_db()
    assert reply.account.credentials["expires_at"] == 0
    with later(30):
        outbox.publish()

    reply.refresh_from_db()
    reply.account.refresh_from_db()
    assert reply.status == ReplyStatus.PUBLISHED
    assert reply.account.credentials["expires_at"] > timezone.now().timestamp() + 3600


def test_a_dead_workers_reply_is_looked_for_before_it_is_sent_again(sandbox: Sandbox, reply: Reply) -> None:
    """The worker died between its call and the writing down of the answer."""
    claimed = outbox.claim()
    assert claimed is not None
    outbox.attempt(claimed)

    assert outbox.settle() == 0
    with later(121):
        assert [outbox.publish(), outbox.settle(), outbox.publish()] == [0, 1, 0]

    reply.refresh_from_db()
    assert (reply.status, len(answers(sandbox))) == (ReplyStatus.PUBLISHED, 1)


def test_one_reply_an_account_is_in_flight(request_on_desk: ServiceRequest, carmen: User) -> None:
    for words in ("Voy.", "Ya estoy."):
        workflow.answer(request_on_desk, by=carmen, message=Message(words))

    first, second = outbox.claim(), outbox.claim()

    assert first is not None
    assert (first.text, second) == ("Voy.", None)


def test_the_answers_of_one_account_leave_in_their_order(
    sandbox: Sandbox, request_on_desk: ServiceRequest, carmen: User
) -> None:
    for words in ("Voy.", "Ya estoy.", "Listo."):
        workflow.answer(request_on_desk, by=carmen, message=Message(words))

    assert outbox.publish() == 3
    assert [text.splitlines()[0] for text in answers(sandbox)] == ["Voy.", "Ya estoy.", "Listo."]


def test_send_again_and_give_up(reply: Reply, carmen: User, sandbox: Sandbox) -> None:
    Reply.objects.update(status=ReplyStatus.REFUSED, rule="forbidden", next_attempt_at=None)
    workflow.send_again(reply, by=carmen)
    with pytest.raises(workflow.MoveNotAllowed):
        workflow.give_up(reply, by=carmen)
    outbox.publish()
    assert len(answers(sandbox)) == 1

    Reply.objects.update(status=ReplyStatus.FAILED, external_id="", published_at=None)
    workflow.give_up(reply, by=carmen)

    assert list(Reply.objects.stuck()) == []


def test_a_photo_goes_out_with_its_description(
    sandbox: Sandbox, request_on_desk: ServiceRequest, carmen: User, jpeg: bytes
) -> None:
    workflow.resolve(request_on_desk, by=carmen, message=Message("Limpio.", photo=jpeg, photo_alt="El mercado, limpio"))

    outbox.publish()

    seen = sandbox.client("barrendera_alameda").get_tweet(
        Reply.objects.get().external_id, expansions="attachments.media_keys", media_fields="alt_text", user_auth=False
    )
    assert [photo.alt_text for photo in seen.includes["media"]] == ["El mercado, limpio"]


@pytest.mark.parametrize("in_other_words", [False, True])
def test_what_failed_is_sent_again_without_a_photo_that_was_taken_down(
    sandbox: Sandbox, request_on_desk: ServiceRequest, carmen: User, jpeg: bytes, in_other_words: bool
) -> None:
    taken = photos.take(request_on_desk, jpeg, side="after", by=carmen, at=timezone.now())
    workflow.resolve(request_on_desk, by=carmen, message=Message("Limpio."))
    reply = Reply.objects.get()
    share_photos([taken], among=[reply])
    Reply.objects.update(status=ReplyStatus.FAILED, next_attempt_at=None)

    workflow.remove_photo(taken, by=carmen)
    reply.refresh_from_db()
    if in_other_words:
        workflow.edit_and_resend(reply, text="Limpio ya.", by=carmen)
    else:
        workflow.send_again(reply, by=carmen)
    outbox.publish()

    (said,) = answers(sandbox)
    assert said.startswith("Limpio ya." if in_other_words else "Limpio.")
    assert Photo.objects.held().count() == 0


def test_an_idle_tick_costs_a_query_for_each_question(
    django_assert_num_queries: DjangoAssertNumQueries, alameda: None
) -> None:
    with django_assert_num_queries(1):
        outbox.publish()
    with django_assert_num_queries(3):
        outbox.settle()


@pytest.mark.django_db(transaction=True)
def test_two_workers_publish_once(sandbox: Sandbox, reply: Reply) -> None:
    together = threading.Barrier(2)

    def work() -> None:
        together.wait()
        outbox.publish()
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert len(answers(sandbox)) == 1
    assert Reply.objects.get().status == ReplyStatus.PUBLISHED
