"""A person says what a request is: what changes, what is owed then, and what takes it back."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django import Settings

from requests_app import workflow
from requests_app.models import Kind, Queue, Service, ServiceRequest, Verb
from requests_app.workflow import ChangedMeanwhile, Refusal
from tests.factories import PostFactory, ServiceRequestFactory

pytestmark = pytest.mark.django_db
# A Friday, with everybody at work.
NOON = datetime.fromisoformat("2026-11-20T12:00:00+01:00")


@pytest.fixture
def lamp(alameda: None) -> ServiceRequest:
    """With maintenance, of no service in particular, ten minutes old."""
    with time_machine.travel(NOON, tick=False):
        post = PostFactory(posted_at=timezone.now() - timedelta(minutes=10))
        return ServiceRequestFactory(queue=Queue.objects.get(code="maintenance"), opening_post=post)


@pytest.fixture
def lights(alameda: None) -> Service:
    return Service.objects.get(code="street-light")


@time_machine.travel(NOON, tick=False)
def test_all_at_once_and_taken_back(lamp: ServiceRequest, lights: Service, ines: User, settings: Settings) -> None:
    settings.UNDO_SECONDS = 10
    due = lamp.due_at

    after = workflow.reclassify(lamp, by=ines, kind=Kind.QUESTION, service=lights, is_urgent=False)

    assert (after.kind, after.service, after.queue.code, after.status) == ("question", lights, "maintenance", "new")
    assert after.due_at == lamp.queue.week().add(lamp.posted_at, lights.answer_target)
    line = after.events.get(verb=Verb.RECLASSIFIED)
    assert (line.by, line.data["said"]) == (ines, {"kind": "question", "service_id": lights.pk})

    back = workflow.undo(line, by=ines)

    assert (back.kind, back.service, back.due_at) == ("problem", None, due)


@time_machine.travel(NOON, tick=False)
def test_urgent_is_owed_an_answer_at_once_and_calm_within_the_usual(lamp: ServiceRequest, ines: User) -> None:
    urgent = workflow.reclassify(lamp, by=ines, kind=lamp.kind, service=None, is_urgent=True)
    assert urgent.due_at == lamp.posted_at + timedelta(minutes=5)

    elsewhere = workflow.transfer(urgent, by=ines, queue=Queue.objects.get(code="police"))
    assert elsewhere.due_at == lamp.posted_at + timedelta(minutes=5)

    calm = workflow.reclassify(elsewhere, by=ines, kind=lamp.kind, service=None, is_urgent=False)
    assert calm.due_at == elsewhere.queue.week().add(lamp.posted_at, timedelta(hours=4))


def test_residents_read_nothing_of_it(lamp: ServiceRequest, ines: User) -> None:
    told = lamp.told_at

    after = workflow.reclassify(lamp, by=ines, kind=Kind.COMPLAINT, service=None, is_urgent=False)

    assert after.told_at == told
    assert after.due_at == lamp.due_at
    assert list(after.events.public().filter(verb=Verb.RECLASSIFIED)) == []


def test_a_private_service_makes_it_private(lamp: ServiceRequest, ines: User, lights: Service) -> None:
    Service.objects.filter(pk=lights.pk).update(is_private=True)
    lights.refresh_from_db()

    assert workflow.reclassify(lamp, by=ines, kind=lamp.kind, service=lights, is_urgent=False).is_private


def test_what_cannot_be(lamp: ServiceRequest, ines: User) -> None:
    stray = Service.objects.exclude(queue=lamp.queue).first()
    for kind, service in (("problem", None), ("thanks", None), ("nonsense", None), ("question", stray)):
        with pytest.raises(Refusal):
            workflow.reclassify(lamp, by=ines, kind=kind, service=service, is_urgent=False)
    workflow.note(lamp, by=ines, text="ojo")
    with pytest.raises(ChangedMeanwhile):
        workflow.reclassify(lamp, by=ines, kind="question", service=None, is_urgent=False, version=lamp.version)
    assert not lamp.events.filter(verb=Verb.RECLASSIFIED).exists()
