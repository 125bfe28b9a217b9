"""Rows become reports: whose word counts, how many queries it takes, and who knows already."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from requests_app import rising, workflow
from requests_app.models import KnownCluster, Post, Reaction, ServiceRequest
from tests.factories import AuthorFactory, PostFactory, ServiceFactory, ServiceRequestFactory

pytestmark = pytest.mark.django_db

Tell = Callable[..., ServiceRequest]


@pytest.fixture
def tell() -> Tell:
    """Somebody tells that a lamp of Calle Larga is out, some minutes ago."""

    def told(*, minutes: int = 5, **values: Any) -> ServiceRequest:
        post = PostFactory(posted_at=timezone.now() - timedelta(minutes=minutes), **values.pop("post", {}))
        facts = {"service": ServiceFactory(code="street-light"), "address": "Calle Larga 12"} | values
        return ServiceRequestFactory(opening_post=post, **facts)

    return told


@pytest.fixture
def weeks_ago(tell: Tell) -> ServiceRequest:
    """The town is known for some weeks."""
    return tell(minutes=60 * 24 * 40, address="")


def people() -> list[int]:
    rising.forget()
    return [one.people for one in rising.rising()]


def test_four_people_of_one_street(tell: Tell, weeks_ago: ServiceRequest) -> None:
    told = [tell(address=f"Calle Larga {number}") for number in range(1, 5)]

    (one,) = rising.rising()

    assert (one.people, one.street, one.requests) == (4, "Calle Larga", tuple(row.pk for row in told))
    assert one.usual is not None
    assert one.usual < 1


def test_one_person_is_one(tell: Tell, weeks_ago: ServiceRequest) -> None:
    author = AuthorFactory()
    for _number in range(5):
        tell(post={"author": author})
    assert people() == []


def test_joined_people_and_taps_count(tell: Tell, weeks_ago: ServiceRequest, carmen: User) -> None:
    into, other = tell(), tell()
    workflow.merge(other, into=into, by=carmen)
    assert people() == []

    for visitor in "ab":
        Reaction.objects.create(service_request=into, kind="me_too", visitor=visitor, at=timezone.now())

    assert people() == [4]
    assert rising.rising()[0].requests == (into.pk,)


def test_done_private_thanking_and_deleted_do_not_count(tell: Tell, weeks_ago: ServiceRequest) -> None:
    told = [tell() for _number in range(4)]
    assert people() == [4]
    Post.objects.filter(pk=told[0].opening_post_id).update(deleted_at=timezone.now())
    assert people() == [3]
    ServiceRequest.objects.filter(pk=told[1].pk).update(is_private=True)
    assert people() == []
    ServiceRequest.objects.filter(pk=told[1].pk).update(is_private=False)
    Post.objects.filter(pk=told[2].opening_post_id).update(kind="thanks")
    assert people() == []
    Post.objects.filter(pk=told[2].opening_post_id).update(kind="problem")
    ServiceRequest.objects.filter(pk=told[3].pk).update(
        status="resolved", due_at=None, resolved_at=timezone.now(), resolved_in_hours=timedelta()
    )
    assert people() == []


def test_so_many_queries_however_many_posts(
    tell: Tell, weeks_ago: ServiceRequest, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(3):
        assert people() == []
    for _number in range(12):
        tell()
    # And what is usual, once an hour.
    with django_assert_num_queries(5):
        assert people() == [12]
    with django_assert_num_queries(3):
        assert people() == [12]
    with django_assert_num_queries(0):
        rising.rising()


def test_whoever_knows_is_told_again_when_it_has_grown(tell: Tell, weeks_ago: ServiceRequest, carmen: User) -> None:
    for _number in range(4):
        tell()
    (one,) = rising.warned()
    assert not one.is_known

    known = rising.know(one.cluster, by=carmen)
    assert rising.know(one.cluster, by=carmen) == known
    tell()
    rising.forget()

    (grown,) = rising.warned()
    assert grown.is_known
    assert grown.known == known
    tell()
    rising.forget()
    (more,) = rising.warned()
    assert not more.is_known
    assert more.known == known
    assert KnownCluster.objects.count() == 1


def test_a_street_s_name_binds_nothing(tell: Tell, weeks_ago: ServiceRequest) -> None:
    texts = ("hay una rata", "se ha caído un árbol", "contenedor lleno", "ruido del bar", "coche mal aparcado")
    for number, text in enumerate(texts):
        service = ServiceFactory(code=f"service-{number}")
        tell(service=service, post={"text": f"@alameda en la calle Larga {text}"})
    assert people() == []


def test_a_word_of_several_services_is_told_as_people_write_it(tell: Tell, weeks_ago: ServiceRequest) -> None:
    texts = ("apagón otra vez", "menudo apagón", "¿apagón general?", "otro apagon", "Apagón!!", "apagón en mi casa")
    told = [
        tell(service=ServiceFactory(code=f"service-{number}"), address="", post={"text": f"@alameda {text}"})
        for number, text in enumerate(texts)
    ]

    (one,) = rising.rising()

    assert (one.people, one.topic, one.requests) == (6, "", tuple(row.pk for row in told))
    assert rising.as_written(one.word, [row.opening_post.text for row in told]) == "apagón"
