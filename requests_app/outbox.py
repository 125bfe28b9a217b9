"""Publish and settle: every approved reply stands on its network exactly once, or somebody is told why not."""

import logging
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from requests_app import workflow
from requests_app.lines import mark_expired, open_line, redacted
from requests_app.models import Account, Photo, Reply, ReplyStatus, ServiceRequest
from requests_app.models.reply import TO_SEND
from requests_app.networks.contract import (
    Absent,
    CannotTell,
    Deferred,
    Draft,
    NetworkUnavailable,
    Outcome,
    OutgoingPhoto,
    Published,
    Rejected,
    Unknown,
)

log = logging.getLogger(__name__)

# Sent again once when it is surely absent; a second doubt is for a person.
MAX_RESENDS = 1
# A network that could not be asked at all does not use up a look.
ASK_AGAIN = timedelta(seconds=30)
# A network that is down is tried again after 15 s, 30 s, a minute and so on; the desk hears of it after about ten hours.
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=15), timedelta(minutes=10)
MAX_ATTEMPTS = 65


def publish() -> int:
    """Sends what is due, one reply an account, and returns how many calls were made."""
    sent = 0
    while reply := claim():
        record(reply, _attempt(reply))
        sent += 1
    return sent


def claim() -> Reply | None:
    """Takes the oldest due reply by compare-and-set, committed before anybody calls the network."""
    now = timezone.now()
    for reply in Reply.objects.due_to_send(now)[:20]:
        try:
            with transaction.atomic():
                taken = Reply.objects.filter(pk=reply.pk, status__in=TO_SEND, next_attempt_at__lte=now).update(
                    status=ReplyStatus.SENDING,
                    claimed_at=now,
                    first_claimed_at=Coalesce(F("first_claimed_at"), Value(now)),
                    attempts=F("attempts") + 1,
                    next_attempt_at=None,
                )
        except IntegrityError:
            # Another worker has a reply of this account in flight.
            continue
        if taken:
            return (
                Reply.objects.select_related("account", "post__author", "follows__account")
                .prefetch_related("photos")
                .get(pk=reply.pk)
            )
    return None


def _attempt(reply: Reply) -> Outcome:
    try:
        photos = [_outgoing(photo) for photo in reply.photos.all()]
    except OSError as failure:
        return Rejected(rule="photo_missing", detail=type(failure).__name__)
    try:
        with open_line(reply.account) as line:
            return line.publish(_draft(reply, photos=photos))
    except NetworkUnavailable as failure:
        until = failure.retry_at or timezone.now() + ASK_AGAIN
        return Deferred(until=until, detail=str(failure), cause=failure.cause)


def _outgoing(photo: Photo) -> OutgoingPhoto:
    with photo.image.open("rb") as file:
        return OutgoingPhoto(file.read(), photo.alt)


def _draft(reply: Reply, *, photos: Sequence[OutgoingPhoto] = ()) -> Draft:
    return Draft(
        text=reply.payload,
        parent=workflow.parent_of(reply),
        frozen=reply.frozen,
        # The claim wrote it, and the constraint `in_flight_once_claimed` holds it.
        first_claimed_at=cast(datetime, reply.first_claimed_at),
        photos=photos,
    )


def record(reply: Reply, outcome: Outcome) -> None:
    """Writes down what became of a claimed reply. A lease that ran out meanwhile is left to `settle`."""
    log.info("sent", extra={"reply": reply.pk, "account": reply.account_id, "outcome": type(outcome).__name__})
    match outcome:
        case Published():
            workflow.published(reply, outcome)
        case Rejected(rule="duplicate", detail=detail):
            # The same words stand there already: most likely ours, from a try whose answer was lost.
            _doubt(reply, detail=detail, look_at=timezone.now())
        case Rejected(rule=rule, detail=detail):
            _change(reply, status=ReplyStatus.REFUSED, rule=rule, error=detail)
        case Deferred():
            _defer(reply, outcome)
        case Unknown(detail=detail):
            _doubt(reply, detail=detail, look_at=timezone.now() + _look_after(0))


def settle() -> int:
    """Finds out what became of doubtful replies before anything is sent again; returns how many were looked for."""
    now = timezone.now()
    for reply in Reply.objects.abandoned(now - timedelta(seconds=settings.SEND_LEASE_SECONDS)):
        _doubt(reply, detail="the worker that was sending it stopped", look_at=now)
    doubtful = list(Reply.objects.due_to_settle(now).select_related("post__author", "follows__account"))
    for reply in doubtful:
        _look(reply)
    return len(doubtful)


def _look(reply: Reply) -> None:
    try:
        with open_line(reply.account) as line:
            finding = line.find(_draft(reply))
    except NetworkUnavailable as failure:
        finding = CannotTell(str(failure))
    match finding:
        case Published():
            workflow.published(reply, finding)
        case Absent():
            _absent(reply)
        case CannotTell(detail=detail):
            _doubt(reply, detail=detail, look_at=timezone.now() + ASK_AGAIN)


def _absent(reply: Reply) -> None:
    """Not there yet, or surely not there: then the same bytes go out once more, and after that a person decides."""
    looks = reply.looks + 1
    if looks < len(settings.LOOK_SECONDS):
        _doubt(
            reply, detail=reply.error, look_at=timezone.now() + _look_after(looks) - _look_after(looks - 1), looks=looks
        )
    elif reply.resends < MAX_RESENDS:
        _change(reply, status=ReplyStatus.QUEUED, next_attempt_at=timezone.now(), resends=reply.resends + 1, looks=0)
    else:
        _change(reply, status=ReplyStatus.FAILED, error=reply.error or "not found on the network", looks=looks)


def _look_after(looks: int) -> timedelta:
    """Networks index late: a doubtful reply is looked for several times before it is called absent."""
    return timedelta(seconds=settings.LOOK_SECONDS[looks])


def _doubt(reply: Reply, *, detail: str, look_at: datetime, looks: int | None = None) -> None:
    _change(
        reply,
        status=ReplyStatus.IN_DOUBT,
        error=detail,
        next_attempt_at=look_at,
        looks=reply.looks if looks is None else looks,
    )


def _defer(reply: Reply, outcome: Deferred) -> None:
    """Surely not sent. The whole account keeps quiet as long as the network asked."""
    if reply.attempts >= MAX_ATTEMPTS:
        _change(reply, status=ReplyStatus.FAILED, error=redacted(outcome.detail, reply.account))
        return
    if outcome.cause == "credentials":
        mark_expired(reply.account)
    patience = min(FIRST_WAIT * 2 ** min(reply.attempts - 1, 10), LONGEST_WAIT)
    # A little later than asked, and not all accounts in the same second.
    until = max(outcome.until, timezone.now() + patience) + timedelta(seconds=random.uniform(0, 2))  # noqa: S311
    Account.objects.filter(pk=reply.account_id).update(deferred_until=until, deferred_cause=outcome.cause)
    _change(reply, status=ReplyStatus.QUEUED, next_attempt_at=until, error=redacted(outcome.detail, reply.account))


def _change(reply: Reply, **values: object) -> None:
    """Compare-and-set from the state that was read, and a mark for open desks."""
    if "next_attempt_at" not in values:
        values["next_attempt_at"] = None
    if Reply.objects.filter(pk=reply.pk, status=reply.status, claimed_at=reply.claimed_at).update(**values):
        ServiceRequest.objects.filter(pk=reply.service_request_id).update(changed_at=timezone.now())
