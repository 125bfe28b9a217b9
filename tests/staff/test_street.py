"""The street: what a person finds there, who finds what, and what one page costs."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from requests_app import photos, workflow
from requests_app.models import Queue, ServiceRequest
from requests_app.workflow import Message
from staff import shifts
from staff.models import Shift
from tests.factories import PostFactory, UserFactory
from tests.staff.conftest import Ask, SignIn

pytestmark = pytest.mark.django_db


@pytest.fixture
def maintenance(alameda: None) -> Queue:
    return Queue.objects.get(code="maintenance")


def numbers(client: Client) -> list[int]:
    return [stop.number for stop in client.get(reverse("street")).context["day"].stops]


def test_it_shows_ones_own_and_what_nobody_in_the_team_took(
    ask: Ask, desk: Client, carmen: User, ines: User, maintenance: Queue
) -> None:
    own = ask(queue=maintenance, status="accepted", assignee=carmen, accepted_at=timezone.now())
    free = ask()
    ask(status="accepted", assignee=ines, accepted_at=timezone.now())
    ask(queue=maintenance)
    workflow.decline(ask(), by=carmen, reason="not_ours")

    assert set(numbers(desk)) == {own.pk, free.pk}


def test_urgent_comes_first_then_late_then_today_then_the_rest(ask: Ask, desk: Client) -> None:
    now = timezone.now()
    later, late, urgent = ask(due_at=now + timedelta(days=3)), ask(due_at=now - timedelta(hours=1)), ask()
    ServiceRequest.objects.filter(pk=urgent.pk).update(is_urgent=True, due_at=now + timedelta(days=2))

    day = desk.get(reverse("street")).context["day"]

    assert [stop.number for stop in day.stops] == [urgent.pk, late.pk, later.pk]
    assert [stop.number for stop in day.today] == [urgent.pk, late.pk]


def test_next_goes_on_and_comes_round(ask: Ask, desk: Client) -> None:
    first, second = ask(minutes=20), ask(minutes=10)

    def following(number: int) -> Any:
        return desk.get(reverse("street_request", args=[number])).context["next"].number

    assert (following(first.pk), following(second.pk)) == (second.pk, first.pk)


def test_the_list_costs_the_same_however_long(
    ask: Ask, desk: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ask()
    desk.get(reverse("street"))
    with django_assert_num_queries(10):
        desk.get(reverse("street"))
    for _number in range(5):
        ask()
    with django_assert_num_queries(10):
        desk.get(reverse("street"))


def test_a_page_costs_the_same_however_much_was_said(
    ask: Ask, desk: Client, carmen: User, django_assert_max_num_queries: Any, jpeg: bytes
) -> None:
    request = ask()
    address = reverse("street_request", args=[request.pk])
    desk.get(address)
    with django_assert_max_num_queries(30) as before:
        desk.get(address)
    for side in ("before", "after"):
        photos.take(request, jpeg, side=side, by=carmen, at=timezone.now())
        workflow.note(request, by=carmen, text=f"{side} it rained")
    workflow.answer(request, by=carmen, message=Message("Voy."))
    with django_assert_max_num_queries(30) as after:
        desk.get(address)

    assert len(after) <= len(before) + 2


def test_private_ones_are_for_those_who_work_them(ask: Ask, sign_in: SignIn, carmen: User, ines: User) -> None:
    address = reverse("street_request", args=[ask(is_private=True).pk])
    teo = User.objects.get(username="police")

    assert [sign_in(one).get(address).status_code for one in (carmen, ines, teo)] == [200, 200, 404]


def test_a_colleague_without_the_work_reads_and_has_no_acts(ask: Ask, sign_in: SignIn, alameda: None) -> None:
    teo = User.objects.get(username="police")

    page = sign_in(teo).get(reverse("street_request", args=[ask().pk])).context["page"]

    assert (page.acts, page.may_photograph) == ([], False)


def test_a_request_that_became_part_of_another_leads_there(ask: Ask, desk: Client, carmen: User) -> None:
    one, other = ask(), ask()
    workflow.merge(one, into=other, by=carmen)

    response = desk.get(reverse("street_request", args=[one.pk]))

    assert response["Location"] == reverse("street_request", args=[other.pk])


def test_the_place_opens_in_the_phones_own_map(ask: Ask, desk: Client) -> None:
    request = ask(latitude=37.2195, longitude=-3.5942, address="Plaza Mayor")

    page = desk.get(reverse("street_request", args=[request.pk]))

    assert b'href="geo:37.219500,-3.594200?q=37.219500,-3.594200"' in page.content


def test_words_are_ready_in_the_residents_language(ask: Ask, desk: Client, town_account: Any) -> None:
    request = ask(language="fr")
    type(request.opening_post).objects.filter(pk=request.opening_post_id).update(language="fr")

    page = desk.get(reverse("street_request", args=[request.pk])).content.decode()

    assert '<textarea id="done-text" name="text" rows="2" maxlength="5000" dir="auto" lang="fr"' in page


def test_a_shift_begins_once_and_ends_once(desk: Client, carmen: User) -> None:
    for _tap in range(2):
        desk.post(reverse("street_shift"), {"start": "1"})
    started = Shift.objects.get(user=carmen)
    for text in ("La llave está en el almacén.", "other words"):
        desk.post(reverse("street_shift"), {"end": "1", "handover": text})

    shift = Shift.objects.get(user=carmen)
    assert (shift.started_at, shift.handover) == (started.started_at, "La llave está en el almacén.")
    assert shift.ended_at is not None


def test_what_was_left_is_for_the_team_and_for_dispatchers(
    alameda: None, carmen: User, ines: User, cleaning: Queue
) -> None:
    mate, teo, now = UserFactory(first_name="Pilar"), User.objects.get(username="police"), timezone.now()
    mate.queues.add(cleaning)
    shifts.start(carmen)
    shifts.end(carmen, handover="Falta el barrio alto.")

    def left_for(user: User) -> list[str]:
        return [shift.handover for shift in shifts.handovers(user, now=timezone.now())]

    assert [left_for(one) for one in (mate, ines, teo, carmen)] == [["Falta el barrio alto."], ["Falta el barrio alto."], [], []]  # fmt: skip
    shifts.start(mate)
    shifts.end(mate)
    assert (left_for(mate), now) == ([], now)


def test_thanks_since_the_last_shift_are_told_at_its_start(
    ask: Ask, desk: Client, carmen: User, town_account: Any
) -> None:
    request = ask(status="accepted", assignee=carmen, accepted_at=timezone.now(), minutes=600)
    thanks = PostFactory(account=town_account, text="gracias")
    type(thanks).objects.filter(pk=thanks.pk).update(service_request=request, kind="thanks", triaged_at=timezone.now())
    request.reactions.create(kind="thanks", visitor="a", at=timezone.now())

    page = desk.post(reverse("street_shift"), {"start": "1"}, follow=True)

    assert "2 thanks for you." in page.content.decode()


def test_browsers_find_what_they_need_to_install_it(client: Client, alameda: None) -> None:
    manifest = client.get(reverse("manifest"))
    facts = manifest.json()

    assert manifest["Content-Type"] == "application/manifest+json"
    assert (facts["start_url"], facts["scope"], facts["display"]) == ("/street/", "/street/", "standalone")
    for icon in facts["icons"]:
        assert client.get(icon["src"]).content.startswith(b"\x89PNG")


def test_the_worker_stands_at_the_root_and_is_asked_for_anew(client: Client, alameda: None) -> None:
    response = client.get("/sw.js")

    assert response["Content-Type"].startswith("text/javascript")
    assert "no-cache" in response["Cache-Control"]


def test_who_is_here_is_told_to_nobody_else(client: Client, desk: Client, carmen: User) -> None:
    here, nobody = desk.get(reverse("street_who")), client.get(reverse("street_who"))

    assert (here.json()["person"], nobody.status_code) == (str(carmen.pk), 401)
    assert "no-store" in here["Cache-Control"]
