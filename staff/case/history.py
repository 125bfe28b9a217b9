"""A request's history for the people who work it: every line, in plain sentences."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from requests_app import wording
from requests_app.models import DeclineReason, Event, Kind, Verb
from requests_app.models.text import in_readers_language
from staff.case.alike_words import alike_words

# What residents do.
OF_RESIDENTS = (Verb.FOLLOWED_UP, Verb.THANKED, Verb.REOPENED, Verb.EDITED, Verb.OPTED_OUT)


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence, with the words somebody added to it."""

    at: datetime
    sentence: str
    words: str
    is_undone: bool


def lines(events: Iterable[Event]) -> list[Line]:
    """The history, oldest first.

    Events come with `by`, `post__author`, `post__written_by`, `reply__account`, `queue` and `undoes`.
    """
    events = list(events)
    undone = {event.undoes_id for event in events if event.undoes_id}
    return [
        Line(event.at, sentence(event), _words(event, is_undone=event.pk in undone), event.pk in undone)
        for event in events
    ]


def sentence(event: Event) -> str:
    """What happened, and who did it."""
    return _SENTENCES[Verb(event.verb)](event)


def who(event: Event) -> str:
    """The person who acted (and where, if not at the desk), the resident whose post it was, or Plaza."""
    person = (event.by.first_name or event.by.username) if event.by else ""
    if account := event.spoken_through:
        return wording.through(person, network=account.get_network_display(), handle=account.handle)
    if not person and event.post and event.verb in OF_RESIDENTS:
        return _("Somebody") if event.post.deleted_at else event.post.author.public_name
    return person or "Plaza"


def _words(event: Event, *, is_undone: bool) -> str:
    """What somebody added; of an act on the network, what was said there, as long as it stands there."""
    if is_undone and event.verb == Verb.NOTED:
        return ""
    if event.spoken_through and event.post:
        return "" if event.post.deleted_at else event.post.text
    return event.text


def _said(event: Event, text: str, **more: object) -> str:
    return text % {"who": who(event), **more}


def _received(event: Event) -> str:
    network = event.post.get_network_display() if event.post else "Plaza"
    if event.post and event.post.written_by:
        return _("@%(handle)s found it and told of it on %(network)s.") % {
            "handle": event.post.written_by.handle,
            "network": network,
        }
    if event.queue:
        return _("Arrived on %(network)s, sorted to %(team)s.") % {"network": network, "team": event.queue.name}
    return _("Arrived on %(network)s.") % {"network": network}


def _accepted(event: Event) -> str:
    promised = parse_datetime(str(event.data.get("promised_for", "")))
    if not promised:
        return _said(event, _("%(who)s took it on."))
    return _said(
        event, _("%(who)s took it on and promised %(time)s."), time=wording.clock(promised, now=timezone.now())
    )


def _transferred(event: Event) -> str:
    team = event.queue.name if event.queue else ""
    return _said(event, _("%(who)s passed it to %(team)s."), team=team)


def _assigned(event: Event) -> str:
    name = event.data.get("name", "")
    if not name:
        return _said(event, _("%(who)s gave it back: it is nobody's now."))
    if event.data.get("to") == event.by_id:
        return _said(event, _("%(who)s put it on their own list."))
    return _said(event, _("%(who)s gave it to %(name)s."), name=name)


def _declined(event: Event) -> str:
    reason = event.data.get("reason", "")
    words = DeclineReason(reason).label if reason in DeclineReason.values else reason
    return _said(event, _("%(who)s closed it without a repair: %(reason)s."), reason=words)


def _reopened(event: Event) -> str:
    if event.by is None and event.post is None:
        return _("A resident says on the square that it is not fixed: it is open again.")
    return _said(event, _("%(who)s opened it again."))


def _merged(event: Event) -> str:
    merged, into = event.data["merged"], event.data["into"]
    is_part = event.service_request_id == merged
    if event.by is None and (why := alike_words(event.data.get("alike", ()), is_earlier=is_part, names={})):
        unasked = (
            _("%(who)s joined it to No. %(number)s by itself: %(why)s.")
            if is_part
            else _("%(who)s joined No. %(number)s to it by itself: %(why)s.")
        )
        return _said(event, unasked, number=into if is_part else merged, why=why)
    if is_part:
        return _said(event, _("%(who)s joined it to No. %(number)s."), number=into)
    return _said(event, _("%(who)s joined No. %(number)s to it."), number=merged)


def _unmerged(event: Event) -> str:
    merged, into = event.data["merged"], event.data["into"]
    other = into if event.service_request_id == merged else merged
    return _said(event, _("%(who)s separated it from No. %(number)s."), number=other)


def _told_apart(event: Event) -> str:
    if event.data.get("after_all"):
        return _said(
            event, _("%(who)s says it may be the same as No. %(number)s after all."), number=event.data["other"]
        )
    return _said(event, _("%(who)s says it is not the same as No. %(number)s."), number=event.data["other"])


def _reclassified(event: Event) -> str:
    """Who may read it, or what it is."""
    match event.data.get("shown") or f"hidden {event.data.get('hidden')}":
        case "words":
            return _said(event, _("%(who)s looked at a post that was folded as an insult, and shows it again."))
        case "post":
            return _said(event, _("%(who)s shows a message again that was kept from the public."))
        case "request":
            return _said(event, _("%(who)s took the lock off: everybody may read it."))
        case "hidden words":
            return _said(event, _("%(who)s folded a post: it insults or threatens somebody."))
        case "hidden post":
            return _said(event, _("%(who)s keeps a message from the public."))
        case "hidden request":
            why = wording.private_matters(event.data["why"])
            return _said(event, _("%(who)s made it private: %(why)s."), why=why)
    if taken_for := list(_taken_for(event.data.get("said", {}), service=event.data.get("service", {}))):
        return _said(event, _("%(who)s says what it is: %(what)s."), what=", ".join(taken_for))
    return _said(event, _("%(who)s took it for something else."))


def _taken_for(said: Mapping[str, Any], *, service: Mapping[str, str]) -> Iterable[str]:
    """What a person said that it is, in words."""
    if kind := said.get("kind"):
        yield str(Kind(kind).label)
    if "service_id" in said:
        yield in_readers_language(service) or _("no service in particular")
    if "is_urgent" in said:
        yield _("urgent") if said["is_urgent"] else _("can wait")


def _placed(event: Event) -> str:
    if address := event.data.get("address"):
        return _said(event, _("%(who)s says where it is: %(place)s."), place=address)
    return _said(event, _("%(who)s says where it is, on the map."))


def _published(event: Event) -> str:
    handle = event.reply.account.handle if event.reply else ""
    return _("The message stands on the network, from @%(handle)s.") % {"handle": handle}


def _deleted(event: Event) -> str:
    if event.data.get("hidden"):
        return _("A post was hidden by its author: nothing of it is kept here.")
    return _("A post was deleted by its author: nothing of it is kept here.")


def _undone(event: Event) -> str:
    if event.undoes and event.undoes.verb == Verb.NOTED:
        return _said(event, _("%(who)s took a note back."))
    taken_back = sentence(event.undoes) if event.undoes else ""
    return _said(event, _("%(who)s took this back: %(what)s"), what=taken_back)


_SENTENCES: Mapping[Verb, Callable[[Event], str]] = {
    Verb.RECEIVED: _received,
    Verb.ACCEPTED: _accepted,
    Verb.ANSWERED: lambda event: _said(event, _("%(who)s answered.")),
    Verb.TRANSFERRED: _transferred,
    Verb.WAITING: lambda event: _said(event, _("%(who)s is waiting for somebody else.")),
    Verb.RESOLVED: lambda event: _said(event, _("%(who)s resolved it.")),
    Verb.DECLINED: _declined,
    Verb.REOPENED: _reopened,
    Verb.FOLLOWED_UP: lambda event: _said(event, _("%(who)s wrote again.")),
    Verb.THANKED: lambda event: _said(event, _("%(who)s said thanks.")),
    Verb.EDITED: lambda event: _said(event, _("%(who)s changed the words of a post.")),
    Verb.DELETED: _deleted,
    Verb.OPTED_OUT: lambda event: _said(event, _("%(who)s asked us to stop: no machine writes there any more.")),
    Verb.MERGED: _merged,
    Verb.UNMERGED: _unmerged,
    Verb.TOLD_APART: _told_apart,
    Verb.ASSIGNED: _assigned,
    Verb.NUDGED: lambda event: _said(event, _("%(who)s asked about it.")),
    Verb.RECLASSIFIED: _reclassified,
    Verb.PLACED: _placed,
    Verb.PHOTO_REMOVED: lambda event: _said(event, _("%(who)s took a photo down.")),
    Verb.NOTED: lambda event: _said(event, _("%(who)s noted:")),
    Verb.PUBLISHED: _published,
    Verb.UNDONE: _undone,
}
