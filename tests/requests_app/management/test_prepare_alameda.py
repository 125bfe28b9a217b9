"""Alameda's past: lived in, as the verbs would have written it, and asking nothing of anybody."""

from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db.models import F, Q
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from requests_app import inbox, outbox, recheck, triage, workflow
from requests_app.channels import all_states
from requests_app.models import Account, Event, LedgerEntry, Photo, Post, Reply, ServiceRequest
from requests_app.models.reaction import Reaction
from requests_app.workflow import Message
from staff.models import Shift
from tests.conftest import Sandbox


@pytest.fixture
def past(sandbox: Sandbox, db: None, settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    call_command("prepare_alameda", "--with-past", stdout=StringIO())


def tick() -> int:
    """Everything a worker does, once."""
    now = timezone.now()
    read = sum(inbox.collect(account) for account in Account.objects.due_for_collect(now))
    read += sum(inbox.collect_own(account) for account in Account.objects.due_for_own(now))
    return read + triage.sort() + outbox.publish() + outbox.settle() + recheck.recheck(now)


def test_a_lived_in_town(past: None, sandbox: Sandbox) -> None:
    now = timezone.now()
    requests = ServiceRequest.objects.all()
    standing = requests.standing()
    assert 230 <= requests.count() <= 290
    assert standing.open().overdue(now).count() == 3
    assert standing.open().waiting().count() == 1
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    assert standing.open().filter(promised_for__date=tomorrow).count() == 2
    assert standing.exclude(decline_reason="").count() >= 5
    assert requests.exclude(merged_into=None).exists()
    assert set(requests.values_list("opening_post__network", flat=True)) == {"x", "plaza"}
    assert set(requests.values_list("language", flat=True)) == {"es", "en", "fr"}
    assert requests.resolved().filter(promised_for__lt=F("resolved_at")).count() == 2
    assert requests.filter(is_private=True).count() == 0
    assert requests.exclude(area="").count() > requests.count() * 0.7
    assert Photo.objects.held().count() == 32
    assert set(Photo.objects.exclude(service_request=None).values_list("side", flat=True)) == {"before", "after"}
    assert Post.objects.filter(kind="thanks").count() >= 15
    assert Reaction.objects.count() > 50
    assert Event.objects.filter(verb="reopened").count() == 2
    assert Shift.objects.filter(ended_at=None).count() == 0 < Shift.objects.count()
    assert not Event.objects.filter(at__gt=now).exists()
    _is_answered_on_both_clocks()
    _is_told_on_the_pretend_x_too(sandbox)


def _is_answered_on_both_clocks() -> None:
    resolved = ServiceRequest.objects.resolved().select_related("queue").prefetch_related("queue__opening_hours")
    for request in resolved:
        week = request.queue.week()
        assert request.answered_at
        assert request.resolved_at
        assert request.answered_in_hours == week.open_between(request.posted_at, request.answered_at)
        assert request.resolved_in_hours == week.open_between(request.posted_at, request.resolved_at)
    newest = {row.pk: row for row in ServiceRequest.objects.all()}
    for event in Event.objects.order_by("at", "id"):
        assert newest[event.service_request_id].changed_at >= event.at


def test_nothing_of_it_is_due(past: None, client: Client) -> None:
    assert tick() == 0
    assert not Post.objects.filter(Q(check_at__isnull=False) | ~Q(deleted_at=None)).exists()
    assert not LedgerEntry.objects.exists()
    assert not Reply.objects.exclude(status="published").exists()
    assert {state.code for states in all_states(now=timezone.now()) for state in states} == {"fine"}
    # Four days on, with the inboxes read meanwhile: nobody is startled that people of the past fell silent.
    with time_machine.travel(timezone.now() + timedelta(days=4), tick=True):
        Account.objects.update(collected_at=timezone.now())
        assert "quiet" not in {state.code for states in all_states(now=timezone.now()) for state in states}
    count = ServiceRequest.objects.count()
    call_command("prepare_alameda", "--with-past", stdout=StringIO())
    assert ServiceRequest.objects.count() == count
    assert client.get("/").status_code == 200


def _is_told_on_the_pretend_x_too(sandbox: Sandbox) -> None:
    told = {post["id"]: post for post in sandbox.control("GET", "posts")["posts"]}
    posts = Post.objects.filter(network="x")
    replies = Reply.objects.filter(account__network="x")
    assert {post.external_id for post in posts} | {reply.external_id for reply in replies} == set(told)
    reply = replies.select_related("post").latest("published_at")
    assert told[reply.external_id]["in_reply_to"] == reply.post.external_id
    assert told[reply.external_id]["words"] == reply.payload


def test_life_goes_on(past: None, sandbox: Sandbox) -> None:
    request = ServiceRequest.objects.open().filter(opening_post__network="x", status="accepted").earliest("id")
    workflow.answer(request, by=User.objects.get(username="dispatcher"), message=Message("Seguimos en ello."))
    Reply.objects.filter(status="held").update(next_attempt_at=timezone.now())
    Account.objects.update(next_check_at=timezone.now())
    tick()
    Account.objects.update(next_check_at=timezone.now())
    tick()
    assert not Reply.objects.exclude(status="published").exists()
    assert not Post.objects.exclude(deleted_at=None).exists()
    assert not Event.objects.filter(verb__in=["deleted", "edited"]).exists()
    before = ServiceRequest.objects.latest("id").pk
    sandbox.post("@alameda farola apagada en c/ Larga 22")
    tick()
    assert ServiceRequest.objects.latest("id").pk == before + 1
    author = Post.objects.latest("id").author
    assert author.handle == "lucia_rm"
    assert author.posts.count() > 1


def test_a_town_is_new_unless_asked(alameda: None) -> None:
    assert not ServiceRequest.objects.exists()
