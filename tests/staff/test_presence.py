"""Who is here: said to colleagues, written seldom, gone soon after they left."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from requests_app.models import ServiceRequest
from staff import presence
from staff.models import Presence
from tests.staff.conftest import Ask, SignIn

pytestmark = pytest.mark.django_db


def beat(client: Client, request: ServiceRequest, **said: str) -> str:
    answer = client.post(f"/desk/requests/{request.pk}/here/", {"unsent": "0", **said})
    return answer.json()["here"] if answer.status_code == 200 else ""


def test_colleagues_read_who_is_here_and_who_writes(desk: Client, ask: Ask, ines: User, sign_in: SignIn) -> None:
    request, dispatch = ask(), sign_in(ines)
    dispatch.get(f"/desk/requests/{request.pk}/")

    here = beat(desk, request)
    beat(dispatch, request, unsent="1")
    writes = beat(desk, request)

    assert ("Inés is here too" in here, "Inés is writing an answer" in writes) == (True, True)
    # Nobody is told of themselves.
    assert "Carmen" not in writes


def test_whoever_left_is_gone_at_once_and_whoever_vanished_soon(
    desk: Client, ask: Ask, ines: User, carmen: User, sign_in: SignIn
) -> None:
    request, dispatch = ask(), sign_in(ines)
    beat(dispatch, request)

    with time_machine.travel(timezone.now() + timedelta(seconds=45)):
        vanished = presence.looking([request.pk], besides=carmen)
    beat(dispatch, request, leaving="1")

    assert (vanished, presence.looking([request.pk], besides=carmen)) == ({}, {})


def test_leaving_one_request_does_not_leave_the_next(desk: Client, ask: Ask) -> None:
    first, second = ask(), ask()
    beat(desk, first)
    beat(desk, second)

    beat(desk, first, leaving="1")

    assert Presence.objects.get().service_request == second


def test_an_open_page_is_written_once_in_a_while(
    carmen: User, ask: Ask, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    request = ask()
    presence.look(request, by=carmen, has_unsent_text=False)

    with django_assert_num_queries(1):
        presence.look(request, by=carmen, has_unsent_text=False)
    with time_machine.travel(timezone.now() + timedelta(seconds=16)):
        presence.look(request, by=carmen, has_unsent_text=False)

    assert Presence.objects.get().seen_at > timezone.now() + timedelta(seconds=10)


def test_many_rows_are_asked_about_at_once(
    carmen: User, ines: User, ask: Ask, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first, second = ask(), ask()
    presence.look(first, by=ines, has_unsent_text=True)

    with django_assert_num_queries(1):
        found = presence.looking([first.pk, second.pk], besides=carmen)
        names = [one.user.first_name for one in found[first.pk]]

    assert (names, second.pk in found) == (["Inés"], False)
