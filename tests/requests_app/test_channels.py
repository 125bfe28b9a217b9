"""How each account fares: its state, the sentence a mayor reads, and the alarms."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.utils import translation
from pytest_django import DjangoAssertNumQueries, Settings

from requests_app import channels, ledger
from requests_app.channels.usual import Usual
from requests_app.models import Account, Gap, Post, RateLimit
from requests_app.networks.contract import Charge, Usage
from tests.factories import AccountFactory, AuthorFactory, PostFactory

# A Friday: 11:00 in the town.
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _morning(settings: Settings) -> Iterator[None]:
    settings.X_COLLECT_SECONDS, settings.COLLECT_SECONDS = 60, 30
    with time_machine.travel(NOW, tick=False), translation.override("en"):
        yield


def account(**values: Any) -> Account:
    return AccountFactory(**{"collected_at": NOW - 20 * SECOND, **values})


def state(**values: Any) -> tuple[str, datetime | None, datetime | None, str]:
    """Of a town's only account."""
    account(**values)
    (found,) = channels.states(now=NOW)
    return found.code, found.since, found.until, found.sentence


def posts(account: Account, moments: list[datetime], *, late: timedelta = SECOND) -> None:
    author = AuthorFactory(network=account.network)
    Post.objects.bulk_create(
        Post(
            network=account.network, external_id=f"{account.pk}-{number}", account=account, author=author,
            text="Una farola", posted_at=moment, received_at=moment + late,
        )
        for number, moment in enumerate(moments)
    )  # fmt: skip


def busy_hours(*, weeks: int = 8) -> list[datetime]:
    """Two posts an hour from nine to two by the town's clock, Monday to Friday, until yesterday."""
    days = [NOW.replace(hour=0) - number * DAY for number in range(weeks * 7, 0, -1)]
    return [
        # In winter the town is an hour ahead of UTC; before the last Sunday of October it was two.
        day + (hour - (2 if day < datetime(2026, 10, 25, tzinfo=UTC) else 1)) * HOUR + minute * MINUTE
        for day in days
        if day.isoweekday() < 6
        for hour in range(9, 14)
        for minute in (10, 40)
    ]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, ("fine", None, None, "@alameda on X is fine.")),
        (
            {"collect_error": "no", "collect_cause": "credentials"},
            ("credentials", NOW - 20 * SECOND, None,
             "X no longer accepts the keys of @alameda. An administrator must link it again."),
        ),
        (
            {"deferred_until": NOW + MINUTE, "deferred_cause": "credentials"},
            ("credentials", None, None,
             "X no longer accepts the keys of @alameda. An administrator must link it again."),
        ),
        (
            {"deferred_until": NOW + HOUR, "deferred_cause": "money"},
            ("money", None, NOW + HOUR,
             "The credits on X are used up: @alameda can neither be read nor answer. Next try: 12:00."),
        ),
        (
            {"collect_error": "no", "collect_cause": "money", "next_collect_at": NOW + MINUTE, "collected_at": NOW - HOUR},
            ("money", NOW - HOUR, NOW + MINUTE,
             "The credits on X are used up: @alameda can neither be read nor answer. Next try: 11:01."),
        ),
        (
            {"deferred_until": NOW + 5 * MINUTE, "deferred_cause": "limit"},
            ("limited", None, NOW + 5 * MINUTE, "X asks @alameda to wait until 11:05."),
        ),
        # What is over is over.
        ({"deferred_until": NOW - SECOND, "deferred_cause": "money"}, ("fine", None, None, "@alameda on X is fine.")),
        (
            {"deferred_until": NOW + SECOND, "deferred_cause": "unreachable"},
            ("slow", NOW - 20 * SECOND, None, "X is slow for @alameda: posts arrive and answers leave late."),
        ),
        (
            {"collected_at": NOW - 3 * MINUTE},
            ("slow", NOW - 3 * MINUTE, None, "X is slow for @alameda: posts arrive and answers leave late."),
        ),
        (
            {"collected_at": NOW - 5 * MINUTE - SECOND, "collect_error": "down", "collect_cause": "unreachable"},
            ("unread", NOW - 5 * MINUTE - SECOND, None,
             "X has not been read since 10:54 for @alameda. Posts arrive later."),
        ),
        # It never was read, since nobody runs the worker, or since the first try failed.
        (
            {"collected_at": None, "reads_from": NOW - HOUR, "next_collect_at": NOW},
            ("unread", NOW - HOUR, None, "X has not been read since 10:00 for @alameda. Posts arrive later."),
        ),
        (
            {"collected_at": None, "collect_error": "down", "reads_from": NOW - SECOND},
            ("unread", NOW - SECOND, None, "X has not been read since 10:59 for @alameda. Posts arrive later."),
        ),
        # Whoever paused it knows that it is not read.
        (
            {"is_active": False, "collected_at": NOW - DAY},
            ("paused", NOW - DAY, None,
             "An administrator has paused @alameda on X: nothing is read or answered there."),
        ),
    ],
)  # fmt: skip
def test_state_is_told_in_words(values: dict[str, Any], told: tuple[Any, ...]) -> None:
    assert state(**values) == told


def test_unlinked_and_towns_own_accounts_have_no_state() -> None:
    AccountFactory(is_active=False, credentials={}), AccountFactory(network="plaza")

    assert (channels.states(now=NOW), channels.alarms(now=NOW)) == ([], [])


def test_inbox_read_every_quarter_of_an_hour_is_not_slow(settings: Settings) -> None:
    settings.X_SOFT_CAP = settings.X_HARD_CAP = Decimal("0.01")
    ledger.keep(account(external_id="9"), Usage(charges=[Charge("answer", "1")]), prices={"answer": "0.010"})
    Account.objects.update(collected_at=NOW - 14 * MINUTE)

    assert [found.code for found in channels.states(now=NOW)] == ["fine"]


def test_limit_with_nothing_left_is_told_until_its_end() -> None:
    one = account()
    for verb, remaining in (("fetch", 1), ("publish", 0), ("owner", 0)):
        RateLimit.objects.create(
            account=one,
            verb=verb,
            limit=100,
            remaining=remaining,
            resets_at=NOW + (20 if verb == "owner" else 10) * MINUTE,
        )

    (found,) = channels.states(now=NOW)
    assert (found.code, found.until) == ("limited", NOW + 10 * MINUTE)
    Account.objects.update(collected_at=NOW + 10 * MINUTE)
    assert [found.code for found in channels.states(now=NOW + 10 * MINUTE)] == ["fine"]


@pytest.mark.parametrize(("late", "code"), [(11 * MINUTE, "slow"), (9 * MINUTE, "fine")])
def test_posts_that_arrive_late_make_it_slow(late: timedelta, code: str) -> None:
    one = account()
    posts(one, [NOW - 30 * MINUTE, NOW - 25 * MINUTE, NOW - 20 * MINUTE], late=late)
    posts(account(external_id="102"), [NOW - 30 * MINUTE], late=20 * MINUTE)
    many = account(external_id="103")
    for minutes, lag in ((30, late), (29, late), (28, late), (27, MINUTE), (26, MINUTE), (25, MINUTE), (24, MINUTE)):
        PostFactory(account=many, posted_at=NOW - minutes * MINUTE, received_at=NOW - minutes * MINUTE + lag)

    # One late post is no sign yet, and neither are three of seven.
    assert [found.code for found in channels.states(now=NOW)] == [code, "fine", "fine"]


@pytest.mark.parametrize(
    ("now", "last", "code"),
    [
        # Two an hour since Thursday at 13:40: the rest of that hour, and from nine on; five are due by 11:10 or so.
        (NOW, 0 * HOUR, "fine"),
        (NOW + HOUR, 0 * HOUR, "quiet"),
        # Somebody wrote this morning.
        (NOW + HOUR, 20 * HOUR + 30 * MINUTE, "fine"),
        # By night and on Sunday nobody expects a word: on Friday the last one came at 13:40.
        (NOW - 5 * HOUR, 0 * HOUR, "fine"),
        (NOW + 2 * DAY, 24 * HOUR, "fine"),
        (NOW + 3 * DAY + HOUR, 24 * HOUR, "quiet"),
    ],
)
def test_silence_longer_than_usual_at_this_hour_and_weekday_is_quiet(now: datetime, last: timedelta, code: str) -> None:
    one = account(collected_at=now)
    said = busy_hours()
    posts(one, said if not last else [*said, said[-1] + last])

    with time_machine.travel(now, tick=False):
        (found,) = channels.states(now=now)

    since = max(post.posted_at for post in Post.objects.all())
    assert (found.code, found.since) == (code, since if code == "quiet" else None)


def test_a_post_that_claims_to_be_years_old_is_no_silence() -> None:
    one = account()
    posts(one, busy_hours())
    PostFactory(account=one, network=one.network, posted_at=NOW - 3 * 365 * DAY, received_at=NOW - MINUTE)

    assert [found.code for found in channels.states(now=NOW)] == ["fine"]


def test_chance_alone_startles_nobody_more_than_once_a_month() -> None:
    every_hour = {(weekday, hour): 27 for weekday in range(1, 8) for hour in range(24)}
    usual = Usual(weeks=8, counts=every_hour)
    chance = random.Random(7)

    # 81 posts a day, for three years: the pauses between them, in hours.
    pauses = [chance.expovariate(27 / 8) for _post in range(81 * 1095)]
    alarms = sum(pause * 27 / 8 >= usual.startling for pause in pauses)

    assert 20 < alarms < 45
    shortest = usual.startling / (27 / 8) * HOUR
    assert usual.is_startling(NOW, NOW + shortest + SECOND)
    assert not usual.is_startling(NOW, NOW + shortest - SECOND)
    # An account with a post now and then has to be silent for five of them all the same.
    assert Usual(weeks=8, counts={(1, 10): 8}).startling == 5


def test_silence_is_known_only_up_to_the_last_reading() -> None:
    one = account(collected_at=NOW - 2 * HOUR)
    posts(one, busy_hours())

    (found,) = channels.states(now=NOW + HOUR)
    assert found.code == "unread"
    assert [alarm.code for alarm in channels.alarms(now=NOW + HOUR)] == ["unread"]


def test_nobody_knows_what_is_usual_before_two_weeks() -> None:
    now = NOW + 3 * HOUR
    posts(account(collected_at=now), [moment for moment in busy_hours() if moment > NOW - 13 * DAY])
    posts(account(external_id="102", collected_at=now), [moment for moment in busy_hours() if moment > NOW - 22 * DAY])

    assert [found.code for found in channels.states(now=now)] == ["fine", "quiet"]


def test_towns_own_words_break_no_silence() -> None:
    one = account(collected_at=NOW + HOUR)
    posts(one, busy_hours())
    PostFactory(account=one, written_by=one, posted_at=NOW)
    # What the town itself says every day makes nothing usual.
    other = account(external_id="102", collected_at=NOW + HOUR)
    posts(other, busy_hours())
    other.posts.exclude(posted_at__date=NOW.date() - DAY).update(written_by=other)

    assert [found.code for found in channels.states(now=NOW + HOUR)] == ["quiet", "fine"]


def test_gravest_of_several_is_told_and_alarms_tell_all() -> None:
    one = account(collect_error="no", collect_cause="credentials", collected_at=NOW - HOUR)
    gap = Gap.objects.create(account=one, begins_at=NOW - 3 * HOUR, ends_at=NOW - 2 * HOUR)

    assert [found.code for found in channels.states(now=NOW)] == ["credentials"]
    # That it is not read is what refused keys mean.
    assert [(alarm.code, alarm.since, alarm.until) for alarm in channels.alarms(now=NOW)] == [
        ("credentials", NOW - HOUR, None),
        ("gap", gap.begins_at, gap.ends_at),
    ]
    Account.objects.update(is_active=False)
    assert [alarm.code for alarm in channels.alarms(now=NOW)] == ["gap"]


def test_accounts_in_the_same_trouble_share_an_alarm() -> None:
    for number, handle in enumerate(("alameda", "policia")):
        account(handle=handle, external_id=str(number), collected_at=NOW - (number + 1) * HOUR)
    for number in (3, 4):
        one = account(network="bluesky", external_id=str(number), handle=f"b{number}", collected_at=NOW - HOUR)
        Gap.objects.create(account=one, begins_at=NOW - 2 * HOUR, ends_at=NOW - HOUR)

    assert [alarm.sentence for alarm in channels.alarms(now=NOW)] == [
        "Bluesky has not been read since 10:00 for @b3, @b4. Posts arrive later.",
        "X has not been read since 09:00 for @alameda, @policia. Posts arrive later.",
        # Each gap is looked into by itself.
        "Posts to @b3 on Bluesky between 09:00 and 10:00 were out of reach. Somebody must look there.",
        "Posts to @b4 on Bluesky between 09:00 and 10:00 were out of reach. Somebody must look there.",
    ]


@pytest.mark.parametrize(
    ("spent", "code", "words"),
    [
        (5, "", ""),
        (6, "soft_cap", "X has cost $0.06 this month, past the soft limit of $0.06: older posts are not looked at again. Answers go on."),
        (9, "hard_cap", "X has cost $0.09 this month, past the hard limit of $0.09: it is read every quarter of an hour only. Answers go on."),
    ],
)  # fmt: skip
def test_reached_cap_is_an_alarm(spent: int, code: str, words: str, settings: Settings) -> None:
    settings.X_SOFT_CAP, settings.X_HARD_CAP = Decimal("0.06"), Decimal("0.09")
    charges = [Charge("answer", str(number)) for number in range(spent)]
    ledger.keep(account(), Usage(charges=charges), prices={"answer": "0.010"})

    assert [(alarm.code, alarm.sentence) for alarm in channels.alarms(now=NOW)] == ([(code, words)] if code else [])


@pytest.mark.parametrize("many", [1, 4])
def test_states_cost_the_same_for_one_account_and_for_four(
    many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(many):
        one = account(external_id=str(number))
        posts(one, [NOW - 20 * DAY, NOW - HOUR])
        Gap.objects.create(account=one, begins_at=NOW, ends_at=NOW)
    # What is usual, what was spent, and how the accounts are.
    with django_assert_num_queries(3):
        channels.states(now=NOW)
    # The first two are remembered for some minutes; alarms ask once a minute for the month's caps.
    with django_assert_num_queries(1):
        channels.states(now=NOW)
    with django_assert_num_queries(2):
        channels.alarms(now=NOW)
