"""What may leave without a person: off, until an administrator says otherwise with the network's rules in view."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from requests_app.models import AutomaticMessage
from tests.requests_app.networks.conftest import bluesky_world as bluesky_world
from tests.requests_app.networks.world_bluesky import BlueskyWorld
from tests.staff.conftest import SignIn

pytestmark = pytest.mark.django_db

PAGE = "/settings/messages/"
TEXTS = {"text_es": "Gracias, lo hemos recibido.", "text_en": " Thank you, we have it. ", "text_fr": ""}


@pytest.fixture
def office(alameda: None, sign_in: SignIn) -> Client:
    """Hugo, who holds the keys."""
    return sign_in(User.objects.get(username="it"))


def say(office: Client, network: str = "x", **fields: str) -> list[str]:
    """Sends the form; returns what one reads afterwards."""
    answer = office.post(f"{PAGE}{network}/", fields, follow=True)
    refused = [text for switch in answer.context["switches"] for text in switch.form.non_field_errors()]
    return refused + [str(message) for message in answer.context["messages"]]


def test_everything_is_off_and_the_rules_are_in_view(office: Client) -> None:
    switches = office.get(PAGE).context["switches"]
    assert [(switch.network.value, switch.message, switch.is_linked) for switch in switches] == [
        ("x", None, True),
        ("mastodon", None, False),
        ("bluesky", None, False),
    ]
    page = office.get(PAGE).content.decode()
    assert [rule in page for rule in switches[0].rules] == [True] * 5


def test_switching_on(office: Client) -> None:
    assert say(office, **TEXTS, rules_read="on")[0] == "It is on."
    message = AutomaticMessage.objects.get()
    assert (message.network, message.texts, message.switched_on_by.username) == (
        "x",
        {"es": "Gracias, lo hemos recibido.", "en": "Thank you, we have it."},
        "it",
    )
    page = office.get(PAGE).content.decode()
    assert "Hugo switched it on at" in page
    assert "Thank you, we have it." in page


def test_a_refused_forms_address_can_be_loaded_anew(office: Client) -> None:
    assert office.get(f"{PAGE}x/").headers["Location"] == PAGE


def test_on_x_the_mark_is_set_by_hand(office: Client) -> None:
    assert say(office, **TEXTS, rules_read="on")[1:] == [
        "Set the mark of a bot on X by hand, in the profiles of these accounts: "
        "@alameda, @alcaldesa_alameda, @barrendera_alameda, @policia_alameda, @manto_alameda."
    ]


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        (TEXTS, "Read the network's rules first, and say that you did."),
        (
            {"text_es": "a" * 300, "rules_read": "on"},
            f"This is too long for the network: “{'a' * 300}”",
        ),
    ],
)
def test_refusals_keep_what_was_written(office: Client, fields: dict[str, str], refusal: str) -> None:
    assert say(office, **fields) == [refusal]
    assert not AutomaticMessage.objects.exclude(on_since=None).exists()
    assert fields["text_es"] in office.post(f"{PAGE}x/", fields).content.decode()


def test_switching_off(office: Client) -> None:
    hugo = User.objects.get(username="it")
    AutomaticMessage.objects.create(
        network="x", texts={"es": "Recibido."}, on_since=timezone.now(), switched_on_by=hugo
    )
    assert say(office, off="1") == ["It is off. Nothing leaves without a person there."]
    message = AutomaticMessage.objects.get()
    assert (message.on_since, message.switched_on_by, message.texts) == (None, None, {"es": "Recibido."})


def test_where_the_network_allows_it_the_mark_is_set(office: Client, bluesky_world: BlueskyWorld) -> None:
    fields = {
        "handle": bluesky_world.handle(),
        "app_password": bluesky_world.town.app_password,
        "server": bluesky_world.double.base,
    }
    linked = office.post("/settings/accounts/link/bluesky/", fields, follow=True).context["shown"].account
    profile = bluesky_world.town.records
    assert say(office, "bluesky", **TEXTS, rules_read="on") == ["It is on."]
    assert ("app.bsky.actor.profile", "self") not in profile, "it is neither read nor written with yet"

    office.post(f"/settings/accounts/{linked.pk}/switch/resume/")
    assert profile["app.bsky.actor.profile", "self"].record["labels"]["values"] == [{"val": "bot"}]


def test_the_towns_own_site_needs_none(office: Client) -> None:
    assert office.post(f"{PAGE}plaza/", {**TEXTS, "rules_read": "on"}).status_code == 404
