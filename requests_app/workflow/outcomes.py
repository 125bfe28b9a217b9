"""What became of a reply: seen in public, taken back in time, sent again, or given up by a person."""

from datetime import timedelta
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Field
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app.models import Event, Reply, ReplyStatus, ServiceRequest, Verb
from requests_app.models.reply import STUCK, TO_SEND
from requests_app.networks.contract import Published
from requests_app.workflow.moves import MoveNotAllowed, due, touch


@transaction.atomic
def published(reply: Reply, receipt: Published) -> None:
    """The reply stands on the network: the first one by a person stops the clock, at the network's own moment."""
    at = receipt.published_at
    fresh = _lock(reply.service_request_id)
    Reply.objects.filter(pk=reply.pk).update(
        status=ReplyStatus.PUBLISHED, external_id=receipt.external_id, published_at=at, url=receipt.url,
        reference=dict(receipt.reference), next_attempt_at=None, error="", rule="",
    )  # fmt: skip
    now = timezone.now()
    if fresh.answered_at is None and reply.by_id is not None:
        # Our clock and the network's may differ by a little; nobody answers before they were asked.
        fresh.answered_at = max(at, fresh.posted_at)
        fresh.answered_in_hours = fresh.queue.week().open_between(fresh.posted_at, fresh.answered_at)
        fresh.due_at = due(fresh)
    touch(fresh, at=now, told=True)
    fresh.save(update_fields=["answered_at", "answered_in_hours", "due_at", "version", "changed_at", "told_at"])
    Event.objects.create(service_request=fresh, verb=Verb.PUBLISHED, at=now, reply=reply)


@transaction.atomic
def undo(event: Event, *, by: User) -> ServiceRequest:
    """Takes back an act and its unsent message while the undo window is open and nothing happened since."""
    fresh = _lock(event.service_request_id)
    if event.data.get("version") != fresh.version or "before" not in event.data:
        raise MoveNotAllowed(_("Something happened since: it cannot be undone any more."))
    _withdraw(event)
    for name, value in event.data["before"].items():
        field = cast("Field[Any, Any]", ServiceRequest._meta.get_field(name.removesuffix("_id")))
        setattr(fresh, name, field.to_python(value))
    now = timezone.now()
    touch(fresh, at=now, told=True)
    fresh.save(
        update_fields=[*(name.removesuffix("_id") for name in event.data["before"]), "version", "changed_at", "told_at"]
    )
    Event.objects.create(service_request=fresh, verb=Verb.UNDONE, at=now, by=by, undoes=event)
    return fresh


def can_undo(event: Event, service_request: ServiceRequest) -> bool:
    """Whether a page still offers to take the event back; `undo` itself looks again, under the lock."""
    if "before" not in event.data or event.data.get("version") != service_request.version:
        return False
    if event.reply is not None:
        return event.reply.status in TO_SEND and event.reply.attempts == 0
    return event.at + timedelta(seconds=settings.UNDO_SECONDS) >= timezone.now()


@transaction.atomic
def send_again(reply: Reply, *, by: User) -> None:
    """A person wants a stuck reply tried once more, as it is."""
    changed = Reply.objects.filter(pk=reply.pk, status__in=STUCK, given_up_at=None).update(
        status=ReplyStatus.QUEUED, next_attempt_at=timezone.now(), error="", rule="", looks=0, resends=0
    )
    _note_on_reply(reply, by=by, changed=changed, text=_("Sent again."))


@transaction.atomic
def give_up(reply: Reply, *, by: User) -> None:
    """A person decided that a stuck reply will not be sent."""
    changed = Reply.objects.filter(pk=reply.pk, status__in=STUCK, given_up_at=None).update(given_up_at=timezone.now())
    _note_on_reply(reply, by=by, changed=changed, text=_("Gave up sending."))


def _lock(service_request_id: int) -> ServiceRequest:
    return (
        ServiceRequest.objects.select_for_update(of=("self",))
        .select_related("queue", "service")
        .get(pk=service_request_id)
    )


def _withdraw(event: Event) -> None:
    """Compare-and-set against the worker that would claim it."""
    if event.reply_id is None:
        if event.at + timedelta(seconds=settings.UNDO_SECONDS) < timezone.now():
            raise MoveNotAllowed(_("The moment to undo it has passed."))
        return
    held = Reply.objects.filter(pk=event.reply_id, status__in=TO_SEND, attempts=0)
    if not held.update(status=ReplyStatus.WITHDRAWN, next_attempt_at=None):
        raise MoveNotAllowed(_("The message has left already: it cannot be undone any more."))


def _note_on_reply(reply: Reply, *, by: User, changed: int, text: str) -> None:
    if not changed:
        raise MoveNotAllowed(_("Somebody dealt with this message already."))
    fresh, now = _lock(reply.service_request_id), timezone.now()
    Event.objects.create(service_request=fresh, verb=Verb.NOTED, at=now, by=by, reply=reply, text=text)
    touch(fresh, at=now, told=False)
    fresh.save(update_fields=["version", "changed_at"])
