"""Who answers: the teams as residents see them."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from requests_app.models import Account, Post, Queue, Reaction
from tests.factories import AccountFactory, PostFactory, ServiceRequestFactory
from tests.requests_app.public.rows import published, resolved, with_photo

pytestmark = pytest.mark.django_db

ENGLISH = {"Accept-Language": "en"}


def team(client: Client, code: str = "sweeper") -> Any:
    cache.clear()
    return client.get(f"/teams/{code}/", headers=ENGLISH)


def thanks(text: str, **fields: Any) -> Post:
    return PostFactory(text=text, kind="thanks", triaged_at=timezone.now(), **fields)


def test_teams_tell_who_they_are_and_when_they_are_there(client: Client, alameda: None) -> None:
    with time_machine.travel(datetime(2026, 11, 2, 10, 30, tzinfo=ZoneInfo("Europe/Madrid")), tick=False):
        teams = client.get("/teams/", headers=ENGLISH).context["teams"]

    assert [(one.name, list(one.people), list(one.hours), one.now) for one in teams[:3]] == [
        ("Street cleaning", ["Carmen"], ["Mon–Sat 06:00–13:00"], "Open now, until 13:00"),
        ("Local police", ["Teo"], ["Every day 07:00–15:00, 17:00–21:00"], "Open now, until 15:00"),
        ("Maintenance", ["Antonio"], ["Mon–Fri 08:00–15:00"], "Open now, until 15:00"),
    ]


def test_a_team_hides_who_left_and_who_has_no_name(client: Client, cleaning: Queue, carmen: User) -> None:
    cleaning.members.add(
        User.objects.create(username="gone", first_name="Marta", is_active=False), User.objects.create(username="new")
    )

    assert team(client).context["team"].people == ["Carmen"]


def test_a_team_names_the_accounts_to_write_to(client: Client, cleaning: Queue, carmen: User) -> None:
    Account.objects.all().delete()
    AccountFactory(handle="limpia", queue=cleaning)
    AccountFactory(
        network="mastodon", external_id="2", handle="carmen@plaza.example", person=carmen,
        server={"url": "https://plaza.example/"},
    )  # fmt: skip
    AccountFactory(network="bluesky", external_id="3", handle="limpia.example", queue=cleaning)
    AccountFactory(network="plaza", external_id="4", handle="plaza", queue=cleaning)
    AccountFactory(network="x", external_id="5", handle="old", queue=cleaning, is_active=False)
    AccountFactory(network="x", external_id="6", handle="townhall")

    voices = {
        code: [voice.url for voice in team(client, code).context["team"].voices] for code in ("sweeper", "townhall")
    }

    assert voices == {
        "sweeper": [
            "https://x.com/limpia", "https://bsky.app/profile/limpia.example", "https://plaza.example/@carmen",
        ],
        "townhall": ["https://x.com/townhall"],
    }  # fmt: skip


def test_a_team_tells_its_load_and_its_times_from_five_cases_on(client: Client, cleaning: Queue) -> None:
    posted = timezone.now() - timedelta(hours=3)
    for _ in range(5):
        ServiceRequestFactory(
            queue=cleaning, opening_post__posted_at=posted, answered_at=posted + timedelta(minutes=8),
            answered_in_hours=timedelta(minutes=2),
        )  # fmt: skip
    ServiceRequestFactory(queue=cleaning, is_private=True, opening_post__posted_at=posted - timedelta(days=9))

    page = team(client)
    text = " ".join(page.content.decode().split())

    assert (page.context["team"].load.backlog, page.context["team"].load.oldest_open_at) == (5, posted)
    assert "The oldest has been open for 3 h." in text
    assert text.count("8 min") == 2
    assert text.count("2 min") == 2
    assert "too few" in text  # Nothing is done yet.


def test_a_team_shows_its_last_repairs_with_their_pairs(client: Client, cleaning: Queue, jpeg: bytes) -> None:
    now = timezone.now()
    paired = resolved(queue=cleaning, told_at=now - timedelta(hours=2))
    with_photo(jpeg, post=paired.opening_post)
    with_photo(jpeg, reply=published(paired))
    resolved(queue=cleaning, told_at=now)
    resolved(queue=Queue.objects.get(code="police"), told_at=now)

    repairs = team(client).context["repairs"]

    assert [card.service_request.pk for card in repairs] == [paired.pk]


def test_a_team_without_photos_shows_its_last_repairs(client: Client, cleaning: Queue) -> None:
    done = resolved(queue=cleaning)

    assert [card.service_request.pk for card in team(client).context["repairs"]] == [done.pk]


def test_a_team_shows_what_it_was_thanked_for(client: Client, cleaning: Queue, carmen: User) -> None:
    account, police = Account.objects.get(queue=cleaning), Account.objects.get(queue__code="police")
    row = resolved(queue=cleaning)
    hidden = resolved(queue=cleaning, is_private=True)
    now = timezone.now()
    thanks("Muchas gracias, 612345678", service_request=row, posted_at=now - timedelta(minutes=1))
    thanks("Qué limpia la plaza", account=account, posted_at=now - timedelta(minutes=2))
    thanks("Gracias en secreto", service_request=hidden)
    thanks("Gracias en confianza", account=account, reference={"visibility": "direct"})
    thanks("Gracias a la policía", account=police)
    thanks("Gracias borradas", service_request=row, deleted_at=now)
    for kind, visitor in (("thanks", "1"), ("thanks", "2"), ("me_too", "1")):
        Reaction.objects.create(service_request=row, kind=kind, visitor=visitor, at=now)

    context = team(client).context

    assert [(one.text, one.url) for one in context["thanks"]] == [
        ("Muchas gracias, •••", f"/requests/{row.pk}/"),
        ("Qué limpia la plaza", ""),
    ]
    assert context["taps"] == 2


def test_thanks_reach_every_team_they_name(client: Client, cleaning: Queue, town_account: Account) -> None:
    account = Account.objects.get(queue=cleaning)
    thanks("Gracias a los dos", account=town_account, mentions=[town_account.external_id, account.external_id])

    shown = {
        code: [one.text for one in team(client, code).context["thanks"]] for code in ("sweeper", "townhall", "police")
    }

    assert shown == {"sweeper": ["Gracias a los dos"], "townhall": ["Gracias a los dos"], "police": []}


def test_a_team_that_does_not_exist_is_not_found(client: Client, alameda: None) -> None:
    assert client.get("/teams/nobody/").status_code == 404


def test_figures_and_square_lead_to_each_team(client: Client, alameda: None) -> None:
    pages = {path: client.get(path).content.decode() for path in ("/", "/figures/", "/teams/")}

    assert [path for path, text in pages.items() if 'href="/teams/sweeper/"' not in text] == []


def test_teams_ask_as_much_for_many_as_for_few(
    client: Client, alameda: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/teams/")  # Times and load are remembered from here on.
    with django_assert_num_queries(6):
        client.get("/teams/")
    for number in range(3):
        queue = Queue.objects.create(code=f"team{number}", names={"es": "Equipo"})
        queue.members.add(User.objects.create(username=f"person{number}", first_name="Ana"))
        AccountFactory(external_id=f"90{number}", handle=f"equipo{number}", queue=queue)
    with django_assert_num_queries(6):
        client.get("/teams/")
