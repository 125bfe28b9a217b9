"""The mayor's question about a request that has waited too long: written in its history, and marked for its team."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app import wording
from requests_app.models import Event, ServiceRequest, Verb
from requests_app.workflow.moves import MoveNotAllowed, Refusal
from requests_app.workflow.outcomes import lock_request

# Who is asked every minute has no time to do it.
EVERY = timedelta(hours=4)


@transaction.atomic
def nudge(service_request: ServiceRequest, *, by: User) -> ServiceRequest:
    """Asks whoever has it how it stands: residents read nothing of it, and its team's next act clears the mark.

    Once in `EVERY`. A question overwrites nothing, so the version stays: whoever is answering meanwhile is not held up.
    """
    fresh, now = lock_request(service_request.pk), timezone.now()
    if not fresh.is_open or fresh.merged_into_id is not None:
        raise MoveNotAllowed(_("It is done already: there is nothing to ask."))
    if not may_nudge(fresh, now=now):
        raise Refusal(_("Asked at %(time)s already.") % {"time": wording.clock(_asked(fresh), now=now)})
    before = fresh.nudged_at.isoformat() if fresh.nudged_at else None
    fresh.nudged_at = fresh.changed_at = now
    fresh.save(update_fields=["nudged_at", "changed_at"])
    data = {"before": {"nudged_at": before}, "version": fresh.version}
    Event.objects.create(service_request=fresh, verb=Verb.NUDGED, at=now, by=by, data=data)
    return fresh


def may_nudge(service_request: ServiceRequest, *, now: datetime) -> bool:
    """Whether enough time has passed since it was asked about, or its team has moved since."""
    return service_request.nudged_at is None or service_request.nudged_at + EVERY <= now


def _asked(service_request: ServiceRequest) -> datetime:
    # Refused only where somebody asked.
    return service_request.nudged_at  # type: ignore[return-value]
