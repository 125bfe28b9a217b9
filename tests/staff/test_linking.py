"""An administrator links an account on each network, from the page to the first request; and each way it can go wrong."""

import re
import time
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from requests_app import inbox
from requests_app.models import Account, Post
from tests.requests_app.networks.conftest import bluesky_world as bluesky_world
from tests.requests_app.networks.conftest import mastodon_server as mastodon_server
from tests.requests_app.networks.conftest import mastodon_world as mastodon_world
from tests.requests_app.networks.world_bluesky import BlueskyWorld
from tests.requests_app.networks.world_mastodon import MastodonWorld
from tests.requests_app.sandbox.driver import Sandbox, free_port
from tests.staff.conftest import SignIn

pytestmark = pytest.mark.django_db

WRITTEN = {"in_writing": "on", "since_now": "on"}


@pytest.fixture
def office(alameda: None, sign_in: SignIn) -> Client:
    """Hugo, who holds the keys."""
    return sign_in(User.objects.get(username="it"))


def minutes_ago(minutes: int) -> str:
    return (timezone.now() - timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


def page_of(network: str) -> str:
    return reverse("link_network", args=[network])


def way_out(office: Client, network: str, fields: dict[str, str]) -> str:
    """The address of the network to which the page leads on."""
    page = office.post(page_of(network), fields)
    (found,) = re.findall(
        r'<a class="button primary big whole" href="([^"]+)" rel="noreferrer">', page.content.decode()
    )
    return unescape(found)


def allowed_on_x(url: str, *, handle: str, answer: str = "allow") -> str:
    """What the account's person does on X; returns where X sends their browser."""
    asked = dict(parse_qsl(urlsplit(url).query))
    site = url.split("/i/")[0]
    said = requests.post(
        f"{site}/i/oauth2/authorize",
        data={**asked, "account": handle, "answer": answer},
        allow_redirects=False,
        timeout=5,
    )
    return said.headers["Location"]


def back(office: Client, address: str) -> tuple[str, list[str]]:
    """Where one lands, and the sentences one reads there."""
    answer = office.get(address.removeprefix("http://testserver"), follow=True)
    return answer.redirect_chain[-1][0], [str(message) for message in answer.context["messages"]]


class TestX:
    @pytest.fixture(autouse=True)
    def site(self, sandbox: Sandbox, settings: Settings) -> None:
        settings.X_SITE_URL = sandbox.base

    def test_page_asks_for_what_x_wants_in_writing(self, office: Client) -> None:
        page = office.post(page_of("x"), {"since_now": "on"})
        assert page.context["form"].errors == {
            "in_writing": ["Without it X may take the account's access away at any time."]
        }
        assert "Enterprise" in page.content.decode()

    def test_from_the_page_to_the_first_post(self, office: Client, sandbox: Sandbox) -> None:
        Account.objects.filter(handle="barrendera_alameda").delete()
        # Within the quarter of an hour that each walk on X reads again.
        sandbox.post("@barrendera_alameda de antes", created_at=minutes_ago(5))
        url = way_out(office, "x", WRITTEN)
        landed, said = back(office, allowed_on_x(url, handle="barrendera_alameda"))

        account = Account.objects.get(handle="barrendera_alameda")
        assert (landed, said) == (
            reverse("account", args=[account.pk]),
            ["@barrendera_alameda is linked. Choose its voice, then begin."],
        )
        assert (account.external_id, account.is_active, account.display_name) == ("103", False, "Carmen, limpieza")
        assert list(Account.objects.due_for_collect(timezone.now()).filter(pk=account.pk)) == []

        office.post(reverse("account_voice", args=[account.pk]), {"voice": "team sweeper"})
        office.post(reverse("account_switch", args=[account.pk, "resume"]))
        sandbox.post("@barrendera_alameda de ahora")
        account.refresh_from_db()
        inbox.collect(account)
        assert [(post.text, post.account.queue.code) for post in Post.objects.all()] == [
            ("@barrendera_alameda de ahora", "sweeper")
        ]

    def test_an_account_that_is_read_goes_on_where_it_was(self, office: Client) -> None:
        known = Account.objects.get(handle="barrendera_alameda")
        Account.objects.filter(pk=known.pk).update(
            cursor="77", collected_at=timezone.now(), collect_error="no", collect_cause="credentials", deferred_cause="credentials",
            deferred_until=timezone.now(), credentials={"access_token": "old"},
        )  # fmt: skip
        url = way_out(office, "x", WRITTEN)
        assert back(office, allowed_on_x(url, handle="barrendera_alameda"))[1] == [
            "@barrendera_alameda is linked anew, and read."
        ]
        fresh = Account.objects.get(pk=known.pk)
        assert (fresh.cursor, fresh.reads_from, fresh.queue, fresh.is_active) == ("77", None, known.queue, True)
        assert (fresh.collect_error, fresh.collect_cause, fresh.deferred_until) == ("", "", None)
        assert fresh.credentials["access_token"] not in ("old", "sandbox-barrendera_alameda")

    def test_what_is_kept_meanwhile_is_sealed(self, office: Client) -> None:
        url = way_out(office, "x", WRITTEN)
        kept = "".join(str(session.get_decoded()) for session in Session.objects.all())
        assert ("linking" in kept, "verifier" in kept, dict(parse_qsl(urlsplit(url).query))["state"] in kept) == (
            True,
            False,
            False,
        )

    def test_without_an_app_there_is_no_way(self, office: Client, settings: Settings) -> None:
        settings.X_CLIENT_ID = ""
        assert office.post(page_of("x"), WRITTEN).context["form"].non_field_errors() == [
            "The town has no app on X yet: the operator's guide says how to make one."
        ]

    def test_a_no_changes_nothing(self, office: Client) -> None:
        before = list(Account.objects.values())
        url = way_out(office, "x", WRITTEN)
        landed, said = back(office, allowed_on_x(url, handle="barrendera_alameda", answer="deny"))
        assert (landed, said) == (page_of("x"), ["It was not allowed on X. Nothing was linked."])
        assert list(Account.objects.values()) == before

    def test_an_answer_to_another_question(self, office: Client) -> None:
        address = allowed_on_x(way_out(office, "x", WRITTEN), handle="barrendera_alameda")
        (said,) = back(office, re.sub("state=[^&]+", "state=other", address))[1]
        assert said.startswith("X did not accept what came back (")
        assert back(office, address)[1] == [
            "That took longer than ten minutes, or was begun elsewhere. Nothing was linked."
        ]

    def test_the_way_back_is_open_for_ten_minutes(self, office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        address = allowed_on_x(way_out(office, "x", WRITTEN), handle="barrendera_alameda")
        later = time.time() + 601
        monkeypatch.setattr("time.time", lambda: later)
        assert back(office, address)[1] == [
            "That took longer than ten minutes, or was begun elsewhere. Nothing was linked."
        ]

    def test_nobody_there(self, office: Client, settings: Settings) -> None:
        address = allowed_on_x(way_out(office, "x", WRITTEN), handle="barrendera_alameda")
        settings.X_BASE_URL = f"http://127.0.0.1:{free_port()}"
        (said,) = back(office, address)[1]
        assert said.startswith(f"X could not be asked at {settings.X_BASE_URL}: ")
        assert said.endswith(". Nothing was linked.")

    def test_another_network_is_not_the_way_back(self, office: Client) -> None:
        way_out(office, "x", WRITTEN)
        assert back(office, reverse("link_back", args=["mastodon"]) + "?code=1&state=2") == (
            page_of("mastodon"),
            ["That took longer than ten minutes, or was begun elsewhere. Nothing was linked."],
        )
        assert office.get(reverse("link_back", args=["bluesky"])).status_code == 404
        assert office.get(page_of("plaza")).status_code == 404


class TestMastodon:
    def allowed(self, url: str, *, world: MastodonWorld) -> str:
        """What the account's person does on the server; returns where it sends their browser."""
        asked = dict(parse_qsl(urlsplit(url).query))
        form = {**asked, "username": world.town["username"]}
        chosen = requests.post(f"{world.server.base}/oauth/authorize", data=form, allow_redirects=False, timeout=5)
        return chosen.headers["Location"]

    def test_from_the_page_to_the_first_post(self, office: Client, mastodon_world: MastodonWorld) -> None:
        base = mastodon_world.server.base
        url = way_out(office, "mastodon", {"server": base})
        landed, _said = back(office, self.allowed(url, world=mastodon_world))
        account = Account.objects.get(network="mastodon")
        assert landed == reverse("account", args=[account.pk])
        assert (account.server["url"], account.is_active, account.reads_from) == (base, False, None)

        mastodon_world.resident_says(f"@{mastodon_world.handle()} la fuente gotea")
        office.post(reverse("account_switch", args=[account.pk, "resume"]))
        account.refresh_from_db()
        assert inbox.collect(account) == 1

    def test_strangers_that_the_server_keeps_apart(self, office: Client, mastodon_world: MastodonWorld) -> None:
        """Some servers know no policy; some do not let it be changed."""
        server = mastodon_world.server
        for _linking_and_after in range(2):
            server.answer({"type": "status", "status": 403}, method="PATCH", path="/api/v2/notifications/policy")
        url = way_out(office, "mastodon", {"server": server.base})
        said = back(office, self.allowed(url, world=mastodon_world))[1]
        assert said[1:] == ["The server could not be told to show what strangers write to the account."]

    def test_an_address_that_is_none(self, office: Client) -> None:
        page = office.post(page_of("mastodon"), {"server": "the town's server"})
        assert page.context["form"].errors == {"server": ["Enter a valid URL."]}

    def test_nobody_there(self, office: Client) -> None:
        base = f"http://127.0.0.1:{free_port()}"
        page = office.post(page_of("mastodon"), {"server": base})
        (said,) = page.context["form"].non_field_errors()
        assert said.startswith(f"Mastodon could not be asked at {base}: ")


class TestBluesky:
    def fields(self, world: BlueskyWorld, *, password: str) -> dict[str, str]:
        return {"handle": f"@{world.handle()}", "app_password": password, "server": world.double.base}

    def test_from_the_page_to_the_first_post(self, office: Client, bluesky_world: BlueskyWorld) -> None:
        fields = self.fields(bluesky_world, password=bluesky_world.town.app_password)
        landed = office.post(page_of("bluesky"), fields)
        account = Account.objects.get(network="bluesky")
        assert landed["Location"] == reverse("account", args=[account.pk])
        assert (account.handle, account.is_active) == (bluesky_world.handle(), False)

        bluesky_world.resident_says(f"@{bluesky_world.handle()} la fuente gotea")
        office.post(reverse("account_switch", args=[account.pk, "resume"]))
        account.refresh_from_db()
        assert inbox.collect(account) == 1

    def test_the_main_password_is_refused(self, office: Client, bluesky_world: BlueskyWorld) -> None:
        page = office.post(page_of("bluesky"), self.fields(bluesky_world, password="main password"))
        assert page.context["form"].non_field_errors() == [
            "That is the account's main password. Make an app password for Plaza and use that one."
        ]
        assert (
            Account.objects.filter(network="bluesky").count(),
            'value="main password"' in page.content.decode(),
        ) == (
            0,
            False,
        )

    def test_a_wrong_password(self, office: Client, bluesky_world: BlueskyWorld) -> None:
        page = office.post(page_of("bluesky"), self.fields(bluesky_world, password="nonsense"))
        assert page.context["form"].non_field_errors() == ["Bluesky does not know this handle with this app password."]

    def test_the_mark_of_a_bot(self, office: Client, bluesky_world: BlueskyWorld) -> None:
        fields = self.fields(bluesky_world, password=bluesky_world.town.app_password)
        office.post(page_of("bluesky"), fields, follow=True)
        account = Account.objects.get(network="bluesky")
        said = office.post(reverse("account_switch", args=[account.pk, "bot"]), follow=True).context["messages"]
        profile = bluesky_world.town.records["app.bsky.actor.profile", "self"].record
        assert [str(message) for message in said] == ["Readers there now see that machines write too."]
        assert profile["labels"]["values"] == [{"val": "bot"}]
