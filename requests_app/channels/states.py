"""The doctor's round: what holds of each account now, the gravest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Count, F, IntegerField, Max, Min, OuterRef, QuerySet, Subquery, When
from django.utils import timezone

from requests_app import ledger
from requests_app.channels.sentences import sentence
from requests_app.channels.usual import SPEND_SECONDS, Usual, usual
from requests_app.memory import remembered
from requests_app.models import Account, Gap, Network, Post, RateLimit

# The gravest first; those before "limited" and the silence want somebody to look.
CODES = ("credentials", "money", "unread", "gap", "quiet", "limited", "slow", "paused", "fine")
ALARMING = CODES[: CODES.index("limited")]
# Beyond a few missed readings somebody should know.
STALE_AFTER, MISSED_READINGS = timedelta(minutes=5), 3
# One reading may be under way, another may be missed.
LATE_READING, LATE_READINGS = timedelta(seconds=30), 2
# Posts arrive late when half of the last hour's, and no fewer than three, took longer than this.
LATE_POST, LATE_POSTS, LATELY = timedelta(minutes=10), 3, timedelta(hours=1)
# A post may claim any moment of the past; one that came today was not said years ago, whatever its application claims.
HEARD_AT = Case(When(posted_at__gt=F("received_at") - timedelta(days=1), then="posted_at"), default="received_at")


@dataclass(frozen=True, slots=True)
class State:
    """How one account fares: a code of `CODES`, from when, until when if that is known, and a sentence for people."""

    account: Account
    code: str
    since: datetime | None
    until: datetime | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Signs:
    """What one query tells of an account, and what is usual there."""

    account: Account
    heard_at: datetime | None
    came: int
    came_late: int
    gap: tuple[datetime, datetime] | None
    limited_until: datetime | None
    interval: timedelta
    usual: Usual | None

    @property
    def read_at(self) -> datetime:
        """When it was last read to its end; for one that never was, when it was linked or its first reading was due."""
        account = self.account
        return account.collected_at or account.reads_from or account.next_collect_at


def states(*, now: datetime | None = None) -> list[State]:
    """How each linked account fares, the gravest of what holds; in a constant number of queries."""
    return [found[0] for found in all_states(now=now or timezone.now())]


def all_states(*, now: datetime) -> list[list[State]]:
    """All that holds of each linked account, the gravest first; paused ones included, unlinked ones not."""
    found = []
    for signs in _signs(now):
        holding = {code: (since, until) for code, since, until in _holding(signs, now=now)}
        found.append(
            [
                State(signs.account, code, *holding[code], sentence([signs.account], code, *holding[code], now=now))
                for code in CODES
                if code in holding
            ]
        )
    return found


def _holding(signs: Signs, *, now: datetime) -> Iterator[tuple[str, datetime | None, datetime | None]]:
    if signs.gap:
        yield "gap", *signs.gap
    if not signs.account.is_active:
        yield "paused", signs.account.collected_at, None
        return
    told = dict(_told(signs, now=now))
    for code, until in told.items():
        yield code, signs.account.collected_at if signs.account.collect_error else None, until
    if signs.heard_at and signs.usual and signs.usual.is_startling(signs.heard_at, _read_to(signs, now=now)):
        yield "quiet", signs.heard_at, None
    if _is_unread(signs, now=now) and not {"credentials", "money"} & told.keys():
        yield "unread", signs.read_at, None
    if _is_slow(signs, now=now):
        yield "slow", signs.account.collected_at, None
    yield "fine", None, None


def _told(signs: Signs, *, now: datetime) -> Iterator[tuple[str, datetime | None]]:
    """What the network itself said: keys, money and limits, each with the moment of the next try."""
    account, codes = signs.account, {"credentials": "credentials", "money": "money", "limit": "limited"}
    untils: dict[str, list[datetime]] = {}
    if account.collect_error and account.collect_cause in codes:
        untils.setdefault(codes[account.collect_cause], []).append(account.next_collect_at)
    if account.deferred_until and account.deferred_until > now and account.deferred_cause in codes:
        untils.setdefault(codes[account.deferred_cause], []).append(account.deferred_until)
    if signs.limited_until:
        untils.setdefault("limited", []).append(signs.limited_until)
    for code, moments in untils.items():
        # New keys are for a person to bring: no moment is promised.
        yield code, None if code == "credentials" else max(moments)


def _read_to(signs: Signs, *, now: datetime) -> datetime:
    """Silence is known only up to the last reading."""
    return min(signs.account.collected_at or now, now)


def _is_unread(signs: Signs, *, now: datetime) -> bool:
    account = signs.account
    if account.collect_error and account.collected_at is None:
        return True
    return signs.read_at < now - max(STALE_AFTER, MISSED_READINGS * signs.interval)


def _is_slow(signs: Signs, *, now: datetime) -> bool:
    if signs.came_late >= LATE_POSTS and signs.came_late * 2 >= signs.came:
        return True
    account = signs.account
    failed = bool(account.collect_error) or (account.deferred_until is not None and account.deferred_until > now)
    if failed and not dict(_told(signs, now=now)):
        return True
    return signs.read_at < now - LATE_READINGS * signs.interval - LATE_READING


def _signs(now: datetime) -> list[Signs]:
    mine = {"account": OuterRef("pk")}
    heard = Post.objects.filter(written_by=None, **mine)
    lately = heard.filter(received_at__gt=now - LATELY)
    gaps = Gap.objects.unseen().filter(**mine).order_by().values("account")
    spent = RateLimit.objects.filter(verb__in=("fetch", "publish"), remaining=0, resets_at__gt=now, **mine)
    accounts = list(
        Account.objects.exclude(network=Network.PLAZA)
        .annotate(
            heard_at=Subquery(heard.order_by("-received_at").annotate(moment=HEARD_AT).values("moment")[:1]),
            came=_count(lately),
            came_late=_count(lately.filter(received_at__gt=F("posted_at") + LATE_POST)),
            gap_begins=Subquery(gaps.annotate(moment=Min("begins_at")).values("moment")),
            gap_ends=Subquery(gaps.annotate(moment=Max("ends_at")).values("moment")),
            limited_until=Subquery(spent.order_by("-resets_at").values("resets_at")[:1]),
        )
        .order_by("network", "pk")
    )
    known = usual([account.pk for account in accounts], now=now)
    return [
        _signs_of(account, usual=known.get(account.pk), now=now)
        for account in accounts
        # Unlinked for good: only its posts are left here.
        if account.is_active or account.credentials
    ]


def _signs_of(account: Account, *, usual: Usual | None, now: datetime) -> Signs:
    told = vars(account)
    return Signs(
        account=account,
        heard_at=told["heard_at"],
        came=told["came"] or 0,
        came_late=told["came_late"] or 0,
        gap=(told["gap_begins"], told["gap_ends"]) if told["gap_begins"] else None,
        limited_until=told["limited_until"],
        interval=_interval(account, now=now),
        usual=usual,
    )


def _interval(account: Account, *, now: datetime) -> timedelta:
    name = f"channels:interval:{account.network}"
    return remembered(name, lambda: ledger.reading_interval(account, now=now), seconds=SPEND_SECONDS)


def _count(posts: QuerySet[Post]) -> Subquery:
    counted = posts.order_by().values("account").annotate(count=Count("*")).values("count")
    return Subquery(counted, output_field=IntegerField())
