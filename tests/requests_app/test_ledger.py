"""The ledger: what was billed, what the month will come to, and what may still be asked."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import translation
from pytest_django import DjangoAssertNumQueries, Settings

from requests_app import ledger
from requests_app.models import Account, LedgerEntry, RateLimit, Reply, ReplyStatus
from requests_app.networks.contract import Allowance, Charge, Usage
from tests.factories import AccountFactory, PostFactory, ReplyFactory

# A Sunday evening.
NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
PRICES = {"post_read": "0.005", "user_read": "0.010", "answer": "0.010"}
DAY = timedelta(days=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _evening() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def account() -> Account:
    return AccountFactory()


def keep(account: Account, *charges: Charge, at: datetime = NOW) -> None:
    with time_machine.travel(at, tick=False):
        ledger.keep(account, Usage(charges=list(charges)), prices=PRICES)


def cost(account: Account, day: date, price: str, *, resource: str = "answer") -> None:
    LedgerEntry.objects.create(
        account=account, network="x", resource=resource, external_id=f"{day}", day=day, price=Decimal(price)
    )


def charges(resource: str, count: int) -> list[Charge]:
    return [Charge(resource, f"{resource}{number}") for number in range(count)]


def test_the_same_thing_is_billed_once_a_utc_day(account: Account) -> None:
    read, other = Charge("post_read", "1"), AccountFactory(external_id="102")
    midnight = datetime(2026, 11, 23, tzinfo=UTC)

    keep(account, read, read, Charge("user_read", "1"), at=midnight - timedelta(seconds=2))
    keep(other, read, at=midnight - timedelta(seconds=1))
    keep(account, read, at=midnight)

    assert list(LedgerEntry.objects.order_by("id").values_list("account", "resource", "day", "price")) == [
        (account.pk, "post_read", date(2026, 11, 22), Decimal("0.005")),
        (account.pk, "user_read", date(2026, 11, 22), Decimal("0.010")),
        (account.pk, "post_read", date(2026, 11, 23), Decimal("0.005")),
    ]


def test_month_is_split_by_account_and_by_what_was_billed(
    account: Account, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    other = AccountFactory(external_id="102")
    # By Madrid's clock that was the first of November already; X counts by UTC.
    keep(account, *charges("answer", 7), at=datetime(2026, 10, 31, 23, 30, tzinfo=UTC))
    keep(account, *charges("post_read", 3), at=NOW - DAY)
    keep(other, Charge("answer", "a"), Charge("user_read", "u"))
    keep(AccountFactory(network="bluesky"), Charge("answer", "free"))

    with django_assert_num_queries(1):
        spent = ledger.spend(NOW)

    assert (spent.today, spent.month) == (Decimal("0.020"), Decimal("0.035"))
    assert spent.by_account == {account.pk: Decimal("0.015"), other.pk: Decimal("0.020")}
    assert spent.by_resource == {
        "post_read": Decimal("0.015"), "answer": Decimal("0.010"), "user_read": Decimal("0.010"),
    }  # fmt: skip
    assert spent.month == ledger.spent_this_month(NOW)
    with translation.override("en"):
        assert [(str(words), price) for words, price in spent.parts] == [
            ("posts read", Decimal("0.015")),
            ("answers published", Decimal("0.010")),
            ("names of authors read", Decimal("0.010")),
        ]


def test_nothing_spent_is_nothing_to_come() -> None:
    spent = ledger.spend(NOW)

    assert (spent.today, spent.month, spent.forecast, spent.reached) == (0, 0, 0, "")


def test_first_day_stands_for_all_that_follow(account: Account) -> None:
    cost(account, NOW.date(), "0.50")

    assert ledger.spend(NOW).forecast == Decimal("4.50")


def test_forecast_follows_the_whole_days_there_are(account: Account) -> None:
    # Linked on the 18th, in the evening: that was no whole day.
    for day, price in ((18, "0.01"), (19, "1.00"), (20, "2.00"), (22, "0.25")):
        cost(account, date(2026, 11, day), price)

    # 3.26 so far; a day costs 1.00 (the 19th to the 21st): 0.75 more today, and the 8 days to come.
    assert ledger.spend(NOW).forecast == Decimal("12.01")


def test_a_dear_day_adds_nothing_for_its_rest(account: Account) -> None:
    for day, price in ((19, "0.01"), (20, "1.00"), (21, "1.00"), (22, "5.00")):
        cost(account, date(2026, 11, day), price)

    assert ledger.spend(NOW).forecast == Decimal("15.01")


def test_weekdays_have_a_pace_of_their_own_after_four_weeks(account: Account) -> None:
    for back in range(1, 30):
        day = NOW.date() - back * DAY
        cost(account, day, "0.10" if day.isoweekday() > 5 else "1.00")

    # 1 to 21 November: 15 workdays, 6 days of weekends; to come: this Sunday, Monday to Friday, a weekend, Monday.
    assert ledger.spend(NOW).forecast == Decimal("15.60") + Decimal("0.10") + Decimal("6.20")


@pytest.mark.parametrize(("first_half", "second_half", "to_come"), [("0.10", "0.10", "0.90"), ("0.20", "0", "0.00")])
def test_names_are_paid_once_so_they_follow_the_newcomers(
    account: Account, first_half: str, second_half: str, to_come: str
) -> None:
    for back in range(1, 29):
        cost(account, NOW.date() - back * DAY, second_half if back <= 14 else first_half, resource="user_read")

    spent = ledger.spend(NOW)

    assert spent.forecast - spent.month.quantize(Decimal("0.01")) == Decimal(to_come)


def test_names_of_a_first_day_are_not_asked_again_each_day(account: Account) -> None:
    cost(account, NOW.date(), "0.50", resource="user_read")

    # Nine days: 0.50 times 9 to the power of 0.7.
    assert ledger.spend(NOW).forecast == Decimal("2.33")


def test_caps_stop_sweeps_and_rechecks_then_slow_reading_down(account: Account, settings: Settings) -> None:
    settings.X_COLLECT_SECONDS, settings.COLLECT_SECONDS = 60, 30
    settings.X_SOFT_CAP, settings.X_HARD_CAP = Decimal("0.10"), Decimal("0.20")
    free = AccountFactory(network="bluesky")

    def allowed() -> tuple[str, bool, int, float]:
        interval = ledger.reading_interval(account, now=NOW).total_seconds()
        left = ledger.paid_checks_left("x", now=NOW)
        return ledger.spend(NOW).reached, ledger.may_sweep(account, now=NOW), left, interval

    keep(account, *charges("answer", 9))
    assert allowed() == ("", True, 8, 60)
    keep(account, *charges("answer", 10))
    assert allowed() == ("soft", False, 0, 60)
    keep(account, *charges("answer", 20))
    assert allowed() == ("hard", False, 0, 900)
    # What bills nothing is not concerned, and people's answers never are.
    assert (ledger.may_sweep(free, now=NOW), ledger.reading_interval(free, now=NOW)) == (True, timedelta(seconds=30))
    assert ledger.paid_checks_left("bluesky", now=NOW) > 10_000
    assert ledger.wait_for(account, "publish", now=NOW) is None


def test_only_second_looks_at_earlier_days_use_up_the_checks(account: Account) -> None:
    yesterday, today = NOW - DAY, NOW - timedelta(hours=1)
    old, new = (PostFactory(account=account, posted_at=moment) for moment in (yesterday, today))
    ours = ReplyFactory(
        service_request__opening_post=old, status=ReplyStatus.PUBLISHED, external_id="ours", published_at=yesterday
    )
    keep(account, Charge("post_read", old.external_id), at=yesterday)
    keep(account, Charge("post_read", new.external_id), Charge("user_read", old.external_id))
    assert ledger.paid_checks_left("x", now=NOW) == 8

    keep(account, Charge("post_read", old.external_id), Charge("post_read", ours.external_id))
    # The same again costs nothing.
    keep(account, Charge("post_read", old.external_id))
    assert ledger.paid_checks_left("x", now=NOW) == 6
    assert ledger.paid_checks_left("x", now=NOW + DAY) == 8


@pytest.mark.parametrize(
    ("remaining", "machine", "person"), [(31, None, None), (30, NOW + DAY, None), (0, NOW + DAY, NOW + DAY)]
)
def test_last_part_of_an_allowance_is_left_to_people(
    account: Account, remaining: int, machine: datetime | None, person: datetime | None
) -> None:
    ledger.keep(
        account, Usage(allowances={"publish": Allowance("publish", 100, remaining, resets_at=NOW + DAY)}), prices={}
    )

    assert ledger.wait_for(account, "publish", now=NOW) == machine
    assert ledger.wait_for(account, "publish", now=NOW, by_a_person=True) == person
    # Another account's limits and another verb's are their own, and a limit ends.
    assert ledger.wait_for(AccountFactory(external_id="102"), "publish", now=NOW) is None
    assert ledger.wait_for(account, "fetch", now=NOW) is None
    assert ledger.wait_for(account, "publish", now=NOW + 2 * DAY) is None


def test_a_later_answer_of_the_network_counts(account: Account) -> None:
    for remaining in (0, 99):
        allowance = Allowance("publish", 100, remaining, resets_at=NOW + DAY)
        ledger.keep(account, Usage(allowances={"publish": allowance}), prices={})

    (known,) = RateLimit.objects.all()
    assert (known.verb, known.limit, known.remaining) == ("publish", 100, 99)


def test_no_more_than_three_hundred_posts_in_three_hours_leave_for_x(account: Account) -> None:
    one = ReplyFactory(service_request__opening_post__account=account, status=ReplyStatus.FAILED)
    moments = [NOW - timedelta(seconds=30 * number) for number in range(300)]
    Reply.objects.bulk_create(
        Reply(
            service_request_id=one.service_request_id, post_id=one.post_id, account=account, by=one.by, text="Va",
            payload="Va", language="es", status=ReplyStatus.PUBLISHED, external_id=f"{number}", published_at=moment,
        )
        for number, moment in enumerate(moments)
    )  # fmt: skip

    three_hours = timedelta(hours=3)
    assert ledger.wait_for(account, "publish", now=NOW, by_a_person=True) == moments[299] + three_hours
    assert ledger.wait_for(account, "publish", now=NOW) == moments[209] + three_hours
    assert ledger.wait_for(account, "find", now=NOW) is None
    assert ledger.wait_for(account, "publish", now=NOW + three_hours) is None
