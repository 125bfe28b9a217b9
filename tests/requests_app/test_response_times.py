"""How long residents wait, on small towns whose figures are worked out by hand."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone, translation
from pytest_django import DjangoAssertNumQueries

from requests_app.models import ServiceRequest
from requests_app.response_times import (
    BadPeriod,
    Period,
    Today,
    Wait,
    backlogs,
    departures,
    distribution,
    due_tomorrow,
    fastest,
    figures,
    hot_spots,
    in_cell,
    oldest_unanswered,
    overdue,
    promised,
    promises,
    today_sentence,
    trend,
    usual,
)
from tests.factories import PostFactory, QueueFactory, ServiceFactory, ServiceRequestFactory, UserFactory

# A Saturday in Alameda, whose clocks show an hour more than UTC.
NOW = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
TODAY = Period.named("today", NOW)
MINUTE = timedelta(minutes=1)


def request(
    *,
    posted: datetime = NOW - timedelta(hours=2),
    answer: float | None = None,
    hours: float | None = None,
    **fields: Any,
) -> ServiceRequest:
    """Posted then; answered after `answer` minutes, which were `hours` minutes of opening hours."""
    if answer is not None:
        fields["answered_at"] = posted + answer * MINUTE
        fields["answered_in_hours"] = (answer if hours is None else hours) * MINUTE
    return ServiceRequestFactory(opening_post=PostFactory(posted_at=posted), **fields)


def resolved(*, posted: datetime = NOW - timedelta(hours=2), after: float, **fields: Any) -> ServiceRequest:
    took = after * MINUTE
    return request(posted=posted, status="resolved", resolved_at=posted + took, resolved_in_hours=took / 2, **fields)


# --- periods


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("today", date(2026, 11, 21), date(2026, 11, 21)),
        ("7d", date(2026, 11, 15), date(2026, 11, 21)),
        ("30d", date(2026, 10, 23), date(2026, 11, 21)),
        ("365d", date(2025, 11, 22), date(2026, 11, 21)),
    ],
)
def test_named_period_ends_tonight(name: str, first: date, last: date) -> None:
    period = Period.named(name, NOW)

    assert (period.name, period.first_day, period.last_day) == (name, first, last)


def test_today_begins_at_the_towns_midnight() -> None:
    late = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)  # half past midnight in Alameda

    assert Period.named("today", late).start == datetime(2026, 11, 21, 23, 0, tzinfo=UTC)


def test_period_between_has_both_days() -> None:
    period = Period.between(date(2026, 11, 1), date(2026, 11, 2))

    assert (period.start, period.end) == (
        datetime(2026, 10, 31, 23, 0, tzinfo=UTC),
        datetime(2026, 11, 2, 23, 0, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 11, 2), date(2026, 11, 1)),
        (date(2000, 1, 1), date(2026, 11, 1)),
        (date(9999, 12, 31), date(9999, 12, 31)),
        (date(1, 1, 1), date(1, 1, 1)),
    ],
)
def test_period_between_refuses(first: date, last: date) -> None:
    with pytest.raises(BadPeriod):
        Period.between(first, last)


def test_period_of_unknown_name_is_refused() -> None:
    with pytest.raises(BadPeriod):
        Period.named("forever")


@pytest.mark.parametrize(
    ("first", "last", "step"),
    [
        (date(2026, 11, 21), date(2026, 11, 21), "hour"),
        (date(2026, 10, 24), date(2026, 10, 25), "hour"),  # 49 hours: the clocks go back
        (date(2026, 11, 15), date(2026, 11, 21), "day"),
        (date(2025, 11, 22), date(2026, 11, 21), "week"),
        (date(2020, 1, 1), date(2026, 11, 21), "month"),
    ],
)
def test_step_follows_length(first: date, last: date, step: str) -> None:
    assert Period.between(first, last).step == step


# --- figures


@pytest.mark.django_db
def test_figures_of_an_empty_town() -> None:
    (town,) = figures(TODAY)
    nothing = Wait(0, None, None)

    assert (town.key, town.received, town.answered, town.resolved, town.backlog, town.oldest_open_at) == (
        "", 0, 0, 0, 0, None,
    )  # fmt: skip
    assert (town.answer, town.resolution, town.answer_in_hours, town.resolution_in_hours) == (nothing,) * 4
    assert figures(TODAY, by="queue") == figures(TODAY, by="service") == []


@pytest.mark.django_db
def test_figures_median_and_nine_of_ten() -> None:
    for minutes in (1, 2, 3, 4, 100):
        request(answer=minutes, hours=minutes / 2)
    request()

    (town,) = figures(TODAY)

    # Between the fourth and the fifth of five, at 0.9 x 4 = 3.6: 4 + 0.6 x 96.
    assert town.answer == Wait(5, 3 * MINUTE, 61.6 * MINUTE)
    assert town.answer_in_hours == Wait(5, 1.5 * MINUTE, 30.8 * MINUTE)
    assert (town.received, town.answered, town.resolved, town.backlog) == (6, 5, 0, 6)


@pytest.mark.django_db
def test_figures_of_resolutions() -> None:
    for minutes in (10, 20, 30, 40, 50):
        resolved(after=minutes)

    (town,) = figures(TODAY)

    assert town.resolution == Wait(5, 30 * MINUTE, 46 * MINUTE)
    assert town.resolution_in_hours == Wait(5, 15 * MINUTE, 23 * MINUTE)
    # Resolved without a word that anybody could read is not answered.
    assert (town.answered, town.resolved, town.backlog) == (0, 5, 0)


@pytest.mark.django_db
def test_figures_of_four_cases_are_too_few() -> None:
    for minutes in (1, 2, 3, 4):
        request(answer=minutes)

    (town,) = figures(TODAY)

    assert (town.answered, town.answer) == (4, Wait(4, None, None))


@pytest.mark.django_db
def test_figures_count_what_was_posted_in_the_period() -> None:
    request(posted=TODAY.start - timedelta(seconds=1), answer=1)
    request(posted=TODAY.start)

    (town,) = figures(TODAY)

    assert (town.received, town.answered, town.backlog) == (1, 0, 2)
    assert town.oldest_open_at == TODAY.start - timedelta(seconds=1)


@pytest.mark.django_db
def test_figures_leave_merged_requests_out() -> None:
    request(merged_into=request())

    (town,) = figures(TODAY)

    assert (town.received, town.backlog) == (1, 1)


@pytest.mark.django_db
def test_figures_for_the_public_leave_private_requests_out() -> None:
    request(answer=1, is_private=True)
    request()

    assert [(town.received, town.answered, town.backlog) for town in figures(TODAY)] == [(2, 1, 2)]
    assert [(town.received, town.answered, town.backlog) for town in figures(TODAY, public_only=True)] == [(1, 0, 1)]


@pytest.mark.django_db
def test_figures_by_queue_in_the_towns_order() -> None:
    police = QueueFactory(code="police", position=2)
    QueueFactory(code="library", position=3)
    sweeper = QueueFactory(code="sweeper", position=1)
    for minutes in (1, 2, 3, 4, 5):
        request(queue=sweeper, answer=minutes)
    request(queue=police, due_at=NOW - MINUTE)

    with translation.override("en"):
        rows = figures(TODAY, by="queue", total=True, now=NOW)

    assert [(row.key, row.name, row.received, row.answered, row.backlog, row.overdue) for row in rows] == [
        ("", "The whole town", 6, 5, 6, 1),
        ("sweeper", "Sweeper", 5, 5, 5, 0),
        ("police", "Police", 1, 0, 1, 1),
        ("library", "Library", 0, 0, 0, 0),
    ]
    assert [row.answer for row in rows] == [
        Wait(5, 3 * MINUTE, 4.6 * MINUTE),
        Wait(5, 3 * MINUTE, 4.6 * MINUTE),
        Wait(0, None, None),
        Wait(0, None, None),
    ]


@pytest.mark.django_db
def test_figures_by_service() -> None:
    request(service=ServiceFactory(code="lamps"))
    request(service=ServiceFactory(code="bins"))
    request(service=ServiceFactory(code="abuse", is_private=True), is_private=True)
    request()
    ServiceFactory(code="retired", is_active=False)

    assert [(row.key, row.received) for row in figures(TODAY, by="service")] == [
        ("abuse", 1), ("bins", 1), ("lamps", 1), ("-", 1),
    ]  # fmt: skip
    assert [(row.key, row.received) for row in figures(TODAY, by="service", public_only=True)] == [
        ("bins", 1), ("lamps", 1), ("-", 1),
    ]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("codes", [("sweeper",), ("sweeper", "police", "library")])
def test_figures_ask_three_questions(codes: tuple[str, ...], django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for code in codes:
        request(queue=QueueFactory(code=code))

    with django_assert_num_queries(3):
        rows = figures(TODAY, by="queue", total=True)

    assert len(rows) == len(codes) + 1


# --- distribution and trend


@pytest.mark.django_db
def test_distribution_by_bucket_and_clock() -> None:
    for minutes in (9, 10, 59, 60, 240, 1439, 1440):
        request(posted=TODAY.start, answer=minutes, hours=1)
    request()

    assert distribution(TODAY) == {"10m": 1, "1h": 2, "4h": 1, "24h": 2, "more": 1, "none": 1}
    assert distribution(TODAY, clock="hours") == {"10m": 7, "1h": 0, "4h": 0, "24h": 0, "more": 0, "none": 1}


@pytest.mark.django_db
def test_trend_of_days_has_the_empty_ones_too() -> None:
    period = Period.between(date(2026, 11, 18), date(2026, 11, 21))
    for minutes in (1, 2, 3, 4, 5):
        request(posted=NOW - timedelta(days=2), answer=minutes, hours=1)
    resolved(posted=NOW - timedelta(days=1), after=5)

    points = trend(period, now=NOW)

    assert [(timezone.localdate(point.start).day, point.received, point.answered, point.resolved) for point in points] == [
        (18, 0, 0, 0), (19, 5, 5, 0), (20, 1, 0, 1), (21, 0, 0, 0),
    ]  # fmt: skip
    assert [point.answer.median for point in points] == [None, 3 * MINUTE, None, None]
    assert [point.answer_in_hours.median for point in points] == [None, MINUTE, None, None]
    assert points[-1].end == period.end


@pytest.mark.django_db
def test_trend_of_today_stops_at_this_hour() -> None:
    request(posted=TODAY.start + timedelta(minutes=90))

    points = trend(TODAY, now=NOW)

    # 19:00 in Alameda has just begun.
    assert [point.received for point in points] == [0, 1, *[0] * 18]
    assert sum(point.received for point in points) == figures(TODAY)[0].received


@pytest.mark.django_db
def test_trend_of_the_long_day_has_25_hours() -> None:
    day = date(2026, 10, 25)
    first_two_o_clock = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    request(posted=first_two_o_clock)
    request(posted=first_two_o_clock + timedelta(hours=1))

    points = trend(Period.between(day, day), now=NOW)

    assert [point.received for point in points] == [0, 0, 1, 1, *[0] * 21]


# --- cases


@pytest.mark.django_db
def test_fastest_and_oldest() -> None:
    request(answer=9)
    quick = request(answer=3)
    request(answer=1, is_private=True)
    request(posted=NOW - timedelta(days=3), answer=0.5)
    old = request(posted=NOW - timedelta(days=2))
    request(posted=NOW - timedelta(days=4), is_private=True)
    request()

    assert fastest(TODAY, public_only=True) == quick
    assert fastest(TODAY, public_only=True).took == 3 * MINUTE
    assert oldest_unanswered(public_only=True, now=NOW) == old
    assert oldest_unanswered(public_only=True, now=NOW).waited == timedelta(days=2)


@pytest.mark.django_db
def test_nobody_is_fastest_in_an_empty_town() -> None:
    assert (fastest(TODAY), oldest_unanswered()) == (None, None)


@pytest.mark.django_db
def test_today_sentence() -> None:
    for minutes in (1, 2, 3, 4, 100):
        request(answer=minutes, due_at=NOW + MINUTE)
    late = request(posted=NOW - timedelta(days=2), due_at=NOW - timedelta(days=1))
    request(due_at=NOW - timedelta(hours=1))

    (oldest, _other) = overdue(now=NOW, most=2)

    assert today_sentence(now=NOW, overdue=2, oldest=oldest) == Today(
        received=6, answered=5, median=3 * MINUTE, p90=61.6 * MINUTE, overdue=2, oldest=late
    )


@pytest.mark.django_db
def test_today_sentence_of_an_empty_town(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        today = today_sentence(now=NOW, overdue=0, oldest=None)

    assert today == Today(received=0, answered=0, median=None, p90=None, overdue=0, oldest=None)


# --- what is usual, and what is not


@pytest.mark.django_db
def test_usual_is_the_middle_of_the_same_weekdays() -> None:
    for week, count in enumerate((1, 9, 3, 4, 5), start=1):
        for at in range(count):
            request(posted=NOW - timedelta(weeks=week, hours=3, minutes=at))
    request(posted=NOW - timedelta(weeks=6))
    request(posted=NOW - timedelta(days=1))
    request()

    day = usual(now=NOW)

    # The day on which it all began was no whole day.
    assert (day.received, day.by_now, day.is_same_weekday) == (1, 4, True)
    assert day.days == tuple((NOW.date() - timedelta(weeks=at), n) for at, n in enumerate((1, 9, 3, 4, 5), start=1))
    assert (len(day.today), len(day.rising), day.rising[-1]) == (20, 24, 4)


@pytest.mark.django_db
def test_usual_takes_every_day_where_weekdays_are_few() -> None:
    for back in range(1, 8):
        request(posted=NOW - timedelta(days=back, hours=5))

    day = usual(now=NOW)

    assert (day.by_now, len(day.days), day.is_same_weekday) == (1, 6, False)


@pytest.mark.django_db
def test_usual_counts_up_to_this_minute() -> None:
    # In January the clocks of eight weeks agree.
    now = NOW + timedelta(weeks=9)
    for week in range(1, 6):
        for at in range(4):
            request(posted=now - timedelta(weeks=week) + timedelta(minutes=30 + at, seconds=30))
    request(posted=now - timedelta(weeks=6))

    assert [usual(now=now + timedelta(minutes=at)).by_now for at in (0, 29, 30, 31, 59)] == [0, 0, 1, 2, 4]


@pytest.mark.django_db
def test_a_service_rises_when_chance_would_hardly_do_it() -> None:
    lamps, bins = ServiceFactory(code="lamps"), ServiceFactory(code="bins")
    request(posted=NOW - timedelta(weeks=9))
    for week in range(1, 9):
        request(posted=NOW - timedelta(weeks=week, hours=3), service=lamps)
        for _at in range(4):
            request(posted=NOW - timedelta(weeks=week, hours=3), service=bins)
    for _at in range(8):
        request(service=lamps)
        request(service=bins)

    found = departures(TODAY, now=NOW)

    assert [(one.service, one.count, one.usual) for one in found.rises] == [(lamps, 8, 1.0)]
    assert (found.received, found.placed, found.weeks) == (16, 0, 8)


@pytest.mark.django_db
def test_what_came_at_other_hours_of_the_week_is_not_compared() -> None:
    lamps = ServiceFactory(code="lamps")
    request(posted=NOW - timedelta(weeks=9))
    for week in range(1, 9):
        for at in range(9):
            # On Fridays, and on Saturdays later than now.
            request(posted=NOW - timedelta(weeks=week, days=1, minutes=at), service=lamps)
            request(posted=NOW - timedelta(weeks=week) + timedelta(minutes=1 + at), service=lamps)
    for _at in range(6):
        request(service=lamps)

    assert [(one.count, one.usual) for one in departures(TODAY, now=NOW).rises] == [(6, 0.0)]


@pytest.mark.django_db
def test_parts_of_town_are_loud_silent_or_too_few_to_say() -> None:
    request(posted=NOW - timedelta(weeks=3))
    for _at in range(40):
        request(area="centro")
    for _at in range(10):
        request(area="alto", posted=NOW - timedelta(weeks=1, hours=3))
    for _at in range(10):
        request(area="alto")
    request(area="el-molino")

    told = {one.code: one for one in departures(TODAY, now=NOW).areas}

    states = (
        ("centro", "hot"),
        ("alto", "usual"),
        ("el-molino", "silent"),
        ("la-estacion", "silent"),
        ("la-vega", "too_few"),
    )
    assert [(code, told[code].state) for code, _state in states] == list(states)
    assert told["alto"].rate == pytest.approx(14.49, abs=0.01)
    assert told["alto"].usual_rate == pytest.approx(7.25, abs=0.01)


@pytest.mark.django_db
def test_busy_spots_are_their_lists() -> None:
    for at in range(6):
        request(latitude=37.2 + at * 0.00001, longitude=-3.6, address="Plaza Mayor")
    for _at in range(4):
        request(latitude=37.3, longitude=-3.6, address="Too few")
    request()

    (spot,) = hot_spots(TODAY, most=5)

    assert (spot.address, spot.count) == ("Plaza Mayor", 6)
    listed = in_cell(ServiceRequest.objects.all(), spot.cell)
    assert listed is not None
    assert listed.count() == 6
    assert in_cell(ServiceRequest.objects.all(), "a_b") is None


# --- promises and backlog


@pytest.mark.django_db
def test_promises_are_kept_or_not_once_they_fall_due() -> None:
    teo = UserFactory()
    taken: dict[str, Any] = {"accepted_at": NOW - timedelta(hours=2), "assignee": teo}
    due = NOW - timedelta(minutes=30)
    resolved(after=60, promised_for=due, **taken)
    resolved(after=110, promised_for=due, **taken)
    request(status="accepted", promised_for=due, **taken)
    request(status="accepted", promised_for=NOW + timedelta(minutes=30), **taken)
    request(status="accepted", promised_for=due - timedelta(days=2), **taken)
    tomorrow = request(status="accepted", promised_for=NOW + timedelta(hours=6), **taken)

    told = promises(TODAY, now=NOW)

    assert (told.kept, told.broken, told.count) == (1, 2, 3)
    assert [promised(TODAY, now=NOW, kept=kept).count() for kept in (True, False, None)] == [1, 2, 3]
    assert list(due_tomorrow(now=NOW)) == [tomorrow]


@pytest.mark.django_db
def test_backlog_is_counted_back_from_now() -> None:
    day = timedelta(days=1)
    sweeper, police = QueueFactory(code="sweeper"), QueueFactory(code="police")
    request(queue=sweeper, posted=NOW - 20 * day)
    resolved(queue=sweeper, posted=NOW - 10 * day, after=8 * 24 * 60, changed_at=NOW)
    resolved(queue=police, posted=NOW - 3 * day, after=24 * 60, changed_at=NOW)
    request(
        queue=police, posted=NOW - 4 * day, status="declined", decline_reason="not_ours",
        told_at=NOW - day, changed_at=NOW,
    )  # fmt: skip
    week = Period.named("7d", NOW)
    open_now = {one.key: one.backlog for one in figures(week, by="queue", total=True, now=NOW)}

    told = backlogs(week, now=NOW, open_now=open_now)

    # From the midnight at which the week began, then at the end of each day.
    assert told == {
        "": [2, 2, 2, 3, 4, 2, 1, 1],
        "sweeper": [2, 2, 2, 2, 2, 1, 1, 1],
        "police": [0, 0, 0, 1, 2, 1, 0, 0],
    }


@pytest.mark.django_db
def test_backlog_of_a_time_that_is_over_ends_where_it_ended() -> None:
    request(queue=QueueFactory(code="sweeper"))
    past = Period.between(date(2026, 11, 10), date(2026, 11, 12))

    assert backlogs(past, now=NOW, open_now={"": 1})[""] == [0, 0, 0, 0]
