"""The month's bill: what X has cost so far, and what it will come to."""

import calendar
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from requests_app.models import LedgerEntry, Network

NOTHING, DAY = Decimal(0), timedelta(days=1)
# So many days, four of each weekday, make the usual pace.
USUAL_DAYS = 28
NAMES = "user_read"
# How the number of different people grows with the days, until there are two days to tell: see `_names_to_come`.
NAMES_POWER = 0.7

# What X bills, in people's words.
RESOURCES = {
    "post_read": _("posts read"),
    "user_read": _("names of authors read"),
    "answer": _("answers published"),
    "post": _("posts published"),
    "link": _("messages with a link"),
    "media": _("descriptions of photos"),
    "delete": _("messages taken back"),
}


@dataclass(frozen=True, slots=True)
class Spend:
    """US dollars, by UTC days as X counts them. `by_account` (ids) and `by_resource` split the month so far."""

    today: Decimal
    month: Decimal
    forecast: Decimal
    soft_cap: Decimal
    hard_cap: Decimal
    by_account: Mapping[int, Decimal]
    by_resource: Mapping[str, Decimal]

    @property
    def parts(self) -> list[tuple[str, Decimal]]:
        """The month so far by what was billed, in people's words, the dearest first."""
        dearest = sorted(self.by_resource.items(), key=lambda part: (-part[1], part[0]))
        return [(str(RESOURCES.get(resource, resource)), price) for resource, price in dearest]

    @property
    def reached(self) -> str:
        """The cap that is reached: "hard", "soft" or ""."""
        if self.month >= self.hard_cap:
            return "hard"
        return "soft" if self.month >= self.soft_cap else ""


def spend(now: datetime) -> Spend:
    """What X has cost this month and what the month will come to; one query.

    The forecast is what was spent so far, and for the rest of today and each day to come what such a day usually
    costs: the mean of the last four of that weekday once 28 whole days are known, before that the mean of the whole
    days there are. The day an account was linked is no whole day; while it is the only one, it stands for a day. Names
    of authors are paid once each, so they grow fewer, by a power of the days that is read from those days (see
    `_names_to_come`). Where a day has already cost more than usual, nothing is added for its rest.
    """
    today = now.astimezone(UTC).date()
    first = today.replace(day=1)
    rows = (
        LedgerEntry.objects.filter(network=Network.X)
        .between(min(first, today - timedelta(days=USUAL_DAYS)), today)
        .values_list("day", "account", "resource")
        .annotate(price=Sum("price"))
        .order_by()
    )
    by_day: dict[date, Decimal] = defaultdict(Decimal)
    names: dict[date, Decimal] = defaultdict(Decimal)
    by_account: dict[int, Decimal] = defaultdict(Decimal)
    by_resource: dict[str, Decimal] = defaultdict(Decimal)
    for day, account, resource, price in rows:
        (names if resource == NAMES else by_day)[day] += price
        if day >= first:
            by_account[account] += price
            by_resource[resource] += price
    month = sum(by_account.values(), NOTHING)
    earliest = min([today, *by_day, *names])
    rest = _to_come(by_day, days=_whole_days(earliest, today=today), today=today)
    rest += _names_to_come(names, earliest=max(earliest, today - timedelta(days=USUAL_DAYS)), today=today)
    return Spend(
        today=by_day[today] + names[today],
        month=month,
        forecast=(month + rest).quantize(Decimal("0.01")),
        soft_cap=settings.X_SOFT_CAP,
        hard_cap=settings.X_HARD_CAP,
        by_account=dict(by_account),
        by_resource=dict(by_resource),
    )


def spent_this_month(now: datetime) -> Decimal:
    """This month's bill so far; one query along the index `ledger_by_day`."""
    today = now.astimezone(UTC).date()
    return LedgerEntry.objects.filter(network=Network.X).between(today.replace(day=1), today).total()


def _whole_days(earliest: date, *, today: date) -> list[date]:
    """The days that tell the usual pace, oldest first."""
    window = today - timedelta(days=USUAL_DAYS)
    # Entries that reach back no further than into the window begin on the day of the linking.
    start = window if earliest <= window else min(earliest + DAY, today - DAY)
    days = [start + timedelta(days=number) for number in range((today - start).days)]
    return days if earliest < today else [today]


def _to_come(costs: Mapping[date, Decimal], *, days: Sequence[date], today: date) -> Decimal:
    """What the rest of the month will cost at the pace of `days`."""
    coming = [today + timedelta(days=number) for number in range(1, _days_left(today) + 1)]
    rest_of_today = max(_usual(costs, days=days, weekday=today.weekday()) - costs.get(today, NOTHING), NOTHING)
    return rest_of_today + sum((_usual(costs, days=days, weekday=day.weekday()) for day in coming), NOTHING)


def _usual(costs: Mapping[date, Decimal], *, days: Sequence[date], weekday: int) -> Decimal:
    alike = [day for day in days if day.weekday() == weekday] if len(days) == USUAL_DAYS else days
    return sum((costs.get(day, NOTHING) for day in alike), NOTHING) / len(alike)


def _names_to_come(costs: Mapping[date, Decimal], *, earliest: date, today: date) -> Decimal:
    """What names will cost: after `n` days a town has met about `n ** power` times as many people as after one.

    Words of a text, and people in a crowd, grow like that (Heaps' law). The power is what the first half of the days
    and all of them say: 1 where newcomers never grow fewer, 0 where everybody is known.
    """
    days = max((today - earliest).days, 1)
    paid = sum((cost for day, cost in costs.items() if earliest <= day < max(today, earliest + DAY)), NOTHING)
    half = sum((cost for day, cost in costs.items() if earliest <= day < earliest + days // 2 * DAY), NOTHING)
    if not paid:
        return NOTHING
    power = math.log(paid / half) / math.log(days / (days // 2)) if half else NAMES_POWER
    end = (today - earliest).days + 1 + _days_left(today)
    by_then = paid * Decimal((end / days) ** min(power, 1.0))
    return max(by_then - paid - (costs.get(today, NOTHING) if today > earliest else NOTHING), NOTHING)


def _days_left(today: date) -> int:
    return calendar.monthrange(today.year, today.month)[1] - today.day
