"""The single cases worth a name: the fastest answer, the oldest still waiting, those that are late, and today's sentence."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from requests_app.models import ServiceRequest
from requests_app.models.service_request_queries import ServiceRequestQuerySet
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
    chosen = cohort(period, public_only=public_only).quickest_answer_first()[:1]
    return _whole(chosen).quickest_answer_first().first()


def oldest_unanswered(*, public_only: bool = False, now: datetime | None = None) -> ServiceRequest | None:
    """The open one that has waited longest for an answer, with `waited`."""
    now = now or timezone.now()
    waiting = ServiceRequest.objects.open().unanswered()
    if public_only:
        waiting = waiting.public()
    return _whole(waiting.longest_waiting_first(now)[:1]).longest_waiting_first(now).first()


def overdue(*, now: datetime, most: int) -> list[ServiceRequest]:
    """The open and late that have waited longest, whatever is owed, with `waited`."""
    chosen = _late(now)[:most]
    return list(_whole(chosen).longest_waiting_first(now))


def urgent(*, now: datetime, most: int) -> list[ServiceRequest]:
    """The open ones that cannot wait, late or not yet, nobody's first, with `waited`."""
    chosen = ServiceRequest.objects.open().urgent().longest_waiting_first(now)[:most]
    return sorted(_whole(chosen).longest_waiting_first(now), key=lambda row: row.assignee_id is not None)


def today_sentence(*, now: datetime, overdue: int, oldest: ServiceRequest | None) -> Today:
    """The figures of today's sentence, in one query; how many are late, and which has waited longest, is known already."""
    (row,) = measure(
        cohort(Period.named("today", now)),
        {**counts_sql(CALENDAR), "answer": percentiles_sql(f"answer_{CALENDAR}")},
        group_by="()",
        clocks=(CALENDAR,),
    )
    answer = Wait.of(row["answered"], row["answer"])
    return Today(
        received=row["received"],
        answered=row["answered"],
        median=answer.median,
        p90=answer.p90,
        overdue=overdue,
        oldest=oldest,
    )


def _late(now: datetime) -> ServiceRequestQuerySet:
    return ServiceRequest.objects.open().overdue(now).longest_waiting_first(now)


def _whole(chosen: ServiceRequestQuerySet) -> ServiceRequestQuerySet:
    """The few chosen ones with what a line about them shows: joined after they were chosen, not thousands before."""
    few = ServiceRequest.objects.filter(pk__in=chosen.values("pk"))
    return few.select_related("opening_post__author", "queue", "assignee")
