"""The page of what Plaza may do by itself: who may choose, what is kept, and who chose it."""

import html
import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from requests_app.models import Policy
from tests.staff.conftest import SignIn

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("alameda")]

PAGE = "/settings/sorting/policy/"


@pytest.fixture
def office(sign_in: SignIn) -> Client:
    return sign_in(User.objects.get(username="it"))


def read(office: Client) -> str:
    return " ".join(html.unescape(office.get(PAGE).content.decode()).split())


def test_where_nobody_chose_nothing_happens_by_itself(office: Client) -> None:
    page = read(office)

    assert re.search('value="exact"[^>]* checked', page)
    assert "What was changed lately" not in page
    policy = Policy.objects.of_the_town()
    assert (policy.joins_alike, policy.answers_urgent, policy.precision) == (False, False, "exact")


def test_what_is_chosen_holds_and_says_who_chose_it(office: Client) -> None:
    office.post(PAGE, {"precision": "street", "answers_urgent": "on"})
    office.post(PAGE, {"precision": "area"})

    (policy,) = Policy.objects.all()
    assert (policy.answers_urgent, policy.precision) == (False, "area")
    assert policy.changed_by == User.objects.get(username="it")
    page = read(office)
    assert page.count('<li class="small">') == 4
    assert "In public, a place is the part of town" in page
    assert "Urgent posts are answered by people only" in page


def test_nothing_changed_is_nobodys_choice(office: Client) -> None:
    office.post(PAGE, {"precision": "exact"})

    assert not Policy.objects.exists()


def test_nonsense_is_refused_in_words(office: Client) -> None:
    answer = office.post(PAGE, {"precision": "galaxy"})

    assert answer.status_code == 422
    assert "It was not kept." in html.unescape(answer.content.decode())
    assert not Policy.objects.exists()


@pytest.mark.parametrize("username", ["sweeper", "dispatcher"])
def test_only_administrators_choose(sign_in: SignIn, username: str) -> None:
    person = sign_in(User.objects.get(username=username))

    assert person.get(PAGE).status_code == 403
    assert person.post(PAGE, {"precision": "area"}).status_code == 403
    assert not Policy.objects.exists()
