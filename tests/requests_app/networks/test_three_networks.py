"""One lamp, told of on three networks in three languages: one request, and everybody is answered where they wrote."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django import Settings

from requests_app import inbox, outbox, workflow
from requests_app.models import Account, AutomaticMessage, Policy, Reply, ReplyStatus, ServiceRequest
from requests_app.triage import sort
from requests_app.triage.resembling import compare
from requests_app.workflow import Message, automatic
from tests.factories import AccountFactory
from tests.requests_app.networks.world_bluesky import BlueskyWorld
from tests.requests_app.networks.world_mastodon import MastodonWorld
from tests.requests_app.networks.world_x import XWorld
from tests.requests_app.networks.worlds import World

pytestmark = pytest.mark.django_db

LAMPS = {
    "x": "la farola de la calle del Olmo 14 está fundida desde ayer",
    "mastodon": "the street lamp outside number 14 on calle del Olmo has been out since yesterday",
    "bluesky": "le lampadaire du 14 calle del Olmo est en panne depuis hier, il fait tout noir dans la rue",
}
RECEIVED = {"es": "Gracias, lo hemos recibido.", "en": "Thank you, we have it.", "fr": "Merci, bien reçu."}
DONE = {"es": "Cambiada.", "en": "Changed.", "fr": "Changé."}
LANGUAGE = {"x": "es", "mastodon": "en", "bluesky": "fr"}


@pytest.fixture
def worlds(
    x_world: XWorld, mastodon_world: MastodonWorld, bluesky_world: BlueskyWorld, alameda: None, settings: Settings
) -> Mapping[str, World]:
    settings.UNDO_SECONDS = 0
    AccountFactory(
        network="mastodon",
        external_id=mastodon_world.town["id"],
        handle=mastodon_world.handle(),
        credentials={"access_token": mastodon_world.town["access_token"]},
        server=mastodon_world.known,
    )
    session = bluesky_world.sessions[bluesky_world.town.did]
    AccountFactory(
        network="bluesky",
        external_id=bluesky_world.town.did,
        handle=bluesky_world.handle(),
        credentials={"access_jwt": session["accessJwt"], "refresh_jwt": session["refreshJwt"]},
        server={"url": bluesky_world.double.base, "did": bluesky_world.town.did},
    )
    return {"x": x_world, "mastodon": mastodon_world, "bluesky": bluesky_world}


@pytest.fixture
def acknowledged(worlds: Mapping[str, World], elena: User) -> None:
    """Each network has its own words, and they are on."""
    for network in worlds:
        automatic.switch_on(network, texts=RECEIVED, by=elena, rules_read=True)
    AutomaticMessage.objects.update(on_since=timezone.now() - timedelta(hours=2))


def everybody_tells(worlds: Mapping[str, World]) -> ServiceRequest:
    """One after the other; what became of it where Plaza joins by itself."""
    Policy.objects.create(joins_alike=True)
    for network, world in worlds.items():
        tell(world, f"@{world.handle()} {LAMPS[network]}")
        inbox.collect(_account(network, world))
        sort()
        compare(joins_from=0.5)
    (standing,) = ServiceRequest.objects.standing()
    return standing


def tell(world: World, text: str) -> None:
    """Mastodon's resident does not say which language it is; Bluesky's does."""
    if isinstance(world, BlueskyWorld):
        world.double.say(world.resident, text, langs=["fr"])
    else:
        world.resident_says(text)


def _account(network: str, world: World) -> Account:
    return Account.objects.get(network=network, handle=world.handle())


def send(worlds: Mapping[str, World]) -> None:
    for _turn in range(3 * len(worlds)):
        outbox.publish()


def said(world: World) -> Sequence[str]:
    """Without the name, which some networks want in front."""
    return [text.split(" ", 1)[1] if text.startswith("@") else text for text in world.answers()]


def test_everybody_is_acknowledged_once_and_answered_where_they_wrote(
    worlds: Mapping[str, World], acknowledged: None, carmen: User
) -> None:
    request = everybody_tells(worlds)
    send(worlds)
    workflow.resolve(request, by=carmen, message=Message(DONE["es"], texts=DONE))
    send(worlds)

    told = {network: [text.split("\n")[0] for text in said(world)] for network, world in worlds.items()}
    assert told == {network: [RECEIVED[LANGUAGE[network]], DONE[LANGUAGE[network]]] for network in worlds}
    below = {reply.account.network: reply.post.network for reply in Reply.objects.select_related("account", "post")}
    assert below == {network: network for network in worlds}
    assert set(Reply.objects.values_list("status", flat=True)) == {ReplyStatus.PUBLISHED}


def test_separated_again_each_has_its_own_thread_and_its_own_answer(
    worlds: Mapping[str, World], carmen: User, ines: User
) -> None:
    request = everybody_tells(worlds)
    workflow.answer(request, by=carmen, message=Message("Vamos"))
    send(worlds)

    for part in list(request.merged.all()):
        workflow.unmerge(part, by=ines)

    every = list(ServiceRequest.objects.standing().order_by("pk"))
    assert [[post.network for post in one.thread] for one in every] == [["x"], ["mastodon"], ["bluesky"]]
    assert [[reply.post.network for reply in one.replies.all()] for one in every] == [["x"], ["mastodon"], ["bluesky"]]
    assert all(one.answered_at for one in every)
