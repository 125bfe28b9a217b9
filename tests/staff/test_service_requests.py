"""One request's page and its verbs, through the door, with and without a colleague in the way."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from requests_app import workflow
from requests_app.models import Account, Author, Kind, Post, Queue, Reply, ReplyStatus, ServiceRequest, Status
from requests_app.networks.contract import Published
from tests.factories import AuthorFactory, PostFactory, ReplyFactory
from tests.staff.conftest import Ask, SignIn

pytestmark = pytest.mark.django_db


@time_machine.travel("2026-11-20 12:00:00+01:00", tick=False)
def test_page_tells_the_whole_story(desk: Client, ask: Ask, ines: User) -> None:
    request = ask(is_urgent=True)
    Post.objects.filter(service_request=request).update(
        evidence=[
            {"signal": "words", "detail": ["papelera"]},
            {"signal": "torn", "detail": ["sweeper", "police"]},
        ]
    )
    workflow.note(request, by=ines, text="ojo con el perro")

    page = words(desk.get(f"/desk/requests/{request.pk}/"))

    assert f"No. {request.pk} · La papelera está rota New Urgent Street cleaning · nobody yet due in 3 h 50 min" in page
    assert (
        "Why is it here? Words: papelera. Torn between Street cleaning and Local police, so a person decides." in page
    )
    assert "History, 2 lines" in page
    assert "Arrived on X." in page
    assert "Inés noted: “ojo con el perro”" in page


def test_page_speaks_as_its_reader_does(desk: Client, ask: Ask, ines: User) -> None:
    request = ask()
    workflow.note(request, by=ines, text="ojo con el perro")

    page = desk.get(f"/desk/requests/{request.pk}/", headers={"accept-language": "fr"}).content.decode()

    # Acts, not the nouns of the same English spelling.
    assert re.findall(r'href="#(?:speak|resolve)-text">([^<]+)', page) == ["Répondre", "Résoudre"]
    assert '<span dir="auto">«\N{NO-BREAK SPACE}ojo con el perro\N{NO-BREAK SPACE}»</span>' in page


def test_page_asks_as_much_for_three_posts_as_for_one(
    desk: Client, ask: Ask, carmen: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    request, busy = ask(), ask()
    talk(request, times=1, by=carmen)
    talk(busy, times=3, by=carmen)
    desk.get(f"/desk/requests/{request.pk}/")

    # Whoever goes from one request to another is marked as being there.
    with django_assert_num_queries(47):
        desk.get(f"/desk/requests/{busy.pk}/")
    with django_assert_num_queries(47):
        desk.get(f"/desk/requests/{request.pk}/")


def test_buttons_are_those_of_the_state(desk: Client, ask: Ask) -> None:
    request = ask()
    closed = ask(status=Status.DECLINED, decline_reason="not_ours")

    assert offered(desk, request) == [
        "accept",
        "answer",
        "resolve",
        "reclassify",
        "assign",
        "wait",
        "decline",
        "merge",
        "note",
        "transfer",
        "place",
    ]
    assert offered(desk, closed) == ["answer", "reopen", "note"]


def test_another_teams_request_is_read_along(desk: Client, ask: Ask) -> None:
    request = ask(queue=Queue.objects.get(code="police"))

    page = words(desk.get(f"/desk/requests/{request.pk}/"))

    assert (offered(desk, request), "Local police works on this one; you can read along." in page) == ([], True)


def test_merged_request_leads_to_the_other(desk: Client, ask: Ask) -> None:
    target = ask()
    merged = ask(merged_into=target)

    assert desk.get(f"/desk/requests/{merged.pk}/")["Location"] == f"/desk/requests/{target.pk}/"


def test_accept_promises_and_answers_in_one_go(desk: Client, ask: Ask, carmen: User) -> None:
    request, by = ask(), timezone.now().replace(microsecond=0) + timedelta(hours=2)

    response = act(desk, request, "accept", text="Voy para allá", promise=by.isoformat())

    request.refresh_from_db()
    reply = Reply.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/desk/requests/{request.pk}/")
    assert (request.status, request.assignee, request.promised_for) == ("accepted", carmen, by)
    assert (reply.text, reply.status, reply.by) == ("Voy para allá", "held", carmen)


def test_accept_without_words_says_nothing_in_public(desk: Client, ask: Ask) -> None:
    request = ask()

    act(desk, request, "accept", text="")

    request.refresh_from_db()
    assert (request.status, Reply.objects.count()) == ("accepted", 0)


def test_accept_reads_an_own_moment_by_the_towns_clock(desk: Client, ask: Ask) -> None:
    request = ask()

    act(desk, request, "accept", text="", promise="own", moment="2030-07-01T18:30")

    request.refresh_from_db()
    assert request.promised_for is not None
    assert request.promised_for.isoformat() == "2030-07-01T16:30:00+00:00"


def test_accept_with_a_moment_that_is_over_keeps_the_words(desk: Client, ask: Ask) -> None:
    request = ask()

    response = act(desk, request, "accept", text="Voy", promise="own", moment="2020-07-01T18:30")

    assert (response.status_code, "A promise is for a moment to come." in words(response)) == (422, True)
    assert typed(response, "speak-text") == "Voy"


def test_accept_of_an_own_moment_without_one_is_asked_for(desk: Client, ask: Ask) -> None:
    response = act(desk, ask(), "accept", text="Voy", promise="own")

    assert (response.status_code, "Choose the day and the time." in words(response)) == (422, True)


def test_answer_that_is_too_long_keeps_the_words(desk: Client, ask: Ask) -> None:
    request, text = ask(), "muy " * 80

    response = act(desk, request, "answer", text=text)

    request.refresh_from_db()
    assert (response.status_code, request.version) == (422, 1)
    assert "characters too long for the network." in words(response)
    assert typed(response, "speak-text") == text.strip()


def test_answer_goes_out_by_the_chosen_voice(desk: Client, ask: Ask, town_account: Account) -> None:
    request, sweeper = ask(), Account.objects.get(handle="barrendera_alameda")
    Post.objects.filter(pk=request.opening_post_id).update(mentions=[town_account.external_id, sweeper.external_id])

    act(desk, request, "answer", text="Voy", account=town_account.pk)

    assert Reply.objects.get().account == town_account


def test_accounts_that_may_not_answer_say_why_and_cannot_be_chosen(desk: Client, ask: Ask) -> None:
    request, police = ask(), Account.objects.get(handle="policia_alameda")
    Account.objects.filter(pk=police.pk).update(is_active=False)

    page = desk.get(f"/desk/requests/{request.pk}/")
    response = act(desk, request, "answer", text="Voy", account=police.pk)

    assert "<option disabled>@policia_alameda</option>" in page.content.decode()
    assert "@policia_alameda : an administrator paused it." in words(page)
    assert (response.status_code, Reply.objects.count()) == (422, 0)


def test_colleague_who_was_not_named_answers_after_a_line_that_names_them(
    desk: Client, ask: Ask, town_account: Account
) -> None:
    request, sweeper = ask(), Account.objects.get(handle="barrendera_alameda")
    page = desk.get(f"/desk/requests/{request.pk}/")

    refused = act(desk, request, "answer", text="Voy", account=sweeper.pk)
    act(desk, request, "answer", text="Voy", account=f"relay-{sweeper.pk}")
    offered_again = desk.get(f"/desk/requests/{request.pk}/")
    request.refresh_from_db()

    line, answer = Reply.objects.order_by("pk")
    assert "@barrendera_alameda, after a line by @alameda" in words(page)
    assert f"It can answer below a line by @alameda: {' '.join(line.payload.split())}" in words(page)
    act(desk, request, "answer", text="Listo", account=f"relay-{sweeper.pk}")
    again = Reply.objects.filter(followed_by__isnull=False).latest("pk")
    assert f"It can answer below a line by @alameda: {' '.join(again.payload.split())}" in words(offered_again)
    assert (refused.status_code, line.account, answer.account, answer.follows) == (422, town_account, sweeper, line)


def test_others_who_asked_are_answered_in_their_own_language(desk: Client, ask: Ask) -> None:
    request = ask()
    also(request, handle="tom", language="en")
    page = desk.get(f"/desk/requests/{request.pk}/")

    act(desk, request, "answer", text="Voy", text_en="On my way")

    assert re.findall(r'<label for="speak-text_en">([^<]+)', page.content.decode()) == ["English "]
    assert "@alameda to @tom" in words(page)
    assert [(reply.text, reply.language) for reply in Reply.objects.order_by("pk")] == [
        ("Voy", "es"), ("On my way", "en"),
    ]  # fmt: skip


def test_words_in_one_language_only_are_not_lost(desk: Client, ask: Ask) -> None:
    request = ask()
    also(request, handle="tom", language="en")

    refused = act(desk, request, "accept", text="", text_en="On my way")

    assert (refused.status_code, typed(refused, "speak-text_en")) == (422, "On my way")
    assert "Write it for whoever asked first, too." in words(refused)


def test_only_the_first_is_answered_where_one_chooses_so(desk: Client, ask: Ask) -> None:
    request = ask()
    also(request, handle="tom")

    act(desk, request, "answer", text="Voy", only_first="on")

    assert [reply.post for reply in Reply.objects.all()] == [request.opening_post]


def test_price_of_a_link_is_asked_for_once_there_is_one(desk: Client, ask: Ask) -> None:
    request, text = ask(), "Mira https://example.org/1"
    before = desk.get(f"/desk/requests/{request.pk}/").content.decode()

    refused = act(desk, request, "answer", text=text)
    act(desk, request, "answer", text=text, accepts_link_price="on")

    assert (refused.status_code, typed(refused, "speak-text")) == (422, text)
    assert "X charges 0.20 US dollars for each message that carries one" in words(refused)
    assert ("accepts_link_price" in before, Reply.objects.get().text) == (False, text)


def test_each_copy_shows_where_it_is(desk: Client, ask: Ask, carmen: User) -> None:
    request = ask()
    also(request, handle="tom")
    workflow.answer(request, by=carmen, message=workflow.Message("Salgo ya"))
    first, copy = Reply.objects.order_by("pk")
    at = timezone.now()
    workflow.published(first, Published("71", at, url="https://x.example/71"))
    Reply.objects.filter(pk=copy.pk).update(status=ReplyStatus.FAILED, next_attempt_at=None)

    page = desk.get(f"/desk/requests/{request.pk}/")

    assert words(page).count("Salgo ya") == 1
    assert (
        f"Published · {timezone.localtime(at):%H:%M} See it on X Also to @tom on X, as @alameda It could not be sent"
        in (words(page))
    )
    assert f'action="/desk/replies/{copy.pk}/send-again/"' in page.content.decode()


@pytest.mark.parametrize(
    ("account", "told"),
    [
        ({"deferred_cause": "money", "deferred_until": "later"}, "Waits: the account has no money left on its network"),
        ({"deferred_cause": "credentials", "deferred_until": "later"}, "Waits: the network does not accept the"),
        ({"is_active": False}, "Waits: an administrator paused the account"),
    ],
)
def test_message_that_waits_says_for_what(
    desk: Client, ask: Ask, carmen: User, account: dict[str, Any], told: str
) -> None:
    request = ask()
    reply = ReplyFactory(service_request=request, by=carmen, status=ReplyStatus.QUEUED)
    if "deferred_until" in account:
        account["deferred_until"] = timezone.now() + timedelta(minutes=50)
    Account.objects.filter(pk=reply.account_id).update(**account)

    assert told in words(desk.get(f"/desk/requests/{request.pk}/"))


def test_refused_message_is_said_in_other_words(desk: Client, ask: Ask, carmen: User) -> None:
    request = ask()
    reply = ReplyFactory(service_request=request, by=carmen, status=ReplyStatus.REFUSED, rule="too_long", text="Voy ya")
    address = f"/desk/replies/{reply.pk}/edit/"
    page = desk.get(f"/desk/requests/{request.pk}/").content.decode()
    offered = desk.get(address)

    refused = desk.post(address, {"text": "muy " * 80})
    sent = desk.post(address, {"text": "Voy"}, follow=True)
    late = desk.post(address, {"text": "Otra vez"}, follow=True)

    assert (f'href="{address}"' in page, typed(offered, "edit-text")) == (True, "Voy ya")
    assert (refused.status_code, typed(refused, "edit-text")) == (422, ("muy " * 80).strip())
    assert "characters too long for the network." in words(refused)
    assert ("It is being sent in other words." in words(sent), Reply.objects.latest("pk").text) == (True, "Voy")
    assert "Somebody dealt with this message already." in words(late)


def test_transfer_to_a_service_finds_its_team(desk: Client, ask: Ask) -> None:
    request = ask()

    response = act(desk, request, "transfer", to="service street-light")

    request.refresh_from_db()
    assert response.status_code == 302
    assert (request.queue.code, request.service and request.service.code, request.assignee) == (
        "maintenance",
        "street-light",
        None,
    )


def test_transfer_of_a_private_case_out_of_sight_leads_to_the_desk(desk: Client, ask: Ask) -> None:
    request = ask(is_private=True)

    response = desk.post(f"/desk/requests/{request.pk}/transfer/", form(request, to="team police"), follow=True)

    assert response.redirect_chain == [("/desk/", 302)]
    assert f"No. {request.pk} is with Local police now." in words(response)


def test_wait_says_for_whom(desk: Client, ask: Ask) -> None:
    request = ask()

    act(desk, request, "wait", waits_for="the bin company")

    request.refresh_from_db()
    assert (request.status, request.events.latest("id").text) == ("waiting", "the bin company")


def test_resolve_with_a_photo_strips_and_sends_it(desk: Client, ask: Ask, jpeg: bytes) -> None:
    request = ask()
    photo = SimpleUploadedFile("IMG_1.jpg", jpeg, content_type="image/jpeg")

    response = act(desk, request, "resolve", text="Hecho", photo=photo, photo_alt="La papelera nueva")

    request.refresh_from_db()
    sent = Reply.objects.get().photos.get()
    assert (response.status_code, request.status, sent.alt) == (302, "resolved", "La papelera nueva")
    with sent.image.open() as file:
        assert b"Pocket camera" not in file.read()


def test_resolve_with_something_else_than_a_photo_keeps_the_words(desk: Client, ask: Ask) -> None:
    request = ask()

    response = act(
        desk, request, "resolve", text="Hecho", photo=SimpleUploadedFile("a.jpg", b"MZ not a photo"), photo_alt="x"
    )

    assert (response.status_code, typed(response, "resolve-text")) == (422, "Hecho")
    assert "That file is not a photo we can read." in words(response)
    assert "Choose the photo once more." in words(response)


def test_resolve_wants_the_photo_described(desk: Client, ask: Ask, jpeg: bytes) -> None:
    response = act(desk, ask(), "resolve", text="Hecho", photo=SimpleUploadedFile("a.jpg", jpeg))

    assert (response.status_code, "Say in a few words what the photo shows." in words(response)) == (422, True)


def test_decline_wants_a_reason_from_the_list(desk: Client, ask: Ask) -> None:
    request = ask()

    refused = act(desk, request, "decline", reason="because", text="No")
    act(desk, request, "decline", reason="not_ours", text="")

    request.refresh_from_db()
    assert (refused.status_code, typed(refused, "decline-text")) == (422, "No")
    assert (request.status, request.decline_reason) == ("declined", "not_ours")


def test_reopen_puts_it_back_to_work(desk: Client, ask: Ask, carmen: User) -> None:
    request = ask()
    request = workflow.decline(request, by=carmen, reason="not_ours")

    act(desk, request, "reopen", why="It was ours after all")

    request.refresh_from_db()
    assert request.status == "accepted"


def test_merge_and_separate_again(desk: Client, ask: Ask) -> None:
    request, target = ask(), ask()

    merged = act(desk, request, "merge", into=target.pk)
    page = words(desk.get(merged["Location"]))
    separated = desk.post(f"/desk/requests/{request.pk}/unmerge/", {"version": 0, "seen": 0})

    request.refresh_from_db()
    assert (merged["Location"], f"No. {request.pk} · Lucía M. Separate again" in page) == (
        f"/desk/requests/{target.pk}/",
        True,
    )
    assert (separated["Location"], request.merged_into) == (f"/desk/requests/{request.pk}/", None)


def test_merge_into_nothing_or_into_anothers_private_case_is_refused(desk: Client, ask: Ask) -> None:
    request, private = ask(is_private=True), ask(is_private=True, queue=Queue.objects.get(code="police"))

    for number in (999_999, private.pk):
        response = act(desk, request, "merge", into=number)
        assert (response.status_code, "There is no request of that number." in words(response)) == (422, True)


def test_note_twice_at_once_is_one_note(desk: Client, ask: Ask) -> None:
    request = ask()
    sent = form(request, text="ojo con el perro")

    for _ in range(2):
        assert desk.post(f"/desk/requests/{request.pk}/note/", sent).status_code == 302

    assert request.events.filter(verb="noted").count() == 1


def test_second_click_does_not_act_twice(desk: Client, ask: Ask) -> None:
    request = ask()
    sent = form(request, text="Voy")

    answers = [desk.post(f"/desk/requests/{request.pk}/accept/", sent).status_code for _ in range(2)]

    assert (answers, Reply.objects.count(), request.events.filter(verb="accepted").count()) == ([302, 302], 1, 1)


def test_change_of_a_colleague_is_shown_and_nothing_typed_is_lost(desk: Client, ask: Ask, ines: User) -> None:
    request = ask()
    stale = form(request, text="Voy para allá")
    workflow.accept(request, by=ines)

    refused = desk.post(f"/desk/requests/{request.pk}/answer/", stale)
    again = desk.post(f"/desk/requests/{request.pk}/answer/", {**stale, **hidden(refused, "form-speak")})

    assert (refused.status_code, typed(refused, "speak-text")) == (409, "Voy para allá")
    assert "Somebody changed this request since you opened it." in words(refused)
    assert "Inés took it on." in words(refused)
    assert (again.status_code, Reply.objects.get().text) == (302, "Voy para allá")


def test_ones_own_message_arriving_is_in_nobodys_way(desk: Client, ask: Ask, carmen: User) -> None:
    request = ask()
    workflow.accept(request, by=carmen, message=workflow.Message(text="Voy"))
    request.refresh_from_db()
    sent = form(request, text="Hecho")
    workflow.published(Reply.objects.get(), Published("77", timezone.now()))

    response = desk.post(f"/desk/requests/{request.pk}/resolve/", sent)

    request.refresh_from_db()
    assert (response.status_code, request.status) == (302, "resolved")


def test_verb_that_the_state_forbids_says_so(desk: Client, ask: Ask) -> None:
    request = ask(status=Status.DECLINED, decline_reason="not_ours")

    response = act(desk, request, "resolve", text="Hecho")

    assert (response.status_code, "That cannot be done to a request that is declined." in words(response)) == (
        422,
        True,
    )


def test_address_of_a_refused_verb_can_be_loaded_anew(desk: Client, ask: Ask) -> None:
    request = ask()

    assert desk.get(f"/desk/requests/{request.pk}/answer/")["Location"] == f"/desk/requests/{request.pk}/"


def test_unknown_verb_is_not_found(desk: Client, ask: Ask) -> None:
    assert desk.post(f"/desk/requests/{ask().pk}/vanish/").status_code == 404


def test_undo_within_the_window_takes_it_all_back(desk: Client, ask: Ask) -> None:
    request = ask()
    act(desk, request, "accept", text="Voy")
    page = desk.get(f"/desk/requests/{request.pk}/").content.decode()
    (undo,) = set(re.findall(r'action="(/desk/events/\d+/undo/)"', page))

    response = desk.post(undo, follow=True)

    request.refresh_from_db()
    assert "Taken back. Nothing was said in public." in words(response)
    assert (request.status, Reply.objects.get().status, "undo/" in response.content.decode()) == (
        "new",
        "withdrawn",
        False,
    )


def test_undo_is_offered_only_while_it_is_possible(desk: Client, ask: Ask) -> None:
    request = ask()
    act(desk, request, "accept", text="")
    assert "/undo/" in desk.get(f"/desk/requests/{request.pk}/").content.decode()

    with time_machine.travel(timezone.now() + timedelta(seconds=11)):
        assert "/undo/" not in desk.get(f"/desk/requests/{request.pk}/").content.decode()


def test_undo_promises_no_moment_that_nobody_knows(desk: Client, ask: Ask) -> None:
    request = ask()
    act(desk, request, "accept", text="Voy")
    page = f"/desk/requests/{request.pk}/"

    assert "The answer leaves in 10 s ." in words(desk.get(page))

    hour = timezone.now() + timedelta(hours=1)
    Reply.objects.update(status=ReplyStatus.QUEUED, next_attempt_at=hour)
    Account.objects.filter(replies__isnull=False).update(deferred_until=hour, deferred_cause="money")
    waiting = words(desk.get(page))

    assert "Carmen took it on. The answer has not left yet." in waiting
    assert "The answer leaves in" not in waiting


def test_undo_too_late_says_so(desk: Client, ask: Ask) -> None:
    request = ask()
    act(desk, request, "accept", text="")
    event = request.events.latest("id")

    with time_machine.travel(timezone.now() + timedelta(seconds=11)):
        response = desk.post(f"/desk/events/{event.pk}/undo/", follow=True)

    assert "The moment to undo it has passed." in words(response)


def test_nobody_takes_back_what_a_colleague_did(desk: Client, ask: Ask, ines: User, sign_in: SignIn) -> None:
    request = ask()
    workflow.accept(request, by=ines)
    event = request.events.latest("id")

    assert "/undo/" not in desk.get(f"/desk/requests/{request.pk}/").content.decode()
    assert desk.post(f"/desk/events/{event.pk}/undo/").status_code == 403


def test_refused_message_says_why_and_is_sent_again_or_given_up(desk: Client, ask: Ask, carmen: User) -> None:
    request = ask()
    reply = ReplyFactory(service_request=request, by=carmen, status=ReplyStatus.REFUSED, rule="not_summoned")
    page = words(desk.get(f"/desk/requests/{request.pk}/"))

    again = desk.post(f"/desk/replies/{reply.pk}/send-again/", follow=True)
    reply.refresh_from_db()
    late = desk.post(f"/desk/replies/{reply.pk}/give-up/", follow=True)

    assert (
        "The network refused it: X lets an account answer only posts that name it. Give it up, and answer from an account that the post names. Send again Say it in other words Give up"
        in page
    )
    assert ("It is being sent again." in words(again), reply.status) == (True, "queued")
    assert "Somebody dealt with this message already." in words(late)


def test_given_up_message_is_no_longer_a_trouble(desk: Client, ask: Ask, carmen: User) -> None:
    request = ask()
    reply = ReplyFactory(service_request=request, by=carmen, status=ReplyStatus.FAILED)

    response = desk.post(f"/desk/replies/{reply.pk}/give-up/", follow=True)

    assert (
        "It will not be sent." in words(response),
        "Given up." in words(response),
        "send-again" in response.content.decode(),
    ) == (True, True, False)


def test_words_of_a_deleted_post_are_not_shown(desk: Client, ask: Ask) -> None:
    request = ask("@alameda mi teléfono es 600 000 000")
    Post.objects.filter(pk=request.opening_post_id).update(deleted_at=timezone.now())

    page = words(desk.get(f"/desk/requests/{request.pk}/"))

    assert ("600 000 000" in page, "Lucía M." in page) == (False, False)


def test_list_beside_stays_the_one_that_was_read(desk: Client, ask: Ask) -> None:
    request = ask()
    page = desk.get("/desk/watch/unassigned/").content.decode()
    (address,) = re.findall(rf'id="row-{request.pk}"[^>]*href="([^"]+)"', page)

    opened = desk.get(html.unescape(address)).content.decode()
    after = desk.post(html.unescape(address).replace("/?", "/accept/?"), form(request, text=""))
    accepted = desk.get(after["Location"]).content.decode()

    (undo,) = set(re.findall(r'action="(/desk/events/[^"]+)"', accepted))
    taken_back = desk.post(html.unescape(undo))

    assert 'id="list-watch.unassigned" class="queue" href="/desk/watch/unassigned/" aria-current="page"' in opened
    assert [after["Location"], taken_back["Location"]] == [html.unescape(address)] * 2


def test_confidential_contact_is_for_the_desk(desk: Client, ask: Ask) -> None:
    request = ask()
    Author.objects.filter(pk=request.opening_post.author_id).update(contact="rosa@example.org")

    assert "rosa@example.org (in confidence)" in words(desk.get(f"/desk/requests/{request.pk}/"))


def talk(request: ServiceRequest, *, times: int, by: User) -> None:
    for number in range(times):
        post = PostFactory(account=request.opening_post.account, author=request.opening_post.author)
        Post.objects.filter(pk=post.pk).update(service_request=request, triaged_at=post.received_at, kind=Kind.OTHER)
        receipt = {"published_at": timezone.now(), "external_id": f"{request.pk}-{number}"}
        first = ReplyFactory(service_request=request, by=by, status=ReplyStatus.PUBLISHED, **receipt)
        ReplyFactory(service_request=request, by=by, status=ReplyStatus.FAILED, copy_of=first)
        workflow.note(request, by=by, text=f"note {number}")


def also(request: ServiceRequest, *, handle: str, language: str = "es") -> None:
    """Somebody else asks the same."""
    author = AuthorFactory(handle=handle)
    post = PostFactory(account=request.opening_post.account, author=author, language=language)
    Post.objects.filter(pk=post.pk).update(service_request=request, triaged_at=post.received_at, kind=Kind.PROBLEM)


def form(request: ServiceRequest, **values: Any) -> dict[str, Any]:
    """As the page would send it now."""
    return {"version": request.version, "seen": request.events.latest("id").pk, **values}


def act(client: Client, request: ServiceRequest, verb: str, **values: Any) -> HttpResponse:
    return client.post(f"/desk/requests/{request.pk}/{verb}/", form(request, **values))


def hidden(response: HttpResponse, form_id: str) -> dict[str, str]:
    return dict(re.findall(rf'form="{form_id}" name="(\w+)" value="(\d+)"', response.content.decode()))


def typed(response: HttpResponse, field: str) -> str:
    match = re.search(rf'<textarea id="{field}"[^>]*>([^<]*)<', response.content.decode())
    assert match
    return html.unescape(match[1]).strip()


def offered(client: Client, request: ServiceRequest) -> list[str]:
    page = client.get(f"/desk/requests/{request.pk}/").content.decode()
    verbs = re.findall(rf'formaction="/desk/requests/{request.pk}/(\w+)/"|id="form-(?!speak|same)(\w+)"', page)
    speech = re.findall(r'id="form-speak"', page)
    found = [one or other for one, other in verbs if one != "accept" or speech]
    return list(dict.fromkeys(found))


def words(response: HttpResponse) -> str:
    page = re.sub(r"<(script|style).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", page).split())).replace("( ", "(").replace(" )", ")")


def test_where_nobody_may_answer_the_one_reason_is_said(desk: Client, ask: Ask) -> None:
    request = ask()
    Author.objects.update(opted_out_at=timezone.now())

    page = words(desk.get(f"/desk/requests/{request.pk}/"))

    assert "Nobody can answer here: the author asked not to be written to." in page
    assert "or its author deleted it" not in page
