"""What may be the same is found, kept with its evidence, and joined by itself only where the town says so."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from requests_app import workflow
from requests_app.models import Account, Policy, Post, Queue, Resemblance, Service, ServiceRequest
from requests_app.networks.contract import IncomingAuthor, IncomingPost
from requests_app.triage.resembling import compare
from tests.factories import AuthorFactory, PostFactory, ServiceFactory, ServiceRequestFactory

pytestmark = pytest.mark.django_db

HERE = (37.2230, -3.6020)


@pytest.fixture
def bins(cleaning: Queue) -> Service:
    return ServiceFactory(code="bins", queue=cleaning)


def told(
    text: str, *, service: Service | None, north: int | None = None, hours: float = 0, **values: Any
) -> ServiceRequest:
    """So many metres north of HERE, so many hours ago."""
    moment = timezone.now() - timedelta(hours=hours, minutes=1)
    of_post = {name: values.pop(name) for name in ("author", "is_offensive", "deleted_at") if name in values}
    account = Account.objects.filter(network="x").first()
    post = PostFactory(text=text, posted_at=moment, **({"account": account} if account else {}), **of_post)
    where = {} if north is None else {"latitude": HERE[0] + north / 111_320, "longitude": HERE[1]}
    return ServiceRequestFactory(opening_post=post, service=service, **where, **values)


def pairs() -> list[tuple[int, int]]:
    return list(Resemblance.objects.order_by("pk").values_list("one", "other"))


def test_the_same_thing_near_it_is_kept_with_its_evidence(bins: Service, cleaning: Queue) -> None:
    earlier = told("la papelera de la plaza está rota", service=bins, queue=cleaning, north=0, hours=3)
    told("hay ratas en el solar de atrás", service=bins, queue=cleaning, north=400, hours=2)
    later = told("papelera rota en la plaza", service=bins, queue=cleaning, north=12)

    assert compare() == 3

    assert pairs() == [(later.pk, earlier.pk)]
    evidence = {piece["signal"]: piece["detail"] for piece in Resemblance.objects.get().evidence}
    assert evidence["metres"] == ["12"]
    assert {"papelera", "rota"} <= set(evidence["words"])


def test_it_is_asked_once(bins: Service, cleaning: Queue) -> None:
    told("la papelera está rota", service=bins, queue=cleaning, north=0)
    told("papelera rota", service=bins, queue=cleaning, north=0)
    compare()
    Resemblance.objects.all().delete()

    assert (compare(), pairs()) == (0, [])


def test_private_closed_far_and_old_ones_are_not_held_against_it(bins: Service, cleaning: Queue, ines: User) -> None:
    text = "la papelera está rota"
    told(text, service=bins, queue=cleaning, north=0, is_private=True)
    closed = told(text, service=bins, queue=cleaning, north=0)
    workflow.decline(closed, by=ines, reason="not_ours")
    told(text, service=bins, queue=cleaning, north=900)
    told(text, service=bins, queue=cleaning, north=0, hours=24 * 31)
    told(text, service=bins, queue=cleaning, north=0)

    compare()

    assert pairs() == []


def test_what_its_author_deleted_is_compared_with_nothing(bins: Service, cleaning: Queue) -> None:
    gone = told("la papelera está rota", service=bins, queue=cleaning, north=0)
    told("la papelera está rota", service=bins, queue=cleaning, north=0)
    compare()
    assert len(pairs()) == 1

    workflow.erase(Post.objects.filter(pk=gone.opening_post_id), at=timezone.now())
    told("papelera rota", service=bins, queue=cleaning, north=2000)
    compare()

    assert pairs() == []


def test_an_edited_post_is_compared_anew(bins: Service, cleaning: Queue) -> None:
    earlier = told("hay ratas en el contenedor", service=bins, queue=cleaning, north=0, hours=20)
    later = told("buenos días a todos", service=bins, queue=cleaning, north=120)
    compare()
    assert pairs() == []

    post = later.opening_post
    author = IncomingAuthor(post.author.external_id, post.author.handle, post.author.display_name)
    words = IncomingPost(post.external_id, author, "ratas en el contenedor, hay ratas", post.posted_at, version="2")
    workflow.edited(post, words, at=timezone.now())

    assert compare() == 1
    assert pairs() == [(later.pk, earlier.pk)]


def test_a_batch_costs_the_same_whatever_its_size(
    bins: Service, cleaning: Queue, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for north in range(12):
        told("la papelera está rota", service=bins, queue=cleaning, north=north, author=AuthorFactory())

    with django_assert_max_num_queries(13):
        assert compare() == 12


def test_nothing_is_joined_by_itself_unless_the_town_says_so(bins: Service, cleaning: Queue) -> None:
    told("la papelera de la plaza está rota", service=bins, queue=cleaning, north=0)
    told("la papelera de la plaza está rota", service=bins, queue=cleaning, north=0)

    compare(joins_from=0.5)

    assert len(pairs()) == 1
    assert ServiceRequest.objects.standing().count() == 2


def test_where_the_town_says_so_all_become_part_of_the_first(bins: Service, cleaning: Queue) -> None:
    Policy.objects.create(joins_alike=True)
    first, *rest = (told("la papelera rota", service=bins, queue=cleaning, north=0) for _ in range(4))

    compare(joins_from=0.5)

    assert list(ServiceRequest.objects.standing()) == [first]
    assert set(first.merged.all()) == set(rest)


def test_below_the_threshold_it_stays_a_suggestion(bins: Service, cleaning: Queue) -> None:
    Policy.objects.create(joins_alike=True)
    told("la papelera rota", service=bins, queue=cleaning, north=0)
    told("la papelera rota", service=bins, queue=cleaning, north=0)

    compare(joins_from=1.0)

    assert ServiceRequest.objects.standing().count() == 2


def test_separated_by_a_person_it_is_never_joined_again(bins: Service, cleaning: Queue, ines: User) -> None:
    Policy.objects.create(joins_alike=True)
    told("la papelera rota", service=bins, queue=cleaning, north=0)
    later = told("la papelera rota", service=bins, queue=cleaning, north=0)
    compare(joins_from=0.5)
    workflow.unmerge(later, by=ines)

    ServiceRequest.objects.update(compared_at=None)
    compare(joins_from=0.5)

    assert ServiceRequest.objects.standing().count() == 2
