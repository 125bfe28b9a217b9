"""What the right pane shows while no request is open: how this list stands, what is due next, what colleagues left to say."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Count, Q
from django.utils import timezone

from requests_app.models import ServiceRequest
from requests_app.response_times import Period, cohort
from requests_app.roles import queues_of
from staff import shifts
from staff.desk.lists import DeskList
from staff.models import Shift


@dataclass(frozen=True, slots=True)
class Start:
    """`title` names the list with its filters; `open`, `late` and `unassigned` count the list as it is filtered; `received` and `answered` the team's day."""

    title: str
    open: int
    late: int
    unassigned: int
    received: int
    answered: int
    next: ServiceRequest | None
    handovers: Sequence[Shift]


def start_of(user: User, shown: DeskList) -> Start:
    """Five queries."""
    now = timezone.now()
    counts = shown.requests.open().aggregate(
        open=Count("id"), late=Count("id", filter=Q(due_at__lt=now)), unassigned=Count("id", filter=Q(assignee=None))
    )
    due = shown.requests.open().oldest_due_first().select_related("opening_post").first()
    teams = {shown.queue.pk} if shown.queue else queues_of(user)
    today = cohort(Period.named("today", now))
    day = (today.of_queues(teams) if teams else today).aggregate(received=Count("id"), answered=Count("answered_at"))
    return Start(title=_title(shown), **counts, **day, next=due, handovers=shifts.handovers(user, now=now))


def _title(shown: DeskList) -> str:
    """`Everything (Team: Street cleaning)`, or its reader's name for that: the counts are of these alone."""
    if shown.kept_as:
        return shown.kept_as
    chips = ", ".join(chip.words for chip in shown.filters.chips) if shown.filters else ""
    return f"{shown.title} ({chips})" if chips else shown.title
