"""The early warning on the desk, in the mayor's window and on the street."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from requests_app import rising
from requests_app.models import Account, KnownCluster, Queue, ServiceRequest
from staff.models import Template
from tests.factories import PostFactory, ServiceFactory, ServiceRequestFactory
from tests.staff.conftest import SignIn

pytestmark = pytest.mark.django_db

Many = Callable[[int], list[ServiceRequest]]


@pytest.fixture
def many(cleaning: Queue, town_account: Account) -> Many:
    """So many people of Calle Larga say the same within minutes; and the town is known for some weeks."""
    service = ServiceFactory(code="drains", queue=cleaning)

    def tell(*, days: int = 0, minutes: int = 0, **values: Any) -> ServiceRequest:
        at = timezone.now() - timedelta(days=days, minutes=minutes)
        post = PostFactory(account=town_account, text="@alameda se sale la alcantarilla", posted_at=at)
        return ServiceRequestFactory(opening_post=post, queue=cleaning, service=service, **values)

    def told(count: int) -> list[ServiceRequest]:
        found = [tell(minutes=2 * at + 1, address=f"Calle Larga {at + 1}") for at in range(count)]
        rising.forget()
        return found

    tell(days=40)
    return told


def page(client: Client, address: str) -> str:
    return client.get(address, follow=True).content.decode()


def test_nothing_is_shown_while_nothing_rises(ines: User, elena: User, sign_in: SignIn, many: Many) -> None:
    many(2)
    for user, address in ((ines, "/desk/"), (elena, "/mayor/"), (ines, "/street/")):
        assert "Early warning" not in page(sign_in(user), address)


def test_the_desk_says_what_where_how_many_and_how_unusual(ines: User, sign_in: SignIn, many: Many) -> None:
    told = many(4)

    html = page(sign_in(ines), "/desk/")

    assert "<strong>Drains and flooding, around Calle Larga</strong>" in html
    assert "4 people in 6 min" in html
    assert "Usually 1 a month." in html
    assert reverse("desk_rising", args=[told[0].pk]) in html


def test_the_open_desk_learns_it_without_a_reload(ines: User, sign_in: SignIn, many: Many) -> None:
    client = sign_in(ines)
    client.get("/desk/")
    many(4)

    live = client.get("/desk/", headers={"HX-Request": "true"}).content.decode()

    assert 'id="rising"' in live
    assert 'data-announce="Drains and flooding, around Calle Larga. 4 people in 6 min.' in live


def test_its_page_holds_exactly_its_requests(ines: User, sign_in: SignIn, many: Many, cleaning: Queue) -> None:
    other = ServiceRequestFactory(queue=cleaning)
    told = many(4)

    html = page(sign_in(ines), reverse("desk_rising", args=[told[2].pk]))

    assert all(f'id="row-{one.pk}"' in html for one in told)
    assert f'id="row-{other.pk}"' not in html


def test_one_press_joins_them_and_undo_takes_them_apart(ines: User, sign_in: SignIn, many: Many) -> None:
    told, client = many(4), sign_in(ines)
    address = reverse("desk_rising", args=[told[0].pk])

    joined = client.post(
        reverse("desk_bulk"), {"act": "join", "pick": [one.pk for one in told], "back": address}, follow=True
    )

    assert [one.merged_into_id for one in ServiceRequest.objects.order_by("pk")][1:] == [None, *[told[0].pk] * 3]
    assert "3 requests done." in joined.content.decode()
    assert "4 people in 6 min" in joined.content.decode()
    events = list(told[0].events.filter(verb="merged").values_list("pk", flat=True))
    client.post(reverse("desk_bulk_undo"), {"event": events[-1:], "back": address})
    assert not ServiceRequest.objects.exclude(merged_into=None).exists()


def test_one_message_for_all(ines: User, sign_in: SignIn, many: Many) -> None:
    said = Template.objects.create(names={"es": "Vamos", "en": "We come"}, texts={"es": "Vamos."})
    told, client = many(4), sign_in(ines)

    html = page(client, reverse("desk_rising", args=[told[0].pk]))

    assert f'<option value="say {said.pk}">' in html
    assert html.count('form="rise-say"') == 4


def test_i_know_is_silent_until_it_has_grown_by_half(ines: User, elena: User, sign_in: SignIn, many: Many) -> None:
    told, client = many(4), sign_in(ines)
    answer = client.post(reverse("know_rising", args=[told[0].pk]), {"back": "/desk/"}, follow=True)
    client.post(reverse("know_rising", args=[told[0].pk]), {"back": "/desk/"})

    assert "Noted: you know." in answer.content.decode()
    assert "Early warning" not in page(client, "/desk/")
    assert KnownCluster.objects.get().known_by == ines
    # Who knows is seen where it is looked at, and by the mayor.
    for user, address in ((ines, reverse("desk_rising", args=[told[0].pk])), (elena, "/mayor/")):
        assert f"{ines.first_name} knows since" in page(sign_in(user), address)

    many(2)
    assert "6 people in" in page(client, "/desk/")


def test_only_dispatchers_know_for_the_desk(carmen: User, elena: User, sign_in: SignIn, many: Many) -> None:
    told = many(4)
    for user in (carmen, elena):
        client = sign_in(user)
        assert "I know" not in page(client, "/desk/")
        assert client.post(reverse("know_rising", args=[told[0].pk])).status_code == 403


def test_the_mayor_sees_it_and_an_open_window_asks_again(elena: User, sign_in: SignIn, many: Many) -> None:
    client = sign_in(elena)
    assert 'hx-get="/mayor/rising/"' in page(client, "/mayor/")
    many(4)

    part = client.get(reverse("dashboard_rising"), headers={"HX-Request": "true"}).content.decode()

    assert "Drains and flooding, around Calle Larga" in part
    assert "Nobody at the desk has said yet" in part


def test_the_street_of_the_team_concerned(carmen: User, sign_in: SignIn, many: Many) -> None:
    told = many(4)
    teo = User.objects.get(username="police")

    line = page(sign_in(carmen), "/street/")

    assert reverse("street_request", args=[told[0].pk]) in line
    assert "Drains and flooding, around Calle Larga</strong></a>: 4 people in 6 min." in line
    assert "Drains and flooding, around" not in page(sign_in(teo), "/street/")


def test_when_it_has_calmed_down_its_page_says_so(ines: User, sign_in: SignIn, many: Many) -> None:
    (one,) = many(1)
    assert "It has calmed down" in page(sign_in(ines), reverse("desk_rising", args=[one.pk]))


def test_it_costs_two_queries_more(ines: User, sign_in: SignIn, many: Many, django_assert_max_num_queries: Any) -> None:
    client = sign_in(ines)
    many(2)
    client.get("/desk/")
    with django_assert_max_num_queries(60) as before:
        client.get("/desk/")
    many(4)
    client.get("/desk/")
    with django_assert_max_num_queries(60) as after:
        client.get("/desk/")
    assert len(after) == len(before) + 2


def test_the_mayor_is_offered_no_joining(elena: User, sign_in: SignIn, many: Many) -> None:
    told = many(4)
    assert 'id="rise-join"' not in page(sign_in(elena), reverse("desk_rising", args=[told[0].pk]))
