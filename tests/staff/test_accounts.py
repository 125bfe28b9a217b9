"""The settings of the town's accounts: how each fares, what it costs, whose voice it is; and nobody sees a key."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from requests_app.models import Account, Gap, LedgerEntry, Post, RateLimit, Reply
from tests.factories import AccountFactory, ReplyFactory
from tests.requests_app.sandbox.driver import Sandbox, free_port
from tests.staff.conftest import SignIn

pytestmark = pytest.mark.django_db

LIST = "/settings/accounts/"


@pytest.fixture
def office(alameda: None, sign_in: SignIn) -> Client:
    """Hugo, who holds the keys."""
    return sign_in(User.objects.get(username="it"))


@pytest.fixture
def sweeper(alameda: None) -> Account:
    account = Account.objects.get(handle="barrendera_alameda")
    Account.objects.filter(pk=account.pk).update(collected_at=timezone.now())
    return account


def act(office: Client, account: Account, switch: str, **fields: str) -> list[str]:
    """Presses a button of the account's page; returns the sentences read afterwards."""
    answer = office.post(reverse("account_switch", args=[account.pk, switch]), fields, follow=True)
    account.refresh_from_db()
    return [str(message) for message in answer.context["messages"]]


def words(page: object) -> str:
    return " ".join(page.content.decode().split())


def test_administrators_find_the_way(office: Client, ines: User, sign_in: SignIn) -> None:
    assert [f'href="{LIST}"' in words(client.get("/desk/")) for client in (office, sign_in(ines))] == [True, False]


def test_accounts_by_network(office: Client, sweeper: Account) -> None:
    now = timezone.now()
    AccountFactory(network="bluesky", external_id="did:plc:1", handle="alameda.bsky.social", is_active=False)
    AccountFactory(
        network="mastodon", external_id="1", handle="alameda@mastodon.example", credentials={}, is_active=False
    )
    LedgerEntry.objects.create(
        account=sweeper, network="x", resource="post_read", external_id="1", day=now.date(), price=Decimal("0.5")
    )
    RateLimit.objects.create(
        account=sweeper, verb="fetch", limit=300, remaining=12, resets_at=now + timedelta(minutes=5)
    )
    RateLimit.objects.create(
        account=sweeper, verb="check", limit=300, remaining=0, resets_at=now - timedelta(minutes=5)
    )
    Gap.objects.create(account=sweeper, begins_at=now - timedelta(hours=2), ends_at=now - timedelta(hours=1))

    page = office.get(LIST)
    sections = page.context["sections"]
    assert [(section.network, len(section.accounts), bool(section.bill)) for section in sections] == [
        ("x", 5, True),
        ("mastodon", 1, False),
        ("bluesky", 1, False),
    ]
    assert [section.accounts[0].standing for section in sections] == ["running", "unlinked", "waiting"]
    (carmens,) = [one for one in sections[0].accounts if one.account == sweeper]
    assert (carmens.voice, carmens.badge, carmens.spent) == ("Street cleaning", ("gap", "late"), Decimal("0.5"))
    assert [(limit.call, limit.left, limit.of) for limit in carmens.limits] == [("readings of the inbox", 12, 300)]
    assert [word in words(page) for word in ("$0.50", "were out of reach", "12 of 300 readings")] == [True] * 3


# The user; accounts, bill, states (what is usual is remembered), limits, gaps, unsent messages.
LIST_QUERIES = 7


def test_many_accounts_cost_no_more_queries(office: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    office.get(LIST)
    for number in range(10):
        AccountFactory(external_id=f"20{number}", handle=f"team{number}")
    with django_assert_num_queries(LIST_QUERIES):
        office.get(LIST)


def test_keys_are_shown_to_nobody(office: Client, sweeper: Account) -> None:
    Account.objects.filter(pk=sweeper.pk).update(
        credentials={"access_token": "very-secret"}, keys_at=timezone.now() - timedelta(hours=2)
    )
    pages = [office.get(LIST), office.get(reverse("account", args=[sweeper.pk]))]
    pages += [office.get(reverse("account_unlink", args=[sweeper.pk])), office.get("/settings/messages/")]
    assert [(page.status_code, b"very-secret" in page.content) for page in pages] == [(200, False)] * 4
    assert "has keys, renewed" in words(pages[1])


class TestTestRead:
    def read(self, office: Client, account: Account) -> str:
        return words(office.post(reverse("account_read", args=[account.pk])))

    def test_shows_and_keeps_nothing(self, office: Client, sweeper: Account, sandbox: Sandbox) -> None:
        sandbox.post("@barrendera_alameda la fuente gotea")
        before = Account.objects.values().get(pk=sweeper.pk)
        page = self.read(office, sweeper)
        assert "It works: 1 post in the last 24 hours." in page
        assert "la fuente gotea" in page
        assert (Post.objects.count(), Account.objects.values().get(pk=sweeper.pk)) == (0, before)

    def test_what_it_cost_is_kept(self, office: Client, sweeper: Account, sandbox: Sandbox) -> None:
        sandbox.post("@barrendera_alameda la fuente gotea")
        self.read(office, sweeper)
        assert LedgerEntry.objects.filter(account=sweeper, resource="post_read").count() == 1

    def test_keys_that_are_refused(self, office: Client, sweeper: Account, sandbox: Sandbox) -> None:
        Account.objects.filter(pk=sweeper.pk).update(credentials={"access_token": "nonsense"})
        assert "X does not accept the account&#x27;s keys. Link it anew." in self.read(office, sweeper)

    def test_nobody_there(self, office: Client, sweeper: Account, settings: Settings) -> None:
        settings.X_BASE_URL = f"http://127.0.0.1:{free_port()}"
        assert "The test read failed.</strong> X could not be asked:" in self.read(office, sweeper)

    def test_a_limit_that_is_used_up_is_left_alone(self, office: Client, sweeper: Account, sandbox: Sandbox) -> None:
        RateLimit.objects.create(
            account=sweeper, verb="fetch", limit=300, remaining=0, resets_at=timezone.now() + timedelta(minutes=5)
        )
        assert "X asks us to wait until" in self.read(office, sweeper)


@pytest.mark.parametrize(
    ("chosen", "queue", "person"), [("team police", "police", None), ("person mayor", None, "mayor"), ("", None, None)]
)
def test_voice(office: Client, sweeper: Account, chosen: str, queue: str | None, person: str | None) -> None:
    office.post(reverse("account_voice", args=[sweeper.pk]), {"voice": chosen})
    sweeper.refresh_from_db()
    spoken = (sweeper.queue and sweeper.queue.code, sweeper.person and sweeper.person.username)
    assert spoken == (queue, person)


def test_a_voice_that_is_none(office: Client, sweeper: Account) -> None:
    page = office.post(reverse("account_voice", args=[sweeper.pk]), {"voice": "team moon"})
    sweeper.refresh_from_db()
    assert (list(page.context["form"].errors), sweeper.queue.code) == (["voice"], "sweeper")


def test_pause_and_resume(office: Client, sweeper: Account) -> None:
    assert act(office, sweeper, "pause") == ["It is paused: it is neither read nor written with."]
    assert sweeper.is_active is False
    assert act(office, sweeper, "resume") == ["It is read again, from where it was."]
    assert list(Account.objects.due_for_collect(timezone.now()).filter(pk=sweeper.pk)) == [sweeper]


def test_own_posts_are_read_back_when_somebody_says_so(office: Client, sweeper: Account) -> None:
    assert "$0.50 for a hundred" in words(office.get(reverse("account", args=[sweeper.pk])))
    act(office, sweeper, "own", reads_own="on")
    assert sweeper.reads_own is True
    act(office, sweeper, "own", reads_own="off")
    assert sweeper.reads_own is False


class TestUnlinking:
    def test_asks_first(self, office: Client, sweeper: Account) -> None:
        ReplyFactory(service_request__opening_post__account=sweeper, status="queued")
        page = words(office.get(reverse("account_unlink", args=[sweeper.pk])))
        sweeper.refresh_from_db()
        assert "1 message still waits to leave through it. The desk will show it as not sent." in page
        assert (sweeper.is_active, bool(sweeper.credentials)) == (True, True)

    def test_erases_the_keys_and_keeps_the_rest(self, office: Client, sweeper: Account) -> None:
        said = ReplyFactory(service_request__opening_post__account=sweeper, status="queued")
        office.post(reverse("account_unlink", args=[sweeper.pk]))
        sweeper.refresh_from_db()
        reply = Reply.objects.get(pk=said.pk)
        assert (sweeper.is_active, sweeper.credentials, sweeper.keys_at) == (False, {}, None)
        assert (reply.status, reply.error, reply.account) == ("failed", "its account was unlinked", sweeper)

    def test_what_nobody_can_look_for_any_more_is_somebodys_to_know(self, office: Client, sweeper: Account) -> None:
        now = timezone.now()
        doubt = ReplyFactory(
            service_request__opening_post__account=sweeper, status="in_doubt", claimed_at=now, first_claimed_at=now
        )
        office.post(reverse("account_unlink", args=[sweeper.pk]))
        reply = Reply.objects.get(pk=doubt.pk)
        assert (reply.status, reply.error.partition(":")[2]) == ("failed", " look there first")

    def test_without_keys_nothing_is_resumed(self, office: Client, sweeper: Account) -> None:
        office.post(reverse("account_unlink", args=[sweeper.pk]))
        act(office, sweeper, "resume")
        assert sweeper.is_active is False


def test_the_towns_own_site_is_not_among_them(office: Client) -> None:
    own = Account.objects.get(network="plaza")
    assert office.get(reverse("account", args=[own.pk])).status_code == 404
    assert office.post(reverse("account_switch", args=[own.pk, "pause"])).status_code == 404
