"""Two requests become one without a person only where nothing can go wrong, and part again with all that is theirs."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from requests_app import workflow
from requests_app.models import (
    Account,
    Kind,
    Post,
    Queue,
    Reply,
    ReplyStatus,
    Resemblance,
    ServiceRequest,
    Status,
    Verb,
)
from requests_app.networks.contract import Published
from requests_app.workflow import Message, Sorted
from tests.factories import PostFactory, ServiceRequestFactory

pytestmark = pytest.mark.django_db

EVIDENCE = [{"signal": "metres", "detail": ["12"]}, {"signal": "words", "detail": ["papelera"]}]


@pytest.fixture
def ask(cleaning: Queue, town_account: Account) -> Any:
    def asked(*, minutes: int = 10, **values: Any) -> ServiceRequest:
        of_post = {name: values.pop(name) for name in ("language", "is_offensive", "reference") if name in values}
        posted_at = timezone.now() - timedelta(minutes=minutes)
        post = PostFactory(account=town_account, posted_at=posted_at, **of_post)
        return ServiceRequestFactory(opening_post=post, queue=cleaning, **values)

    return asked


def alike(one: ServiceRequest, other: ServiceRequest) -> Resemblance:
    return Resemblance.objects.create(one=one, other=other, score=0.995, evidence=EVIDENCE)


def stands(reply: Reply, number: str) -> None:
    """It was published a moment ago."""
    Reply.objects.filter(pk=reply.pk).update(
        status=ReplyStatus.SENDING, attempts=1, claimed_at=timezone.now(), first_claimed_at=timezone.now()
    )
    workflow.published(reply, Published(number, timezone.now()))


def wrote_again(post: Post, *, joins: ServiceRequest, kind: str = Kind.PROBLEM) -> Post:
    """In the thread of `post`, as triage takes it in."""
    again = PostFactory(
        account=post.account, author=post.author, in_reply_to=post.external_id, conversation_id=post.conversation_id,
        posted_at=timezone.now(),
    )  # fmt: skip
    decided = Sorted(post=again, kind=kind, language="es", queue=joins.queue, joins=joins)
    workflow.receive([decided], weeks={joins.queue_id: joins.queue.week()})
    again.refresh_from_db()
    return again


def test_the_history_says_who_and_why(ask: Any) -> None:
    earlier, later = ask(), ask()

    assert workflow.make_one_unasked(alike(later, earlier))

    later.refresh_from_db()
    lines = [one.events.get(verb=Verb.MERGED) for one in (earlier, later)]
    assert later.merged_into == earlier
    assert [(line.by, line.data["alike"]) for line in lines] == [(None, EVIDENCE)] * 2


@pytest.mark.parametrize(
    ("which", "values"),
    [
        ("later", {"is_private": True}),
        ("earlier", {"is_private": True}),
        ("both", {"is_private": True}),
        ("earlier", {"status": Status.RESOLVED, "resolved_at": timezone.now(), "resolved_in_hours": timedelta()}),
        ("later", {"status": Status.DECLINED, "decline_reason": "not_ours"}),
        ("earlier", {"reference": {"visibility": "direct"}}),
        ("later", {"is_offensive": True}),
    ],
)
def test_what_a_person_must_decide_stays_apart(ask: Any, which: str, values: dict[str, Any]) -> None:
    earlier, later = (ask(**(values if which in (side, "both") else {})) for side in ("earlier", "later"))

    assert not workflow.make_one_unasked(alike(later, earlier))
    assert not ServiceRequest.objects.exclude(merged_into=None).exists()


def test_what_somebody_took_on_is_not_taken_from_them(ask: Any, carmen: User) -> None:
    earlier, later = ask(), ask()
    workflow.accept(later, by=carmen)

    assert not workflow.make_one_unasked(alike(later, earlier))


def test_what_a_person_told_apart_stays_apart(ask: Any, carmen: User) -> None:
    earlier, later = ask(), ask()
    pair = alike(later, earlier)
    workflow.tell_apart(pair, by=carmen, seen_on=later.pk)
    pair.refresh_from_db()

    assert not workflow.make_one_unasked(pair)


def test_urgency_goes_along_and_comes_back(ask: Any, ines: User) -> None:
    earlier, later = ask(minutes=60), ask(is_urgent=True)
    calm = earlier.due_at

    workflow.make_one_unasked(alike(later, earlier))

    earlier.refresh_from_db()
    assert (earlier.is_urgent, earlier.due_at < calm) == (True, True)

    workflow.unmerge(later, by=ines)
    earlier.refresh_from_db()
    later.refresh_from_db()
    assert (earlier.is_urgent, later.is_urgent) == (False, True)


def test_urgency_stays_while_another_part_is_urgent(ask: Any, ines: User) -> None:
    earlier, one, other = ask(), ask(is_urgent=True), ask(is_urgent=True)
    workflow.join([one, other], into=earlier, by=ines)

    workflow.unmerge(one, by=ines)

    earlier.refresh_from_db()
    assert earlier.is_urgent


def test_urgency_of_its_own_stays(ask: Any, ines: User) -> None:
    earlier, later = ask(is_urgent=True), ask(is_urgent=True)
    workflow.merge(later, into=earlier, by=ines)

    workflow.unmerge(later, by=ines)

    earlier.refresh_from_db()
    assert earlier.is_urgent


def test_what_came_in_each_thread_meanwhile_goes_with_it(ask: Any, ines: User) -> None:
    earlier, later = ask(), ask()
    workflow.make_one_unasked(alike(later, earlier))
    mine = wrote_again(later.opening_post, joins=earlier)
    theirs = wrote_again(earlier.opening_post, joins=earlier)
    assert (mine.service_request, theirs.service_request) == (earlier, earlier)

    workflow.unmerge(later, by=ines)

    assert list(later.thread) == [later.opening_post, mine]
    assert list(earlier.thread) == [earlier.opening_post, theirs]


def test_what_each_was_answered_goes_with_it_and_stops_its_clock(ask: Any, ines: User) -> None:
    earlier, later = ask(), ask()
    workflow.make_one_unasked(alike(later, earlier))
    workflow.answer(earlier, by=ines, message=Message("Vamos"))
    for number, reply in enumerate(Reply.objects.order_by("pk")):
        stands(reply, f"77{number}")

    workflow.unmerge(later, by=ines)

    earlier.refresh_from_db()
    later.refresh_from_db()
    assert [reply.post for reply in earlier.replies.all()] == [earlier.opening_post]
    assert [(reply.post, reply.copy_of) for reply in later.replies.all()] == [(later.opening_post, None)]
    assert (earlier.answered_at is None, later.answered_at is None) == (False, False)
    # Each public page shows its own.
    assert Reply.objects.published().told_once().count() == 2


def test_each_keeps_its_number_its_reporters_and_its_followers(ask: Any, ines: User) -> None:
    earlier, later = ask(), ask()
    later.followers.create(email="a@example.org", language="es", token="t", asked_at=timezone.now())
    workflow.make_one_unasked(alike(later, earlier))
    assert ServiceRequest.objects.with_row().get(pk=earlier.pk).reporters == 2

    workflow.unmerge(later, by=ines)

    assert [one.reporters for one in ServiceRequest.objects.with_row().order_by("pk")] == [1, 1]
    assert (earlier.followers.count(), later.followers.count()) == (0, 1)


def test_what_an_author_deletes_leaves_the_reasons_too(ask: Any) -> None:
    earlier, later = ask(), ask()
    workflow.make_one_unasked(alike(later, earlier))

    workflow.erase(Post.objects.filter(pk=later.opening_post_id), at=timezone.now())

    assert not Resemblance.objects.exists()
    assert [one.events.get(verb=Verb.MERGED).data["alike"] for one in (earlier, later)] == [[], []]
