"""What a person does to one request. Each raises `Refusal` (with nothing changed) when it cannot be done."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app.models import DeclineReason, Event, Queue, Reply, Service, ServiceRequest, Status, Verb
from requests_app.roles import is_staff_member
from requests_app.workflow.moves import ANSWER_TARGET, Refusal, due, lock, touch
from requests_app.workflow.speech import Message, require_no_blanks, say
from requests_app.workflow.voices import voices

# What `undo` puts back.
UNDOABLE = (
    "status", "queue_id", "service_id", "assignee_id", "accepted_at", "resolved_at", "resolved_in_hours",
    "promised_for", "decline_reason", "due_at", "is_private", "nudged_at",
)  # fmt: skip


@transaction.atomic
def accept(
    service_request: ServiceRequest,
    *,
    by: User,
    promised_for: datetime | None = None,
    message: Message | None = None,
    version: int | None = None,
) -> ServiceRequest:
    """`by` takes it on by name, promising a moment if they can."""
    now = timezone.now()
    if promised_for and promised_for <= now:
        raise Refusal(_("A promise is for a moment to come."))
    fresh = lock(service_request, verb="accept", version=version)
    before = _state(fresh)
    fresh.status, fresh.assignee, fresh.promised_for = Status.ACCEPTED, by, promised_for
    fresh.accepted_at = fresh.accepted_at or now
    fresh.due_at = due(fresh)
    return _record(fresh, Verb.ACCEPTED, by=by, at=now, before=before, message=message, promised_for=promised_for)


@transaction.atomic
def answer(
    service_request: ServiceRequest, *, by: User, message: Message, version: int | None = None
) -> ServiceRequest:
    """A public word that changes nothing else."""
    fresh = lock(service_request, verb="answer", version=version)
    if not message.text.strip():
        raise Refusal(_("An answer needs words."))
    return _record(fresh, Verb.ANSWERED, by=by, at=timezone.now(), before=_state(fresh), message=message)


@transaction.atomic
def transfer(
    service_request: ServiceRequest,
    *,
    by: User,
    queue: Queue,
    service: Service | None = None,
    message: Message | None = None,
    note: str = "",
    version: int | None = None,
) -> ServiceRequest:
    """Another team's work: it is new there, and nobody's yet. `note`: what colleagues should know of it."""
    fresh = lock(service_request, verb="transfer", version=version)
    if service and service.queue_id != queue.pk:
        raise Refusal(_("That service belongs to another team."))
    if queue.pk == fresh.queue_id and (service is None or service.pk == fresh.service_id):
        raise Refusal(_("It is with that team already."))
    before = _state(fresh)
    fresh.status, fresh.queue, fresh.service, fresh.assignee, fresh.promised_for = (
        Status.NEW,
        queue,
        service,
        None,
        None,
    )
    fresh.is_private = fresh.is_private or bool(service and service.is_private)
    fresh.due_at = due(fresh)
    now = timezone.now()
    return _record(fresh, Verb.TRANSFERRED, by=by, at=now, before=before, message=message, note=note, queue=queue)


@transaction.atomic
def wait(
    service_request: ServiceRequest,
    *,
    by: User,
    text: str = "",
    message: Message | None = None,
    version: int | None = None,
) -> ServiceRequest:
    """Somebody else must move first: a third party, or the resident. `text` says whom we wait for."""
    fresh = lock(service_request, verb="wait", version=version)
    before = _state(fresh)
    fresh.status = Status.WAITING
    fresh.due_at = due(fresh)
    return _record(fresh, Verb.WAITING, by=by, at=timezone.now(), before=before, message=message, text=text)


@transaction.atomic
def resolve(
    service_request: ServiceRequest,
    *,
    by: User,
    message: Message,
    taken: UUID | None = None,
    version: int | None = None,
) -> ServiceRequest:
    """Done, with the words (and the photo) that say so.

    Where nobody may answer the resident (the post was deleted, or names none of the town's accounts), the words
    stand on the request's page instead: work that was done can always be closed. `taken`: of the photo that is taken on
    the spot in the same act, so that whoever takes back the one takes back both.
    """
    if not message.text.strip():
        raise Refusal(_("Say in a few words what was done."))
    fresh = lock(service_request, verb="resolve", version=version)
    before, now = _state(fresh), timezone.now()
    fresh.status, fresh.resolved_at, fresh.due_at = Status.RESOLVED, now, None
    fresh.assignee, fresh.accepted_at = fresh.assignee or by, fresh.accepted_at or now
    fresh.resolved_in_hours = fresh.queue.week().open_between(fresh.posted_at, now)
    heard = any(voice.post for voice in voices(fresh, by=by))
    words: dict[str, Any] = {"message": message} if heard else {"text": message.text}
    return _record(fresh, Verb.RESOLVED, by=by, at=now, before=before, taken=taken, **words)


@transaction.atomic
def decline(
    service_request: ServiceRequest,
    *,
    by: User,
    reason: str,
    message: Message | None = None,
    note: str = "",
    version: int | None = None,
) -> ServiceRequest:
    """Not to be done, with a reason from `DeclineReason`."""
    if reason not in DeclineReason:
        raise Refusal(_("Choose the reason."))
    fresh = lock(service_request, verb="decline", version=version)
    before = _state(fresh)
    fresh.status, fresh.decline_reason, fresh.due_at, fresh.promised_for = Status.DECLINED, reason, None, None
    fresh.assignee = fresh.assignee or by
    now = timezone.now()
    return _record(fresh, Verb.DECLINED, by=by, at=now, before=before, message=message, note=note, reason=reason)


@transaction.atomic
def assign(
    service_request: ServiceRequest, *, by: User, to: User | None, note: str = "", version: int | None = None
) -> ServiceRequest:
    """Whose it is, before or after they took it on; None: nobody's again. Residents read nothing of it."""
    if to is not None and not (to.is_active and is_staff_member(to)):
        raise Refusal(_("That person has no place at the desk."))
    fresh = lock(service_request, verb="assign", version=version)
    if fresh.assignee_id == (to.pk if to else None):
        raise Refusal(_("It is with that person already.") if to else _("It is nobody's already."))
    before = _state(fresh)
    fresh.assignee = to
    if to is None and fresh.status == Status.ACCEPTED:
        # What a person promised is nobody's promise without them.
        fresh.status, fresh.promised_for = Status.NEW, None
    fresh.due_at = due(fresh)
    whom: dict[str, Any] = {"to": to.pk, "name": to.first_name or to.username} if to else {}
    return _record(fresh, Verb.ASSIGNED, by=by, at=timezone.now(), before=before, note=note, told=False, **whom)


@transaction.atomic
def reopen(
    service_request: ServiceRequest,
    *,
    by: User | None,
    text: str = "",
    message: Message | None = None,
    version: int | None = None,
) -> ServiceRequest:
    """Closed too soon: it is accepted again, with the person who had it."""
    fresh = lock(service_request, verb="reopen", version=version)
    before, now = _state(fresh), timezone.now()
    put_back_to_work(fresh, at=now)
    return _record(fresh, Verb.REOPENED, by=by, at=now, before=before, message=message, text=text)


@transaction.atomic
def note(service_request: ServiceRequest, *, by: User, text: str) -> ServiceRequest:
    """A line for colleagues, never for the public. Two people may write one at the same time."""
    if not text.strip():
        raise Refusal(_("A note needs words."))
    fresh = lock(service_request, verb="note", version=None)
    now = timezone.now()
    touch(fresh, at=now, told=False)
    fresh.save(update_fields=["version", "changed_at"])
    data = {"before": {}, "version": fresh.version}
    Event.objects.create(service_request=fresh, verb=Verb.NOTED, at=now, by=by, text=text.strip(), data=data)
    return fresh


def put_back_to_work(service_request: ServiceRequest, *, at: datetime) -> None:
    """The fields of a reopened request (unsaved). It is with whoever had it; closed by nobody we know, it is new."""
    service_request.status = Status.ACCEPTED if service_request.assignee_id else Status.NEW
    service_request.accepted_at = service_request.accepted_at or at
    service_request.resolved_at = service_request.resolved_in_hours = service_request.promised_for = None
    service_request.decline_reason = ""
    # What was owed is long past; the team owes a new look within its usual time from now.
    service = service_request.service
    span = service.answer_target if service else ANSWER_TARGET
    service_request.due_at = service_request.queue.week().add(at, span)


def _state(service_request: ServiceRequest) -> dict[str, Any]:
    """As JSON; moments in full, since Django's encoder would cut them to milliseconds."""
    values = {name: getattr(service_request, name) for name in UNDOABLE}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


def _record(
    service_request: ServiceRequest,
    verb: Verb,
    *,
    by: User | None,
    at: datetime,
    before: dict[str, Any],
    message: Message | None = None,
    text: str = "",
    note: str = "",
    queue: Queue | None = None,
    told: bool = True,
    **details: Any,
) -> ServiceRequest:
    """Saves the change with its event and, when something is said, its reply; taken back with it is its note."""
    require_no_blanks(text)
    reply: Reply | None = None
    if message and (message.text.strip() or message.photo) and by:
        reply = say(service_request, message, by=by)
    # Somebody moved: what the mayor asked is answered.
    service_request.nudged_at = None
    touch(service_request, at=at, told=told)
    service_request.save(update_fields=[*_columns(UNDOABLE), "version", "changed_at", "told_at"])
    if note.strip():
        line = Event.objects.create(service_request=service_request, verb=Verb.NOTED, at=at, by=by, text=note.strip())
        details["note"] = line.pk
    data = {"before": before, "version": service_request.version, **{k: v for k, v in details.items() if v}}
    Event.objects.create(
        service_request=service_request, verb=verb, at=at, by=by, text=text.strip(), queue=queue, reply=reply, data=data
    )
    return service_request


def _columns(names: Iterable[str]) -> list[str]:
    return [name.removesuffix("_id") for name in names]
