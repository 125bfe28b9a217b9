"""What stands beside an opened request, and what may be done from there: give it to somebody, send it elsewhere."""

import html
import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from requests_app import workflow
from requests_app.models import Account, Author, Post, Reply, Service, ServiceRequest
from requests_app.workflow import Message
from tests.factories import AuthorFactory, PostFactory, ReplyFactory
from tests.staff.conftest import Ask

pytestmark = pytest.mark.django_db

HERE = (37.2230, -3.6020)


def words(response: HttpResponse) -> str:
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split()))


def show(client: Client, request: ServiceRequest) -> str:
    return words(client.get(f"/desk/requests/{request.pk}/"))


def act(client: Client, request: ServiceRequest, verb: str, **sent: Any) -> HttpResponse:
    request.refresh_from_db()
    known = {"version": request.version, "seen": request.events.latest("id").pk}
    return client.post(f"/desk/requests/{request.pk}/{verb}/", {**known, **sent})


def place(request: ServiceRequest, *, north: int = 0, **values: Any) -> ServiceRequest:
    """So many metres north of HERE."""
    where = {"latitude": HERE[0] + north / 111_320, "longitude": HERE[1]}
    ServiceRequest.objects.filter(pk=request.pk).update(
        service=Service.objects.filter(queue__code="sweeper").first(), **where, **values
    )
    request.refresh_from_db()
    return request


def test_everybody_who_asks_is_named_with_network_and_mark(desk: Client, ask: Ask) -> None:
    request = ask()
    tom = AuthorFactory(handle="tom", display_name="Tom B.", verified_at=timezone.now())
    also = PostFactory(author=tom, account=request.opening_post.account)
    gone = PostFactory(account=request.opening_post.account, author__display_name="Nadie", deleted_at=timezone.now())
    Post.objects.filter(pk__in=[also.pk, gone.pk]).update(service_request=request, triaged_at=timezone.now())

    asks = re.search(r"Who asks (.*?) (?:Near|Joined|$)", show(desk, request) + " Near")[1]

    opener = request.opening_post.author
    assert f"{opener.public_name} @{opener.handle} Tom B. @tom verified resident" in asks
    assert "Nadie" not in asks


def test_near_ones_of_the_same_kind_are_shown_by_distance(desk: Client, ask: Ask, carmen: User) -> None:
    request = place(ask())
    near = place(ask())
    workflow.decline(near, by=carmen, reason="not_ours")
    place(near, north=200)
    for far in (place(ask(), north=400), place(ask(), north=100, is_private=True)):
        ServiceRequest.objects.filter(pk=far.pk).update(status="declined", decline_reason="not_ours", due_at=None)

    page = show(desk, request)

    assert f"Near it, of the same kind No. {near.pk} · 200 m away" in page
    assert "400 m away" not in page
    assert "100 m away" not in page


def test_what_the_same_person_asked_before_without_their_contact(desk: Client, ask: Ask) -> None:
    earlier, request = ask("@alameda una farola"), ask()
    lucia = earlier.opening_post.author
    Author.objects.filter(pk=lucia.pk).update(contact="600 123 456")
    Post.objects.filter(pk=request.opening_post_id).update(author=AuthorFactory())
    Post.objects.filter(pk=earlier.opening_post_id).update(author=Post.objects.get(pk=request.opening_post_id).author)

    page = show(desk, request)

    assert f"Asked before by the same person No. {earlier.pk} New" in page
    assert "600 123 456" not in page


def test_given_to_a_colleague_and_said_so(desk: Client, ask: Ask, ines: User) -> None:
    request = ask()
    page = desk.get(f"/desk/requests/{request.pk}/").content.decode()
    form = page.partition('id="form-assign"')[2].partition("</form>")[0]
    offered = re.findall(r"<option value=\"\d+\">(\w+)", form)

    act(desk, request, "assign", to=ines.pk)

    request.refresh_from_db()
    # Oneself first, then the team, then dispatchers.
    assert [name for name in offered if name in ("Carmen", "Inés")] == ["Carmen", "Inés"]
    assert (request.assignee, "Carmen gave it to Inés." in show(desk, request)) == (ines, True)


def test_second_guess_is_one_click_away(desk: Client, ask: Ask) -> None:
    request = ask()
    torn = [{"signal": "torn", "detail": ["sweeper", "police"]}]
    Post.objects.filter(service_request=request).update(evidence=torn)

    page = desk.get(f"/desk/requests/{request.pk}/").content.decode()
    # As a browser sends it: only what the form itself carries.
    sent = dict(re.findall(r'form="form-guess" name="(\w+)" value="([^"]+)"', page))
    desk.post(f"/desk/requests/{request.pk}/transfer/", sent)

    request.refresh_from_db()
    assert (sent["to"], request.queue.code) == ("team police", "police")


def test_any_answer_may_carry_a_described_photo(desk: Client, ask: Ask, jpeg: bytes) -> None:
    request = ask()

    def photo() -> SimpleUploadedFile:
        return SimpleUploadedFile("a.jpg", jpeg, content_type="image/jpeg")

    refused = act(desk, request, "answer", text="Mire", photo=photo())
    act(desk, request, "answer", text="Mire", photo=photo(), photo_alt="La papelera, hoy")

    assert (refused.status_code, Reply.objects.get().photos.get().alt) == (422, "La papelera, hoy")


def test_preview_shows_what_leaves_and_sends_nothing(desk: Client, ask: Ask) -> None:
    request = ask()

    response = act(desk, request, "answer", text="Voy", preview="1")

    assert (response.status_code, Reply.objects.count()) == (200, 0)
    assert f"Voy\n— Carmen · N.º {request.pk}</p>" in response.content.decode()


def test_closing_says_who_is_told(desk: Client, ask: Ask) -> None:
    request = ask()
    request.followers.create(
        email="a@example.org", language="es", token="t", asked_at=timezone.now(), confirmed_at=timezone.now()
    )

    assert "It is told to: 1 person on X One more follows it by e-mail." in show(desk, request)


def test_what_a_machine_said_is_called_automatic(desk: Client, ask: Ask) -> None:
    request = ask()
    ReplyFactory(
        service_request=request,
        by=None,
        text="Gracias, lo hemos recibido.",
        account=Account.objects.get(handle="alameda", network="x"),
    )

    assert "@alameda · automatic Gracias, lo hemos recibido." in show(desk, request)


def test_an_open_page_is_not_told_of_messages_it_does_not_show(desk: Client, ask: Ask, carmen: User) -> None:
    request = ask()
    workflow.answer(request, by=carmen, message=Message("Voy"))
    reply = Reply.objects.get()
    live = {"HX-Request": "true"}

    without = desk.get(f"/desk/requests/{request.pk}/", headers=live).content.decode()
    having = desk.get(f"/desk/requests/{request.pk}/?reply={reply.pk}", headers=live).content.decode()

    assert (f'id="reply-{reply.pk}"' in without, f'id="reply-{reply.pk}"' in having) == (False, True)
