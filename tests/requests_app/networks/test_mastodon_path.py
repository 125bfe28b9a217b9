"""The whole path on Mastodon: a resident's words, the answer below them, and what becomes of both."""

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from requests_app import inbox, outbox, workflow
from requests_app.models import Account, Post, Reply, ReplyStatus, ServiceRequest
from requests_app.triage import sort
from requests_app.workflow import Message
from tests.factories import AccountFactory
from tests.requests_app.networks.world_mastodon import MastodonWorld

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(mastodon_world: MastodonWorld, alameda: None, settings: Settings) -> Account:
    settings.UNDO_SECONDS = 0
    return AccountFactory(
        network="mastodon",
        external_id=mastodon_world.town["id"],
        handle=mastodon_world.handle(),
        credentials={"access_token": mastodon_world.town["access_token"]},
        server=mastodon_world.known,
    )


def test_a_mention_is_answered_once_and_read_back(
    mastodon_world: MastodonWorld, account: Account, carmen: User
) -> None:
    mastodon_world.resident_says(f"@{mastodon_world.handle()} hay basura en la calle Río")
    assert inbox.collect(account) == 1
    sort()
    request = ServiceRequest.objects.get()
    workflow.answer(request, by=carmen, message=Message("Recogida"))
    mastodon_world.fail("publish", "dropped")

    outbox.publish()
    Reply.objects.update(next_attempt_at=mastodon_world.now())
    outbox.settle()

    reply = Reply.objects.get()
    assert (reply.status, mastodon_world.answers()) == (ReplyStatus.PUBLISHED, [reply.payload])
    assert reply.payload.startswith(f"@{mastodon_world.resident['username']} Recogida")
    account.refresh_from_db()
    inbox.collect_own(account)
    reply.refresh_from_db()
    assert reply.seen_at is not None
    assert Post.objects.count() == 1
