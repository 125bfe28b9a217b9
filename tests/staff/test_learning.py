"""The page of what triage learned: what it says, and what an administrator may do there."""

import html
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from requests_app import workflow
from requests_app.models import Classifier, Kind, LearningSource, Training, TrainingOutcome
from tests.staff.conftest import Ask, SignIn

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("alameda")]

PAGE = "/settings/sorting/learning/"
FIGURES = {
    "asked": {"queue": 40, "kind": 31},
    "right": {"queue": 38, "kind": 25},
    "before": {"queue": 36, "kind": 25},
}


@pytest.fixture
def office(sign_in: SignIn) -> Client:
    return sign_in(User.objects.get(username="it"))


def read(office: Client) -> str:
    return " ".join(html.unescape(office.get(PAGE).content.decode()).split())


def trained(outcome: str = TrainingOutcome.KEPT, *, days: float = 0, **values: Any) -> Training:
    at = timezone.now() - timedelta(days=days)
    row = Classifier.objects.create(
        trained_at=at, weights=b"weights", figures=FIGURES, labels={"town": 160, "networks": ["mastodon"]}, **values
    )
    labels = {"town": 200, "held_back": 40}
    return Training.objects.create(asked_at=at, ended_at=at, outcome=outcome, classifier=row, labels=labels)


def test_nothing_learned_yet(office: Client) -> None:
    page = read(office)

    assert "Plaza's own, the same in every town." in page
    assert "It has not learned here yet" in page
    assert "No corrections since it last looked." in page
    assert "Use Plaza's own" not in page


def test_how_right_it_is_in_plain_words(office: Client, ask: Ask, ines: User) -> None:
    trained(is_in_use=True)
    workflow.reclassify(ask(), by=ines, kind=Kind.QUESTION, service=None, is_urgent=False)

    page = read(office)

    assert "The right team for 38 of 40 posts it had never seen; the one before for 36." in page
    assert "What it is for 25 of 31; the one before for 25." in page
    assert "from 160 posts" in page
    assert '<strong class="num">1</strong> correction since it last looked.' in page
    assert "by itself, at night · 200 posts of the town's, 40 of them held back" in page


def test_asked_for_now_it_waits_for_the_worker(office: Client) -> None:
    told = office.post(f"{PAGE}now/", follow=True).content.decode()
    office.post(f"{PAGE}now/")

    assert "It will learn within a minute." in told
    assert "It is about to learn." in told
    assert "Learn now" not in told
    assert Training.objects.get().asked_by.username == "it"


def test_a_night_that_failed_or_was_missed(office: Client) -> None:
    trained(days=3)
    assert "Last night it did not learn." in read(office)

    now = timezone.now()
    Training.objects.create(asked_at=now, ended_at=now, outcome=TrainingOutcome.FAILED, error="MemoryError")

    page = read(office)
    assert "The last time it failed." in page
    assert "It failed (MemoryError)." in page
    assert "Last night it did not learn." not in page


def test_back_to_an_earlier_one_and_to_plazas_own(office: Client) -> None:
    earlier, later = trained(days=1), trained(is_in_use=True)

    office.post(f"{PAGE}use/{earlier.classifier_id}/")
    assert Classifier.objects.get(is_in_use=True).pk == earlier.classifier_id
    page = read(office)
    assert f"{PAGE}use/{later.classifier_id}/" in page
    assert "sorts again" in page

    office.post(f"{PAGE}own/")
    assert not Classifier.objects.filter(is_in_use=True).exists()
    assert "Plaza's own sorts again" in read(office)


def test_what_is_too_old_is_no_choice(office: Client) -> None:
    old = trained()
    Classifier.objects.update(weights=b"")

    assert "It cannot be used any more" in read(office)
    told = office.post(f"{PAGE}use/{old.classifier_id}/", follow=True).content.decode()
    assert "That one cannot be used any more." in told
    assert not Classifier.objects.filter(is_in_use=True).exists()


def test_x_only_by_whoever_read_its_terms(office: Client) -> None:
    assert "X's developer agreement forbids to “fine-tune or train" in read(office)

    assert "Not switched on" in office.post(f"{PAGE}from/x/", follow=True).content.decode()
    assert "x" not in LearningSource.objects.networks()

    office.post(f"{PAGE}from/x/", {"terms_read": "1"})
    assert "x" in LearningSource.objects.networks()
    page = read(office)
    assert "Learns from X" in page
    assert LearningSource.objects.get().chosen_by.username == "it"


def test_switched_off_what_was_learned_there_goes_too(office: Client) -> None:
    trained(is_in_use=True)
    assert "What sorts now learned from posts there" in read(office)

    told = office.post(f"{PAGE}from/mastodon/", {"off": "1"}, follow=True).content.decode()

    assert "Plaza's own sorts from now on" in html.unescape(told).replace("&#x27;", "'")
    assert not Classifier.objects.filter(is_in_use=True).exists()
    assert office.post(f"{PAGE}from/friendster/").status_code == 404


def test_asks_as_much_for_ten_as_for_one(office: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    trained()
    read(office)
    with django_assert_num_queries(12):
        office.get(PAGE)
    for _turn in range(9):
        trained(TrainingOutcome.NOT_BETTER)
    with django_assert_num_queries(12):
        office.get(PAGE)
