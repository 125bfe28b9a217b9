"""Saying at the desk, and in the street, what a request is."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from requests_app import workflow
from requests_app.models import Service, ServiceRequest, Verb
from tests.staff.conftest import Ask, SignIn

pytestmark = pytest.mark.django_db


def said(page: Client, request: ServiceRequest, door: str = "desk/requests/{}/reclassify/", **fields: object) -> str:
    """What the form of the page sends; the page that comes then."""
    newest = request.events.order_by("-pk").values_list("pk", flat=True).first()
    sent = {"version": request.version, "seen": newest, "kind": request.kind, "service": "", **fields}
    return page.post("/" + door.format(request.pk), sent, follow=True).content.decode()


def test_at_the_desk_and_back(desk: Client, ask: Ask, carmen: User) -> None:
    request = ask()
    bins = Service.objects.filter(queue=request.queue).order_by("pk").first()
    form = desk.get(f"/desk/requests/{request.pk}/").content.decode()
    assert 'data-key="w"' in form
    assert f'<option value="{bins.code}">' in form

    told = said(desk, request, kind="question", service=bins.code, is_urgent="on")

    request.refresh_from_db()
    assert (request.kind, request.service, request.is_urgent) == ("question", bins, True)
    assert f"Carmen says what it is: question, {bins.name}, urgent." in told
    line = request.events.get(verb=Verb.RECLASSIFIED)
    desk.post(f"/desk/events/{line.pk}/undo/")
    request.refresh_from_db()
    assert (request.kind, request.service, request.is_urgent) == ("problem", None, False)


def test_pressed_twice_it_is_one_act(desk: Client, ask: Ask) -> None:
    request = ask()

    said(desk, request, kind="question")
    again = said(desk, request, kind="question", seen=request.events.earliest("pk").pk)

    assert request.events.filter(verb=Verb.RECLASSIFIED).count() == 1
    assert 'id="refusal"' not in again


def test_said_otherwise_from_a_page_of_before_is_no_second_click(desk: Client, ask: Ask) -> None:
    request = ask()
    said(desk, request, kind="question")

    told = said(desk, request, kind="complaint", seen=request.events.earliest("pk").pk)

    assert 'id="refusal"' in told
    assert request.events.filter(verb=Verb.RECLASSIFIED).count() == 1


def test_a_colleague_was_faster(desk: Client, ask: Ask, ines: User) -> None:
    request = ask()
    workflow.accept(request, by=ines)

    told = said(desk, request, kind="question", seen=request.events.earliest("pk").pk)

    assert not request.events.filter(verb=Verb.RECLASSIFIED).exists()
    assert "Inés took it on." in told


def test_nothing_changed_is_said_kindly(desk: Client, ask: Ask) -> None:
    assert "It is taken for that already." in said(desk, ask())


def test_another_teams_service_is_no_choice(desk: Client, ask: Ask) -> None:
    request = ask()

    told = said(desk, request, service=Service.objects.exclude(queue=request.queue).first().code)

    assert "Something is missing" in told
    assert not request.events.filter(verb=Verb.RECLASSIFIED).exists()


def test_in_the_street(desk: Client, ask: Ask) -> None:
    request = ask()
    assert f'action="/street/{request.pk}/what-it-is/"' in desk.get(f"/street/{request.pk}/").content.decode()

    told = said(desk, request, "street/{}/what-it-is/", kind="complaint")

    request.refresh_from_db()
    assert request.kind == "complaint"
    assert "Plaza learns from it" in told


def test_the_mayor_leaves_it_to_the_teams(elena: User, ask: Ask, sign_in: SignIn) -> None:
    request = ask()

    page = sign_in(elena)

    assert "form-reclassify" not in page.get(f"/desk/requests/{request.pk}/").content.decode()
    assert page.post(f"/desk/requests/{request.pk}/reclassify/", {}).status_code == 403
