"""Drafts: what is typed is kept, once, until it is sent or discarded; and nobody's words overwrite newer ones unseen."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from requests_app.models import Queue, ServiceRequest
from staff import drafts
from staff.models import Draft
from tests.staff.conftest import Ask, SignIn

pytestmark = pytest.mark.django_db


def save(client: Client, request: ServiceRequest, form: str = "speak", **fields: str) -> dict[str, Any]:
    sent = {"over": "", "seen": "0", **fields}
    told: dict[str, Any] = client.post(f"/desk/requests/{request.pk}/drafts/{form}/", sent).json()
    return told


def act(client: Client, request: ServiceRequest, verb: str, **fields: str) -> int:
    request.refresh_from_db()
    seen = request.events.latest("id").pk
    sent = {"version": request.version, "seen": seen, **fields}
    return client.post(f"/desk/requests/{request.pk}/{verb}/", sent).status_code


def page(client: Client, request: ServiceRequest) -> str:
    return client.get(f"/desk/requests/{request.pk}/").content.decode()


@pytest.mark.parametrize(
    ("form", "field"),
    [("speak", "text"), ("resolve", "text"), ("decline", "text"), ("wait", "waits_for"), ("note", "text")],
)
def test_each_form_comes_back_with_its_words(desk: Client, ask: Ask, form: str, field: str) -> None:
    request = ask()

    told = save(desk, request, form, **{field: "a medias…"})

    shown = page(desk, request)
    assert "a medias…" in shown
    assert f"Draft of {told['clock']}" in shown
    assert drafts.of(User.objects.get(username="sweeper"), [request.pk]) == {request.pk}


def test_a_draft_is_its_writers_alone(desk: Client, ask: Ask, ines: User, sign_in: SignIn) -> None:
    request = ask()
    save(desk, request, text="solo mío")

    assert "solo mío" not in page(sign_in(ines), request)


def test_sent_words_are_no_draft_any_more(desk: Client, ask: Ask) -> None:
    request = ask()
    save(desk, request, text="Voy")
    save(desk, request, "note", text="ojo")

    act(desk, request, "accept", text="Voy")

    assert list(Draft.objects.values_list("form", flat=True)) == ["note"]


def test_words_that_arrive_after_they_were_sent_are_not_kept(desk: Client, ask: Ask) -> None:
    request = ask()
    seen = str(request.events.latest("id").pk)
    act(desk, request, "answer", text="Voy")

    save(desk, request, text="Voy", seen=seen)

    assert Draft.objects.count() == 0


def test_a_refused_form_is_kept_for_other_devices(desk: Client, ask: Ask) -> None:
    request = ask()

    refused = act(desk, request, "decline", reason="because", text="No podemos")

    assert (refused, Draft.objects.get().fields) == (422, {"reason": "because", "text": "No podemos"})


def test_an_older_window_is_told_and_changes_nothing(desk: Client, ask: Ask) -> None:
    request = ask()
    first = save(desk, request, text="uno")
    second = save(desk, request, text="dos", over=first["saved"])

    late = save(desk, request, text="tres", over=first["saved"])
    never_knew = save(desk, request, text="cuatro")

    assert [one["lost"] for one in (first, second, late, never_knew)] == [False, False, True, True]
    assert (late["fields"], late["saved"]) == ({"text": "dos"}, second["saved"])
    assert Draft.objects.get().fields == {"text": "dos"}


def test_emptied_and_discarded_drafts_are_gone(desk: Client, ask: Ask) -> None:
    request = ask()
    first = save(desk, request, text="uno", account="3")
    emptied = save(desk, request, text="  ", account="3", over=first["saved"])
    save(desk, request, text="dos")

    desk.post(f"/desk/requests/{request.pk}/drafts/speak/", {"discard": "1"})

    assert (emptied["saved"], Draft.objects.count()) == ("", 0)


def test_a_draft_holds_words_and_choices_and_nothing_else(desk: Client, ask: Ask) -> None:
    save(desk, ask(), text="Voy", text_en="Coming", account="3", csrfmiddlewaretoken="x", version="9")

    assert Draft.objects.get().fields == {"text": "Voy", "text_en": "Coming", "account": "3"}


def test_drafts_are_for_those_who_work_the_request(desk: Client, ask: Ask) -> None:
    others = ask(queue=Queue.objects.get(code="police"))
    address = f"/desk/requests/{others.pk}/drafts/speak/"

    refused = desk.post(address, {"text": "x"}).status_code
    unknown = desk.post(f"/desk/requests/{ask().pk}/drafts/poem/", {"text": "x"}).status_code

    assert (refused, unknown, Draft.objects.count()) == (403, 404, 0)


def test_saving_tells_what_would_leave(desk: Client, ask: Ask) -> None:
    request = ask()

    told = save(desk, request, text="Voy", outgoing="1", photo_chosen="1")

    assert f"Voy\n— Carmen · N.º {request.pk}" in told["outgoing"]
    # An answer to whoever called us, and a described photo.
    assert "$0.01" in told["outgoing"] or "$0.02" in told["outgoing"]


@pytest.mark.parametrize(("verb", "form"), [("answer", "speak"), ("resolve", "resolve"), ("note", "note")])
def test_words_taken_back_are_a_draft_again(desk: Client, ask: Ask, verb: str, form: str) -> None:
    request = ask()
    act(desk, request, verb, text="Vamos haora")
    done = request.events.latest("id")
    assert ("Carmen noted: Vamos haora" in page(desk, request)) == (verb == "note")

    desk.post(f"/desk/events/{done.pk}/undo/")

    kept = {draft.form: draft.fields for draft in Draft.objects.all()}
    assert kept == {form: {"text": "Vamos haora"}}


def test_what_was_chosen_comes_back_with_the_words(desk: Client, ask: Ask) -> None:
    request = ask()
    act(desk, request, "accept", text="Vamos", promise="today", only_first="on")

    desk.post(f"/desk/events/{request.events.latest('id').pk}/undo/")

    assert Draft.objects.get().fields == {"text": "Vamos", "promise": "today", "only_first": "on"}


def test_words_taken_back_replace_no_newer_ones(desk: Client, ask: Ask) -> None:
    request = ask()
    act(desk, request, "answer", text="Vamos")
    done = request.events.latest("id")
    save(desk, request, text="otra cosa", seen=str(done.pk))

    desk.post(f"/desk/events/{done.pk}/undo/")

    assert Draft.objects.get().fields == {"text": "otra cosa"}
