"""An account is linked with tokens that the network accepts, and speaks for a team, a person or the town hall."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from requests_app import inbox
from requests_app.models import Account, Post
from tests.factories import QueueFactory, UserFactory
from tests.requests_app.networks.conftest import bluesky_world as bluesky_world
from tests.requests_app.networks.conftest import mastodon_server as mastodon_server
from tests.requests_app.networks.conftest import mastodon_world as mastodon_world
from tests.requests_app.networks.world_bluesky import BlueskyWorld
from tests.requests_app.networks.world_mastodon import MastodonWorld
from tests.requests_app.sandbox.driver import Sandbox, free_port

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, "barrendera_alameda")


def give(monkeypatch: pytest.MonkeyPatch, handle: str) -> None:
    monkeypatch.setenv("X_ACCESS_TOKEN", f"sandbox-{handle}")
    monkeypatch.setenv("X_REFRESH_TOKEN", f"sandbox-refresh-{handle}")


def two_hours_ago() -> str:
    return (timezone.now() - timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%SZ")


def link(*arguments: str) -> str:
    out = StringIO()
    call_command("link_account", *arguments, "--no-test", stdout=out)
    return out.getvalue().strip()


def test_links_what_x_says(sandbox: Sandbox) -> None:
    QueueFactory()
    said = link("x", "@Barrendera_Alameda", "--queue=sweeper")
    account = Account.objects.get()
    assert said == "X @barrendera_alameda is linked. It speaks for Sweeper."
    assert (account.external_id, account.handle, account.display_name) == (
        "103",
        "barrendera_alameda",
        "Carmen, limpieza",
    )
    assert (str(account.queue), account.person, account.is_active, account.cursor) == ("Sweeper", None, True, "")
    assert (account.credentials["access_token"], account.credentials["refresh_token"]) == (
        "sandbox-barrendera_alameda",
        "sandbox-refresh-barrendera_alameda",
    )
    assert "sandbox-" not in said


def test_without_a_refresh_token_nothing_expires(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X_REFRESH_TOKEN", "")
    link("x", "barrendera_alameda")
    assert Account.objects.get().credentials == {"access_token": "sandbox-barrendera_alameda"}


def test_tokens_are_asked_for(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("X_ACCESS_TOKEN")
    monkeypatch.delenv("X_REFRESH_TOKEN")
    answers = {"Access token: ": "sandbox-alameda", "Refresh token (empty when there is none): ": ""}
    monkeypatch.setattr("getpass.getpass", answers.__getitem__)
    assert link("x", "alameda", "--name=Town hall") == "X @alameda is linked. It speaks for the town hall."
    assert Account.objects.get().display_name == "Town hall"


def test_linking_again_changes_tokens_and_keeps_the_rest(sandbox: Sandbox) -> None:
    QueueFactory()
    link("x", "barrendera_alameda", "--queue=sweeper")
    Account.objects.update(cursor="77", is_active=False, credentials={}, collect_error="the token is not accepted")
    assert link("x", "barrendera_alameda") == "X @barrendera_alameda is linked anew. It speaks for Sweeper."
    account = Account.objects.get()
    assert (account.cursor, account.is_active, account.collect_error) == ("77", True, "")
    assert account.credentials["access_token"] == "sandbox-barrendera_alameda"


def test_a_new_voice_replaces_the_old_one(sandbox: Sandbox) -> None:
    QueueFactory()
    UserFactory(username="carmen")
    link("x", "barrendera_alameda", "--queue=sweeper")
    link("x", "barrendera_alameda", "--person=carmen")
    assert (Account.objects.get().queue, str(Account.objects.get().person)) == (None, "carmen")


def test_linked_account_is_read_from_its_beginning(sandbox: Sandbox) -> None:
    sandbox.post("@barrendera_alameda la plaza está sucia", created_at=two_hours_ago())
    link("x", "barrendera_alameda")
    assert (inbox.collect(Account.objects.get()), Post.objects.count()) == (1, 1)


def test_since_now_leaves_out_what_is_old(sandbox: Sandbox) -> None:
    sandbox.post("@barrendera_alameda la plaza está sucia", created_at=two_hours_ago())
    link("x", "barrendera_alameda", "--since=now")
    sandbox.post("@barrendera_alameda y la fuente también")
    inbox.collect(Account.objects.get())
    assert [post.text for post in Post.objects.all()] == ["@barrendera_alameda y la fuente también"]


def test_site_of_the_town_needs_no_tokens() -> None:
    assert link("plaza", "alameda") == "Plaza @alameda is linked. It speaks for the town hall."
    account = Account.objects.get()
    assert (account.network, account.external_id, account.display_name, account.credentials) == (
        "plaza",
        "plaza",
        "Alameda",
        {},
    )


def test_since_now_leaves_out_the_last_minutes_too(sandbox: Sandbox) -> None:
    """Each walk on X reads the last quarter of an hour again."""
    five_minutes_ago = (timezone.now() - timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
    sandbox.post("@barrendera_alameda la plaza está sucia", created_at=five_minutes_ago)
    link("x", "barrendera_alameda", "--since=now")
    sandbox.post("@barrendera_alameda y la fuente también")
    walks = []
    for _walk in range(2):
        Account.objects.update(next_collect_at=timezone.now())
        walks.append(inbox.collect(Account.objects.get()))
    assert (walks, Account.objects.get().collect_error, Account.objects.get().cursor == "") == ([1, 0], "", False)


def test_an_account_in_use_goes_on_where_it_was(sandbox: Sandbox) -> None:
    link("x", "barrendera_alameda")
    Account.objects.update(cursor="77", collected_at=timezone.now())
    link("x", "barrendera_alameda", "--since=now")
    assert (Account.objects.get().cursor, Account.objects.get().reads_from) == ("77", None)


class TestTestRead:
    def said(self, *arguments: str) -> list[str]:
        out = StringIO()
        call_command("link_account", *arguments, stdout=out)
        return out.getvalue().splitlines()

    def test_says_how_many_there_are(self, sandbox: Sandbox) -> None:
        sandbox.post("@barrendera_alameda la plaza está sucia")
        assert self.said("x", "barrendera_alameda") == [
            "X @barrendera_alameda is linked. It speaks for the town hall.",
            "Test read: 1 written to it in the last 24 hours.",
        ]
        assert Post.objects.count() == 0

    def test_says_why_it_failed(self, sandbox: Sandbox) -> None:
        sandbox.fail("mentions", "server_error")
        assert self.said("x", "barrendera_alameda")[1].startswith("The test read failed. X could not be asked: ")


class TestOtherNetworks:
    def test_mastodon(self, mastodon_world: MastodonWorld, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("MASTODON_ACCESS_TOKEN", mastodon_world.town["access_token"])
        name, base = mastodon_world.town["username"], mastodon_world.server.base
        said = link("mastodon", f"@{name}", f"--server={base}")
        account = Account.objects.get()
        assert said == f"Mastodon @{account.handle} is linked. It speaks for the town hall."
        assert (account.handle.split("@")[0], account.server["url"]) == (name, base)

    def test_mastodon_without_a_server(self) -> None:
        with pytest.raises(CommandError, match="Say where it lives: --server mastodon.example"):
            link("mastodon", "alameda")

    def test_bluesky(self, bluesky_world: BlueskyWorld, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("BLUESKY_APP_PASSWORD", bluesky_world.town.app_password)
        said = link("bluesky", bluesky_world.handle(), f"--server={bluesky_world.double.base}")
        assert said == f"Bluesky @{bluesky_world.handle()} is linked. It speaks for the town hall."

    def test_bluesky_does_not_know_the_password(
        self, bluesky_world: BlueskyWorld, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("BLUESKY_APP_PASSWORD", "nonsense")
        with pytest.raises(CommandError, match="Bluesky does not know this handle with this app password."):
            link("bluesky", bluesky_world.handle(), f"--server={bluesky_world.double.base}")
        assert Account.objects.count() == 0


class TestRefusals:
    """Each in a sentence, with nothing linked."""

    def refused(self, *arguments: str) -> str:
        with pytest.raises(CommandError) as refusal:
            link(*arguments)
        assert Account.objects.count() == 0
        return str(refusal.value)

    def test_token_of_another_account(self, sandbox: Sandbox) -> None:
        assert self.refused("x", "alameda") == "These tokens belong to @barrendera_alameda, not to @alameda."

    def test_token_that_x_does_not_accept(self, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
        give(monkeypatch, "moon")
        assert self.refused("x", "moon") == "X does not accept this access token. Make a new pair and try again."

    def test_too_many_calls(self, sandbox: Sandbox) -> None:
        sandbox.fail("me", "rate_limited")
        assert self.refused("x", "barrendera_alameda") == "X asks for a pause. Try again in a quarter of an hour."

    def test_nonsense(self, sandbox: Sandbox) -> None:
        sandbox.fail("me", "malformed")
        assert self.refused("x", "barrendera_alameda").startswith(f"X could not be asked at {sandbox.base}: ")

    def test_nobody_there(self, settings: Settings) -> None:
        settings.X_BASE_URL = f"http://127.0.0.1:{free_port()}"
        sentence = f"X could not be asked at {settings.X_BASE_URL}: ConnectionError. Nothing was linked."
        assert self.refused("x", "barrendera_alameda") == sentence

    def test_unknown_queue(self) -> None:
        QueueFactory(code="police")
        QueueFactory(code="sweeper")
        said = self.refused("x", "barrendera_alameda", "--queue=moon")
        assert said == "There is no queue “moon”. The queues are: police, sweeper."

    def test_unknown_person(self) -> None:
        assert self.refused("x", "barrendera_alameda", "--person=moon") == "Nobody signs in as “moon”."

    def test_unknown_network(self) -> None:
        with pytest.raises(CommandError, match="invalid choice: 'moon'"):
            link("moon", "alameda")
