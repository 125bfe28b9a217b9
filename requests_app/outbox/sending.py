"""Sends what is due, one reply an account at a time."""

import logging
import random
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from requests_app import ledger
from requests_app.lines import mark_expired, open_line
from requests_app.models import Reply, ReplyStatus
from requests_app.models.reply import TO_SEND
from requests_app.networks.contract import Deferred, NetworkUnavailable, Outcome, Published, Rejected, Unknown
from requests_app.outbox.rows import change, doubt, draft_of, keep_quiet, look_after, photos_of, stands
from requests_app.workflow import automatic

log = logging.getLogger(__name__)

# A network that could not be asked at all is asked again after this.
ASK_AGAIN = timedelta(seconds=30)
# A network that is down is tried again after 15 s, 30 s, a minute and so on; the desk hears of it after about ten hours.
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=15), timedelta(minutes=10)
MAX_ATTEMPTS = 65
# What only a person can mend, and what is mended once and for all: the message waits as long as it takes, and is tried
# again so often. A refusal costs nothing, and keys may have been renewed meanwhile.
PATIENT = {"money": timedelta(minutes=10), "credentials": timedelta(minutes=1)}


def publish() -> int:
    """Sends what is due and returns how many calls were made."""
    sent = 0
    while reply := claim():
        record(reply, attempt(reply))
        sent += 1
    return sent


def claim() -> Reply | None:
    """Takes the oldest due reply by compare-and-set, committed before anybody calls the network."""
    now = timezone.now()
    for reply in Reply.objects.due_to_send(now)[:20]:
        if reply.by_id is None and automatic.withdraw_unwanted(reply):
            continue
        until = ledger.wait_for(reply.account, "publish", now=now, by_a_person=reply.by_id is not None)
        if until is not None:
            _postpone(reply, until=until)
        elif _take(reply, now=now):
            rows = Reply.objects.select_related("account", "post__author", "follows__account", "service_request")
            return rows.prefetch_related("photos").get(pk=reply.pk)
    return None


def attempt(reply: Reply) -> Outcome:
    """One call for a claimed reply."""
    try:
        photos = photos_of(reply)
    except OSError as failure:
        return Rejected(rule="photo_missing", detail=type(failure).__name__)
    try:
        with open_line(reply.account) as line:
            return line.publish(draft_of(reply, photos=photos))
    except NetworkUnavailable as failure:
        return Deferred(until=failure.retry_at or timezone.now() + ASK_AGAIN, detail=str(failure), cause=failure.cause)
    except Exception as failure:  # whatever breaks, one account's trouble must not stop the others
        log.error("sending broke", extra={"reply": reply.pk, "failure": type(failure).__name__})
        return Unknown(detail=type(failure).__name__)


def record(reply: Reply, outcome: Outcome) -> None:
    """Writes down what became of a claimed reply. A lease that ran out meanwhile is left to `settle`."""
    log.info("sent", extra={"reply": reply.pk, "account": reply.account_id, "outcome": type(outcome).__name__})
    match outcome:
        case Published():
            stands(reply, outcome)
        case Rejected(rule="duplicate", detail=detail):
            # The same words stand there already: most likely ours, from a try whose answer was lost.
            doubt(reply, detail=detail, look_at=timezone.now(), rule="duplicate")
        case Rejected(rule=rule, detail=detail):
            change(reply, status=ReplyStatus.REFUSED, rule=rule, error=detail)
        case Deferred():
            defer(reply, outcome)
        case Unknown(detail=detail):
            doubt(reply, detail=detail, look_at=timezone.now() + look_after(0))


def defer(reply: Reply, outcome: Deferred) -> None:
    """Surely not sent. The whole account keeps quiet as long as the network asked."""
    if outcome.cause == "credentials":
        mark_expired(reply.account)
    asked = min(outcome.until, timezone.now() + ledger.LONGEST_SILENCE)
    until = max(asked, timezone.now() + _patience(reply, outcome))
    # Not all accounts in the same second.
    until += timedelta(seconds=random.uniform(0, 2))  # noqa: S311
    if outcome.cause in PATIENT:
        # It never left: the attempt does not count, and what was never claimed before is not claimed now.
        values = {"attempts": reply.attempts - 1, "first_claimed_at": reply.first_claimed_at}
        if reply.attempts == 1:
            values["first_claimed_at"] = None
    elif reply.attempts >= MAX_ATTEMPTS:
        change(reply, status=ReplyStatus.FAILED, error=outcome.detail)
        return
    else:
        values = {}
    keep_quiet(reply, until=until, cause=outcome.cause)
    change(reply, status=ReplyStatus.QUEUED, next_attempt_at=until, error=outcome.detail, **values)


def _patience(reply: Reply, outcome: Deferred) -> timedelta:
    """Longer each time; renewed keys are tried at once, and then no oftener than a network that is down."""
    if outcome.cause in PATIENT:
        return PATIENT[outcome.cause] if reply.account.deferred_cause == outcome.cause else FIRST_WAIT
    return min(FIRST_WAIT * (1 << min(reply.attempts - 1, 10)), LONGEST_WAIT)


def _take(reply: Reply, *, now: datetime) -> bool:
    try:
        with transaction.atomic():
            due = Reply.objects.filter(pk=reply.pk, status__in=TO_SEND, next_attempt_at__lte=now)
            taken = due.update(
                status=ReplyStatus.SENDING,
                claimed_at=now,
                first_claimed_at=Coalesce(F("first_claimed_at"), Value(now)),
                attempts=F("attempts") + 1,
                next_attempt_at=None,
            )
    except IntegrityError:
        # Another worker has a reply of this account in flight.
        return False
    return bool(taken)


def _postpone(reply: Reply, *, until: datetime) -> None:
    """Of what the network allows, what is left is people's: only this message waits."""
    same = Reply.objects.filter(pk=reply.pk, status=reply.status, next_attempt_at=reply.next_attempt_at)
    same.update(next_attempt_at=until)
