"""A rule is tried on what residents wrote last month, and nothing is written."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from requests_app import triage, workflow
from requests_app.models import Account, Post, Queue, Rule, ServiceRequest
from requests_app.triage import trying
from requests_app.triage.trying import try_on_last_month
from tests.factories import AuthorFactory, PostFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("alameda")]

BIN = "@alameda la papelera de la calle Olmo está llena"


def draft(**values: Any) -> Rule:
    return Rule.objects.create(name="draft", words=["papelera"], **values)


def said(text: str = BIN, **values: Any) -> Post:
    return PostFactory(text=text, account=Account.objects.get(network="x", handle="alameda"), **values)


def police() -> Queue:
    return Queue.objects.get(code="police")


def test_says_how_many_it_catches_and_what_would_change() -> None:
    posts = [said(), said(), said("@alameda farola fundida en la plaza")]
    triage.sort()

    trial = try_on_last_month(draft(queue=police(), urgency="urgent", makes_private=True))

    assert (trial.looked_at, len(trial.caught)) == (3, 2)
    assert (trial.elsewhere, trial.urgent, trial.calm, trial.private) == (2, 2, 0, 2)
    assert [(one.post, one.went.code, one.goes.code) for one in trial.caught] == [
        (posts[1], "sweeper", "police"), (posts[0], "sweeper", "police"),
    ]  # fmt: skip
    assert not ServiceRequest.objects.filter(is_private=True).exists()


def test_what_people_put_right_already_would_not_go_elsewhere(ines: Any) -> None:
    said()
    triage.sort()
    workflow.transfer(ServiceRequest.objects.get(), queue=police(), by=ines)

    trial = try_on_last_month(draft(queue=police()))

    assert (len(trial.caught), trial.elsewhere, trial.caught[0].changes) == (1, 0, False)


def test_a_rule_before_it_has_its_say_first() -> None:
    said()
    triage.sort()
    Rule.objects.create(
        name="earlier", words=["papelera"], queue=Queue.objects.get(code="sweeper"), on_since=timezone.now()
    )

    assert try_on_last_month(draft(queue=police(), position=1)).elsewhere == 0


def test_whom_a_post_names_outweighs_it() -> None:
    said(mentions=[Account.objects.get(network="x", handle="barrendera_alameda").external_id])
    triage.sort()

    assert try_on_last_month(draft(queue=police())).elsewhere == 0


def test_follow_ups_stay_with_their_request() -> None:
    lucia = AuthorFactory()
    first = said("@alameda farola fundida", author=lucia)
    triage.sort()
    said(author=lucia, in_reply_to=first.external_id, conversation_id=first.conversation_id)
    triage.sort()

    trial = try_on_last_month(draft(queue=police(), urgency="urgent"))

    assert (len(trial.caught), trial.elsewhere, trial.urgent) == (1, 0, 1)


def test_chatter_that_cannot_wait_becomes_work() -> None:
    said("@alameda jajaja la papelera")
    triage.sort()
    assert not ServiceRequest.objects.exists()

    (one,) = try_on_last_month(draft(urgency="urgent")).caught

    assert (one.went, one.goes is not None, one.becomes_urgent) == (None, True, True)
    assert try_on_last_month(Rule(name="other", words=["papelera"], queue=police(), position=9)).elsewhere == 0


def test_calm_takes_the_urgency_away() -> None:
    said("@alameda hay un incendio en el contenedor, sale mucho humo y fuego")
    triage.sort()

    drill = Rule.objects.create(name="drill", words=["incendio"], urgency="calm")

    assert try_on_last_month(drill).calm == 1


def test_older_ones_and_those_taken_away_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    said(posted_at=now - timedelta(days=40), received_at=now - timedelta(days=40))
    gone, *_rest = said(), said(), said()
    triage.sort()
    Post.objects.filter(pk=gone.pk).update(deleted_at=now)
    assert try_on_last_month(draft(queue=police())).looked_at == 2

    monkeypatch.setattr(trying, "MOST", 1)

    assert try_on_last_month(draft(queue=police())).looked_at == 1


def test_it_costs_the_same_queries_for_many_posts(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    rule = draft(queue=police(), authors=["lucia"])
    for count in (1, 30):
        for _ in range(count):
            said(author=AuthorFactory())
        triage.sort()
        with django_assert_num_queries(8):
            try_on_last_month(rule)
