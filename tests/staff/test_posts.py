"""Posts without a request: set aside, or kept apart; and the way back to work."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from requests_app import triage, workflow
from requests_app.models import Account, Kind, Post, Queue, ServiceRequest
from tests.factories import PostFactory
from tests.staff.conftest import SignIn

pytestmark = pytest.mark.django_db


@pytest.fixture
def dispatch(ines: User, sign_in: SignIn) -> Client:
    return sign_in(ines)


@pytest.fixture
def poisoned(town_account: Account) -> Post:
    return PostFactory(
        account=town_account, text="@alameda raro", set_aside_at=timezone.now(), triage_error="ValueError"
    )


@pytest.fixture
def chatter(town_account: Account) -> Post:
    return PostFactory(account=town_account, text="@alameda buenos días", triaged_at=timezone.now(), kind=Kind.OTHER)


def test_set_aside_shows_the_post_and_its_error(dispatch: Client, poisoned: Post) -> None:
    page = dispatch.get("/desk/watch/set-aside/").content.decode()

    assert ("@alameda raro" in page, "Set aside just now: ValueError" in page) == (True, True)


def test_try_again_sorts_it_anew(dispatch: Client, poisoned: Post) -> None:
    response = dispatch.post(f"/desk/posts/{poisoned.pk}/try-again/", follow=True)
    while triage.sort():
        pass

    poisoned.refresh_from_db()
    assert "It is being sorted again." in response.content.decode()
    assert (poisoned.set_aside_at, poisoned.triage_error, poisoned.triaged_at is not None) == (None, "", True)


def test_try_again_after_somebody_else_says_so(dispatch: Client, chatter: Post) -> None:
    response = dispatch.post(f"/desk/posts/{chatter.pk}/try-again/", follow=True)

    assert "Somebody dealt with that post already." in response.content.decode()


def test_open_by_hand_makes_a_request_of_the_chosen_team(dispatch: Client, poisoned: Post, ines: User) -> None:
    response = dispatch.post(f"/desk/posts/{poisoned.pk}/open/", {"queue": "police"})

    request = ServiceRequest.objects.get()
    poisoned.refresh_from_db()
    assert response["Location"] == f"/desk/requests/{request.pk}/"
    assert (request.queue.code, request.kind, request.opening_post, request.language) == (
        "police",
        "problem",
        poisoned,
        "es",
    )
    assert [(event.verb, event.by) for event in request.events.in_order()] == [("received", None), ("noted", ines)]
    assert (poisoned.service_request, Post.objects.set_aside().count()) == (request, 0)


def test_open_by_hand_twice_is_one_request(dispatch: Client, chatter: Post) -> None:
    dispatch.post(f"/desk/posts/{chatter.pk}/open/", {"queue": "police"})

    response = dispatch.post(f"/desk/posts/{chatter.pk}/open/", {"queue": "police"}, follow=True)

    assert ("That post has a request already." in response.content.decode(), ServiceRequest.objects.count()) == (
        True,
        1,
    )


def test_open_by_hand_refuses_the_towns_own_words(town_account: Account, ines: User, cleaning: Queue) -> None:
    own = PostFactory(account=town_account, written_by=town_account, triaged_at=timezone.now())

    with pytest.raises(workflow.MoveNotAllowed):
        workflow.open_by_hand(own, queue=cleaning, by=ines)


def test_open_by_hand_keeps_what_kind_of_wish_it_is(chatter: Post, ines: User, cleaning: Queue) -> None:
    Post.objects.filter(pk=chatter.pk).update(kind=Kind.PROPOSAL, language="xx")

    request = workflow.open_by_hand(chatter, queue=cleaning, by=ines)

    assert (request.kind, request.language) == ("proposal", "es")


def test_chatter_holds_the_last_seven_days_newest_first(dispatch: Client, chatter: Post, town_account: Account) -> None:
    now = timezone.now()
    newer = PostFactory(
        account=town_account, text="@alameda feliz martes", posted_at=now, triaged_at=now, kind=Kind.OTHER
    )
    PostFactory(
        account=town_account, text="long ago", posted_at=now - timedelta(days=8), triaged_at=now, kind=Kind.THANKS
    )
    PostFactory(account=town_account, text="gone", triaged_at=now, kind=Kind.OTHER, deleted_at=now)
    PostFactory(account=town_account, text="still to sort")

    assert list(dispatch.get("/desk/watch/chatter/").context["posts"]) == [newer, chatter]


@pytest.mark.parametrize("address", ["/desk/watch/set-aside/", "/desk/watch/chatter/"])
def test_posts_ask_as_much_for_three_as_for_one(
    address: str,
    dispatch: Client,
    poisoned: Post,
    chatter: Post,
    town_account: Account,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    dispatch.get(address)
    with django_assert_num_queries(4):
        dispatch.get(address)
    for _ in range(2):
        PostFactory(account=town_account, set_aside_at=timezone.now(), triage_error="ValueError")
        PostFactory(account=town_account, triaged_at=timezone.now(), kind=Kind.OTHER)
    with django_assert_num_queries(4):
        dispatch.get(address)
