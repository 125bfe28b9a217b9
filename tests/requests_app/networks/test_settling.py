"""Where the same message may be sent again safely, a worker's death is settled by sending it again."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django import Settings

from requests_app import inbox, outbox, workflow
from requests_app.models import Account, Reply, ReplyStatus, ServiceRequest
from requests_app.networks.contract import Published
from requests_app.triage import sort
from requests_app.workflow import Message
from staff.case.composer import Composer
from tests.factories import AccountFactory
from tests.requests_app.networks.world_bluesky import BlueskyWorld
from tests.requests_app.networks.world_mastodon import MastodonWorld

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["mastodon", "bluesky"])
def world(request: pytest.FixtureRequest, alameda: None, settings: Settings) -> MastodonWorld | BlueskyWorld:
    settings.UNDO_SECONDS = 0
    world: MastodonWorld | BlueskyWorld = request.getfixturevalue(f"{request.param}_world")
    return world


@pytest.fixture
def account(world: MastodonWorld | BlueskyWorld) -> Account:
    if isinstance(world, MastodonWorld):
        keys = {"access_token": world.town["access_token"]}
        whose, server = world.town["id"], world.known
    else:
        session = world.sessions[world.town.did]
        keys = {"access_jwt": session["accessJwt"], "refresh_jwt": session["refreshJwt"]}
        whose, server = world.town.did, {"url": world.double.base, "did": world.town.did}
    return AccountFactory(
        network=world.network, external_id=whose, handle=world.handle(), credentials=keys, server=server
    )


@pytest.fixture
def request_there(world: MastodonWorld | BlueskyWorld, account: Account) -> ServiceRequest:
    world.resident_says(f"@{world.handle()} hay basura en la calle Río")
    inbox.collect(account)
    sort()
    return ServiceRequest.objects.get()


def test_a_killed_workers_message_is_settled_by_repeating_it(
    world: MastodonWorld | BlueskyWorld, request_there: ServiceRequest, carmen: User
) -> None:
    workflow.answer(request_there, by=carmen, message=Message("Recogida"))
    claimed = outbox.claim()
    assert claimed is not None
    assert isinstance(outbox.attempt(claimed), Published)

    with time_machine.travel(timezone.now() + timedelta(seconds=121), tick=True):
        outbox.settle()

    reply = Reply.objects.get()
    assert (reply.status, reply.looks, reply.resends, world.answers()) == (
        ReplyStatus.PUBLISHED, 0, 0, [reply.payload],
    )  # fmt: skip


def test_one_that_never_called_is_sent_by_settling(
    world: MastodonWorld | BlueskyWorld, request_there: ServiceRequest, carmen: User
) -> None:
    workflow.answer(request_there, by=carmen, message=Message("Recogida"))
    assert outbox.claim() is not None

    with time_machine.travel(timezone.now() + timedelta(seconds=121), tick=True):
        outbox.settle()

    assert (Reply.objects.get().status, len(world.answers())) == (ReplyStatus.PUBLISHED, 1)


def test_a_message_that_landed_and_whose_post_is_gone_now_counts_as_published(
    world: MastodonWorld | BlueskyWorld, request_there: ServiceRequest, carmen: User
) -> None:
    """The second try is refused for what happened after the first."""
    workflow.answer(request_there, by=carmen, message=Message("Recogida"))
    claimed = outbox.claim()
    assert claimed is not None
    outbox.attempt(claimed)
    world.remove(request_there.opening_post.external_id)

    with time_machine.travel(timezone.now() + timedelta(seconds=121), tick=True):
        outbox.settle()

    assert (Reply.objects.get().status, len(world.answers())) == (ReplyStatus.PUBLISHED, 1)


def test_the_desk_counts_the_room_as_the_network_does(
    world: MastodonWorld | BlueskyWorld, request_there: ServiceRequest, carmen: User
) -> None:
    room = Composer(workflow.audience(request_there, by=carmen), carmen).room
    assert room is not None

    with pytest.raises(workflow.MessageRefused) as refused:
        workflow.answer(request_there, by=carmen, message=Message("x" * (room + 1)))
    assert refused.value.rule == "too_long"
    workflow.answer(request_there, by=carmen, message=Message("x" * room))
