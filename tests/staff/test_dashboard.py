"""The mayor's window: the sentence, the figures, the list behind each of them, and the files."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group, User
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.html import strip_tags
from pytest_django import DjangoAssertNumQueries

from requests_app import ledger, workflow
from requests_app.models import Account, Post, Reaction, ServiceRequest
from requests_app.networks.contract import Charge, Usage
from requests_app.plan import areas
from requests_app.response_times import Today
from requests_app.roles import MAYOR
from staff.views.dashboard import TABLES
from staff.window.lists import listed
from staff.window.sentence import sentence
from tests.factories import (
    AccountFactory,
    PostFactory,
    QueueFactory,
    ServiceFactory,
    ServiceRequestFactory,
    UserFactory,
)

NOW = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HEADER = {"HTTP_ACCEPT_LANGUAGE": "en"}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _evening() -> Any:
    with time_machine.travel(NOW, tick=False), translation.override("en"):
        yield


@pytest.fixture
def elena(client: Client) -> User:
    elena = UserFactory(username="elena", first_name="Elena")
    elena.groups.add(Group.objects.get_or_create(name=MAYOR)[0])
    client.force_login(elena)
    return elena


def request(
    *, posted: datetime = NOW - timedelta(hours=2), answer: float | None = None, text: str = "Una farola", **fields: Any
) -> ServiceRequest:
    if answer is not None:
        fields["answered_at"] = posted + answer * MINUTE
        fields["answered_in_hours"] = answer / 2 * MINUTE
    return ServiceRequestFactory(opening_post=PostFactory(posted_at=posted, text=text), **fields)


def busy_town() -> None:
    """Today: the sweeper five answered, one of them resolved; the police one private and late; two days ago one that is late."""
    sweeper, police = QueueFactory(code="sweeper", position=1), QueueFactory(code="police", position=2)
    for minutes in (1, 2, 3, 4):
        request(queue=sweeper, answer=minutes)
    request(queue=sweeper, answer=100, status="resolved", resolved_at=NOW - MINUTE, resolved_in_hours=20 * MINUTE)
    request(queue=police, due_at=NOW - 18 * MINUTE, is_private=True, text="Un vecino grita")
    request(queue=police, posted=NOW - timedelta(days=2, hours=1), due_at=NOW - timedelta(days=2), text="Un socavón")
    request(queue=sweeper, merged_into=ServiceRequest.objects.earliest("id"))


def placed_town() -> None:
    """Two promises that fell due, one for tomorrow, and six requests at one spot of the center, of one service."""
    center = next(area for area in areas() if area.code == "centro")
    service = ServiceFactory(code="lamps", queue=QueueFactory(code="maintenance"))
    for at in range(6):
        request(
            posted=NOW - timedelta(hours=3, minutes=at), service=service, queue=service.queue, area=center.code,
            address="Plaza Mayor", latitude=center.at.latitude, longitude=center.at.longitude,
        )  # fmt: skip
    teo = UserFactory(first_name="Teo")
    promised = {"accepted_at": NOW - timedelta(hours=1), "assignee": teo, "queue": service.queue}
    for kept, late in ((True, False), (False, True)):
        request(
            promised_for=NOW - timedelta(minutes=30), status="resolved", resolved_in_hours=MINUTE,
            resolved_at=NOW - timedelta(minutes=40 if kept and not late else 10), **promised,
        )  # fmt: skip
    request(status="accepted", promised_for=NOW + timedelta(hours=20), text="Un banco roto", **promised)


def page(client: Client, query: str = "", *, name: str = "dashboard") -> str:
    response = client.get(f"{reverse(name)}{query}", **HEADER)
    assert response.status_code == 200
    return response.content.decode()


def words(html: str) -> str:
    return " ".join(unescape(strip_tags(html)).split())


def headline(html: str) -> str:
    return words(re.search(r"<h1.*?</h1>", html, re.DOTALL)[0])


def items(html: str, heading: str) -> list[str]:
    """The lines of the lists in the section with that heading."""
    section = next(part for part in html.split("<section") if f'<h2 id="{heading}"' in part).split("</section>")[0]
    return [words(item) for item in re.findall(r"<li.*?</li>", section, re.DOTALL)]


def table(html: str, heading: str) -> list[list[str]]:
    """The body rows of the table in the section with that heading."""
    section = next(part for part in html.split("<section") if f'<h2 id="{heading}"' in part)
    rows = re.findall(r"<tr.*?</tr>", section.split("</thead>", 1)[1], re.DOTALL)
    return [[words(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)] for row in rows]


# --- the sentence


def test_sentence_of_a_day(client: Client, elena: User) -> None:
    busy_town()

    assert headline(page(client)) == (
        "Today 6 requests, 5 answered. Half within 3 min, nine of ten within 1 h 1 min. 2 are late, the oldest has waited 2 days."
    )


def test_sentence_of_an_empty_day(client: Client, elena: User) -> None:
    assert headline(page(client)) == "Nothing has come in today yet. Nothing is late."


@pytest.mark.parametrize(
    ("received", "answered", "overdue", "expected"),
    [
        (1, 0, 0, "Today 1 request, none answered yet. Nothing is late."),
        (3, 1, 0, "Today 3 requests, 1 answered. Too few answers yet to say how fast. Nothing is late."),
        (0, 0, 1, "Nothing has come in today yet. 1 is late, it has waited 1 d 2 h."),
    ],
)
def test_sentence(received: int, answered: int, overdue: int, expected: str) -> None:
    oldest = None
    if overdue:
        oldest = request()
        oldest.waited = timedelta(hours=26)

    said = sentence(Today(received, answered, None, None, overdue, oldest))

    assert strip_tags(said) == expected


def test_sentence_links_every_figure(client: Client, elena: User) -> None:
    busy_town()
    oldest = ServiceRequest.objects.earliest("posted_at")

    links = re.findall(r'<a class="num \w*" href="([^"]+)">', page(client))

    assert [unescape(link) for link in links] == [
        "/mayor/list/?period=today&state=received",
        "/mayor/list/?period=today&state=answered",
        "/mayor/list/?period=today&state=answered",
        "/mayor/list/?period=today&state=answered",
        "/mayor/list/?period=today&state=overdue",
        reverse("desk_request", args=[oldest.pk]),
    ]


# --- the cards


def test_teams_in_calendar_time_and_in_opening_hours(client: Client, elena: User) -> None:
    busy_town()

    assert table(page(client), "teams") == [
        ["Sweeper", "5", "5", "1", "3 min of 5", "1 h 1 min of 5", "too few of 1", "4",
         "0 at the beginning, 4 at the end", "4 within 1 h, 1 within 24 h, 0 later, 0 not yet"],
        ["Police", "1", "0", "0", "–none", "–none", "–none", "2 2 late",
         "1 at the beginning, 2 at the end", "0 within 1 h, 0 within 24 h, 0 later, 1 not yet"],
        ["The whole town", "6", "5", "1", "3 min of 5", "1 h 1 min of 5", "too few of 1", "6 2 late",
         "1 at the beginning, 6 at the end", "4 within 1 h, 1 within 24 h, 0 later, 1 not yet"],
    ]  # fmt: skip
    assert table(page(client, "?clock=hours"), "teams")[0] == [
        "Sweeper", "5", "5", "1", "1 min 30 s of 5", "30 min of 5", "too few of 1", "4", "0 at the beginning, 4 at the end",
        "5 within 1 h, 0 within 24 h, 0 later, 0 not yet",
    ]  # fmt: skip


def test_distribution(client: Client, elena: User) -> None:
    busy_town()

    assert table(page(client), "spread") == [
        ["under 10 min", "", "4", "67 %"],
        ["10 min to 1 h", "", "0", "0 %"],
        ["1 h to 4 h", "", "1", "17 %"],
        ["4 h to 24 h", "", "0", "0 %"],
        ["longer", "", "0", "0 %"],
        ["not answered yet", "", "1", "17 %"],
    ]


def test_trend(client: Client, elena: User) -> None:
    busy_town()

    rows = table(page(client, "?period=7d"), "trend")

    assert [row[0] for row in rows] == ["15 Nov", "16 Nov", "17 Nov", "18 Nov", "19 Nov", "20 Nov", "21 Nov"]
    assert rows[4:] == [
        ["19 Nov", "1", "0", "0", "–none"],
        ["20 Nov", "0", "0", "0", "–none"],
        ["21 Nov", "6", "5", "1", "3 min of 5"],
    ]


def test_needs_are_late_and_longest_waiting_first(client: Client, elena: User) -> None:
    busy_town()
    ServiceRequest.objects.filter(opening_post__text="Un socavón").update(assignee=UserFactory(first_name="Teo"))
    hole, shout = ServiceRequest.objects.filter(due_at__lt=NOW).order_by("posted_at")

    assert items(page(client), "needs")[:2] == [
        f"No. {hole.pk} · Un socavón Police · Teo 2 d late waiting for 2 d 1 h Ask Teo No. {hole.pk}"
        f" Answer No. {hole.pk} Pass on No. {hole.pk}",
        f"No. {shout.pk} · private · Un vecino grita Police · nobody yet 18 min late waiting for 2 h"
        f" Ask Police No. {shout.pk} Answer No. {shout.pk} Pass on No. {shout.pk}",
    ]


def test_what_cannot_wait_comes_before_what_is_late(client: Client, elena: User) -> None:
    busy_town()
    fire = request(text="Hay fuego", due_at=NOW + MINUTE, is_urgent=True)
    html = page(client)

    first, second, *_rest = items(html, "needs")
    assert (first.startswith(f"No. {fire.pk} · urgent · Hay fuego"), "Un socavón" in second) == (True, True)
    # The sentence goes on telling of the late one that has waited longest.
    assert "the oldest has waited 2 days" in headline(html)


def test_needs_say_for_whom_a_late_one_waits(client: Client, elena: User) -> None:
    late = request(due_at=NOW - MINUTE, status="waiting")
    late.events.create(verb="waiting", at=NOW - timedelta(days=1), text="the power company")

    assert "waits: the power company, since 20 Nov 19:00" in items(page(client), "needs")[0]


def test_needs_count_what_nobody_has_and_what_waits(client: Client, elena: User) -> None:
    request(status="waiting", assignee=UserFactory())
    request(), request()

    assert items(page(client), "needs") == ["2 that nobody has taken yet", "1 that waits for others"]


def test_needs_hide_the_words_of_a_deleted_post(client: Client, elena: User) -> None:
    busy_town()
    Post.objects.update(deleted_at=NOW)

    assert "Un socavón" not in page(client)


def test_thanks_of_the_period_with_whom_they_are_for(client: Client, elena: User) -> None:
    one = request(queue=QueueFactory(code="sweeper"), assignee=UserFactory(first_name="Carmen"))
    thanks: dict[str, dict[str, Any]] = {
        "Gracias, Carmen": {},
        "Gracias de ayer": {"posted_at": NOW - timedelta(days=1)},
        "Gracias borradas": {"deleted_at": NOW},
        "Gracias a nadie": {"service_request": None, "posted_at": NOW - timedelta(hours=1)},
    }
    for text, fields in thanks.items():
        PostFactory(text=text, kind="thanks", triaged_at=NOW, **{"service_request": one, **fields})
    for visitor, at in (("a", NOW), ("b", NOW), ("c", NOW - timedelta(days=1))):
        Reaction.objects.create(service_request=one, kind="thanks", visitor=visitor, at=at)

    html = page(client)

    said = ["Gracias, Carmen Lucía M. · for Carmen, Sweeper", "Gracias a nadie Lucía M. · for everybody"]
    assert items(html, "thanks") == said
    assert "2 taps on “thank you”" in words(html)
    whole = page(client, name="dashboard_thanks")
    assert [words(one) for one in re.findall(r"<li>.*?</li>", whole.split("<h1>")[1], re.DOTALL)] == said


def test_channels_tell_their_health(client: Client, elena: User) -> None:
    AccountFactory(handle="alameda", external_id="1", collected_at=NOW - MINUTE)
    AccountFactory(
        handle="policia",
        external_id="2",
        collected_at=NOW - timedelta(hours=1),
        collect_error="no",
        collect_cause="credentials",
    )

    html = page(client)

    assert items(html, "channels") == [
        "@alameda X read 1 min ago",
        "@policia X X no longer accepts the keys of @policia. An administrator must link it again. read 1 h ago",
    ]
    # Money is told of where there is any.
    assert "this month," not in html


def test_figures_are_no_comfort_while_somebody_is_not_heard(client: Client, elena: User) -> None:
    heard = AccountFactory(handle="alameda", external_id="1", collected_at=NOW - MINUTE)
    assert "Everybody has their answer, or still in time." in page(client)

    Account.objects.filter(pk=heard.pk).update(collect_error="no", collect_cause="credentials")

    html = page(client)
    assert "There may be more: X no longer accepts the keys of @alameda." in html
    assert "Everybody has their answer" not in html


def test_month_is_told_with_its_forecast(client: Client, elena: User) -> None:
    charges = [Charge("answer", str(number)) for number in range(30)]
    ledger.keep(AccountFactory(), Usage(charges=charges), prices={"answer": "0.010"})

    # The only day there is stands for the nine that follow.
    assert "X has cost $0.30 this month, about $3.00 by its end. The limit is $60.00." in page(client)


def test_empty_town_has_a_dashboard(client: Client, elena: User) -> None:
    html = page(client, "?period=365d")

    assert table(html, "teams") == [["The whole town", "0", "0", "0", *["–none"] * 3, "0", "–none", ""]]
    assert "No thanks in this time." in html


# --- what is asked for


@pytest.mark.parametrize(
    ("query", "notices", "received"),
    [
        ("?from=2026-11-19&to=2026-11-19", [], "1"),
        ("?from=2026-11-19", [], "7"),
        ("?period=forever", ["We could not read those dates, so this is today."], "6"),
        ("?from=2026-11-22&to=2026-11-01", ["We could not read those dates, so this is today."], "6"),
        ("?from=yesterday", ["We could not read those dates, so this is today."], "6"),
        ("?to=2026-11-22", ["We could not read those dates, so this is today."], "6"),
        ("?from=0001-01-01&to=9999-12-31", ["We could not read those dates, so this is today."], "6"),
        ("?clock=cuckoo", ["We do not know that clock, so this is calendar time."], "6"),
    ],
)
def test_bad_values_fall_back_with_a_notice(
    client: Client, elena: User, query: str, notices: list[str], received: str
) -> None:
    busy_town()

    html = page(client, query)

    assert [
        words(notice) for notice in re.findall(r'<div class="notice warning".*?</div>\s*</div>', html, re.DOTALL)
    ] == notices
    assert table(html, "teams")[-1][1] == received


@pytest.mark.parametrize(
    "query", ["?state=late", "?queue=nobody", "?within=5m", "?at=noon", "?after=x_y", "?after=1e99_1"]
)
def test_list_with_bad_values_is_everything_received(client: Client, elena: User, query: str) -> None:
    busy_town()

    assert headline(page(client, query, name="dashboard_list")) == "Received · Today 6 requests"


# --- every number and its list


COUNTED = re.compile(
    r'<a(?: class="[^"]*")? href="(/mayor/list/[^"]+)">(?:\d+ \w+: )?(\d+)'
    r"(?: (?:requests?(?: by [^<]*)?|answered|resolved|are late|late|kept|not kept|that [^<]*))?</a>"
)


def numbers_and_links(html: str) -> set[tuple[int, str]]:
    """Every link to a list that says how many are in it."""
    return {(int(number), unescape(link)) for link, number in COUNTED.findall(html)}


QUERIES = (
    "", "?period=7d", "?period=30d&clock=hours", "?period=365d", "?from=2026-11-19&to=2026-11-20",
    "?from=2023-10-01&to=2026-11-21",
)  # fmt: skip


def test_every_number_agrees_with_its_list(client: Client, elena: User) -> None:
    busy_town()
    placed_town()
    for query in QUERIES:
        linked = numbers_and_links(page(client, query))
        # Of the many empty steps of a long trend a few are enough.
        linked -= set(sorted(pair for pair in linked if not pair[0])[8:])
        # What the list's page shows, without drawing three hundred of them.
        lists = {link: listed(QueryDict(link.partition("?")[2]), now=NOW) for _number, link in linked}

        assert len(linked) >= 20, query
        assert [link for link, shown in lists.items() if shown.notices] == []
        assert {(len(shown.rows(after="", now=NOW)), link) for link, shown in lists.items()} == linked


def test_the_days_behind_a_usual_day_hold_what_came_by_this_time(client: Client, elena: User) -> None:
    for week in range(1, 6):
        day = NOW.replace(hour=12) - timedelta(weeks=week)
        for posted in (day, day - timedelta(minutes=5), day + timedelta(hours=9)):
            request(posted=posted)
    request(posted=NOW - timedelta(weeks=6))

    behind = sorted(pair for pair in numbers_and_links(page(client)) if "until=" in pair[1])
    html = page(client, behind[0][1].removeprefix("/mayor/list/"), name="dashboard_list")

    assert [number for number, _link in behind] == [2] * 5
    assert headline(html) == "Received · 17 Oct until 19:00 2 requests"
    assert len(rows_of(client, "dashboard_list_csv", f"?{behind[0][1].partition('?')[2]}")) == 3


def test_a_spot_is_called_by_its_place(client: Client, elena: User) -> None:
    placed_town()
    ServiceRequest.objects.filter(pk=ServiceRequest.objects.earliest("id").pk).update(address="")
    spot = next(link for _number, link in numbers_and_links(page(client)) if "spot=" in link)

    assert headline(client.get(spot, **HEADER).content.decode()) == "Received · Plaza Mayor · Today 6 requests"


def test_lines_begin_with_what_was_said(client: Client, elena: User) -> None:
    late = request(due_at=NOW - MINUTE, text="@alameda @otra: Una farola")

    html = page(client)

    assert "Una farola" in html
    assert "@alameda" not in items(html, "needs")[0]
    assert f"No. {late.pk} Una farola" in words(page(client, "?state=overdue", name="dashboard_list"))


def test_list_counts_its_rows(client: Client, elena: User) -> None:
    busy_town()

    html = page(client, "?state=answered&queue=sweeper", name="dashboard_list")

    assert headline(html) == "Answered · Sweeper · Today 5 requests"
    assert html.count('scope="row"') == 5


@pytest.mark.parametrize(("state", "first"), [("received", "newest"), ("open", "oldest")])
def test_list_is_read_page_by_page(
    client: Client, elena: User, monkeypatch: pytest.MonkeyPatch, state: str, first: str
) -> None:
    # Three at a moment, so that a page ends among equals.
    made = [request(posted=NOW - timedelta(minutes=at // 3)).pk for at in range(9)]
    monkeypatch.setattr("staff.window.lists.PAGE", 2)
    monkeypatch.setattr("staff.views.dashboard.PAGE", 2)

    url, seen = f"{reverse('dashboard_list')}?state={state}", []
    while url:
        response = client.get(url, **HEADER)
        seen += [row.pk for row in response.context["rows"]]
        more = re.search(r'rel="next" href="([^"]+)"', response.content.decode())
        url = unescape(more[1]) if more else ""

    newest = [made[at] for at in (2, 1, 0, 5, 4, 3, 8, 7, 6)]
    assert seen == (newest if first == "newest" else newest[::-1])


def test_empty_list_says_so(client: Client, elena: User) -> None:
    assert "No request is counted in this figure." in page(client, "?state=overdue", name="dashboard_list")


# --- files


def rows_of(client: Client, name: str, query: str = "", **of: str) -> list[list[str]]:
    response = client.get(reverse(name, kwargs=of) + query, **HEADER)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(response).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_figures_as_csv(client: Client, elena: User) -> None:
    busy_town()

    header, *rows = rows_of(client, "dashboard_csv")

    assert header == [
        "from", "to", "team_code", "team", "clock", "received", "answered", "resolved",
        "answer_cases", "answer_median_s", "answer_p90_s", "resolution_cases", "resolution_median_s", "resolution_p90_s",
        "open_now", "late_now", "oldest_open_posted_at",
    ]  # fmt: skip
    day = ["2026-11-21", "2026-11-21"]
    assert rows[2:4] == [
        [
            *day,
            "sweeper",
            "Sweeper",
            "calendar",
            "5",
            "5",
            "1",
            "5",
            "180",
            "3696",
            "1",
            "",
            "",
            "4",
            "0",
            "2026-11-21T17:00:00+01:00",
        ],
        [
            *day,
            "sweeper",
            "Sweeper",
            "hours",
            "5",
            "5",
            "1",
            "5",
            "90",
            "1848",
            "1",
            "",
            "",
            "4",
            "0",
            "2026-11-21T17:00:00+01:00",
        ],
    ]
    assert [row[2:6] for row in rows] == [
        ["", "The whole town", "calendar", "6"], ["", "The whole town", "hours", "6"],
        ["sweeper", "Sweeper", "calendar", "5"], ["sweeper", "Sweeper", "hours", "5"],
        ["police", "Police", "calendar", "1"], ["police", "Police", "hours", "1"],
    ]  # fmt: skip


def test_list_as_csv(client: Client, elena: User) -> None:
    busy_town()

    header, *rows = rows_of(client, "dashboard_list_csv", "?state=resolved")

    (done,) = (dict(zip(header, row, strict=True)) for row in rows)
    assert done == {
        "number": str(ServiceRequest.objects.get(status="resolved").pk), "status": "resolved", "team": "Sweeper",
        "service": "", "place": "", "private": "0",
        "posted_at": "2026-11-21T17:00:00+01:00", "answered_at": "2026-11-21T18:40:00+01:00",
        "resolved_at": "2026-11-21T18:59:00+01:00", "due_at": "",
        "answer_s": "6000", "answer_in_opening_hours_s": "3000", "resolution_s": "7140", "resolution_in_opening_hours_s": "1200",
    }  # fmt: skip


@pytest.mark.parametrize("place", ['=HYPERLINK("http://bad")', "+34", "-1", "@SUM(1)", "\t=1"])
def test_csv_holds_no_formula(client: Client, elena: User, place: str) -> None:
    request(address=place)

    (row,) = rows_of(client, "dashboard_list_csv")[1:]

    assert row[4] == f"'{place}"


# --- doors and cost


@pytest.mark.parametrize("name", ["dashboard", "dashboard_csv", "dashboard_list", "dashboard_list_csv"])
def test_only_the_mayor_comes_in(client: Client, name: str) -> None:
    carmen = UserFactory(username="carmen")
    QueueFactory().members.add(carmen)
    assert client.get(reverse(name)).status_code == 302

    client.force_login(carmen)

    assert client.get(reverse(name)).status_code == 403


@pytest.mark.parametrize("many", [1, 3])
def test_dashboard_asks_the_same_of_one_and_of_three(
    client: Client, elena: User, django_assert_num_queries: DjangoAssertNumQueries, many: int
) -> None:
    for at in range(many):
        late = request(queue=QueueFactory(code=f"team{at}"), due_at=NOW - MINUTE, assignee=UserFactory())
        PostFactory(kind="thanks", triaged_at=NOW, service_request=late)
        AccountFactory(external_id=str(at))
    page(client)

    with django_assert_num_queries(24):
        page(client)


@pytest.mark.parametrize("many", [1, 3])
def test_list_asks_the_same_of_one_and_of_three(
    client: Client, elena: User, django_assert_num_queries: DjangoAssertNumQueries, many: int
) -> None:
    for at in range(many):
        request(queue=QueueFactory(code=f"team{at}"))
    page(client, name="dashboard_list")

    with django_assert_num_queries(5):
        page(client, name="dashboard_list")


# --- the lower cards


def test_today_beside_a_usual_day(client: Client, elena: User) -> None:
    for week in range(1, 6):
        for at in range(week):
            request(posted=NOW - timedelta(weeks=week, hours=3, minutes=at))
    request(posted=NOW - timedelta(weeks=5, days=1))
    request()

    assert "1 request by 19:00, usually 3" in words(page(client))


def test_a_young_town_calls_nothing_usual(client: Client, elena: User) -> None:
    request(posted=NOW - timedelta(days=3))
    request()

    html = words(page(client))

    assert "1 request by 19:00. What is usual can be said after five days." in html
    assert "The town is too young to say what is usual." in html


def test_parts_of_town_are_told_with_their_residents(client: Client, elena: User) -> None:
    placed_town()
    request(posted=NOW - timedelta(weeks=2))
    for at in range(30):
        request(area="las-moreras", posted=NOW - timedelta(minutes=at + 1))

    rows = table(page(client), "places")

    assert [row[:3] for row in rows] == [
        ["Centro more than usual", "6", "7.9"],
        ["Barrio Alto silent: its share would be 7", "0", "0.0"],
        ["Las Moreras more than usual", "30", "46.9"],
        ["La Estación silent: its share would be 5", "0", "0.0"],
        ["El Molino silent: its share would be 6", "0", "0.0"],
        ["La Vega too few to say", "0", "0.0"],
    ]


def test_rising_and_busy_spots_lead_to_their_requests(client: Client, elena: User) -> None:
    placed_town()
    request(posted=NOW - timedelta(weeks=2))

    html = page(client)

    assert items(html, "rises") == ["Lamps 6 usually 0"]
    assert items(html, "places") == ["Plaza Mayor 6"]


def test_promises_kept_broken_and_due_tomorrow(client: Client, elena: User) -> None:
    placed_town()
    tomorrow = ServiceRequest.objects.get(opening_post__text="Un banco roto")

    html = page(client)

    assert "1 kept, 1 not kept." in words(html)
    assert "% kept" not in words(html)
    assert items(html, "promises") == [f"No. {tomorrow.pk} Un banco roto Maintenance · Teo 15:00"]


def test_cards_as_csv(client: Client, elena: User) -> None:
    placed_town()
    day = ["2026-11-21", "2026-11-21"]

    tables = {name: rows_of(client, "dashboard_table_csv", table=name) for name in TABLES}

    assert {name: len(rows[0]) for name, rows in tables.items()} == {
        name: len(rows[1]) for name, rows in tables.items() if len(rows) > 1
    } | {"rising": 6}
    assert tables["areas"][1] == [*day, "centro", "Centro", "760", "6", "7.9", "", "", "1.3", "usual"]
    assert tables["promises"][1:] == [[*day, "2", "1", "1", "1"]]
    assert tables["usual"][19] == ["2026-11-21", "19:00", "9", ""]
    assert client.get("/mayor/nothing.csv").status_code == 404


# --- a question in one tap


def test_a_tap_asks_once_and_can_be_taken_back(client: Client, elena: User) -> None:
    late = request(due_at=NOW - MINUTE, assignee=UserFactory(first_name="Teo"))
    ask = reverse("nudge", args=[late.pk])

    told = client.post(ask, HTTP_HX_REQUEST="true", **HEADER).content.decode()

    assert words(told).startswith("Teo will see that you asked.")
    assert "Asked at 19:00" in told
    assert "Asked at 19:00 already." in client.post(ask, HTTP_HX_REQUEST="true", **HEADER).content.decode()
    event = late.events.get(verb="nudged")
    late.refresh_from_db()
    assert (event.by, late.nudged_at, late.version) == (elena, NOW, 1)
    client.post(reverse("undo_nudge", args=[event.pk]), **HEADER)
    late.refresh_from_db()
    assert late.nudged_at is None
    assert "Ask Teo" in page(client)


def test_without_script_a_tap_leads_back_to_its_line(client: Client, elena: User) -> None:
    late = request(due_at=NOW - MINUTE)

    response = client.post(f"{reverse('nudge', args=[late.pk])}?period=7d", **HEADER)

    assert response["Location"] == f"/mayor/?period=7d#need-{late.pk}"


def test_what_is_done_is_not_asked_about(client: Client, elena: User) -> None:
    done = request(status="resolved", resolved_at=NOW, resolved_in_hours=MINUTE)

    client.post(reverse("nudge", args=[done.pk]), **HEADER)

    assert not done.events.filter(verb="nudged").exists()


def test_after_four_hours_one_may_ask_again(elena: User) -> None:
    late = request(due_at=NOW - MINUTE)
    workflow.nudge(late, by=elena)
    with time_machine.travel(NOW + timedelta(hours=4), tick=False):
        workflow.nudge(late, by=elena)

    assert late.events.filter(verb="nudged").count() == 2


def test_the_team_answers_a_question_by_acting(elena: User) -> None:
    late, teo = request(due_at=NOW - MINUTE), UserFactory()
    late.queue.members.add(teo)
    workflow.nudge(late, by=elena)

    workflow.accept(late, by=teo, version=late.version)

    late.refresh_from_db()
    assert late.nudged_at is None


def test_only_the_mayor_asks(client: Client) -> None:
    carmen, late = UserFactory(username="carmen"), request()
    late.queue.members.add(carmen)
    client.force_login(carmen)

    assert client.post(reverse("nudge", args=[late.pk])).status_code == 403


def test_the_team_sees_the_question_at_the_desk_and_on_the_street(client: Client, elena: User) -> None:
    carmen, late = UserFactory(username="carmen"), request(due_at=NOW - MINUTE)
    late.queue.members.add(carmen)
    client.force_login(carmen)
    doors = [reverse("desk_request", args=[late.pk]), reverse("street"), reverse("street_request", args=[late.pk])]

    before = ["the mayor asks" in client.get(door, **HEADER).content.decode() for door in doors]
    workflow.nudge(late, by=elena)
    after = ["the mayor asks" in client.get(door, **HEADER).content.decode() for door in doors]

    assert (before, after) == ([False] * 3, [True] * 3)
