"""The desk's lists: what they hold, in which order, with which counts and marks."""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from requests_app import ledger, photos
from requests_app.models import Account, Gap, Photo, Queue, ReplyStatus, Status
from requests_app.networks.contract import Charge, Usage
from staff.desk import lists, sidebar
from staff.models import Draft, Presence
from tests.factories import AccountFactory, PostFactory, ReplyFactory
from tests.staff.conftest import Ask, SignIn

pytestmark = pytest.mark.django_db


def test_queue_lists_the_oldest_due_first(desk: Client, ask: Ask) -> None:
    late, soon, later = ask(minutes=300), ask(minutes=200), ask(minutes=100)

    assert numbers(desk, "/desk/sweeper/") == [late.pk, soon.pk, later.pk]


def test_queue_of_another_team_hides_its_private_requests(desk: Client, ask: Ask, ines: User, sign_in: SignIn) -> None:
    police = Queue.objects.get(code="police")
    public = ask(queue=police)
    private = ask(queue=police, is_private=True)

    assert numbers(desk, "/desk/police/") == [public.pk]
    assert numbers(sign_in(ines), "/desk/police/") == [public.pk, private.pk]


@time_machine.travel("2026-11-20 12:30:00+01:00", tick=False)
def test_watches_hold_what_they_say(desk: Client, ask: Ask, carmen: User) -> None:
    now = timezone.now()
    police = Queue.objects.get(code="police")
    nobodys = ask()
    mine = ask(status=Status.ACCEPTED, accepted_at=now, assignee=carmen)
    waiting = ask(status=Status.WAITING, assignee=carmen)
    overdue = ask(minutes=300)
    elsewhere = ask(queue=police)
    stuck = ask(
        status=Status.RESOLVED,
        resolved_at=now,
        resolved_in_hours=timedelta(),
        answered_at=now,
        answered_in_hours=timedelta(),
    )
    ReplyFactory(service_request=stuck, status=ReplyStatus.REFUSED, rule="forbidden")

    held = {name: set(numbers(desk, f"/desk/watch/{name}/")) for name in lists.WATCHES}

    assert held == {
        "mine": {mine.pk, waiting.pk},
        "team": {nobodys.pk, mine.pk, waiting.pk, overdue.pk},
        "unassigned": {nobodys.pk, overdue.pk},
        "waiting": {waiting.pk},
        "overdue": {overdue.pk},
        "off-duty": set(),
        "failed": {stuck.pk},
        "drafts": set(),
        "all": {nobodys.pk, mine.pk, waiting.pk, overdue.pk, stuck.pk},
    }
    assert elsewhere.pk not in held["team"]


@time_machine.travel("2026-11-20 12:30:00+01:00", tick=False)
def test_counts_are_those_of_the_lists(desk: Client, ask: Ask, carmen: User) -> None:
    ask(), ask(minutes=300), ask(queue=Queue.objects.get(code="police"))

    assert counts(desk, "/desk/") == {
        "watch.mine": "0", "watch.drafts": "0", "watch.team": "2", "queue.sweeper": "2", "queue.police": "1", "queue.maintenance": "0", "queue.townhall": "0",
        "watch.unassigned": "2", "watch.overdue": "1", "watch.waiting": "0", "watch.off-duty": "0",
        "watch.failed": "0",
    }  # fmt: skip


def test_dispatcher_sees_how_many_posts_were_set_aside(
    sign_in: SignIn, ines: User, desk: Client, town_account: Account
) -> None:
    PostFactory(account=town_account, set_aside_at=timezone.now(), triage_error="ValueError")

    assert (counts(sign_in(ines), "/desk/")["set-aside"], "set-aside" in counts(desk, "/desk/")) == ("1", False)


def test_request_with_two_failed_messages_is_one_row(desk: Client, ask: Ask) -> None:
    request = ask()
    (
        ReplyFactory(service_request=request, status=ReplyStatus.FAILED),
        ReplyFactory(service_request=request, status=ReplyStatus.FAILED),
    )

    assert numbers(desk, "/desk/watch/failed/") == [request.pk]


def test_long_lists_are_counted_only_so_far(desk: Client, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sidebar, "COUNT_UP_TO", 2)
    ask(), ask(), ask()

    assert counts(desk, "/desk/")["queue.sweeper"] == "1+"


def test_what_came_while_the_team_was_closed_waits_in_a_list_of_its_own(
    sign_in: SignIn, ines: User, cleaning: Queue, ask: Ask
) -> None:
    madrid, police = ZoneInfo("Europe/Madrid"), Queue.objects.create(code="nights", names={"en": "Nights"})
    cleaning.opening_hours.all().delete()
    for weekday in range(5):
        cleaning.opening_hours.create(weekday=weekday, opens="07:00", closes="14:00")

    def arrive(day: int, clock: str, **values: Any) -> int:
        at = datetime.fromisoformat(f"2026-11-{day}T{clock}").replace(tzinfo=madrid)
        return ask(minutes=int((timezone.now() - at).total_seconds() // 60), **values).pk

    with time_machine.travel("2026-11-23 09:00:00+01:00", tick=False):
        weekend, evening, early = arrive(21, "10:00"), arrive(20, "14:00"), arrive(20, "06:59")
        arrive(20, "07:00"), arrive(20, "13:59")
        arrive(21, "10:00", answered_at=timezone.now(), answered_in_hours=timedelta())
        # A team without hours is never closed.
        arrive(21, "10:00", queue=police)

        assert set(numbers(sign_in(ines), "/desk/watch/off-duty/")) == {weekend, evening, early}


def test_a_town_in_which_nobody_said_anything_yet_is_told_so(desk: Client, cleaning: Queue) -> None:
    page = text(desk, "/desk/sweeper/")

    assert ("Nothing has come in yet" in page, "Nothing waiting" in page) == (True, False)


def test_watch_names_do_not_shadow_a_team(desk: Client, ask: Ask) -> None:
    team = Queue.objects.create(code="mine", names={"en": "The mine"})
    request = ask(queue=team)

    assert numbers(desk, "/desk/mine/") == [request.pk]
    assert numbers(desk, "/desk/watch/mine/") == []


def test_watch_is_found_by_the_short_address_too(desk: Client, ask: Ask) -> None:
    late = ask(minutes=300)

    assert numbers(desk, "/desk/overdue/") == [late.pk]


@pytest.mark.parametrize("address", ["/desk/nowhere/", "/desk/watch/nothing/"])
def test_unknown_list_is_not_found(desk: Client, address: str) -> None:
    assert desk.get(address).status_code == 404


def test_dispatcher_begins_with_what_nobody_took(sign_in: SignIn, ines: User, ask: Ask) -> None:
    taken = ask(status=Status.ACCEPTED, accepted_at=timezone.now(), assignee=ines)
    free = ask(queue=Queue.objects.get(code="police"))

    assert numbers(sign_in(ines), "/desk/") == [free.pk]
    assert taken.pk not in numbers(sign_in(ines), "/desk/")


def test_merged_requests_are_in_no_list(desk: Client, ask: Ask) -> None:
    target = ask()
    ask(merged_into=target)

    assert numbers(desk, "/desk/sweeper/") == [target.pk]


def test_row_carries_its_marks(desk: Client, ask: Ask, carmen: User) -> None:
    request = ask(
        minutes=300, is_urgent=True, is_private=True, address="calle del Olmo", status=Status.ACCEPTED,
        accepted_at=timezone.now(), assignee=carmen,
    )  # fmt: skip
    ReplyFactory(service_request=request, status=ReplyStatus.FAILED)
    Draft.objects.create(
        user=carmen, service_request=request, form="speak", fields={"text": "Voy"}, saved_at=timezone.now()
    )
    antonio = User.objects.get(username="maintenance")
    Presence.objects.create(user=antonio, service_request=request, has_unsent_text=True, seen_at=timezone.now())

    (row,) = row_texts(desk, "/desk/sweeper/")

    assert row == f"Lucía M. 1 h late No. {request.pk}: la papelera está rota urgent failed to send private draft Antonio is writing Carmen calle del Olmo 5 h ago"  # fmt: skip


def test_row_shows_the_residents_picture_else_a_colleagues(desk: Client, ask: Ask, carmen: User, jpeg: bytes) -> None:
    both, taken = ask(minutes=30), ask(minutes=20)
    ask(minutes=10)
    own = Photo(post=both.opening_post)
    own.hold(jpeg)
    for request in (both, taken):
        on_the_spot = photos.take(request, jpeg, side="before", by=carmen, at=timezone.now())

    page = desk.get("/desk/sweeper/").content.decode()

    shown = [re.findall(r'class="row-photo" src="/photos/([^/.?]+)', row) for row in page.split('id="row-')[1:]]
    assert shown == [[str(own.uuid)], [str(on_the_spot.uuid)], []]


@pytest.mark.parametrize(
    ("address", "many"),
    [("/desk/sweeper/", 27), ("/desk/watch/unassigned/", 26), ("/desk/watch/search/?q=papelera", 24)],
)
def test_list_asks_as_much_for_three_rows_as_for_one(
    address: str, many: int, desk: Client, ask: Ask, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ask()
    desk.get(address)
    # Of them four for the choices of the bar, three for those of the filters, five for the pane on the right.
    with django_assert_num_queries(many):
        desk.get(address)
    ask(), ask()
    with django_assert_num_queries(many):
        desk.get(address)


def test_list_goes_on_where_the_page_ended(desk: Client, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("staff.desk.lists.PAGE", 2)
    monkeypatch.setattr("staff.desk.rows.PAGE", 2)
    moment = timezone.now() + timedelta(hours=1)
    asked = [ask(due_at=moment) for _ in range(5)]

    seen, address = [], "/desk/sweeper/"
    while address:
        page = desk.get(address).content.decode()
        seen += shown(page)
        further = re.search(r'rel="next" href="([^"]+)"', page)
        address = further[1].replace("&amp;", "&") if further else ""

    assert seen == [request.pk for request in asked]


@pytest.mark.parametrize("after", ["x", "1e999_1", "_", "99999999999999999_1", "nan_1"])
def test_nonsense_in_the_address_begins_at_the_beginning(desk: Client, ask: Ask, after: str) -> None:
    request = ask()

    assert numbers(desk, f"/desk/sweeper/?after={after}") == [request.pk]


def test_search_by_number_opens_it_whatever_its_list(desk: Client, ask: Ask) -> None:
    request = ask(queue=Queue.objects.get(code="police"))

    for words in (str(request.pk), f"No. {request.pk}", f"N.º {request.pk}", f"#{request.pk}"):
        response = desk.get("/desk/watch/search/", {"q": words})
        assert (response.status_code, response["Location"]) == (302, f"/desk/requests/{request.pk}/")


def test_search_by_words_finds_open_and_closed(desk: Client, ask: Ask) -> None:
    first = ask("@alameda la PAPELERA de la plaza")
    closed = ask("otra papelera en la plaza", status=Status.DECLINED, decline_reason="not_ours")
    ask("una farola en la plaza")

    assert numbers(desk, "/desk/watch/search/?q=papelera+plaza") == [closed.pk, first.pk]


def test_search_does_not_find_private_requests_of_others(desk: Client, ask: Ask) -> None:
    private = ask("papelera secreta", queue=Queue.objects.get(code="police"), is_private=True)

    assert numbers(desk, "/desk/watch/search/?q=secreta") == []
    assert numbers(desk, f"/desk/watch/search/?q={private.pk}") == []


@time_machine.travel("2026-11-20 12:00:00+01:00", tick=False)
def test_empty_list_says_who_answered_last_and_what_is_next(desk: Client, ask: Ask) -> None:
    answered = ask(status=Status.DECLINED, decline_reason="not_ours")
    ReplyFactory(
        service_request=answered, status=ReplyStatus.PUBLISHED, external_id="7", published_at=timezone.now() - timedelta(minutes=12),
        by__first_name="Ana",
    )  # fmt: skip
    request = ask(minutes=60)

    page = text(desk, "/desk/watch/overdue/")

    assert (
        f"Nothing is late All channels fine, read 0 s ago. Last answered 12 min ago by Ana. No. {request.pk} is next: due in 3 h"
        in page
    )


@time_machine.travel("2026-11-20 12:00:00+01:00", tick=False)
def test_silent_account_is_said_on_the_desk(desk: Client, town_account: Account) -> None:
    Account.objects.filter(pk=town_account.pk).update(
        collected_at=timezone.now() - timedelta(minutes=6), collect_error="down"
    )

    assert "X has not been read since 11:54 for @alameda." in text(desk, "/desk/")


@time_machine.travel("2026-11-20 12:00:00+01:00", tick=False)
def test_accounts_in_the_same_trouble_are_told_of_together(desk: Client, ask: Ask) -> None:
    ask()
    Account.objects.filter(handle__in=["alameda", "policia_alameda"]).update(
        collected_at=timezone.now() - timedelta(hours=1), collect_error="down"
    )

    page = text(desk, "/desk/")

    assert re.findall(r"X has not been read since \S+ for ([^.]+)\.", page) == ["@alameda, @policia_alameda"]


@time_machine.travel("2026-11-20 12:00:00+01:00", tick=False)
def test_header_tells_how_each_network_fares(desk: Client, ask: Ask, town_account: Account) -> None:
    ask()
    wait = {"deferred_until": timezone.now() + timedelta(minutes=6), "deferred_cause": "limit"}
    Account.objects.filter(pk=town_account.pk).update(**wait)
    AccountFactory(network="bluesky", external_id="did:plc:1", collected_at=timezone.now())

    page = text(desk, "/desk/")

    # Waiting for a minute is no trouble, so there is no notice of it.
    assert ("Alameda · Bluesky fine · X limited until 12:06" in page, "asks @alameda" in page) == (True, False)


@time_machine.travel("2026-11-20 12:00:00+01:00", tick=False)
def test_empty_list_names_the_trouble(desk: Client, ask: Ask, town_account: Account) -> None:
    ask()
    Account.objects.filter(pk=town_account.pk).update(collect_error="no", collect_cause="credentials")

    page = text(desk, "/desk/watch/overdue/")

    assert (
        "Nothing is late There may be more: X no longer accepts the keys of @alameda. An administrator must link it again."
        in page
    )


def test_month_past_its_limit_is_said_on_the_desk(desk: Client, town_account: Account, settings: Settings) -> None:
    settings.X_SOFT_CAP, settings.X_HARD_CAP = Decimal("0.01"), Decimal(90)
    charges = [Charge("answer", "1")]
    ledger.keep(town_account, Usage(charges=charges), prices={"answer": "0.010"})

    assert "X has cost $0.01 this month, past the soft limit of $0.01" in text(desk, "/desk/")


def test_gap_stays_until_a_dispatcher_has_looked(
    desk: Client, sign_in: SignIn, ines: User, town_account: Account
) -> None:
    now = timezone.now()
    gap = Gap.objects.create(account=town_account, begins_at=now - timedelta(hours=2), ends_at=now - timedelta(hours=1))
    assert ("were out of reach" in text(desk, "/desk/"), "I have looked" in text(desk, "/desk/")) == (True, False)

    response = sign_in(ines).post(f"/desk/gaps/{gap.pk}/acknowledge/", follow=True)

    gap.refresh_from_db()
    assert (response.status_code, gap.acknowledged_by) == (200, ines)
    assert "were out of reach" not in text(desk, "/desk/")


@time_machine.travel("2026-11-20 09:00:00+01:00", tick=False)
def test_due_words_are_of_this_moment(desk: Client, ask: Ask) -> None:
    ask(due_at=timezone.now() + timedelta(minutes=14)), ask(due_at=timezone.now() - timedelta(minutes=18))

    assert re.findall(r"due in 14 min|18 min late", " ".join(row_texts(desk, "/desk/sweeper/"))) == [
        "18 min late",
        "due in 14 min",
    ]


def numbers(client: Client, address: str) -> list[int]:
    return shown(client.get(address).content.decode())


def shown(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'name="shown" value="(\d+)"', page)]


def counts(client: Client, address: str) -> dict[str, str]:
    page = client.get(address).content.decode()
    return dict(re.findall(r'id="list-([\w.-]+)"[^>]*>[^<]*<span class="count">([^<]+)<', page))


def row_texts(client: Client, address: str) -> list[str]:
    page = client.get(address).content.decode()
    return [plain(row) for row in re.findall(r'<a id="row-\d+".*?</a>', page, re.DOTALL)]


def text(client: Client, address: str) -> str:
    return plain(client.get(address).content.decode())


def plain(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())
