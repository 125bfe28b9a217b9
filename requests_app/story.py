"""The story of a request in plain sentences: who did what, when, and what is true now."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.utils import formats, timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from requests_app import wording
from requests_app.masking import mask
from requests_app.models import DeclineReason, Event, Network, Post, ReplyStatus, ServiceRequest, Status, Verb
from requests_app.models.event import MOVES

WEEK_DAYS = 7


@dataclass(frozen=True, slots=True)
class Line:
    """`words`: what somebody added for residents to read."""

    at: datetime
    sentence: str
    words: str = ""
    verb: str = ""
    number: int = 0


def story(events: Iterable[Event]) -> list[Line]:
    """A line for each event that residents may read; an answer only once it stands in public.

    The line that closes a promise says whether it was kept.
    """
    promise: datetime | None = None
    told = []
    for event in events:
        if not _is_told(event):
            continue
        sentence = SENTENCES[event.verb](event)
        if event.verb == Verb.RESOLVED and promise is not None:
            sentence = _("%(sentence)s, %(kept)s") % {"sentence": sentence, "kept": _kept(promise, done_at=event.at)}
        if event.verb in MOVES and event.verb != Verb.WAITING:
            promise = _promise(event)
        told.append(Line(event.at, sentence, _words(event), event.verb, event.pk))
    return told


def state_of(service_request: ServiceRequest) -> str:
    """One sentence: how things stand."""
    who = _person(service_request.assignee)
    match service_request.status:
        case Status.ACCEPTED if service_request.promised_for:
            when = promised(service_request.promised_for, told_at=timezone.now())
            told = _("%(name)s has it in hand and promised it for %(when)s.") % {"name": who, "when": when}
            late = timezone.now() - service_request.promised_for
            return (
                f"{told} {_('It is %(wait)s late.') % {'wait': wording.coarse(late)}}" if late > timedelta() else told
            )
        case Status.ACCEPTED:
            return _("%(name)s has it in hand.") % {"name": who}
        case Status.WAITING:
            return _("Somebody else has to move first; %(team)s keeps an eye on it.") % {
                "team": service_request.queue.name
            }
        case Status.RESOLVED:
            return _("Done by %(name)s.") % {"name": who}
        case Status.DECLINED:
            return _("It will not be done: %(reason)s.") % {"reason": service_request.get_decline_reason_display()}
        case _:
            return _("It is with %(team)s; nobody has taken it on yet.") % {"team": service_request.queue.name}


def promised(moment: datetime, *, told_at: datetime) -> str:
    """`today 12:00`, `Thursday 12:00`, `21 Nov 12:00`, as seen from `told_at`."""
    local, told = timezone.localtime(moment), timezone.localtime(told_at)
    days = (local.date() - told.date()).days
    if days == 0:
        return _("today %(time)s") % {"time": formats.time_format(local, "H:i")}
    if 0 < days < WEEK_DAYS:
        return formats.date_format(local, pgettext("date format, weekday and time", "l H:i"))
    return wording.clock(moment, now=told_at)


def _promise(event: Event) -> datetime | None:
    return parse_datetime(str(event.data.get("promised_for") or ""))


def _kept(promise: datetime, *, done_at: datetime) -> str:
    if done_at <= promise:
        return _("as promised")
    return _("%(wait)s later than promised") % {"wait": wording.coarse(done_at - promise)}


def _is_told(event: Event) -> bool:
    if event.verb != Verb.ANSWERED:
        return event.verb in SENTENCES
    is_published = event.reply is not None and event.reply.status == ReplyStatus.PUBLISHED
    return is_published or event.spoken_through is not None


def _words(event: Event) -> str:
    """Whom we wait for, why it was opened again, what was done where nobody could be answered; the rest stays inside."""
    return mask(event.text) if event.verb in (Verb.WAITING, Verb.REOPENED, Verb.RESOLVED) else ""


def _person(user: User | None) -> str:
    return user.first_name if user and user.first_name else _("The town hall")


def _actor(event: Event) -> str:
    """By name; and where, if it was done with the network's own app."""
    account = event.spoken_through
    if account is None:
        return _person(event.by)
    name = event.by.first_name if event.by else ""
    return wording.through(name, network=account.get_network_display(), handle=account.handle)


def _resident(post: Post | None) -> str:
    if post is None or post.deleted_at:
        return _("Somebody")
    return _("A resident") if post.network == Network.PLAZA else mask(post.author.public_name)


def _received(event: Event) -> str:
    if event.post and event.post.written_by:
        return _("%(name)s found it") % {"name": event.post.written_by.display_name or _("The town hall")}
    names = {"name": _resident(event.post), "team": event.queue.name if event.queue else ""}
    return _("%(name)s told us, and it went to %(team)s") % names if event.queue else _("%(name)s told us") % names


def _accepted(event: Event) -> str:
    who, moment = _actor(event), _promise(event)
    if moment is None:
        return _("%(name)s accepted it") % {"name": who}
    when = promised(moment, told_at=event.at)
    return _("%(name)s accepted it and promised it for %(when)s") % {"name": who, "when": when}


def _transferred(event: Event) -> str:
    names = {"name": _actor(event), "team": event.queue.name if event.queue else ""}
    return _("%(name)s passed it to %(team)s") % names


def _declined(event: Event) -> str:
    who, reason = _person(event.by), event.data.get("reason", "")
    if reason not in DeclineReason:
        return _("%(name)s declined it") % {"name": who}
    return _("%(name)s declined it: %(reason)s") % {"name": who, "reason": DeclineReason(reason).label}


def _reopened(event: Event) -> str:
    if event.by is None and event.post is None:
        return _("A resident says it is not fixed: it is open again")
    if event.by is None:
        return _("%(name)s came back, and it is open again") % {"name": _resident(event.post)}
    return _("%(name)s opened it again") % {"name": _person(event.by)}


SENTENCES: dict[str, Callable[[Event], str]] = {
    Verb.RECEIVED: _received,
    Verb.ACCEPTED: _accepted,
    Verb.ANSWERED: lambda event: _("%(name)s answered") % {"name": _actor(event)},
    Verb.TRANSFERRED: _transferred,
    Verb.WAITING: lambda event: _("%(name)s is waiting for others") % {"name": _person(event.by)},
    Verb.RESOLVED: lambda event: _("%(name)s finished it") % {"name": _actor(event)},
    Verb.DECLINED: _declined,
    Verb.REOPENED: _reopened,
    Verb.FOLLOWED_UP: lambda event: _("%(name)s wrote about it") % {"name": _resident(event.post)},
    Verb.THANKED: lambda event: _("%(name)s said thank you") % {"name": _resident(event.post)},
}
