"""Who may read it: what triage or a colleague kept from the public, and what is shown again, through the doors."""

import html
import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from requests_app import letters, workflow
from requests_app.models import Account, Event, Follower, Post, ServiceRequest, Verb
from tests.factories import PostFactory, ServiceRequestFactory
from tests.staff.conftest import Ask, SignIn

pytestmark = pytest.mark.django_db

MINOR = [{"signal": "private", "detail": ["minors"]}]
INSULT = [{"signal": "offensive", "detail": ["payaso"]}]


def told(client: Client, address: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", client.get(address).content.decode())).split())


def in_public(request: ServiceRequest) -> list[int]:
    """What its page, its card, its feed and Open311 answer to everybody."""
    own = f"/requests/{request.pk}/"
    doors = (own, f"{own}card.png", f"{own}feed.atom", f"/open311/v2/requests/{request.pk}.json")
    return [Client().get(door).status_code for door in doors]


def test_a_private_request_says_why_and_is_shown_with_one_press(desk: Client, ask: Ask) -> None:
    request = ask("un niño solo en la calle", is_private=True)
    Post.objects.update(evidence=MINOR)
    page = told(desk, f"/desk/requests/{request.pk}/")

    desk.post(f"/desk/disclose/{request.pk}/", {"version": 1})

    assert "Private: it is about a child in trouble." in page
    assert in_public(request) == [200] * 4
    assert "un niño solo" in told(Client(), "/")
    assert "Carmen took the lock off: everybody may read it." in told(desk, f"/desk/requests/{request.pk}/")


def test_showing_it_is_taken_back_with_what_was_said_of_it(desk: Client, ask: Ask) -> None:
    request = ask(is_private=True)
    Post.objects.update(evidence=MINOR)
    desk.post(f"/desk/disclose/{request.pk}/")

    desk.post(f"/desk/events/{Event.objects.latest('id').pk}/undo/")

    assert (in_public(request), Post.objects.get().evidence) == ([404] * 4, MINOR)


def test_what_its_author_or_its_service_keeps_private_stays_private(desk: Client, ask: Ask) -> None:
    whispered = ask(is_private=True)
    Post.objects.update(reference={"visibility": "direct"})

    page = desk.post(f"/desk/disclose/{whispered.pk}/", follow=True).content.decode()

    assert "It stays private: its author or its service asks for it." in page
    assert "Show it on the square" not in page
    assert in_public(whispered) == [404] * 4


def test_a_person_makes_a_request_private_and_says_why(desk: Client, ask: Ask) -> None:
    request = ask("María la del tercero pega a su hijo")
    before = in_public(request)

    page = desk.post(f"/desk/conceal/{request.pk}/", {"why": "minors"}, follow=True).content.decode()

    assert (before, in_public(request)) == ([200] * 4, [404] * 4)
    assert "María" not in "".join(
        Client().get(door).content.decode() for door in ("/", "/?q=tercero", "/map/", "/feed.json", "/wall/", "/embed/")
    )
    assert "It is private now." in page
    assert "Carmen made it private: it is about a child in trouble." in html.unescape(page)
    assert "Private: it is about a child in trouble." in html.unescape(page)


def test_making_it_private_wants_a_reason_and_happens_once(desk: Client, ask: Ask) -> None:
    request = ask()

    without = desk.post(f"/desk/conceal/{request.pk}/", follow=True).content.decode()
    desk.post(f"/desk/conceal/{request.pk}/", {"why": "health"})
    again = desk.post(f"/desk/conceal/{request.pk}/", {"why": "health"}, follow=True).content.decode()

    assert ("Choose the reason." in without, "It is private already." in again) == (True, True)
    assert Event.objects.filter(verb=Verb.RECLASSIFIED).count() == 1


def test_making_it_private_is_taken_back_while_it_can_be(desk: Client, ask: Ask) -> None:
    request = ask()
    desk.post(f"/desk/conceal/{request.pk}/", {"why": "author_asks"})

    desk.post(f"/desk/events/{Event.objects.latest('id').pk}/undo/")

    assert (in_public(request), Post.objects.get().evidence) == ([200] * 4, [])


def test_what_was_joined_goes_and_comes_with_it(desk: Client, ask: Ask, carmen: User) -> None:
    lead, same = ask("el portal de Rosa"), ask("lo de Rosa otra vez")
    workflow.merge(same, into=lead, by=carmen)

    desk.post(f"/desk/conceal/{lead.pk}/", {"why": "named_person"})
    hidden = list(ServiceRequest.objects.order_by("pk").values_list("is_private", flat=True))
    desk.post(f"/desk/disclose/{lead.pk}/")

    assert hidden == [True, True]
    assert list(ServiceRequest.objects.order_by("pk").values_list("is_private", flat=True)) == [False, False]


def test_a_reader_of_the_feed_gets_it_again_without_the_private_one(desk: Client, ask: Ask) -> None:
    older, newer = ask("Rosa tiene cáncer", minutes=20), ask("farola rota", minutes=5)
    since = Client().get("/feed.atom").headers["Last-Modified"]
    with time_machine.travel(timezone.now() + timedelta(seconds=5)):
        desk.post(f"/desk/conceal/{older.pk}/", {"why": "health"})

        answer = Client().get("/feed.atom", headers={"If-Modified-Since": since})

    assert (answer.status_code, "farola" in answer.content.decode()) == (200, True)
    assert ("Rosa" in answer.content.decode(), newer.is_private) == (False, False)


def test_followers_are_told_nothing_of_it_and_stay_while_it_can_be_taken_back(
    desk: Client, ask: Ask, carmen: User, settings: Settings, mailoutbox: list[object]
) -> None:
    settings.MAILS = True
    request, now = ask(), timezone.now()
    Follower.objects.create(
        service_request=request, email="a@example.com", language="es", token="t", asked_at=now, confirmed_at=now
    )
    workflow.wait(request, by=carmen, text="la empresa")
    desk.post(f"/desk/conceal/{request.pk}/", {"why": "health"})

    with time_machine.travel(now + timedelta(seconds=20)):
        letters.send_due()
        kept = Follower.objects.count()
    with time_machine.travel(now + timedelta(minutes=2)):
        letters.send_due()

    assert (kept, Follower.objects.count(), mailoutbox) == (1, 0, [])


def test_an_insult_is_folded_and_shown_again(desk: Client, ask: Ask) -> None:
    request = ask("la papelera, payaso")
    Post.objects.update(is_offensive=True, evidence=INSULT)
    page = desk.get(f"/desk/requests/{request.pk}/").content.decode()
    public = told(Client(), f"/requests/{request.pk}/")

    desk.post(f"/desk/posts/{request.opening_post_id}/lift/")

    assert re.search(r'<details class="folded[^>]*>.*payaso.*</details>', page, re.DOTALL)
    # Nor do the title, the row of the list and the reasons spell it out.
    assert "payaso" not in re.sub(r'<details class="folded.*?</details>', "", page, flags=re.DOTALL)
    assert "Insults or threats: p…." in page
    assert ("payaso" in public, "payaso" in told(Client(), f"/requests/{request.pk}/")) == (False, True)
    after = told(desk, f"/desk/requests/{request.pk}/")
    assert "Carmen looked at a post that was folded as an insult, and shows it again." in after
    assert "A colleague looked at it, and shows it again." in after


def test_a_person_folds_what_triage_did_not_see(desk: Client, ask: Ask) -> None:
    request = ask("sois unos ceporros")
    seen = Client().get(f"/requests/{request.pk}/card.png").content

    desk.post(f"/desk/posts/{request.opening_post_id}/withhold/", {"why": "insult"})
    again = desk.post(f"/desk/posts/{request.opening_post_id}/withhold/", {"why": "insult"}, follow=True)

    doors = ("/", "/feed.json", f"/requests/{request.pk}/")
    assert [door for door in doors if "ceporros" in told(Client(), door)] == []
    assert f"/requests/{request.pk}/" not in Client().get("/?q=ceporros").content.decode()
    assert Client().get(f"/requests/{request.pk}/card.png").content != seen
    assert "A colleague folded it already." in again.content.decode()
    assert "Carmen folded a post: it insults or threatens somebody." in told(desk, f"/desk/requests/{request.pk}/")


def test_one_message_of_a_public_request_is_hidden_and_shown_again(desk: Client, ask: Ask) -> None:
    request = ask()
    late = PostFactory(
        service_request=request, triaged_at=timezone.now(), text="fue Rosa Marchante", account=Account.objects.first()
    )

    desk.post(f"/desk/posts/{late.pk}/withhold/", {"why": "private"})
    hidden = told(Client(), f"/requests/{request.pk}/")
    page = told(desk, f"/desk/requests/{request.pk}/")
    desk.post(f"/desk/posts/{late.pk}/lift/")

    assert ("Rosa" in hidden, "Rosa" in told(Client(), f"/requests/{request.pk}/")) == (False, True)
    assert "Residents do not see this message." in page
    assert "Carmen keeps a message from the public." in page
    assert "Carmen shows a message again that was kept from the public." in told(desk, f"/desk/requests/{request.pk}/")


def test_what_a_request_began_with_is_hidden_with_the_whole_request_only(desk: Client, ask: Ask) -> None:
    request = ask()

    page = desk.post(f"/desk/posts/{request.opening_post_id}/withhold/", {"why": "private"}, follow=True)

    assert "It is what the request began with: make the request private." in page.content.decode()
    assert in_public(request) == [200] * 4


def test_chatter_is_folded_by_dispatchers(sign_in: SignIn, ines: User, carmen: User, town_account: Account) -> None:
    post = PostFactory(account=town_account, text="vaya panda de ceporros", triaged_at=timezone.now(), kind="other")

    refused = sign_in(carmen).post(f"/desk/posts/{post.pk}/withhold/", {"why": "insult"}).status_code
    page = sign_in(ines).post(f"/desk/posts/{post.pk}/withhold/", {"why": "insult"}, follow=True).content.decode()

    assert refused == 403
    assert re.search(r'<details class="folded[^>]*>.*ceporros.*</details>', page, re.DOTALL)
    assert Post.objects.get(pk=post.pk).is_offensive


def test_other_teams_decide_nothing_about_it(sign_in: SignIn, ask: Ask, alameda: None) -> None:
    request, private = ask(), ask(is_private=True)
    teo = sign_in(User.objects.get(username="police"))

    answers = [
        teo.post(f"/desk/conceal/{request.pk}/", {"why": "health"}).status_code,
        teo.post(f"/desk/posts/{request.opening_post_id}/withhold/", {"why": "insult"}).status_code,
        teo.post(f"/desk/disclose/{private.pk}/").status_code,
        teo.post(f"/desk/posts/{private.opening_post_id}/lift/").status_code,
    ]

    assert answers == [403, 403, 404, 404]


def test_the_street_says_why_it_is_private_and_folds_every_insult(desk: Client, ask: Ask) -> None:
    request = ask("una vecina con ansiedad", is_private=True)
    Post.objects.update(evidence=[{"signal": "private", "detail": ["health"]}])
    PostFactory(service_request=request, triaged_at=timezone.now(), text="so payaso", is_offensive=True)

    page = desk.get(f"/street/{request.pk}/").content.decode()
    desk.post(f"/desk/disclose/{request.pk}/", {"street": "1"})

    assert "Private: it is about somebody&#x27;s health." in page
    assert "so payaso" not in re.sub(r'<details class="folded.*?</details>', "", page, flags=re.DOTALL)
    assert in_public(request) == [200] * 4


def test_the_public_page_of_the_author_says_why(client: Client) -> None:
    request = ServiceRequestFactory(follow_token="hers", is_private=True, opening_post__network="plaza")
    Post.objects.update(evidence=[{"signal": "private", "detail": ["home_violence"]}])

    page = told(client, "/follow/hers/?lang=en")

    assert "112" in page
    assert "016" in page
    assert request.is_private
