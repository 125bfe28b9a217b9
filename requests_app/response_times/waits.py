"""A wait as a figure: its median, nine of ten and how many cases stand behind them, and the SQL that measures it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from requests_app.models import ServiceRequest
from requests_app.models.service_request_queries import ServiceRequestQuerySet
from requests_app.response_times.periods import Period

# Fewer cases than this tell more about one case than about the town: "too few".
ENOUGH = 5

CALENDAR, HOURS = "calendar", "hours"
CLOCKS = (CALENDAR, HOURS)
# The seconds of each wait on each clock, by the name that `measure` gives them.
SECONDS = {
    f"answer_{CALENDAR}": "date_part('epoch', answered_at - posted_at)",
    f"resolution_{CALENDAR}": "date_part('epoch', resolved_at - posted_at)",
    f"answer_{HOURS}": "date_part('epoch', answered_in_hours)",
    f"resolution_{HOURS}": "date_part('epoch', resolved_in_hours)",
}

# How long an answer took: each bucket from the limit before it up to its own; "more" has no limit, "none" no answer yet.
LIMITS = {
    "10m": timedelta(minutes=10),
    "1h": timedelta(hours=1),
    "4h": timedelta(hours=4),
    "24h": timedelta(hours=24),
}
BUCKETS = (*LIMITS, "more", "none")


@dataclass(frozen=True, slots=True)
class Wait:
    """`count` cases; median and nine of ten are None when the cases are too few."""

    count: int
    median: timedelta | None
    p90: timedelta | None

    @classmethod
    def of(cls, count: int, seconds: list[float] | None) -> "Wait":
        """From `[median, p90]` in seconds."""
        if count < ENOUGH or seconds is None:
            return cls(count, None, None)
        median, p90 = (timedelta(seconds=value) for value in seconds)
        return cls(count, median, p90)


NO_WAIT = Wait(0, None, None)


def cohort(period: Period, *, public_only: bool = False) -> ServiceRequestQuerySet:
    """The requests whose waits are told for `period`: posted in it, not merged into another."""
    requests = ServiceRequest.objects.public() if public_only else ServiceRequest.objects.standing()
    return requests.posted_between(period.start, period.end)


def in_bucket(requests: ServiceRequestQuerySet, bucket: str, *, clock: str) -> ServiceRequestQuerySet:
    """Those of `requests` whose answer took as long as `bucket` says. See also: `spread_sql`."""
    if bucket == "none":
        return requests.unanswered()
    limits = [timedelta(), *LIMITS.values()]
    at = BUCKETS.index(bucket)
    limit = limits[at + 1] if bucket in LIMITS else None
    return requests.answer_took(limits[at], limit, in_hours=clock == HOURS)


def counts_sql(clock: str) -> dict[str, str]:
    """The three counts, each a column of `measure`: whoever waited on one clock waited on both."""
    return {"received": "count(*)", "answered": f"count(answer_{clock})", "resolved": f"count(resolution_{clock})"}


def percentiles_sql(wait: str) -> str:
    """Median and nine of ten of one of SECONDS."""
    return f"percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY {wait})"


def spread_sql(wait: str) -> str:
    """How many of those waits end below each limit, as one array."""
    below = (f"count(*) FILTER (WHERE {wait} < {limit.total_seconds():.0f})" for limit in LIMITS.values())
    return f"ARRAY[{', '.join(below)}]"


def spread(below: list[int], *, answered: int, received: int) -> dict[str, int]:
    """Cases in each bucket, from how many lie below each limit."""
    rising = [0, *below, answered, received]
    return {bucket: rising[at + 1] - rising[at] for at, bucket in enumerate(BUCKETS)}


def measure(
    requests: "QuerySet[ServiceRequest]",
    columns: dict[str, str],
    *,
    group_by: str,
    clocks: Sequence[str] = CLOCKS,
    key: str = "NULL::int",
    params: tuple[Any, ...] = (),
) -> list[dict[str, Any]]:
    """Aggregates over the requests' waits on `clocks`, as dictionaries: GROUPING SETS and ordered sets are beyond the ORM.

    `key` is worked out once a row, as `key`; `params` are its own.
    """
    inner, inner_params = requests.values(
        "queue_id", "service_id", "posted_at", "answered_at", "resolved_at", "answered_in_hours", "resolved_in_hours"
    ).query.sql_with_params()
    waits = ", ".join(f"{seconds} AS {name}" for name, seconds in SECONDS.items() if name.endswith(tuple(clocks)))
    selected = ", ".join(f"{expression} AS {name}" for name, expression in columns.items())
    # Only fixed expressions of this package stand in the text; every value is a parameter.
    # OFFSET 0 keeps PostgreSQL from working out each wait again for every figure: a third of the time.
    sql = (
        f"SELECT {selected} FROM (SELECT {key} AS key, {waits} FROM ({inner}) AS posted OFFSET 0)"  # noqa: S608
        f" AS cohort GROUP BY {group_by}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, (*params, *inner_params))
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
