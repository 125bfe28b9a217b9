"""What each of the street's acts does: the same verbs as at the desk, with words that are ready."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from requests_app import photos, workflow
from requests_app.models import DeclineReason, Photo, Queue, Reply, ServiceRequest, Side, Status, Verb
from requests_app.roles import may_use
from requests_app.wording import request_number
from requests_app.workflow import Message, Refusal, language_for
from requests_app.workflow.speech import share_photos
from staff.street import words
from staff.street.acts import Act, Doing, Kind


def do(service_request: ServiceRequest, act: Act, by: User) -> str:
    """Carries one act out and says in words what is so now. Raises Refusal or NotAPhoto."""
    needed, doing = ACTS[act.kind]
    if service_request.merged_into_id:
        into = request_number(service_request.merged_into_id)
        raise Refusal(_("It is part of %(number)s now.") % {"number": into})
    if not any(may_use(by, verb, service_request) for verb in needed):
        raise Refusal(_("It is with %(team)s now.") % {"team": service_request.queue.name})
    return doing(service_request, act, by)


def _on_it(service_request: ServiceRequest, act: Act, by: User) -> str:
    moment = words.promised_moment(act.promise, at=act.at)
    if _is_said(service_request, act, by, promised_for=moment):
        return _("%(number)s is yours.") % _named(service_request)
    message = _message(service_request, act)
    workflow.accept(service_request, by=by, promised_for=moment, message=message)
    return _("%(number)s is yours.") % _named(service_request)


def _is_said(service_request: ServiceRequest, act: Act, by: User, *, promised_for: datetime | None) -> bool:
    """The same tap once more, from another window or before the first was sent: residents need not read it twice."""
    state = (service_request.status, service_request.assignee_id, service_request.promised_for)
    if state != (Status.ACCEPTED, by.pk, promised_for):
        return False
    accepted = service_request.events.filter(verb=Verb.ACCEPTED, undone_by=None).select_related("reply")
    last = accepted.order_by("-pk").first()
    return last is not None and last.by_id == by.pk and (last.reply.text if last.reply else "") == act.text


def _done(service_request: ServiceRequest, act: Act, by: User) -> str:
    """With the photo of this act, or the one that was taken since the request was last opened."""
    text = act.text or words.done(_language(service_request))
    taken = uuid4() if act.photo else None
    message = _message(service_request, act, text=text) or Message(text)
    workflow.resolve(service_request, by=by, message=message, taken=taken)
    # Last: what is refused leaves no file behind.
    after = _take(service_request, act, by, side=Side.AFTER, uuid=taken) if taken else _taken_after(service_request)
    told = service_request.events.filter(verb=Verb.RESOLVED).select_related("reply").order_by("-pk").first()
    if after and told and told.reply:
        share_photos([after], among=[told.reply, *Reply.objects.filter(copy_of=told.reply)])
    return _("%(number)s is done.") % _named(service_request)


def _not_ours(service_request: ServiceRequest, act: Act, by: User) -> str:
    if not act.to:
        if not may_use(by, "decline", service_request):
            raise Refusal(_("Only its team can close it."))
        heard = any(voice.post for voice in workflow.voices(service_request, by=by))
        message = _message(service_request, act) if heard else None
        note = "" if heard else act.text
        workflow.decline(service_request, by=by, reason=DeclineReason.NOT_OURS, message=message, note=note)
        return _("%(number)s is closed: not the town hall's to do.") % _named(service_request)
    queue = Queue.objects.filter(code=act.to).first()
    if queue is None:
        raise Refusal(_("That team is not there any more."))
    return _hand_over(service_request, act, by, queue=queue)


def _help(service_request: ServiceRequest, act: Act, by: User) -> str:
    """The dispatchers organise it: it goes to the queue that is theirs, with what is missing as a note."""
    fallback = Queue.objects.filter(is_fallback=True).first()
    note = _("Needs help on the spot: %(what)s") % {"what": act.text or _("cannot be done alone.")}
    if fallback is None or fallback.pk == service_request.queue_id:
        if service_request.assignee_id:
            workflow.assign(service_request, by=by, to=None, note=note)
        else:
            workflow.note(service_request, by=by, text=note)
        return _("%(number)s waits for a dispatcher.") % _named(service_request)
    workflow.transfer(service_request, by=by, queue=fallback, note=note)
    return _("%(number)s is with %(team)s now.") % _named(service_request, queue=fallback)


def _photo(service_request: ServiceRequest, act: Act, by: User) -> str:
    _take(service_request, act, by, side=act.side, uuid=uuid4())
    return _("The photo is kept with %(number)s.") % _named(service_request)


def _hand_over(service_request: ServiceRequest, act: Act, by: User, *, queue: Queue) -> str:
    workflow.transfer(service_request, by=by, queue=queue, note=act.text)
    return _("%(number)s is with %(team)s now.") % _named(service_request, queue=queue)


def _take(service_request: ServiceRequest, act: Act, by: User, *, side: str, uuid: UUID) -> Photo:
    alt = act.photo_alt or words.shows(service_request, side=side, language=_language(service_request))
    photo = photos.take(service_request, act.photo or b"", side=side, by=by, at=act.at, alt=alt, uuid=uuid)
    workflow.place_by_photo(photo)
    return photo


def _taken_after(service_request: ServiceRequest) -> Photo | None:
    """The newest picture of the work, unless it is of the time before somebody said that it was not done."""
    reopened = service_request.events.filter(verb=Verb.REOPENED, undone_by=None).order_by("-pk").first()
    taken = Photo.objects.held().taken_for([service_request.pk]).filter(side=Side.AFTER)
    if reopened:
        taken = taken.filter(taken_at__gt=reopened.at)
    return taken.last()


def _message(service_request: ServiceRequest, act: Act, *, text: str = "") -> Message | None:
    """Ready words reach everybody in their own language."""
    text = text or act.text
    if not text:
        return None
    return Message(text, texts=words.in_others(text, language=_language(service_request)))


def _language(service_request: ServiceRequest) -> str:
    return language_for(service_request.opening_post, of=service_request)


def _named(service_request: ServiceRequest, *, queue: Queue | None = None) -> dict[str, str]:
    return {"number": request_number(service_request.pk), "team": queue.name if queue else ""}


ACTS: dict[Kind, tuple[Iterable[str], Doing]] = {
    Kind.ON_IT: (("accept",), _on_it),
    Kind.DONE: (("resolve",), _done),
    Kind.NOT_OURS: (("transfer", "decline"), _not_ours),
    Kind.HELP: (("transfer",), _help),
    Kind.PHOTO: (("note",), _photo),
}
