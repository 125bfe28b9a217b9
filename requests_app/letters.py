"""Letters: followers are told by e-mail what becomes of a request, each line once."""

import logging
import smtplib
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import make_msgid
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from requests_app import wording
from requests_app.discretion import public_summary
from requests_app.models import Event, Follower, ServiceRequest, Verb
from requests_app.models.event import MOVES
from requests_app.models.reply import IN_FLIGHT, TO_SEND
from requests_app.story import Line, state_of, story

log = logging.getLogger(__name__)

BATCH = 20
TRIES = 8
# Who never confirmed is forgotten.
UNCONFIRMED_FOR = timedelta(days=7)
# A line rests a little, so that what is said in one breath is one letter; never shorter than it can be taken back.
REST = timedelta(seconds=30)
# A line behind an answer that does not leave waits for it so long, and no longer.
PATIENCE = timedelta(hours=12)
# What neighbours say about it is read on the page.
TOLD = (*MOVES, Verb.ANSWERED)
# From here on a mail server's code means that trying again is of no use.
PERMANENT = 500

HIDDEN = Q(service_request__is_private=True) | Q(service_request__merged_into__is_private=True)


class Unreachable(Exception):
    """The mail server did not open its door: the rest of the batch waits for the next tick."""


def send_due() -> int:
    """Writes the letters that are due and returns how many left."""
    now = timezone.now()
    _forget(now)
    _find_untold(now)
    due = list(
        Follower.objects.due_to_tell(now).exclude(HIDDEN).select_related("service_request__opening_post")[:BATCH]
    )
    line, sent = get_connection(timeout=settings.EMAIL_TIMEOUT), 0
    try:
        for follower in due:
            sent += _write(follower, line=line, now=now)
    except Unreachable:
        log.warning("mail server not reached", extra={"waiting": len(due)})
    finally:
        line.close()
    return sent


def _forget(now: datetime) -> None:
    """Who never confirmed; and everybody where the public has nothing to follow any more, once that is not taken back."""
    hidden = HIDDEN & Q(service_request__changed_at__lt=now - _rest())
    erased = Q(service_request__opening_post__deleted_at__isnull=False)
    late = Q(confirmed_at=None, asked_at__lt=now - UNCONFIRMED_FOR)
    Follower.objects.filter(hidden | erased | late).delete()


def _find_untold(now: datetime) -> None:
    """The rows say by themselves who is to be told: there is a line newer than the newest they were told of."""
    of_request = Q(service_request=OuterRef("service_request")) | Q(
        service_request=OuterRef("service_request__merged_into")
    )
    newer = Event.objects.filter(of_request, verb__in=TOLD, undone_by=None, at__lte=now - _rest())
    newer = newer.filter(id__gt=Coalesce(OuterRef("told"), 0))
    Follower.objects.confirmed().filter(Exists(newer), next_attempt_at=None).update(next_attempt_at=now)


def _rest() -> timedelta:
    return REST + timedelta(seconds=settings.UNDO_SECONDS)


def _write(follower: Follower, *, line: BaseEmailBackend, now: datetime) -> bool:
    """One letter, claimed before it is written: a worker that dies leaves one unsent, and none is sent twice."""
    events = _untold(follower, now=now) if follower.confirmed_at else []
    newest = events[-1].pk if events else follower.told_id
    with translation.override(follower.language):
        told = story(events)
        letter = _news(follower, told) if told else _first(follower)
    claimed = Follower.objects.filter(
        pk=follower.pk, next_attempt_at=follower.next_attempt_at, told=follower.told_id, confirmed_at=follower.confirmed_at
    ).update(next_attempt_at=None, told=newest)  # fmt: skip
    if not claimed or (follower.confirmed_at and not told):
        return False
    return _send(follower, letter, told=newest, line=line)


def _untold(follower: Follower, *, now: datetime) -> list[Event]:
    """The lines they do not know, up to an answer that is still on its way."""
    number = follower.service_request.merged_into_id or follower.service_request_id
    rows = Event.objects.told_of(number).filter(verb__in=TOLD, at__lte=now - _rest(), id__gt=follower.told_id or 0)
    found = []
    for event in rows.order_by("id"):
        on_its_way = event.reply is not None and event.reply.status in (*TO_SEND, *IN_FLIGHT)
        if event.verb == Verb.ANSWERED and on_its_way and now - event.at < PATIENCE:
            break
        found.append(event)
    return found


def _first(follower: Follower) -> EmailMessage:
    number = wording.request_number(follower.service_request_id)
    subject = _("Do you want to follow %(number)s?") % {"number": number}
    return _letter(follower, subject, template="letters/first.txt", page=_address("letters", follower.token))


def _news(follower: Follower, told: Sequence[Line]) -> EmailMessage:
    """The newest line is the subject: it can be read without opening anything."""
    row = follower.service_request
    leads = ServiceRequest.objects.with_row().get(pk=row.merged_into_id or row.pk)
    subject = _("%(number)s: %(words)s") % {"number": wording.request_number(row.pk), "words": told[-1].sentence}
    page = _address("request", leads.pk)
    return _letter(follower, subject, template="letters/news.txt", page=page, lines=told, state=state_of(leads))


def _letter(follower: Follower, subject: str, *, template: str, page: str, **more: object) -> EmailMessage:
    leave = _address("leave", follower.token)
    context = {
        "town": settings.TOWN_NAME,
        "number": follower.service_request_id,
        "words": public_summary(follower.service_request.opening_post),
        "page": page,
        "leave": leave,
        **more,
    }
    headers = {
        "List-Unsubscribe": f"<{leave}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
        # Given here, so that nothing asks the network for this machine's name.
        "Message-ID": make_msgid(domain=urlsplit(settings.PUBLIC_URL).hostname),
    }
    return EmailMessage(
        subject=" ".join(subject.split()),
        body=render_to_string(template, context).strip() + "\n",
        to=[follower.email],
        headers=headers,
    )


def _address(name: str, key: object) -> str:
    return settings.PUBLIC_URL + reverse(name, args=[key])


def _send(follower: Follower, letter: EmailMessage, *, told: int | None, line: BaseEmailBackend) -> bool:
    """True once the server took it. What the server refused is tried again; what nobody knows is not."""
    _open(follower, told=told, line=line)
    row = Follower.objects.filter(pk=follower.pk)
    try:
        line.send_messages([letter])
    except smtplib.SMTPRecipientsRefused as refusal:
        if all(code >= PERMANENT for code, _words in refusal.recipients.values()):
            # There is no such mailbox.
            row.delete()
        else:
            _again(follower, refusal, told=told)
    except smtplib.SMTPResponseException as refusal:
        _again(follower, refusal, told=told)
    except (smtplib.SMTPException, OSError) as doubt:
        # It may have arrived: better one letter too few than the same one twice.
        line.close()
        row.update(attempts=0, error=type(doubt).__name__)
        log.warning("letter in doubt", extra={"follower": follower.pk, "error": type(doubt).__name__})
    else:
        row.update(attempts=0, error="")
        return True
    return False


def _open(follower: Follower, *, told: int | None, line: BaseEmailBackend) -> None:
    """Raises Unreachable, with this letter put back among those to be written."""
    try:
        line.open()
    except (smtplib.SMTPException, OSError) as failure:
        _again(follower, failure, told=told)
        raise Unreachable from failure


def _again(follower: Follower, failure: Exception, *, told: int | None) -> None:
    """Later, and later each time; in the end the line is let go, and the next one is tried anew."""
    attempts, error = follower.attempts + 1, type(failure).__name__
    row = Follower.objects.filter(pk=follower.pk, told=told, next_attempt_at=None)
    if attempts >= TRIES:
        row.update(attempts=0, error=error)
    else:
        later = timezone.now() + timedelta(minutes=2**attempts)
        row.update(attempts=attempts, error=error, told=follower.told_id, next_attempt_at=later)
    log.warning("letter not sent", extra={"follower": follower.pk, "error": error})
