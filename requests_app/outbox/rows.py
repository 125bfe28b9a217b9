"""What the outbox writes on its rows: always from the state that was read, never over somebody else's."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast

from django.conf import settings
from django.db import transaction
from django.db.models.fields.files import FieldFile
from django.utils import timezone

from requests_app import workflow
from requests_app.lines import redacted
from requests_app.models import Account, Reply, ReplyStatus, ServiceRequest
from requests_app.networks.contract import Draft, OutgoingPhoto, Published


def draft_of(reply: Reply, *, photos: Sequence[OutgoingPhoto] = ()) -> Draft:
    """A claimed reply as its connector wants it."""
    return Draft(
        text=reply.payload,
        parent=workflow.parent_of(reply),
        frozen=reply.frozen,
        # The claim wrote it, and the constraint `in_flight_once_claimed` holds it.
        first_claimed_at=cast(datetime, reply.first_claimed_at),
        photos=photos,
    )


def photos_of(reply: Reply) -> list[OutgoingPhoto]:
    """Without what was taken down since. Raises OSError when a file is missing."""
    return [OutgoingPhoto(_bytes(photo.image), photo.alt) for photo in reply.photos.held()]


def change(reply: Reply, **values: object) -> bool:
    """Compare-and-set from the state that was read, and a mark for open desks; False when somebody was faster."""
    values.setdefault("next_attempt_at", None)
    if "error" in values:
        values["error"] = redacted(str(values["error"]), reply.account)
    same = Reply.objects.filter(pk=reply.pk, status=reply.status, claimed_at=reply.claimed_at)
    with transaction.atomic():
        # First the request, as the verbs do: nobody waits for each other.
        ServiceRequest.objects.filter(pk=reply.service_request_id).update(changed_at=timezone.now())
        return bool(same.update(**values))


def doubt(reply: Reply, *, detail: str, look_at: datetime, looks: int | None = None, rule: str | None = None) -> None:
    """Nobody knows whether it stands: it is looked for at that moment."""
    change(
        reply,
        status=ReplyStatus.IN_DOUBT,
        error=detail,
        next_attempt_at=look_at,
        looks=reply.looks if looks is None else looks,
        rule=reply.rule if rule is None else rule,
    )


def look_after(looks: int) -> timedelta:
    """Networks index late: a doubtful reply is looked for several times before it is called absent."""
    return timedelta(seconds=settings.LOOK_SECONDS[looks])


def stands(reply: Reply, receipt: Published) -> None:
    """It is on the network, and so the account may speak again, whatever kept it quiet before."""
    workflow.published(reply, receipt)
    rested = Account.objects.filter(pk=reply.account_id, deferred_until__lte=timezone.now())
    rested.update(deferred_until=None, deferred_cause="")


def keep_quiet(reply: Reply, *, until: datetime, cause: str) -> None:
    """The whole account says nothing as long as its network asked; the desk reads why."""
    Account.objects.filter(pk=reply.account_id).update(deferred_until=until, deferred_cause=cause)


def _bytes(file: FieldFile) -> bytes:
    with file.open("rb") as opened:
        content: bytes = opened.read()
        return content
