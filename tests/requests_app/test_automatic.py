"""Automatic messages: one to each thing a resident says, only where somebody switched it on, and it stops no clock."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone, translation
from pytest_django import DjangoAssertNumQueries

from requests_app import outbox, triage, workflow
from requests_app.models import (
    Account,
    Author,
    AutomaticMessage,
    Policy,
    Post,
    Queue,
    Reply,
    ReplyStatus,
    Service,
    ServiceRequest,
)
from requests_app.workflow import Refusal, automatic
from tests.factories import AccountFactory, AuthorFactory, PostFactory, UserFactory
from tests.requests_app.sandbox.driver import Sandbox

pytestmark = pytest.mark.django_db

TEXTS = {"es": "Gracias, lo hemos recibido.", "en": "Thank you, we have received it."}
LAMP = "@alameda la farola de la calle del Olmo no funciona"


@pytest.fixture
def on(alameda: None, elena: User) -> AutomaticMessage:
    """Switched on for X two hours ago."""
    message = automatic.switch_on("x", texts=TEXTS, by=elena, rules_read=True)
    AutomaticMessage.objects.update(on_since=timezone.now() - timedelta(hours=2))
    return message


def said(text: str = LAMP, *, to: str = "alameda", **fields: Any) -> Post:
    fields = {"posted_at": timezone.now() - timedelta(minutes=2)} | fields
    return PostFactory(text=text, account=Account.objects.get(network="x", handle=to), **fields)


def replies(*posts: Post) -> list[Reply]:
    triage.sort()
    return list(Reply.objects.order_by("id"))


def test_nothing_is_said_until_it_is_switched_on(alameda: None) -> None:
    said()

    assert (replies(), ServiceRequest.objects.count()) == ([], 1)


def test_one_reply_to_each_new_request_in_its_language(on: AutomaticMessage) -> None:
    said()
    said("@alameda the street lamp on Elm Street is broken", language="en")

    spanish, english = replies()

    number = spanish.service_request_id
    assert spanish.payload.startswith("Gracias, lo hemos recibido.\n— ")
    assert (str(number) in spanish.payload, "STOP" in spanish.payload, spanish.language) == (True, True, "es")
    assert english.payload == (
        f"Thank you, we have received it.\n— automatic · No. {number + 1} · reply STOP to stop these"
    )
    assert (spanish.by, spanish.status, spanish.post, spanish.account.handle) == (
        None, ReplyStatus.QUEUED, spanish.service_request.opening_post, "alameda",
    )  # fmt: skip


def test_a_language_without_a_text_gets_the_towns(on: AutomaticMessage) -> None:
    said("@alameda le lampadaire de la rue est cassé", language="fr")

    (reply,) = replies()

    assert (reply.text, reply.language) == (TEXTS["es"], "es")


def test_a_machine_stops_no_clock(sandbox: Sandbox, on: AutomaticMessage) -> None:
    post = sandbox.post(LAMP, lang="es")
    said(external_id=post["id"], author=AuthorFactory(handle="lucia_rm"))
    (reply,) = replies()

    assert outbox.publish() == 1

    (answer,) = sandbox.control("GET", "posts?author=alameda")["posts"]
    reply.refresh_from_db()
    assert (reply.status, answer["text"]) == (ReplyStatus.PUBLISHED, f"@lucia_rm {reply.payload}")
    assert ServiceRequest.objects.get().answered_at is None


def test_the_teams_own_account_speaks_where_it_was_named_too(on: AutomaticMessage, cleaning: Queue) -> None:
    accounts = [Account.objects.get(handle=name).external_id for name in ("alcaldesa_alameda", "barrendera_alameda")]
    said("contenedor desbordado", mentions=accounts)
    said("@alcaldesa_alameda la farola no funciona", to="alcaldesa_alameda")

    assert [reply.account.handle for reply in replies()] == ["barrendera_alameda", "alcaldesa_alameda"]


def _old(post: dict[str, Any]) -> None:
    post["posted_at"] = timezone.now() - timedelta(minutes=61)


def _before(post: dict[str, Any]) -> None:
    AutomaticMessage.objects.update(on_since=timezone.now() + timedelta(seconds=1))


def _urgent(post: dict[str, Any]) -> None:
    post["text"] = "@alameda huele a gas en la calle del Olmo"


def _private(post: dict[str, Any]) -> None:
    post["service"] = Service.objects.filter(is_private=True).first()


def _in_confidence(post: dict[str, Any]) -> None:
    post["reference"] = {"visibility": "direct"}


def _opted_out(post: dict[str, Any]) -> None:
    post["author"] = AuthorFactory(opted_out_at=timezone.now() - timedelta(days=9))


def _unnamed(post: dict[str, Any]) -> None:
    post["mentions"] = []


def _elsewhere(post: dict[str, Any]) -> None:
    AutomaticMessage.objects.update(network="bluesky")


def _off(post: dict[str, Any]) -> None:
    automatic.switch_off("x")


@pytest.mark.parametrize(
    "why", [_old, _before, _urgent, _private, _in_confidence, _opted_out, _unnamed, _elsewhere, _off]
)
def test_nobody_gets_one(on: AutomaticMessage, why: Any) -> None:
    post: dict[str, Any] = {"text": LAMP, "author": AuthorFactory()}
    why(post)
    said(**post)

    assert (replies(), ServiceRequest.objects.count()) == ([], 1)


def test_follow_ups_thanks_chatter_and_what_is_opened_by_hand_get_none(on: AutomaticMessage, ines: User) -> None:
    first = said()
    triage.sort()
    said(
        "@alameda y la de al lado",
        author=first.author,
        in_reply_to=first.external_id,
        conversation_id=first.conversation_id,
    )
    said("@alameda gracias por todo, sois geniales")
    chatter = said("@alameda jajaja buenos días")
    triage.sort()
    chatter.refresh_from_db()
    workflow.open_by_hand(chatter, queue=Queue.objects.get(code="sweeper"), by=ines)

    assert [reply.post for reply in Reply.objects.all()] == [first]


GAS = "@alameda huele a gas en la calle del Olmo"


def test_danger_is_answered_only_where_the_town_wants_it_and_with_the_number_first(on: AutomaticMessage) -> None:
    Policy.objects.create(answers_urgent=True)
    said(GAS)

    (reply,) = replies()

    first, second, _own = reply.payload.split("\n")
    assert ("112" in first, second) == (True, TEXTS["es"])
    assert outbox.publish() == 1


def test_where_there_is_no_room_the_number_goes_before_the_thanks(on: AutomaticMessage) -> None:
    Policy.objects.create(answers_urgent=True)
    automatic.switch_on(
        "x", texts={"es": "Gracias por avisarnos, lo leemos hoy. " * 5}, by=on.switched_on_by, rules_read=True
    )
    AutomaticMessage.objects.update(on_since=timezone.now() - timedelta(hours=2))
    said(GAS)

    (reply,) = replies()

    assert ("112" in reply.payload, "Gracias" in reply.payload) == (True, False)


def _said_by_a_person(request: ServiceRequest, ines: User) -> None:
    workflow.reclassify(request, by=ines, kind=request.kind, service=request.service, is_urgent=True)


def _said_by_its_author(request: ServiceRequest, ines: User) -> None:
    first = request.opening_post
    said(
        "@alameda y ahora huele a gas, hay una persona herida",
        author=first.author,
        in_reply_to=first.external_id,
        conversation_id=first.conversation_id,
    )
    triage.sort()


def _joined_to_danger(request: ServiceRequest, ines: User) -> None:
    said("@alameda cables sueltos echando chispas en la calle del Olmo, peligro")
    triage.sort()
    workflow.merge(request, into=ServiceRequest.objects.exclude(pk=request.pk).get(is_urgent=True), by=ines)


@pytest.mark.parametrize("how", [_said_by_a_person, _said_by_its_author, _joined_to_danger])
def test_what_waits_is_withdrawn_once_it_is_urgent(on: AutomaticMessage, ines: User, how: Any) -> None:
    said()
    (waiting,) = replies()
    how(waiting.service_request, ines)

    assert outbox.publish() == 0

    waiting.refresh_from_db()
    assert waiting.status == ReplyStatus.WITHDRAWN


def test_what_was_ready_for_danger_is_withdrawn_once_the_town_wants_it_no_more(on: AutomaticMessage) -> None:
    Policy.objects.create(answers_urgent=True)
    said(GAS)
    (waiting,) = replies()
    Policy.objects.update(answers_urgent=False)

    assert outbox.publish() == 0

    waiting.refresh_from_db()
    assert waiting.status == ReplyStatus.WITHDRAWN


def test_a_stop_in_the_same_batch_comes_first(on: AutomaticMessage) -> None:
    lucia = AuthorFactory()
    said(author=lucia)
    said("@alameda STOP", author=lucia)

    assert replies() == []


def test_a_post_sorted_again_gets_no_second(on: AutomaticMessage) -> None:
    post = said()
    triage.sort()
    request = ServiceRequest.objects.get()

    automatic.acknowledge([request], messages={"x": on}, now=timezone.now())
    on.refresh_from_db()
    automatic.acknowledge([request], messages={"x": on}, now=timezone.now())

    assert Reply.objects.get().post == post


def test_what_does_not_fit_is_not_sent_and_logged(on: AutomaticMessage, caplog: pytest.LogCaptureFixture) -> None:
    AutomaticMessage.objects.update(texts={"es": "larguísimo " * 40})
    said()

    with caplog.at_level(logging.WARNING, logger="requests_app.workflow.automatic"):
        assert replies() == []

    assert [(record.getMessage(), record.rule) for record in caplog.records] == [
        ("automatic message not sent", "too_long")
    ]


def test_a_batch_costs_the_same_queries_for_2_and_40(
    on: AutomaticMessage, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for count in (2, 40):
        for _ in range(count):
            said()
        # The texts, the authors, the accounts, and the replies.
        with django_assert_num_queries(16 + 4):
            assert triage.sort() == count
    assert Reply.objects.count() == 42


# --- as it leaves ------------------------------------------------------------------------


def _they_stop(reply: Reply) -> None:
    Author.objects.filter(pk=reply.post.author_id).update(opted_out_at=timezone.now())


def _it_is_off(reply: Reply) -> None:
    AutomaticMessage.objects.update(on_since=None, switched_on_by=None)


@pytest.mark.parametrize("meanwhile", [_they_stop, _it_is_off])
def test_what_was_on_its_way_back_to_the_queue_does_not_leave(on: AutomaticMessage, meanwhile: Any) -> None:
    """It was in doubt, or the network was down, when nobody wanted it any more."""
    said()
    (reply,) = replies()
    meanwhile(reply)

    assert outbox.claim() is None

    reply.refresh_from_db()
    assert (reply.status, reply.attempts) == (ReplyStatus.WITHDRAWN, 0)


def test_people_are_not_kept_waiting_by_machines(on: AutomaticMessage, carmen: User) -> None:
    said()
    said()
    first, second = replies()
    Reply.objects.filter(pk=second.pk).update(by=carmen)

    assert outbox.claim() == second


# --- the switch -----------------------------------------------------------------------


def test_whoever_switches_it_on_has_read_the_rules(alameda: None, elena: User) -> None:
    with pytest.raises(Refusal):
        automatic.switch_on("x", texts=TEXTS, by=elena, rules_read=False)
    assert not AutomaticMessage.objects.exists()

    message = automatic.switch_on("x", texts={"es": " Recibido. ", "fr": " "}, by=elena, rules_read=True)

    assert (message.texts, message.switched_on_by) == ({"es": "Recibido."}, elena)
    assert message.on_since is not None


@pytest.mark.parametrize(
    ("network", "texts"),
    [
        ("plaza", TEXTS),
        ("morse", TEXTS),
        ("mastodon", TEXTS),  # no account is linked there
        ("x", {"es": " "}),
        ("x", {"tlh": "nuqneH"}),
        ("x", {"es": "a" * 260}),
        ("x", {"es": "Mira https://example.org/normas"}),
    ],
)
def test_what_no_network_takes_is_not_switched_on(network: str, texts: dict[str, str]) -> None:
    AccountFactory()

    with pytest.raises(Refusal):
        automatic.switch_on(network, texts=texts, by=UserFactory(), rules_read=True)

    assert not AutomaticMessage.objects.exists()


def test_switched_off_nothing_leaves_any_more(on: AutomaticMessage) -> None:
    said()
    (reply,) = replies()

    automatic.switch_off("x")

    reply.refresh_from_db()
    on.refresh_from_db()
    assert (reply.status, on.on_since, on.switched_on_by) == (ReplyStatus.WITHDRAWN, None, None)


def test_the_rules_name_what_the_networks_ask(alameda: None) -> None:
    with translation.override("en"):
        rules = " ".join(automatic.rules("x"))

    for part in ("one automatic reply", "bot", "who runs it", "stop, baja", "same text"):
        assert part in rules
