"""The pages of the town's rules: written in plain words, tried on last month's posts, switched on only then."""

import re
from datetime import time
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from requests_app import triage
from requests_app.models import Account, Queue, Rule, Service
from tests.factories import PostFactory
from tests.staff.conftest import SignIn

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("alameda")]

RULES = "/settings/sorting/rules/"
FAIR = {"name": "The fair", "words": "feria\ncaseta municipal", "goes_to": "team:police"}


@pytest.fixture
def office(sign_in: SignIn) -> Client:
    return sign_in(User.objects.get(username="it"))


def make(name: str = "The fair", **values: Any) -> Rule:
    values = {"words": ["feria"], "queue": Queue.objects.get(code="police"), **values}
    return Rule.objects.create(name=name, position=Rule.objects.count(), **values)


def said(text: str, **values: Any) -> None:
    PostFactory(text=text, account=Account.objects.get(network="x", handle="alameda"), **values)


def seen_on(page: str) -> str:
    return re.search(r'name="seen" value="([^"]*)"', page)[1]


def page(office: Client, address: str) -> str:
    return office.get(address).content.decode()


def test_written_tried_and_switched_on(office: Client) -> None:
    said("@alameda mucho ruido en la feria esta noche")
    triage.sort()

    response = office.post(f"{RULES}new/", FAIR)
    rule = Rule.objects.get()
    assert (response["Location"], rule.is_on, rule.words) == (
        f"{RULES}{rule.pk}/try/",
        False,
        ["feria", "caseta municipal"],
    )
    tried = page(office, response["Location"])
    assert "It catches 1 of last month&#x27;s 1 post" in tried or "It catches 1 of last month's 1 post" in tried
    office.post(f"{RULES}{rule.pk}/switch/", {"seen": seen_on(tried)})

    rule.refresh_from_db()
    assert (rule.is_on, rule.changed_by.username) == (True, "it")
    listed = page(office, RULES)
    assert "It goes to Local police" in listed
    assert re.findall(r"“The fair” was (\w+ ?\w*)", listed) == ["switched on", "written"]


def test_everything_that_a_rule_may_ask(office: Client) -> None:
    asked = {
        **FAIR, "hashtags": "#Feria, fiestas", "authors": "@Diario_Alameda", "addressed": "alcalde@alameda.example",
        "weekdays": ["4", "5"], "begins": "22:00", "ends": "06:00", "goes_to": "service:street-light",
        "urgency": "calm", "makes_private": "on",
    }  # fmt: skip

    office.post(f"{RULES}new/", asked)

    rule = Rule.objects.get()
    assert (rule.hashtags, rule.authors, rule.addressed) == (
        ["Feria", "fiestas"],
        ["Diario_Alameda"],
        ["alcalde@alameda.example"],
    )
    assert (rule.weekdays, rule.begins, rule.ends) == ([4, 5], time(22), time(6))
    assert (rule.queue, rule.service.code, rule.urgency, rule.makes_private) == (None, "street-light", "calm", True)
    # And shown again as it was written.
    again = page(office, f"{RULES}{rule.pk}/")
    assert 'value="#Feria #fiestas"' in again
    assert 'value="22:00"' in again


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"words": ""}, "Say which posts it is for"),
        ({"goes_to": ""}, "Say what becomes of them"),
        ({"name": " "}, "Give it a name."),
        ({"name": "TAKEN"}, "Another rule has that name."),
        ({"words": "🔥"}, "“🔥” holds no word."),
        ({"words": "a" * 90}, "too long"),
        ({"words": "\n".join(f"word{n}" for n in range(61))}, "make two rules of it"),
        ({"hashtags": "#"}, "is no hashtag."),
        ({"authors": "https://x.com/lucia"}, "is no account: write it as @alameda."),
        ({"areas": ["atlantis"]}, "The town has no part called “atlantis”."),
        ({"weekdays": ["9"]}, "9"),
        ({"begins": "22:00"}, "A stretch of the day has a beginning and an end."),
        ({"begins": "late", "ends": "06:00"}, "Write a time, as 22:00."),
        ({"begins": "06:00", "ends": "06:00"}, "It ends when it begins"),
        ({"goes_to": "service:alchemy"}, "The town has no such team or service any more."),
    ],
)
def test_what_cannot_be_a_rule_is_refused_in_plain_words(office: Client, given: dict[str, Any], told: str) -> None:
    make("Taken")

    response = office.post(f"{RULES}new/", {**FAIR, **given})

    assert (response.status_code, told in response.content.decode()) == (422, True)
    assert Rule.objects.count() == 1


def test_what_was_changed_is_off_until_it_is_tried_again(office: Client) -> None:
    rule = make(on_since="2026-01-01T00:00Z")
    shown = seen_on(page(office, f"{RULES}{rule.pk}/"))

    office.post(f"{RULES}{rule.pk}/", {**FAIR, "words": "feria\nverbena", "seen": shown})

    rule.refresh_from_db()
    assert (rule.is_on, rule.words) == (False, ["feria", "verbena"])


def test_a_new_name_alone_leaves_it_on(office: Client) -> None:
    rule = make(on_since="2026-01-01T00:00Z")
    shown = seen_on(page(office, f"{RULES}{rule.pk}/"))

    office.post(
        f"{RULES}{rule.pk}/", {"name": "Fair of May", "words": "feria", "goes_to": "team:police", "seen": shown}
    )

    rule.refresh_from_db()
    assert (rule.is_on, rule.name) == (True, "Fair of May")


def test_only_what_was_seen_is_switched_on(office: Client) -> None:
    rule = make()
    tried = seen_on(page(office, f"{RULES}{rule.pk}/try/"))
    rule.save()

    for seen in (tried, ""):
        response = office.post(f"{RULES}{rule.pk}/switch/", {"seen": seen}, follow=True)
        assert "It was changed meanwhile" in response.content.decode()

    rule.refresh_from_db()
    assert not rule.is_on


def test_two_who_change_it_at_once_do_not_undo_each_other(office: Client) -> None:
    rule = make()
    shown = seen_on(page(office, f"{RULES}{rule.pk}/"))
    office.post(f"{RULES}{rule.pk}/", {**FAIR, "words": "verbena", "seen": shown})

    response = office.post(f"{RULES}{rule.pk}/", {**FAIR, "words": "romería", "seen": shown})

    rule.refresh_from_db()
    assert (response.status_code, rule.words) == (422, ["verbena"])
    assert "Somebody changed it meanwhile." in response.content.decode()


def test_order_off_and_removed(office: Client) -> None:
    first, second, third = (make(name, on_since="2026-01-01T00:00Z") for name in ("one", "two", "three"))

    office.post(f"{RULES}{third.pk}/move/", {"up": "1"})
    office.post(f"{RULES}{first.pk}/move/", {"up": "1"})
    office.post(f"{RULES}{second.pk}/switch/", {"off": "1"})
    # Pressed twice.
    office.post(f"{RULES}{first.pk}/remove/")
    office.post(f"{RULES}{first.pk}/remove/")

    assert [(rule.name, rule.is_on) for rule in Rule.objects.in_order()] == [("three", True), ("two", False)]
    told = re.findall(r"<bdi>“(\w+)” was (\w+ ?\w*)", page(office, RULES))
    assert told == [("one", "removed"), ("two", "switched off"), ("three", "moved")]


def test_none_yet(office: Client) -> None:
    assert "No rules yet" in page(office, RULES)
    assert f'href="{RULES}"' in page(office, "/settings/sorting/")


def test_a_rule_that_catches_nothing_says_so(office: Client) -> None:
    said("@alameda farola fundida")
    triage.sort()

    assert "Are its words those that residents use?" in page(office, f"{RULES}{make().pk}/try/")


def test_what_is_offered_no_longer_can_still_be_shown(office: Client) -> None:
    service = Service.objects.get(code="street-light")
    rule = make(queue=None, service=service, areas=["atlantis"])
    Service.objects.filter(pk=service.pk).update(is_active=False)

    shown = page(office, f"{RULES}{rule.pk}/")

    assert 'value="service:street-light" selected' in shown
    assert re.search(r'value="atlantis"[^>]*checked', shown)


def test_the_list_costs_the_same_for_many(office: Client) -> None:
    costs = []
    for count in (2, 10):
        for n in range(count):
            make(f"{count} {n}", queue=None, service=Service.objects.get(code="street-light"))
        with CaptureQueriesContext(connection) as counted:
            office.get(RULES)
        costs.append(len(counted))

    assert costs[0] == costs[1]
