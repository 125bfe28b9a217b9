"""What became of a message: seen in public, or taken back in time."""

import logging
from datetime import timedelta
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Field
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app.models import Event, Photo, Reply, ReplyStatus, ServiceRequest, Verb
from requests_app.models.event import PUBLIC_VERBS
from requests_app.models.reply import TO_SEND
from requests_app.networks.contract import Published
from requests_app.workflow.merging import take_apart
from requests_app.workflow.moves import MoveNotAllowed, stop_the_clock, touch
from requests_app.workflow.telling_apart import lock_sides, one_after_all
from requests_app.workflow.withholding import taken_back

log = logging.getLogger(__name__)


@transaction.atomic
def published(reply: Reply, receipt: Published) -> None:
    """The reply stands on the network: the first one by a person stops the clock, at the network's own moment.

    Told twice (by the worker that sent it, and by whoever read it back), it happens once: the first receipt counts,
    and the second only adds what the first did not know. Whatever the row said before, what stands in public stands.
    """
    fresh = lock_for_reply(reply)
    row = Reply.objects.select_for_update(of=("self",)).get(pk=reply.pk)
    if row.status == ReplyStatus.PUBLISHED:
        _complete(row, receipt)
        return
    at = receipt.published_at
    Reply.objects.filter(pk=row.pk).update(
        status=ReplyStatus.PUBLISHED, external_id=receipt.external_id, published_at=at, url=receipt.url,
        reference=dict(receipt.reference), next_attempt_at=None, error="", rule="", given_up_at=None,
    )  # fmt: skip
    now = timezone.now()
    if row.by_id is not None:
        stop_the_clock(fresh, at=at)
    touch(fresh, at=now, told=True)
    fresh.save(update_fields=["answered_at", "answered_in_hours", "due_at", "version", "changed_at", "told_at"])
    Event.objects.create(service_request=fresh, verb=Verb.PUBLISHED, at=now, reply=row)


@transaction.atomic
def undo(event: Event, *, by: User) -> ServiceRequest:
    """Takes back an act with its unsent message, its photo and its note while the undo window is open and nothing
    happened since."""
    if event.verb == Verb.MERGED and "together" in event.data:
        _withdraw(event)
        return take_apart(event, by=by)
    lock_sides(event)
    fresh = lock_request(event.service_request_id)
    changed = event.data.get("version") != fresh.version and event.verb != Verb.NOTED
    if changed or "before" not in event.data or Event.objects.filter(undoes=event).exists():
        raise MoveNotAllowed(_("Something happened since: it cannot be undone any more."))
    _withdraw(event)
    Photo.objects.taken_with(event).take_back(timezone.now())
    taken_back(event, at=timezone.now())
    one_after_all(event, by=by)
    for name, value in event.data["before"].items():
        field = cast("Field[Any, Any]", ServiceRequest._meta.get_field(name.removesuffix("_id")))
        setattr(fresh, name, field.to_python(value))
    # Residents who could not read of the act read nothing of its end.
    touch(fresh, at=timezone.now(), told=event.verb in PUBLIC_VERBS)
    fresh.save(
        update_fields=[*(name.removesuffix("_id") for name in event.data["before"]), "version", "changed_at", "told_at"]
    )
    for line in filter(None, (event.data.get("note"), event.pk)):
        Event.objects.create(service_request=fresh, verb=Verb.UNDONE, at=fresh.changed_at, by=by, undoes_id=line)
    return fresh


def can_undo(event: Event, service_request: ServiceRequest) -> bool:
    """Whether a page still offers to take the event back; `undo` itself looks again, under the lock."""
    changed = event.data.get("version") != service_request.version
    # A note is in nobody's way, whatever happened since.
    if "before" not in event.data or changed and event.verb != Verb.NOTED:
        return False
    if event.reply is not None:
        return event.reply.status in TO_SEND and event.reply.attempts == 0
    return event.at + timedelta(seconds=settings.UNDO_SECONDS) >= timezone.now()


def lock_request(number: int) -> ServiceRequest:
    """The row, fresh and locked; always taken before its replies' rows, so that nobody waits for each other."""
    return ServiceRequest.objects.select_for_update(of=("self",)).select_related("queue", "service").get(pk=number)


def lock_for_reply(reply: Reply) -> ServiceRequest:
    """The request that a reply belongs to."""
    return lock_request(reply.service_request_id)


def _complete(row: Reply, receipt: Published) -> None:
    """A second receipt for what is known to stand."""
    if row.external_id != receipt.external_id:
        # The network holds it twice: people are told where to look, and no row can hold both.
        log.error("published twice", extra={"reply": row.pk, "account": row.account_id})
        return
    missing = {"url": receipt.url, "reference": dict(receipt.reference)}
    known = {name: value for name, value in missing.items() if value and not getattr(row, name)}
    if known:
        Reply.objects.filter(pk=row.pk).update(**known)


def _withdraw(event: Event) -> None:
    """All that was said with it or nothing: compare-and-set against the workers that would claim it."""
    if event.reply is None:
        if event.at + timedelta(seconds=settings.UNDO_SECONDS) < timezone.now():
            raise MoveNotAllowed(_("The moment to undo it has passed."))
        return
    said = Reply.objects.said_with(event.reply)
    numbers = set(said.values_list("pk", flat=True))
    held = Reply.objects.filter(pk__in=numbers, status__in=TO_SEND, attempts=0)
    if held.update(status=ReplyStatus.WITHDRAWN, next_attempt_at=None) != len(numbers):
        # The transaction goes back, and with it those that could still have been withdrawn.
        raise MoveNotAllowed(_("The message has left already: it cannot be undone any more."))
