"""An answer on its way to the pretend X."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django import Settings

from requests_app import inbox, triage, workflow
from requests_app.models import Account, Reply, ServiceRequest
from requests_app.workflow import Message
from tests.requests_app.sandbox.driver import Sandbox

BINS = "@barrendera_alameda los contenedores del mercado están desbordados"


@pytest.fixture
def request_on_desk(sandbox: Sandbox, carmen: User, settings: Settings) -> ServiceRequest:
    """A post that came in over the network and waits for Carmen."""
    settings.UNDO_SECONDS = 0
    sandbox.post(BINS, author="lucia_rm", lang="es")
    inbox.collect(Account.objects.get(handle="barrendera_alameda"))
    triage.sort()
    return ServiceRequest.objects.get()


@pytest.fixture
def reply(request_on_desk: ServiceRequest, carmen: User) -> Reply:
    workflow.answer(request_on_desk, by=carmen, message=Message("Ahora mismo voy, Lucía."))
    return Reply.objects.get()


def answers(sandbox: Sandbox) -> list[str]:
    """What the town said on the network, without the handle that X itself puts before a reply."""
    return [
        post["text"].removeprefix("@lucia_rm ")
        for post in sandbox.control("GET", "posts?author=barrendera_alameda")["posts"]
    ]


def later(seconds: float) -> time_machine.travel:
    return time_machine.travel(timezone.now() + timedelta(seconds=seconds), tick=True)
