"""What is usual on an account at this hour of this weekday, and how unlikely a silence is."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Min, Q
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay
from django.utils import timezone

from requests_app.memory import remembered
from requests_app.models import Post

WINDOW = timedelta(weeks=8)
# Before two weeks nobody knows what is usual.
KNOWN_AFTER = timedelta(weeks=2)
# When `n` posts were to be expected, none at all comes by chance in e to the power of -n of all pauses: for 5 that is
# once in 148, less than 1 %. If posts came independently of each other; they come in bursts now and then, so it is an
# alarm and no proof.
STARTLING = 5.0
MONTH = timedelta(days=30)
# No account is so busy that more expected posts need be counted.
ENOUGH = 50.0
HOUR = timedelta(hours=1)
# What is usual hardly changes; what was spent this month changes slowly.
USUAL_SECONDS, SPEND_SECONDS = 600, 60


@dataclass(frozen=True, slots=True)
class Usual:
    """Residents' posts in the last weeks by (ISO weekday, hour) of the town's time, and how many weeks those were."""

    weeks: float
    counts: Mapping[tuple[int, int], int]

    @property
    def startling(self) -> float:
        """As many expected posts as make a silence an alarm.

        Each post is followed by a pause, so an account with many posts has many pauses: for those that would be
        startled more than once a month by chance alone, it is more than five.
        """
        a_month = sum(self.counts.values()) / self.weeks * (MONTH / timedelta(weeks=1))
        return max(STARTLING, math.log(a_month))

    def is_startling(self, since: datetime, until: datetime) -> bool:
        """Whether nobody has written for longer than is usual at this hour and weekday."""
        return self.expected(since, until) >= self.startling

    def expected(self, since: datetime, until: datetime) -> float:
        """How many posts would usually have come between two moments; stops counting at `ENOUGH`."""
        total, moment = 0.0, since
        while moment < until and total < ENOUGH:
            local = timezone.localtime(moment)
            past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
            end = min(moment + HOUR - past, until)
            total += self.counts.get((local.isoweekday(), local.hour), 0) / self.weeks * ((end - moment) / HOUR)
            moment = end
        return total


def usual(accounts: Sequence[int], *, now: datetime) -> Mapping[int, Usual]:
    """By account (ids), those known for two weeks or more; one query, remembered for some minutes.

    A post that names several accounts counts for the one through which it was read first: that share is steady enough.
    """
    known: Mapping[int, Usual] = remembered(
        "channels:usual", lambda: _counted(accounts, now=now), seconds=USUAL_SECONDS
    )
    return known


def _counted(accounts: Sequence[int], *, now: datetime) -> dict[int, Usual]:
    begins = now - WINDOW
    rows = (
        # By their numbers, so that each is a stretch of the index `post_heard`.
        # And what was there before the account was linked is no habit of this inbox.
        Post.objects.filter(account__in=accounts, written_by=None, received_at__gte=begins, posted_at__gte=begins)
        .filter(Q(account__reads_from=None) | Q(received_at__gte=F("account__reads_from")))
        .values_list("account", ExtractIsoWeekDay("posted_at"), ExtractHour("posted_at"))
        .annotate(count=Count("*"), first=Min("received_at"))
        .order_by()
    )
    counts: dict[int, dict[tuple[int, int], int]] = {}
    firsts: dict[int, datetime] = {}
    for account, weekday, hour, count, first in rows:
        counts.setdefault(account, {})[weekday, hour] = count
        firsts[account] = min(first, firsts.get(account, first))
    return {
        account: Usual(weeks=(now - firsts[account]) / timedelta(weeks=1), counts=counts[account])
        for account in counts
        if now - firsts[account] >= KNOWN_AFTER
    }
