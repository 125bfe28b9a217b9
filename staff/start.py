"""What the right pane shows while no request is open: how this list stands, what is due next, what colleagues left to say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import User
from django.db.models import Count, Q
from django.utils import timezone

from requests_app.models import ServiceRequest
from requests_app.roles import is_mayor, queues_of
from staff.lists import DeskList
from staff.models import Shift

# A word left at the end of a shift is for whoever comes next, not for next week.
STILL_SAID = timedelta(hours=24)
MOST = 3


@dataclass(frozen=True, slots=True)
class Start:
    """`open` and so on count the list as it is filtered."""

    open: int
    late: int
    unassigned: int
    next: ServiceRequest | None
    handovers: Sequence[Shift]


def start_of(user: User, shown: DeskList) -> Start:
    """Three queries."""
    now = timezone.now()
    counts = shown.requests.open().aggregate(
        open=Count("id"), late=Count("id", filter=Q(due_at__lt=now)), unassigned=Count("id", filter=Q(assignee=None))
    )
    due = shown.requests.open().oldest_due_first().select_related("opening_post").first()
    return Start(**counts, next=due, handovers=_handovers(user))


def _handovers(user: User) -> list[Shift]:
    """Of colleagues in the same teams; whoever sees every team reads them all."""
    ended = Shift.objects.filter(ended_at__gt=timezone.now() - STILL_SAID).exclude(handover="").exclude(user=user)
    if not is_mayor(user):
        ended = ended.filter(user__queues__in=queues_of(user)).distinct()
    return list(ended.select_related("user").order_by("-ended_at")[:MOST])
