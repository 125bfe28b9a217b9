"""Workers that die, answers that are lost, two who do the same: one public answer, and somebody knows."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from requests_app import outbox, workflow
from requests_app.lines import open_line
from requests_app.models import Account, Event, RateLimit, Reply, ReplyStatus, ServiceRequest, Verb
from requests_app.networks.contract import Deferred, Outcome, Published, Rejected, Unknown
from requests_app.workflow import Message
from tests.factories import AuthorFactory, AutomaticMessageFactory, PostFactory, ServiceRequestFactory
from tests.requests_app.outbox.conftest import answers, later
from tests.requests_app.sandbox.driver import Sandbox

pytestmark = pytest.mark.django_db


def until_settled(*, seconds: int = 900) -> None:
    """As the clock would: both ticks, every half minute."""
    for passed in range(0, seconds, 30):
        with later(passed):
            outbox.settle()
            outbox.publish()


def receipts() -> list[str]:
    return [reply.receipt.code for reply in Reply.objects.select_related("account", "follows").order_by("pk")]


def published_lines() -> int:
    return Event.objects.filter(verb=Verb.PUBLISHED).count()


# --- a worker killed between any two instructions ----------------------------------------


def killed_after_the_claim(reply: Reply) -> None:
    assert outbox.claim() == reply


def killed_after_the_call(reply: Reply) -> None:
    claimed = outbox.claim()
    assert claimed is not None
    assert isinstance(outbox.attempt(claimed), Published)


def killed_after_a_doubt(reply: Reply) -> None:
    claimed = outbox.claim()
    assert claimed is not None
    outbox.attempt(claimed)
    outbox.record(claimed, Unknown("no answer"))


def killed_while_it_looked(reply: Reply) -> None:
    """`settle` had taken the look; then nothing came back from that worker."""
    killed_after_a_doubt(reply)
    until = timezone.now() + timedelta(seconds=120)
    Reply.objects.update(next_attempt_at=until)


def killed_before_the_second_try(reply: Reply) -> None:
    """It was surely absent; the row says queued, and the first claim stays known."""
    assert outbox.claim() == reply
    Reply.objects.update(status=ReplyStatus.QUEUED, resends=1, next_attempt_at=timezone.now())


@pytest.mark.parametrize(
    "killed",
    [
        killed_after_the_claim,
        killed_after_the_call,
        killed_after_a_doubt,
        killed_while_it_looked,
        killed_before_the_second_try,
    ],
)
def test_a_killed_worker_leaves_one_answer(sandbox: Sandbox, reply: Reply, killed: Callable[[Reply], None]) -> None:
    killed(reply)

    until_settled()

    reply.refresh_from_db()
    assert (reply.status, answers(sandbox), published_lines()) == (ReplyStatus.PUBLISHED, [reply.payload], 1)


@pytest.mark.django_db(transaction=True)
def test_two_who_settle_and_two_who_send_make_one_answer(sandbox: Sandbox, reply: Reply, settings: Settings) -> None:
    settings.LOOK_SECONDS = [0, 0]
    sandbox.fail("create_tweet", "dropped")
    outbox.publish()
    together = threading.Barrier(4)

    def work(tick: Callable[[], int]) -> None:
        together.wait()
        tick()
        connection.close()

    workers = [threading.Thread(target=work, args=[tick]) for tick in (outbox.settle, outbox.publish) * 2]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    outbox.settle()

    reply.refresh_from_db()
    assert (reply.status, len(answers(sandbox)), published_lines()) == (ReplyStatus.PUBLISHED, 1, 1)


# --- what comes too late ------------------------------------------------------------------


@pytest.mark.parametrize(
    "outcome",
    [
        Rejected("gone", "late"),
        Unknown("late"),
        Deferred(timezone.now(), "late"),
        Deferred(timezone.now(), "", "money"),
    ],
)
def test_what_a_worker_writes_after_its_lease_changes_nothing(reply: Reply, outcome: Outcome) -> None:
    slow = outbox.claim()
    assert slow is not None
    with later(121):
        outbox.settle()
    known = Reply.objects.values("status", "error", "rule", "attempts", "next_attempt_at").get()

    outbox.record(slow, outcome)

    assert Reply.objects.values("status", "error", "rule", "attempts", "next_attempt_at").get() == known


def test_a_receipt_counts_however_late_it_comes(sandbox: Sandbox, reply: Reply) -> None:
    slow = outbox.claim()
    assert slow is not None
    outcome = outbox.attempt(slow)
    Reply.objects.update(status=ReplyStatus.FAILED, given_up_at=timezone.now())

    outbox.record(slow, outcome)

    reply.refresh_from_db()
    assert (reply.status, reply.given_up_at, len(answers(sandbox))) == (ReplyStatus.PUBLISHED, None, 1)


def test_read_back_while_in_doubt_it_is_published_once(sandbox: Sandbox, reply: Reply) -> None:
    sandbox.fail("create_tweet", "dropped")
    outbox.publish()
    (said,) = sandbox.control("GET", "posts?author=barrendera_alameda")["posts"]

    workflow.published(reply, Published(said["id"], timezone.now()))
    workflow.published(reply, Published(said["id"], timezone.now(), url="https://x.example/1", reference={"cid": "1"}))
    workflow.published(reply, Published("9", timezone.now(), url="https://x.example/9"))
    until_settled(seconds=60)

    reply.refresh_from_db()
    assert (reply.external_id, reply.url, reply.reference) == (said["id"], "https://x.example/1", {"cid": "1"})
    assert (published_lines(), len(answers(sandbox))) == (1, 1)


# --- money, keys, and what the network allows ------------------------------------------------


@pytest.mark.parametrize("cause", ["money", "credentials"])
def test_what_only_a_person_can_mend_is_waited_for_without_end(sandbox: Sandbox, reply: Reply, cause: str) -> None:
    for hours in range(70):
        with later(hours * 3600):
            claimed = outbox.claim()
            assert claimed is not None
            outbox.record(claimed, Deferred(timezone.now() + timedelta(minutes=50), "no credit", cause))

    with later(69 * 3600 + 60):
        kept = Reply.objects.select_related("account").get()
        assert (kept.status, kept.attempts, kept.first_claimed_at) == (ReplyStatus.QUEUED, 0, None)
        assert (kept.receipt.code, kept.receipt.cause, kept.receipt.until) == (
            "waiting", cause, kept.account.deferred_until,
        )  # fmt: skip
    Account.objects.filter(pk=reply.account_id).update(credentials=reply.account.credentials)
    with later(71 * 3600):
        outbox.publish()
    reply.account.refresh_from_db()
    assert (len(answers(sandbox)), reply.account.deferred_cause) == (1, "")


def test_keys_that_stay_refused_are_not_tried_without_a_pause(reply: Reply) -> None:
    for seconds in (0, 20):
        with later(seconds):
            claimed = outbox.claim()
            assert claimed is not None
            outbox.record(claimed, Deferred(timezone.now(), "401", "credentials"))

    kept = Reply.objects.get()
    assert kept.next_attempt_at is not None
    assert kept.next_attempt_at - timezone.now() > timedelta(seconds=50)


def test_no_network_silences_an_account_for_ever(reply: Reply) -> None:
    claimed = outbox.claim()
    assert claimed is not None

    outbox.record(claimed, Deferred(timezone.now() + timedelta(days=3650), "429", "limit"))

    kept = Reply.objects.select_related("account").get()
    assert kept.next_attempt_at == kept.account.deferred_until
    assert kept.next_attempt_at < timezone.now() + timedelta(days=1, minutes=1)


def test_the_last_part_of_an_allowance_is_peoples(reply: Reply, carmen: User) -> None:
    resets_at = timezone.now() + timedelta(minutes=10)
    RateLimit.objects.create(account=reply.account, verb="publish", limit=100, remaining=20, resets_at=resets_at)
    AutomaticMessageFactory()
    Reply.objects.update(by=None)
    assert outbox.claim() is None
    assert Reply.objects.values_list("next_attempt_at", "attempts").get() == (resets_at, 0)

    Reply.objects.update(by=carmen, next_attempt_at=timezone.now())

    assert outbox.claim() == reply


def test_an_error_never_holds_a_secret(reply: Reply) -> None:
    claimed = outbox.claim()
    assert claimed is not None
    secret = claimed.account.credentials["access_token"]

    outbox.record(claimed, Rejected("invalid", f"bad header {secret}"))

    assert Reply.objects.get().error == "bad header …"


def test_a_connector_that_breaks_stops_nobody_else(sandbox: Sandbox, reply: Reply) -> None:
    Account.objects.filter(pk=reply.account_id).update(network="nowhere")
    post = PostFactory(network="plaza", account=Account.objects.get(network="plaza"), mentions=[])
    elsewhere = ServiceRequestFactory(opening_post=post)
    workflow.answer(elsewhere, by=User.objects.get(username="dispatcher"), message=Message("Vamos"))

    outbox.publish()
    with later(16):
        outbox.settle()

    assert receipts() == ["in_doubt", "published"]


# --- doubts ----------------------------------------------------------------------------------


def test_said_already_but_nowhere_to_be_found_is_for_a_person(sandbox: Sandbox, reply: Reply) -> None:
    claimed = outbox.claim()
    assert claimed is not None
    outbox.record(claimed, Rejected("duplicate", "You said that already."))

    until_settled()

    reply.refresh_from_db()
    assert (reply.status, reply.rule, answers(sandbox)) == (ReplyStatus.REFUSED, "duplicate", [])


def test_a_network_that_never_tells_is_for_a_person_after_a_day(
    sandbox: Sandbox, reply: Reply, settings: Settings
) -> None:
    sandbox.fail("create_tweet", "dropped")
    outbox.publish()
    settings.X_BASE_URL = "http://127.0.0.1:9"
    with later(23 * 3600):
        outbox.settle()
    assert receipts() == ["in_doubt"]

    with later(25 * 3600):
        outbox.settle()

    assert receipts() == ["failed"]


def test_where_repeating_is_safe_a_doubt_is_settled_by_repeating(request_on_desk: ServiceRequest, ines: User) -> None:
    plaza = Account.objects.get(network="plaza")
    post = PostFactory(network="plaza", account=plaza, author=AuthorFactory(network="plaza"), mentions=[])
    workflow.answer(ServiceRequestFactory(opening_post=post), by=ines, message=Message("Vamos"))
    assert outbox.claim() is not None

    with later(121):
        outbox.settle()

    assert (receipts(), published_lines()) == (["published"], 1)


# --- one message after another ------------------------------------------------------------------


@pytest.fixture
def relayed(request_on_desk: ServiceRequest, ines: User) -> tuple[Reply, Reply]:
    """Only the sweeper was named; the police answer below a line of hers."""
    police = Account.objects.get(handle="policia_alameda")
    message = Message("Mandamos una patrulla.", account_id=police.pk, relay=True)
    workflow.answer(request_on_desk, by=ines, message=message)
    line, answer = Reply.objects.order_by("pk")
    return line, answer


def test_the_answer_leaves_below_the_line(sandbox: Sandbox, relayed: tuple[Reply, Reply]) -> None:
    line, answer = relayed
    assert receipts() == ["queued", "waiting"]

    assert outbox.publish() == 2

    line.refresh_from_db()
    answer.refresh_from_db()
    (said,) = sandbox.control("GET", "posts?author=policia_alameda")["posts"]
    assert (receipts(), said["in_reply_to"]) == (["published", "published"], line.external_id)
    with open_line(answer.account) as network:
        assert network.may_answer([answer.account.external_id])


def test_a_line_that_did_not_leave_takes_the_answer_with_it_and_brings_it_back(
    sandbox: Sandbox, relayed: tuple[Reply, Reply], ines: User
) -> None:
    line, answer = relayed
    Reply.objects.filter(pk=line.pk).update(status=ReplyStatus.REFUSED, rule="forbidden", next_attempt_at=None)
    assert [outbox.publish(), outbox.settle()] == [0, 0]
    answer.refresh_from_db()
    assert (answer.status, answer.rule) == (ReplyStatus.REFUSED, "relay")

    workflow.send_again(line, by=ines)
    outbox.publish()

    assert (receipts(), len(answers(sandbox))) == (["published", "published"], 1)
