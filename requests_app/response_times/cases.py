"""The single cases worth a name: the fastest answer, the oldest still waiting, those that are late, and today's sentence."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Window
from django.utils import timezone

from requests_app.models import ServiceRequest
from requests_app.models.service_request import ServiceRequestQuerySet
from requests_app.response_times.periods import Period
from requests_app.response_times.waits import CALENDAR, Wait, cohort, counts_sql, measure, percentiles_sql


@dataclass(frozen=True, slots=True)
class Today:
    """What the town would like to know first. Median and nine of ten are None when too few were answered."""

    received: int
    answered: int
    median: timedelta | None
    p90: timedelta | None
    overdue: int
    # The late one that has waited longest, with `waited`.
    oldest: ServiceRequest | None


def fastest(period: Period, *, public_only: bool = False) -> ServiceRequest | None:
    """The shortest wait for an answer, with `took`."""
    answered = cohort(period, public_only=public_only).quickest_answer_first()
    return answered.select_related("opening_post__author", "queue").first()


def oldest_unanswered(*, public_only: bool = False, now: datetime | None = None) -> ServiceRequest | None:
    """The open one that has waited longest for an answer, with `waited`."""
    waiting = ServiceRequest.objects.open().unanswered().longest_waiting_first(now or timezone.now())
    if public_only:
        waiting = waiting.public()
    return waiting.select_related("opening_post__author", "queue").first()


def overdue(*, now: datetime) -> ServiceRequestQuerySet:
    """Open and late, whatever is owed, the longest waiting first, with `waited`."""
    return ServiceRequest.objects.open().overdue(now).longest_waiting_first(now)


def today_sentence(*, now: datetime | None = None) -> Today:
    """The figures of today's sentence, in two queries."""
    now = now or timezone.now()
    (row,) = measure(
        cohort(Period.named("today", now)),
        {**counts_sql(CALENDAR), "answer": percentiles_sql(f"answer_{CALENDAR}")},
        group_by="()",
        clocks=(CALENDAR,),
    )
    answer = Wait.of(row["answered"], row["answer"])
    oldest = overdue(now=now).annotate(late=Window(Count("*"))).first()
    return Today(
        received=row["received"],
        answered=row["answered"],
        median=answer.median,
        p90=answer.p90,
        overdue=getattr(oldest, "late", 0),
        oldest=oldest,
    )
