"""Look again: do residents' posts, and our answers to them, still stand, and do they say what we know of them?"""

import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from requests_app import ledger, workflow
from requests_app.lines import mark_expired, open_line
from requests_app.models import Account, Network, Post, Reply, ServiceRequest
from requests_app.models.status import STANDING_OPEN
from requests_app.networks.contract import Gone, Live, NetworkUnavailable, Protected, Standing, Unauthorized

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=1)
# Longer than all the calls of one turn.
LEASE = timedelta(minutes=10)
# What people work on or talk of, and what cost nothing to look at.
HOURLY = timedelta(hours=1)
LATELY = timedelta(days=30)
# Posts that asked for nothing are shown to staff that long.
CHATTER = timedelta(days=7)
# What nobody works on any more still stands on our pages.
WEEKLY = timedelta(days=7)
# Posts asked about in one turn; the rest waits for the next minute.
MOST = 400
# A call just before midnight may be billed on the day after.
MARGIN = timedelta(minutes=2)

Looked = Post | Reply


def recheck(now: datetime) -> int:
    """Looks at what is due, account by account, and returns how many posts and answers were asked about."""
    asked = sum(_look(account, now=now) for account in Account.objects.due_for_check(now))
    workflow.finish_erasing(now)
    return asked


def _look(account: Account, *, now: datetime) -> int:
    """Claimed by compare-and-set: two workers would pay twice."""
    mine = Account.objects.filter(pk=account.pk, next_check_at__lte=now)
    if not mine.update(next_check_at=now + LEASE):
        return 0
    asked, until = 0, ledger.wait_for(account, "check", now=now)
    if until is None:
        try:
            asked = _ask(account, now=now)
        except NetworkUnavailable as failure:
            _keep_failure(account, failure)
            until = failure.retry_at
    Account.objects.filter(pk=account.pk).update(next_check_at=until or now + EVERY)
    return asked


def _ask(account: Account, *, now: datetime) -> int:
    due = due_now(account, now=now)
    if due:
        with open_line(account) as line:
            size = line.capabilities.check_batch
            for rows in (due[start : start + size] for start in range(0, len(due), size)):
                versions = {row.external_id: row.version if isinstance(row, Post) else "" for row in rows}
                _learn(rows, line.check(versions), at=now)
    return len(due)


def due_now(account: Account, *, now: datetime) -> list[Looked]:
    """What is to be looked at through this account, the most urgent first."""
    if account.network == Network.X:
        return _within_budget(account, now=now)
    found = _longest_unknown_first(_of_work(account, since=now - LATELY, before=now - HOURLY), now=now, most=MOST)
    if len(found) < MOST:
        chatter = _posts(account).filter(service_request=None, received_at__gte=now - CHATTER)
        found += chatter.filter(alive_at__lte=now - HOURLY)[: MOST - len(found)]
    return found or list(_posts(account).filter(alive_at__lte=now - WEEKLY).order_by("alive_at")[:MOST])


def _within_budget(account: Account, *, now: datetime) -> list[Looked]:
    """On X: what was read this UTC day costs nothing more that day; of the rest, what the day's budget allows."""
    today = (now + MARGIN).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    again = {"alive_at__gte": today, "alive_at__lte": now - HOURLY}
    free: list[Looked] = [
        *_posts(account).filter(**again).order_by("alive_at")[:MOST],
        # One of ours was written that day, and not read yet.
        *_answers(account).filter(**again, checked_at__isnull=False)[:MOST],
    ]
    left = ledger.paid_checks_left(account.network, now=now) if ledger.may_sweep(account, now=now) else 0
    before = min(today, now - HOURLY)
    posts, answers = _of_work(account, since=None, before=before)
    # Residents' words first: of ours there are more each day than may be looked at, and few of them disappear.
    paid = _longest_unknown_first([posts], now=now, most=left)
    return free + paid + _longest_unknown_first([answers], now=now, most=left - len(paid))


def _of_work(account: Account, *, since: datetime | None, before: datetime) -> list["QuerySet[Any]"]:
    """Posts and answers of open requests (and those that changed `since`) of which nothing is known after `before`."""
    worked = STANDING_OPEN if since is None else STANDING_OPEN | Q(changed_at__gte=since)
    requests = ServiceRequest.objects.filter(worked).values("pk")
    here = Q(service_request__in=requests) | Q(service_request__merged_into__in=requests)
    return [
        _posts(account).filter(here, alive_at__lt=before),
        _answers(account).filter(here, alive_at__lt=before),
    ]


def _posts(account: Account) -> "QuerySet[Any]":
    """Still standing, with the moment at which we last knew so. See also: the index `post_known_alive`."""
    return Post.objects.visible().filter(account=account).annotate(alive_at=Coalesce("checked_at", "received_at"))


def _answers(account: Account) -> "QuerySet[Any]":
    published = Reply.objects.published().filter(account=account, deleted_at=None)
    return published.annotate(alive_at=Coalesce("checked_at", "published_at"))


def _longest_unknown_first(rows: Sequence["QuerySet[Any]"], *, now: datetime, most: int) -> list[Looked]:
    # By the difference and not by the moment: else PostgreSQL walks the index of every post there ever was.
    found = [
        row for one in rows for row in one.annotate(unknown=Value(now) - F("alive_at")).order_by("-unknown")[:most]
    ]
    return sorted(found, key=lambda row: row.alive_at)[:most]


def _learn(rows: Sequence[Looked], standings: Mapping[str, Standing], *, at: datetime) -> None:
    """One post after the other; what could not be told is asked again when its turn comes."""
    gone: list[Post] = []
    for row in rows:
        match row, standings.get(row.external_id):
            case Post(), Gone() | Protected():
                gone.append(row)
            case Post(), Live(version=version, post=incoming) if incoming and version != row.version:
                workflow.edited(row, incoming, at=at)
            case Reply(), Gone() | Protected():
                workflow.answer_gone(row, at=at)
            case Reply(), Live():
                Reply.objects.filter(pk=row.pk, seen_at=None).update(seen_at=at)
    workflow.erase(gone, at=at)
    for model in (Post, Reply):
        model.objects.filter(pk__in=[row.pk for row in rows if isinstance(row, model)]).update(checked_at=at)
    if gone:
        log.info("erased", extra={"posts": len(gone)})


def _keep_failure(account: Account, failure: NetworkUnavailable) -> None:
    """The inbox's own reading tells the desk of it."""
    if isinstance(failure, Unauthorized):
        mark_expired(account)
    log.warning("not looked at again", extra={"account": account.pk, "cause": failure.cause})
