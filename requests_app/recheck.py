"""Look again: do residents' posts, and our answers to them, still stand, and do they say what we know of them?"""

import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce

from requests_app import ledger, workflow
from requests_app.lines import mark_expired, open_line
from requests_app.models import Account, Network, Post, Reply, ServiceRequest
from requests_app.models.post import LOOK_AGAIN
from requests_app.models.status import STANDING_OPEN
from requests_app.networks.contract import Gone, Live, NetworkUnavailable, Protected, Standing, Unauthorized

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=1)
# Longer than all the calls of one turn.
LEASE = timedelta(minutes=10)
# Posts asked about in one turn; the rest waits for the next minute.
MOST = 400
# What people work on or talked of lately is looked at every hour, and so is chatter while staff are shown it.
LATELY, CHATTER = timedelta(days=30), timedelta(days=7)
# What nobody works on any more still stands on our pages.
SELDOM = timedelta(days=7)
# A call just before midnight may be billed on the day after.
MARGIN = timedelta(minutes=2)

Looked = Post | Reply


def recheck(now: datetime) -> int:
    """Looks at what is due, account by account, and returns how many posts and answers were asked about."""
    _wake(now)
    asked = sum(_look(account, now=now) for account in Account.objects.due_for_check(now))
    workflow.finish_erasing(now)
    return asked


def due_now(account: Account, *, now: datetime) -> list[Looked]:
    """What is to be looked at through this account, the longest unknown first, with our answers to it."""
    if account.network == Network.X:
        return _within_budget(account, now=now)
    posts = list(Post.objects.due_for_check(account, now=now)[:MOST])
    return [*posts, *_answers(posts, account=account)]


def _wake(now: datetime) -> None:
    """Posts that were left alone, or nearly so, and whose request is worked on again."""
    awake = ServiceRequest.objects.filter(STANDING_OPEN, changed_at__gte=now - 5 * EVERY).values("pk")
    asleep = Post.objects.visible().filter(
        Q(check_at=None) | Q(check_at__gt=now + LOOK_AGAIN), service_request__in=awake
    )
    asleep.exclude(account__network=Network.PLAZA).update(check_at=Coalesce("checked_at", "received_at") + LOOK_AGAIN)


def _look(account: Account, *, now: datetime) -> int:
    """Claimed: two workers would pay twice."""
    if not _claim(account, now=now):
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


@transaction.atomic
def _claim(account: Account, *, now: datetime) -> bool:
    """Whoever renews its keys at a network that hangs has its row locked: nobody waits for that."""
    due = Account.objects.filter(pk=account.pk, next_check_at__lte=now)
    if due.select_for_update(skip_locked=True, no_key=True).first() is None:
        return False
    return bool(due.update(next_check_at=now + LEASE))


def _ask(account: Account, *, now: datetime) -> int:
    due = due_now(account, now=now)
    if due:
        with open_line(account) as line:
            size = line.capabilities.check_batch
            for rows in (due[start : start + size] for start in range(0, len(due), size)):
                versions = {row.external_id: row.version if isinstance(row, Post) else "" for row in rows}
                _learn(rows, line.check(versions), at=now)
    return len(due)


def _within_budget(account: Account, *, now: datetime) -> list[Looked]:
    """On X: what was read this UTC day costs nothing more that day; of the rest, what the day's budget allows.

    `check_at` tells them apart, since there it is always an hour after the last reading.
    """
    today = (now + MARGIN).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    due = Post.objects.due_for_check(account, now=now)
    free = list(due.filter(check_at__gte=today + LOOK_AGAIN)[:MOST])
    # Our own answers were written and not read: the first look at each is paid for.
    answers = [answer for answer in _answers(free, account=account) if answer.checked_at and answer.checked_at >= today]
    left = ledger.paid_checks_left(account.network, now=now) if ledger.may_sweep(account, now=now) else 0
    paid = _of_open_requests(list(due.filter(check_at__lt=today + LOOK_AGAIN)[:MOST])) if left else []
    costly: list[Looked] = [*paid, *(one for one in _answers(paid, account=account) if _known_at(one) < today)]
    return [*free, *answers, *sorted(costly, key=_known_at)[:left]]


def _of_open_requests(posts: Sequence[Post]) -> list[Post]:
    """The others are left alone from here on: nobody works on them, and looking costs money."""
    work = {pk for pk, request in _standing(posts).items() if request.is_open}
    asleep = [post.pk for post in posts if post.service_request_id not in work]
    Post.objects.filter(pk__in=asleep).update(check_at=None)
    return [post for post in posts if post.service_request_id in work]


def _answers(posts: Sequence[Post], *, account: Account) -> list[Reply]:
    """Ours in the same requests. What a colleague's account said in private on Mastodon nobody else can see."""
    requests = {post.service_request_id for post in posts if post.service_request_id is not None}
    if not requests:
        return []
    published = Reply.objects.published().filter(service_request__in=requests, deleted_at=None)
    mine = Q(account=account)
    if account.network != Network.MASTODON:
        mine |= Q(account__network=account.network)
    return list(published.filter(mine).order_by("id"))


def _standing(posts: Sequence[Post]) -> dict[int | None, ServiceRequest]:
    """By the posts' own request: the one in which people read of them."""
    ids = {post.service_request_id for post in posts if post.service_request_id is not None}
    rows = ServiceRequest.objects.in_bulk(ids)
    into = ServiceRequest.objects.in_bulk({row.merged_into_id for row in rows.values() if row.merged_into_id})
    return {pk: into[row.merged_into_id] if row.merged_into_id else row for pk, row in rows.items()}


def _known_at(row: Looked) -> datetime:
    """When we last knew that it stood."""
    since = row.received_at if isinstance(row, Post) else row.published_at or row.created_at
    return row.checked_at or since


def _learn(rows: Sequence[Looked], standings: Mapping[str, Standing], *, at: datetime) -> None:
    """One post after the other; what could not be told is asked again when its turn comes."""
    gone: list[Post] = []
    hidden: list[int] = []
    for row in rows:
        match row, standings.get(row.external_id):
            case Post(), Gone() | Protected() as standing:
                gone.append(row)
                hidden += [row.pk] if isinstance(standing, Protected) else []
            case Post(), Live(version=version, post=incoming) if incoming and version != row.version:
                workflow.edited(row, incoming, at=at)
            case Reply(), Gone() | Protected():
                workflow.answer_gone(row, at=at)
            case Reply(), Live():
                Reply.objects.filter(pk=row.pk, seen_at=None).update(seen_at=at)
    if workflow.erase(gone, at=at, hidden=hidden):
        log.info("erased", extra={"posts": len(gone)})
    Reply.objects.filter(pk__in=[row.pk for row in rows if isinstance(row, Reply)]).update(checked_at=at)
    plan([row for row in rows if isinstance(row, Post)], at=at)


def plan(posts: Sequence[Post], *, at: datetime) -> None:
    """When each is looked at next."""
    standing = _standing(posts).items()
    lately = {pk for pk, request in standing if request.is_open or request.changed_at >= at - LATELY}
    often = [
        post.pk
        for post in posts
        if post.network == Network.X
        or post.service_request_id in lately
        or (post.service_request_id is None and post.received_at >= at - CHATTER)
    ]
    rows = Post.objects.filter(pk__in=[post.pk for post in posts])
    rows.filter(pk__in=often).update(checked_at=at, check_at=at + LOOK_AGAIN)
    rows.exclude(pk__in=often).update(checked_at=at, check_at=at + SELDOM)


def _keep_failure(account: Account, failure: NetworkUnavailable) -> None:
    """The inbox's own reading tells the desk of it."""
    if isinstance(failure, Unauthorized):
        mark_expired(account)
    log.warning("not looked at again", extra={"account": account.pk, "cause": failure.cause})
