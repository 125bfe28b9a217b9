"""Looking again: deletions and edits are found, within the budgets, and nobody is asked twice."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from requests_app import inbox, recheck, triage
from requests_app.models import Account, LedgerEntry, Post, RateLimit, ServiceRequest, Verb
from tests.factories import AccountFactory, PostFactory, ReplyFactory, ServiceRequestFactory
from tests.requests_app.public.rows import published
from tests.requests_app.sandbox.driver import Sandbox

pytestmark = pytest.mark.django_db

# Any day's noon: what was read that morning is free again.
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MORNING = NOON - timedelta(hours=2)
HOUR = timedelta(hours=1)


@pytest.fixture
def asked(sandbox: Sandbox, town_account: Account) -> Post:
    """Read this morning, and a request by now."""
    sandbox.post("@alameda la farola de la calle del Olmo no funciona")
    inbox.collect(town_account)
    triage.sort()
    Post.objects.update(posted_at=MORNING, received_at=MORNING, check_at=MORNING + HOUR)
    Account.objects.update(next_check_at=NOON)
    return Post.objects.get()


def again(account: Account, *, at: datetime) -> int:
    Account.objects.filter(pk=account.pk).update(next_check_at=at)
    return recheck.recheck(at)


def posts_of(account: Account, count: int, *, received_at: datetime, **values: object) -> list[Post]:
    """Of as many requests, the oldest first."""
    moments = [received_at + timedelta(minutes=n) for n in range(count)]
    of = {"account": account, "network": account.network}
    posts = [PostFactory(posted_at=at, received_at=at, check_at=at + HOUR, **of) for at in moments]
    for post in posts:
        ServiceRequestFactory(opening_post=post, **values)
    return posts


def test_a_deleted_post_is_erased(sandbox: Sandbox, asked: Post) -> None:
    sandbox.control("DELETE", f"posts/{asked.external_id}")

    assert recheck.recheck(NOON) == 1

    asked.refresh_from_db()
    assert (asked.text, asked.deleted_at, asked.checked_at) == ("", NOON, NOON)
    assert ServiceRequest.objects.get().events.filter(verb=Verb.DELETED).count() == 1


def test_an_edited_post_is_taken_over(sandbox: Sandbox, asked: Post) -> None:
    sandbox.control("POST", f"posts/{asked.external_id}/edit", json={"text": "@alameda ya funciona"})

    recheck.recheck(NOON)

    asked.refresh_from_db()
    assert (asked.text, asked.edited_at, asked.checked_at) == ("@alameda ya funciona", NOON, NOON)


def test_what_stands_is_left_alone_for_an_hour(asked: Post) -> None:
    assert recheck.recheck(NOON) == 1
    assert again(asked.account, at=NOON + timedelta(minutes=59)) == 0
    assert again(asked.account, at=NOON + timedelta(minutes=61)) == 1

    asked.refresh_from_db()
    assert (asked.text.startswith("@alameda"), asked.edited_at, asked.deleted_at) == (True, None, None)


def test_our_own_answer_is_seen_and_missed(sandbox: Sandbox, asked: Post) -> None:
    said = [sandbox.post(text, author="alameda", in_reply_to=asked.external_id)["id"] for text in ("Vamos", "Hecho")]
    request = ServiceRequest.objects.get()
    standing, deleted = (
        published(request, account=asked.account, external_id=one, published_at=MORNING, checked_at=MORNING)
        for one in said
    )
    sandbox.control("DELETE", f"posts/{said[1]}")

    recheck.recheck(NOON)

    standing.refresh_from_db()
    deleted.refresh_from_db()
    assert (standing.seen_at, standing.deleted_at) == (NOON, None)
    assert (deleted.seen_at, deleted.deleted_at) == (None, NOON)
    assert request.events.filter(verb=Verb.NOTED, reply=deleted).count() == 1
    assert again(asked.account, at=NOON + timedelta(hours=2)) == 2
    assert request.events.filter(verb=Verb.NOTED).count() == 1


def test_on_x_older_posts_are_looked_at_within_the_days_budget(
    sandbox: Sandbox, town_account: Account, settings: Settings
) -> None:
    settings.X_RECHECKS_A_DAY = 3
    now = timezone.now()
    said = [sandbox.post(f"@alameda bache {n}")["id"] for n in range(5)]
    for post, external_id in zip(posts_of(town_account, 5, received_at=now - timedelta(days=3)), said, strict=True):
        Post.objects.filter(pk=post.pk).update(external_id=external_id)
    # The first was looked at yesterday: it is not the longest unknown any more.
    yesterday = now - timedelta(days=1, hours=3)
    Post.objects.filter(external_id=said[0]).update(checked_at=yesterday, check_at=yesterday + HOUR)

    assert [again(town_account, at=now), again(town_account, at=now)] == [3, 0]

    looked_at = Post.objects.filter(checked_at=now).order_by("id").values_list("external_id", flat=True)
    assert list(looked_at) == said[1:4]
    assert LedgerEntry.objects.filter(resource="post_read").count() == 3


def test_on_x_nothing_is_paid_for_once_the_soft_cap_is_reached(town_account: Account, settings: Settings) -> None:
    posts_of(town_account, 2, received_at=NOON - timedelta(days=2))
    LedgerEntry.objects.create(
        account=town_account,
        network="x",
        resource="answer",
        external_id="1",
        day=NOON.date(),
        price=settings.X_SOFT_CAP,
    )

    assert recheck.due_now(town_account, now=NOON) == []


def test_on_x_closed_requests_and_chatter_of_earlier_days_are_not_paid_for(town_account: Account) -> None:
    earlier = NOON - timedelta(days=2)
    (closed,) = posts_of(town_account, 1, received_at=earlier, status="declined", decline_reason="not_ours")
    PostFactory(account=town_account, posted_at=earlier, triaged_at=earlier, check_at=earlier + HOUR)

    assert recheck.due_now(town_account, now=NOON) == []
    assert list(Post.objects.values_list("check_at", flat=True)) == [None, None]

    Account.objects.update(next_check_at=NOON + HOUR)
    ServiceRequest.objects.update(status="new", decline_reason="", due_at=NOON, changed_at=NOON)
    recheck.recheck(NOON)
    # Worked on again, it takes its old place.
    assert recheck.due_now(town_account, now=NOON) == [closed]


def test_elsewhere_what_people_work_on_is_looked_at_every_hour_and_the_rest_every_week(alameda: None) -> None:
    account = AccountFactory(network="mastodon", external_id="9")
    closed = {"status": "declined", "decline_reason": "not_ours"}
    years_old = posts_of(account, 1, received_at=NOON - timedelta(days=900))
    late = posts_of(account, 1, received_at=NOON - timedelta(days=90), **closed)
    long_closed = posts_of(account, 1, received_at=NOON - timedelta(days=80), **closed)
    merged = posts_of(account, 1, received_at=NOON - timedelta(days=70), **closed)
    posts_of(account, 1, received_at=NOON - timedelta(minutes=50))
    of = {"account": account, "network": "mastodon", "triaged_at": NOON}
    chatter = [PostFactory(posted_at=NOON - timedelta(days=n), check_at=NOON, **of) for n in (8, 2)]
    ServiceRequest.objects.filter(opening_post=late[0]).update(changed_at=NOON - timedelta(days=3))
    into = ServiceRequest.objects.get(opening_post=years_old[0])
    ServiceRequest.objects.filter(opening_post=merged[0]).update(merged_into=into)

    due = recheck.due_now(account, now=NOON)
    assert due == [*years_old, *late, *long_closed, *merged, *chatter]

    recheck.plan(due, at=NOON)
    hourly = Post.objects.filter(check_at=NOON + timedelta(hours=1)).order_by("id")
    assert list(hourly) == [*years_old, *late, *merged, chatter[1]]
    weekly = Post.objects.filter(check_at=NOON + timedelta(days=7)).order_by("id")
    assert list(weekly) == [*long_closed, chatter[0]]


def test_answers_of_open_requests_are_looked_at_too(alameda: None) -> None:
    account = AccountFactory(network="bluesky", external_id="did:plc:town")
    (post,) = posts_of(account, 1, received_at=MORNING)
    answer = published(ServiceRequest.objects.get(), account=account, published_at=MORNING + timedelta(minutes=5))
    ReplyFactory(service_request=ServiceRequest.objects.get(), account=account)

    assert recheck.due_now(account, now=NOON) == [post, answer]


def test_two_workers_do_not_both_ask(asked: Post) -> None:
    Account.objects.update(next_check_at=NOON + timedelta(seconds=1))

    assert recheck.recheck(NOON) == 0


def test_it_waits_where_the_network_says_so(asked: Post) -> None:
    resets_at = NOON + timedelta(minutes=7)
    RateLimit.objects.create(account=asked.account, verb="check", limit=100, remaining=10, resets_at=resets_at)

    assert recheck.recheck(NOON) == 0
    assert Account.objects.get(pk=asked.account_id).next_check_at == resets_at


def test_a_network_that_cannot_be_asked_has_deleted_nothing(sandbox: Sandbox, asked: Post) -> None:
    sandbox.fail("tweets", "server_error")

    assert recheck.recheck(NOON) == 0

    asked.refresh_from_db()
    assert (asked.deleted_at, asked.checked_at) == (None, None)
    assert again(asked.account, at=NOON + timedelta(minutes=1)) == 1


def test_finding_what_is_due_costs_the_same_for_1_and_30(
    alameda: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    account = AccountFactory(network="mastodon", external_id="9")
    for count in (1, 30):
        posts_of(account, count, received_at=NOON - timedelta(days=count))
        with django_assert_num_queries(2):
            recheck.due_now(account, now=NOON)
