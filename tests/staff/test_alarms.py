"""What cannot wait: its band on desk, street and window, and for whom it rings."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from requests_app import triage, workflow
from requests_app.models import Account, Queue, ServiceRequest
from staff import presence, shifts
from tests.factories import PostFactory
from tests.staff.conftest import Ask, SignIn

pytestmark = pytest.mark.django_db

Urgent = Callable[..., ServiceRequest]


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-11-20 12:00:10+01:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def urgent(ask: Ask) -> Urgent:
    def asked(**values: Any) -> ServiceRequest:
        return ask(**{"text": "@alameda huele a gas", "is_urgent": True, "minutes": 1, **values})

    return asked


def band(client: Client) -> str:
    return client.get("/urgent/").content.decode()


def rings(client: Client) -> list[str]:
    found = re.search(r'data-rings="([^"]*)"', band(client))
    assert found
    return found[1].split()


def test_it_stands_above_every_list_and_on_every_face(ines: User, elena: User, sign_in: SignIn, urgent: Urgent) -> None:
    row = urgent()
    for user, address in (
        (ines, "/desk/"),
        (ines, "/desk/watch/waiting/"),
        (ines, f"/desk/requests/{row.pk}/"),
        (ines, "/street/"),
        (elena, "/mayor/"),
    ):
        html = sign_in(user).get(address).content.decode()
        assert html.index("data-alarms") < html.index("Nobody has it yet."), address


def test_nothing_urgent_costs_little(ines: User, sign_in: SignIn, django_assert_num_queries: Any) -> None:
    client = sign_in(ines)
    band(client)
    many: DjangoAssertNumQueries = django_assert_num_queries
    with many(4):
        # The user, the groups, the teams, and what is urgent.
        assert 'data-rings=""' in band(client)


def test_it_rings_once_for_the_dispatcher_and_for_whoever_is_on_duty(
    ines: User, carmen: User, sign_in: SignIn, urgent: Urgent
) -> None:
    urgent()
    sweeper = sign_in(carmen)
    assert (len(rings(sign_in(ines))), rings(sweeper)) == (1, [])
    assert "You are off duty: nothing rings here." in band(sweeper)
    assert "Nobody of Street cleaning is on duty." in band(sweeper)

    shifts.start(carmen)

    assert len(rings(sweeper)) == 1
    assert "On duty: Carmen." in band(sign_in(ines))


def test_other_teams_neither_see_nor_hear_it(carmen: User, sign_in: SignIn, urgent: Urgent) -> None:
    shifts.start(carmen)
    urgent(queue=Queue.objects.get(code="police"), text="@alameda pelea con navajas")

    assert "pelea" not in band(sign_in(carmen))


def test_it_rings_again_and_then_for_the_mayor(
    ines: User, elena: User, sign_in: SignIn, urgent: Urgent, noon: time_machine.Traveller
) -> None:
    urgent()
    dispatcher, mayor = sign_in(ines), sign_in(elena)
    heard = [(rings(dispatcher), rings(mayor))]
    for minutes in (5, 5, 30):
        noon.shift(timedelta(minutes=minutes))
        heard.append((rings(dispatcher), rings(mayor)))

    (first, second, third, last), for_the_mayor = zip(*heard, strict=True)
    assert len({*first, *second, *third}) == 3
    assert last == third
    assert list(for_the_mayor) == [[], [], third, third]
    assert "It rings for you when nobody has taken it for 10 min" in band(mayor)


def test_a_night_later_it_is_seen_and_not_heard(
    ines: User, sign_in: SignIn, urgent: Urgent, noon: time_machine.Traveller
) -> None:
    urgent()
    noon.shift(timedelta(hours=13))

    assert rings(sign_in(ines)) == []
    assert "Nobody has it yet." in band(sign_in(ines))


def test_it_is_silent_once_somebody_has_it_and_gone_once_it_is_done(
    ines: User, carmen: User, sign_in: SignIn, urgent: Urgent
) -> None:
    row, client = urgent(), sign_in(ines)
    workflow.accept(row, by=carmen)
    html = band(client)
    assert (rings(client), "Carmen has it since" in html, "1 urgent one is being seen to" in html) == ([], True, True)

    row.refresh_from_db()
    workflow.decline(row, by=carmen, reason="not_found")

    assert f"/desk/requests/{row.pk}/" not in band(client)


def test_it_says_who_reads_it(ines: User, carmen: User, sign_in: SignIn, urgent: Urgent) -> None:
    presence.look(urgent(), by=carmen, has_unsent_text=False)

    assert "Reading it now: Carmen." in band(sign_in(ines))


def test_passed_on_it_rings_for_the_other_team(ines: User, carmen: User, sign_in: SignIn, urgent: Urgent) -> None:
    row = urgent(queue=Queue.objects.get(code="police"))
    shifts.start(carmen)
    client = sign_in(carmen)
    assert rings(client) == []

    workflow.transfer(row, by=ines, queue=Queue.objects.get(code="sweeper"))

    assert len(rings(client)) == 1


def test_called_urgent_later_it_rings_from_then_on(
    ines: User, elena: User, sign_in: SignIn, ask: Ask, noon: time_machine.Traveller
) -> None:
    row = ask(minutes=600)
    workflow.reclassify(row, by=ines, kind=row.kind, service=row.service, is_urgent=True)

    # Not as if the mayor had waited for it since the morning.
    assert (len(rings(sign_in(ines))), rings(sign_in(elena))) == (1, [])


def test_a_follow_up_that_tells_of_danger_is_owed_an_answer_at_once(alameda: None) -> None:
    account = Account.objects.get(network="x", handle="alameda")
    first = PostFactory(account=account, text="@alameda la farola no funciona", posted_at=timezone.now())
    triage.sort()
    PostFactory(
        account=account,
        author=first.author,
        text="@alameda ahora huele a gas y hay una persona herida",
        in_reply_to=first.external_id,
        conversation_id=first.conversation_id,
        posted_at=timezone.now(),
    )
    triage.sort()

    row = ServiceRequest.objects.get()
    assert (row.is_urgent, row.urgent_at, row.due_at) == (
        True,
        timezone.now(),
        first.posted_at + timedelta(minutes=5),
    )


def test_whom_to_call_stands_on_the_request_at_the_desk_and_in_the_street(
    ines: User, sign_in: SignIn, urgent: Urgent, ask: Ask
) -> None:
    danger, calm, client = urgent(), ask(), sign_in(ines)
    told = '<a href="tel:112"><strong>Call 112 first.</strong></a>'

    for place in ("/desk/requests", "/street"):
        assert told in client.get(f"{place}/{danger.pk}/").content.decode()
        assert told not in client.get(f"{place}/{calm.pk}/").content.decode()


def test_a_locked_telephone_shows_nobodys_words(ines: User, sign_in: SignIn, urgent: Urgent) -> None:
    urgent(text="@alameda mi marido me pega", is_private=True, address="Calle del Olmo 3")

    told = re.findall(r'data-(?:title|body)="([^"]*)"', band(sign_in(ines)))

    assert len(told) == 2
    assert not any("pega" in one or "Olmo" in one for one in told)
