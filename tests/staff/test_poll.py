"""The open desk: what it asks every two seconds, and what it hears."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from requests_app import workflow
from requests_app.models import Queue, ServiceRequest
from staff import presence
from staff.desk.pulse import fingerprint
from tests.staff.conftest import Ask, SignIn

pytestmark = pytest.mark.django_db

NOON = "2026-11-20 12:00:10+01:00"


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def test_idle_poll_is_two_queries(desk: Client, ask: Ask, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    ask()
    seen = pulse(desk)

    with django_assert_num_queries(2):
        response = desk.get("/desk/poll/", {"seen": seen})

    assert (response.status_code, response.content) == (204, b"")


def test_poll_of_a_stranger_is_refused_without_a_query(
    db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert Client().get("/desk/poll/").status_code == 403


def test_poll_after_a_change_rings(desk: Client, ask: Ask) -> None:
    seen = pulse(desk)
    ask()

    response = desk.get("/desk/poll/", {"seen": seen})

    assert (response.status_code, response["HX-Trigger"]) == (200, '{"desk-changed": {}}')
    assert desk.get("/desk/poll/", {"seen": found(response.content.decode())}).status_code == 204


def test_poll_rings_when_a_colleague_opens_a_request(desk: Client, ask: Ask, ines: User) -> None:
    request = ask()
    seen = pulse(desk)
    presence.look(request, by=ines, has_unsent_text=False)

    assert desk.get("/desk/poll/", {"seen": seen}).status_code == 200


def test_fingerprint_sees_a_change_that_commits_late(ask: Ask) -> None:
    early, late = ask(), ask()
    ServiceRequest.objects.filter(pk=late.pk).update(changed_at=timezone.now())
    before = fingerprint()

    ServiceRequest.objects.filter(pk=early.pk).update(changed_at=timezone.now() - timedelta(seconds=30))

    assert fingerprint() != before


def test_fingerprint_changes_with_the_minute(ask: Ask, noon: time_machine.Traveller) -> None:
    ask()
    before = fingerprint()
    noon.shift(20)
    assert fingerprint() == before

    noon.shift(40)

    assert fingerprint() != before


def test_arrivals_are_announced_and_rows_keep_their_places(desk: Client, ask: Ask) -> None:
    first, second = ask(minutes=100), ask(minutes=50)
    ask(minutes=200)

    live = desk.get("/desk/sweeper/", {"shown": [first.pk, second.pk]}, headers={"HX-Request": "true"}).content.decode()

    assert re.findall(r'name="shown" value="(\d+)"', live) == [str(first.pk), str(second.pk)]
    assert 'data-announce="1 new"' in live
    assert re.findall(r'id="(queues|arrivals|notices|rows)"[^>]*hx-swap-oob="true"', live) == [
        "queues",
        "arrivals",
        "notices",
        "rows",
    ]


def test_rows_that_left_the_list_stay_in_sight_as_they_are_now(desk: Client, ask: Ask, carmen: User) -> None:
    request, other = ask(minutes=100), ask()
    workflow.decline(request, by=carmen, reason="not_ours")

    live = desk.get(
        "/desk/sweeper/", {"shown": [request.pk, other.pk]}, headers={"HX-Request": "true"}
    ).content.decode()

    assert re.findall(r'name="shown" value="(\d+)"', live) == [str(request.pk), str(other.pk)]
    assert '<span class="due-words">declined</span>' in live
    assert "Carmen closed it without a repair: not the town&#x27;s to do." in live


def test_rows_that_were_moved_or_joined_say_by_whom(desk: Client, ask: Ask, carmen: User) -> None:
    moved, joined, other = ask(minutes=100), ask(minutes=90), ask()
    workflow.transfer(moved, by=carmen, queue=Queue.objects.get(code="police"))
    workflow.merge(joined, into=other, by=carmen)

    asked = {"shown": [moved.pk, joined.pk, other.pk]}
    live = rows(desk.get("/desk/sweeper/", asked, headers={"HX-Request": "true"}).content.decode())

    told = re.findall(r"Carmen [^<]+", live)
    assert told == ["Carmen passed it to Local police.", f"Carmen joined it to No. {other.pk}."]


def test_show_draws_the_list_anew(desk: Client, ask: Ask) -> None:
    first, newest = ask(minutes=50), ask(minutes=100)

    live = desk.get(
        "/desk/sweeper/", {"shown": [first.pk], "fresh": "1"}, headers={"HX-Request": "true"}
    ).content.decode()

    assert re.findall(r'name="shown" value="(\d+)"', live) == [str(newest.pk), str(first.pk)]
    assert "data-announce" not in live


def test_rows_moving_up_into_a_full_page_are_not_new(desk: Client, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("staff.desk.lists.PAGE", 2)
    monkeypatch.setattr("staff.desk.rows.PAGE", 2)
    gone, stays, moves_up = ask(minutes=120), ask(minutes=110), ask(minutes=100)
    ServiceRequest.objects.filter(pk=gone.pk).update(status="declined", decline_reason="not_ours", due_at=None)
    asked = {"shown": [gone.pk, stays.pk]}

    live = desk.get("/desk/sweeper/", asked, headers={"HX-Request": "true"}).content.decode()

    assert ("data-announce" in live, str(moves_up.pk) in re.findall(r'name="shown" value="(\d+)"', live)) == (
        False,
        False,
    )


def test_asking_for_rows_does_not_open_private_ones(desk: Client, ask: Ask, ines: User, sign_in: SignIn) -> None:
    police = ines.queues.model.objects.get(code="police")
    private = ask(queue=police, is_private=True)
    asked = {"shown": [private.pk]}

    live = desk.get("/desk/sweeper/", asked, headers={"HX-Request": "true"}).content.decode()

    # Its place is kept, and nothing of it is told: as for a number that does not exist.
    nowhere = desk.get("/desk/sweeper/", {"shown": [private.pk + 1]}, headers={"HX-Request": "true"}).content.decode()
    assert (f'id="row-{private.pk}"' in live, "papelera" in live) == (False, False)
    assert rows(live).replace(str(private.pk), "N") == rows(nowhere).replace(str(private.pk + 1), "N")


def test_open_request_hears_what_others_did(desk: Client, ask: Ask, ines: User) -> None:
    request = ask()
    seen = request.events.latest("id").pk
    workflow.note(request, by=ines, text="ojo con el perro")

    live = desk.get(f"/desk/requests/{request.pk}/", {"seen": seen}, headers={"HX-Request": "true"}).content.decode()

    assert 'data-announce="Inés noted:"' in live
    # Nothing in which somebody types is replaced.
    assert ("<textarea" in live, 'id="versions"' in live) == (False, False)


def test_open_request_shown_anew_brings_the_version_up_to_date(desk: Client, ask: Ask, ines: User) -> None:
    request = ask()
    seen = request.events.latest("id").pk
    workflow.note(request, by=ines, text="ojo con el perro")

    asked = {"seen": seen, "fresh": "1"}
    live = desk.get(f"/desk/requests/{request.pk}/", asked, headers={"HX-Request": "true"}).content.decode()

    assert re.findall(r'form="form-speak" name="version" value="(\d+)"', live) == ["2"]
    assert ("ojo con el perro" in live, "<textarea" in live, "data-announce" in live) == (True, False, False)


def test_own_acts_are_no_news(desk: Client, ask: Ask, carmen: User) -> None:
    request = ask()
    seen = request.events.latest("id").pk
    workflow.note(request, by=carmen, text="voy")

    live = desk.get(f"/desk/requests/{request.pk}/", {"seen": seen}, headers={"HX-Request": "true"}).content.decode()

    assert "data-announce" not in live


def pulse(client: Client) -> str:
    return found(client.get("/desk/").content.decode())


def found(page: str) -> str:
    match = re.search(r"/desk/poll/\?seen=(\w+)", page)
    assert match
    return match[1]


def rows(live: str) -> str:
    return live.partition('<div id="rows"')[2]
