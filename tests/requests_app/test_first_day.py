"""The first day of a town: nobody has set up a team, an account or a service yet, and somebody writes."""

from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client

from requests_app import triage
from requests_app.models import Account, Queue, ServiceRequest
from requests_app.roles import DISPATCHER, MAYOR
from tests.factories import PostFactory

pytestmark = pytest.mark.django_db


def test_what_a_resident_writes_reaches_the_town_hall(client: Client) -> None:
    for _ in range(2):
        response = client.post("/report/", {"text": "La farola está apagada", "once": str(uuid4()), "looked": "1"})
        assert response.status_code == 302

    assert {row.queue.code for row in ServiceRequest.objects.all()} == {"townhall"}
    assert Queue.objects.get().is_fallback
    assert (Account.objects.get().network, Account.objects.get().handle) == ("plaza", "alameda")
    assert "farola" in client.get("/").content.decode()


def test_what_is_read_on_a_network_reaches_the_town_hall() -> None:
    PostFactory(text="@alameda hay un socavón")

    triage.sort()

    assert ServiceRequest.objects.get().queue.is_fallback


def test_the_roles_are_there_to_be_given() -> None:
    # Other tests empty every table, and with them what the migrations wrote.
    Group.objects.all().delete()
    call_command("migrate", "requests_app", "0005", verbosity=0)
    call_command("migrate", "requests_app", verbosity=0)

    assert set(Group.objects.values_list("name", flat=True)) == {DISPATCHER, MAYOR}
