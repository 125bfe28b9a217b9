"""What was promised: kept, broken, and due next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Q
from django.utils import timezone

from requests_app.models import ServiceRequest
from requests_app.models.service_request_queries import ServiceRequestQuerySet
from requests_app.response_times.periods import Period, midnight

KEPT = Q(resolved_at__lte=F("promised_for"))
BROKEN = Q(resolved_at=None) | Q(resolved_at__gt=F("promised_for"))


@dataclass(frozen=True, slots=True)
class Promises:
    """Of those that fell due in a period before now: how many were kept in time, how many were not."""

    kept: int
    broken: int

    @property
    def count(self) -> int:
        return self.kept + self.broken


def promises(period: Period, *, now: datetime) -> Promises:
    """The last promise of each request counts: who promises anew has not yet broken it."""
    counts = {"kept": Count("id", filter=KEPT), "broken": Count("id", filter=BROKEN)}
    return Promises(**promised(period, now=now).aggregate(**counts))


def promised(period: Period, *, now: datetime, kept: bool | None = None) -> ServiceRequestQuerySet:
    """The requests whose promise fell due in the period and before now. See also: the index `request_promised`."""
    due = ServiceRequest.objects.standing().filter(
        promised_for__gte=period.start, promised_for__lt=min(period.end, now)
    )
    return due if kept is None else due.filter(KEPT if kept else BROKEN)


def due_tomorrow(*, now: datetime) -> ServiceRequestQuerySet:
    """Open, and promised for tomorrow by the town's clock."""
    day = timezone.localtime(now).date() + timedelta(days=1)
    begins, ends = midnight(day), midnight(day + timedelta(days=1))
    return ServiceRequest.objects.open().filter(promised_for__gte=begins, promised_for__lt=ends)


def first_tomorrow(*, now: datetime, most: int) -> Sequence[ServiceRequest]:
    """As many as fit a card, the earliest first, with what a line shows."""
    rows = due_tomorrow(now=now).select_related("opening_post", "queue", "assignee")
    return list(rows.order_by("promised_for", "id")[:most])
