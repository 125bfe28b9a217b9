"""A person says what a request is: a question and no problem, another service, urgent or not. Triage learns from it."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app.models import Event, Kind, Service, ServiceRequest, Verb
from requests_app.workflow.moves import Refusal, due, lock, touch

# Thanks never become work, so no work is taken for thanks.
KINDS = tuple(kind for kind in Kind if kind != Kind.THANKS)
_FIELDS = ("kind", "service_id", "is_urgent", "is_private", "due_at")


@transaction.atomic
def reclassify(
    service_request: ServiceRequest,
    *,
    by: User,
    kind: str,
    service: Service | None,
    is_urgent: bool,
    version: int | None = None,
) -> ServiceRequest:
    """It is of this kind and this service of its team's (None: of none that is known), and cannot wait or can.

    Residents read nothing of it. What is owed is counted anew, by the service's targets or as danger is.
    """
    fresh = lock(service_request, verb="reclassify", version=version)
    if kind not in KINDS:
        raise Refusal(_("Choose what it is."))
    if service and service.queue_id != fresh.queue_id:
        raise Refusal(_("That service belongs to another team."))
    before = _state(fresh)
    fresh.kind, fresh.service, fresh.is_urgent = kind, service, is_urgent
    said = {name: value for name, value in _state(fresh).items() if value != before[name]}
    if not said:
        raise Refusal(_("It is taken for that already."))
    fresh.is_private = fresh.is_private or bool(service and service.is_private)
    if said.keys() & {"service_id", "is_urgent"}:
        fresh.due_at = due(fresh)
    now = timezone.now()
    if said.get("is_urgent"):
        fresh.urgent_at = now
    # As something else it may be the same as others.
    fresh.compared_at = None
    touch(fresh, at=now, told=False)
    fresh.save(
        update_fields=[
            "kind", "service", "is_urgent", "urgent_at", "is_private", "due_at", "compared_at", "version", "changed_at"
        ]
    )  # fmt: skip
    # `said`: only what this person changed is their word; the rest is as triage left it.
    data = {"before": before, "version": fresh.version, "said": said}
    if "service_id" in said and service:
        # As it was called then: history is not rewritten.
        data["service"] = service.names
    Event.objects.create(service_request=fresh, verb=Verb.RECLASSIFIED, at=now, by=by, data=data)
    return fresh


def _state(service_request: ServiceRequest) -> dict[str, Any]:
    """As JSON; moments in full, since Django's encoder would cut them to milliseconds."""
    values = {name: getattr(service_request, name) for name in _FIELDS}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}
