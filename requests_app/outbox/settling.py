"""Finds out what became of doubtful replies before anything is sent again."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from requests_app.lines import mark_expired, open_line
from requests_app.models import Network, Reply, ReplyStatus
from requests_app.networks.contract import (
    Absent,
    CannotTell,
    Connector,
    Deferred,
    Finding,
    NetworkUnavailable,
    Outcome,
    OutgoingPhoto,
    Published,
    Rejected,
    Unknown,
)
from requests_app.outbox.rows import change, doubt, draft_of, keep_quiet, look_after, photos_of, stands
from requests_app.outbox.sending import ASK_AGAIN, PATIENT

log = logging.getLogger(__name__)

# Sent again once when it is surely absent; a second doubt is for a person.
MAX_RESENDS = 1
# Where the network could not be asked for this long, a person is told to look.
LONGEST_DOUBT = timedelta(hours=24)
# Mastodon keeps an idempotency key for an hour (facts C1). Record keys on Bluesky and the town's own pages are for ever.
REPEATABLE_FOR = {Network.MASTODON.value: timedelta(minutes=50)}


def settle() -> int:
    """Returns how many doubtful replies were looked for."""
    now = timezone.now()
    lease = timedelta(seconds=settings.SEND_LEASE_SECONDS)
    for reply in Reply.objects.abandoned(now - lease).select_related("account"):
        doubt(reply, detail="the worker that was sending it stopped", look_at=now)
    for reply in Reply.objects.left_behind().select_related("account"):
        # Only while what it follows is still lost: a person may have sent that again meanwhile.
        if Reply.objects.left_behind().filter(pk=reply.pk).exists():
            change(reply, status=ReplyStatus.REFUSED, rule="relay")
    doubtful = Reply.objects.due_to_settle(now).select_related("post__author", "follows__account")
    # Each taken when its turn comes: while one network hangs, the next tick looks for the others.
    return sum(_look(reply) for reply in doubtful if _take_look(reply, until=timezone.now() + lease))


def _take_look(reply: Reply, *, until: datetime) -> bool:
    """Looking costs money on X: one worker does it. One that dies leaves it to the next after the lease."""
    same = Reply.objects.filter(pk=reply.pk, status=ReplyStatus.IN_DOUBT, next_attempt_at=reply.next_attempt_at)
    return bool(same.update(next_attempt_at=until))


def _look(reply: Reply) -> bool:
    match _ask(reply):
        case Published() as receipt:
            stands(reply, receipt)
        case Absent():
            _absent(reply)
        case Rejected(rule=rule, detail=detail):
            change(reply, status=ReplyStatus.REFUSED, rule=rule, error=detail)
        case Deferred(until=until, detail=detail, cause=cause):
            if cause == "credentials":
                mark_expired(reply.account)
            if cause in PATIENT:
                keep_quiet(reply, until=until, cause=cause)
            _cannot_tell(reply, detail=detail, wait=max(until - timezone.now(), ASK_AGAIN))
        case Unknown(detail=detail) | CannotTell(detail=detail):
            _cannot_tell(reply, detail=detail, wait=ASK_AGAIN)
    return True


def _ask(reply: Reply) -> Outcome | Finding:
    """The network itself: by the very same draft where that cannot make a second post, else by looking."""
    try:
        photos = photos_of(reply)
    except OSError:
        photos = None
    try:
        with open_line(reply.account) as line:
            if photos is not None and _is_repeatable(reply, line):
                return _repeat(reply, line, photos=photos)
            return line.find(draft_of(reply))
    except NetworkUnavailable as failure:
        return Deferred(until=failure.retry_at or timezone.now() + ASK_AGAIN, detail=str(failure), cause=failure.cause)
    except Exception as failure:  # whatever breaks, one account's trouble must not stop the others
        log.error("settling broke", extra={"reply": reply.pk, "failure": type(failure).__name__})
        return CannotTell(type(failure).__name__)


def _is_repeatable(reply: Reply, line: Connector) -> bool:
    if not line.capabilities.idempotent or reply.first_claimed_at is None:
        return False
    window = REPEATABLE_FOR.get(reply.account.network)
    return window is None or timezone.now() < reply.first_claimed_at + window


def _repeat(reply: Reply, line: Connector, *, photos: list[OutgoingPhoto]) -> Outcome | Finding:
    """A "no" to the second try says nothing of the first, which may have landed before the reason for it arose."""
    outcome = line.publish(draft_of(reply, photos=photos))
    if not isinstance(outcome, Rejected):
        return outcome
    finding = line.find(draft_of(reply))
    return outcome if isinstance(finding, Absent) else finding


def _absent(reply: Reply) -> None:
    """Not there yet, or surely not there: then the same bytes go out once more, and after that a person decides."""
    looks = reply.looks + 1
    if looks < len(settings.LOOK_SECONDS):
        wait = look_after(looks) - look_after(looks - 1)
        doubt(reply, detail=reply.error, look_at=timezone.now() + wait, looks=looks)
    elif reply.rule == "duplicate":
        # Said, says the network, but not where we looked: only a person can tell.
        change(reply, status=ReplyStatus.REFUSED, error=reply.error, looks=looks)
    elif reply.resends < MAX_RESENDS:
        change(reply, status=ReplyStatus.QUEUED, next_attempt_at=timezone.now(), resends=reply.resends + 1, looks=0)
    else:
        change(reply, status=ReplyStatus.FAILED, error=reply.error or "not found on the network", looks=looks)


def _cannot_tell(reply: Reply, *, detail: str, wait: timedelta) -> None:
    """A network that could not be asked uses up no look."""
    if reply.claimed_at and timezone.now() > reply.claimed_at + LONGEST_DOUBT:
        change(reply, status=ReplyStatus.FAILED, error=detail)
    else:
        doubt(reply, detail=detail, look_at=timezone.now() + wait)
