"""The figures of a period: for the whole town, per team or per service."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app.models import Queue, Service, ServiceRequest, Status
from requests_app.response_times.periods import Period
from requests_app.response_times.waits import (
    BUCKETS,
    CALENDAR,
    CLOCKS,
    HOURS,
    NO_WAIT,
    Wait,
    cohort,
    counts_sql,
    measure,
    percentiles_sql,
    spread,
    spread_sql,
)

By = Literal["queue", "service"]
# The key of what came without any service.
NO_SERVICE = "-"
# Id of a queue or service (None: the whole town), key and name.
Named = tuple[int | None, str, str]
EMPTY = dict.fromkeys(BUCKETS, 0)


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one team, one service, or (with the key "") the whole town. `backlog` and what follows are of this moment."""

    key: str
    name: str
    received: int
    answered: int
    resolved: int
    answer: Wait
    resolution: Wait
    answer_in_hours: Wait
    resolution_in_hours: Wait
    backlog: int
    oldest_open_at: datetime | None
    overdue: int = 0
    # Open and nobody's; open and with somebody outside.
    unowned: int = 0
    waiting: int = 0
    # How many answers took how long, by clock and bucket.
    spread: dict[str, dict[str, int]] = field(default_factory=lambda: dict.fromkeys(CLOCKS, EMPTY))


def figures(
    period: Period,
    *,
    by: By | None = None,
    public_only: bool = False,
    total: bool = False,
    clock: str | None = None,
    now: datetime | None = None,
) -> list[Figures]:
    """One for the whole town, or one per queue or service in the town's order, led by the whole town's with `total`.

    With `clock` only that one's waits and spread are measured, in half the time; the other's stay empty.
    """
    measured = _measured(period, by=by, public_only=public_only, clocks=(clock,) if clock else CLOCKS)
    backlogs = _backlogs(by=by, public_only=public_only, now=now or timezone.now())
    named: list[Named] = [(None, "", _("The whole town"))] if by is None or total else []
    if by:
        named += _named(by, public_only=public_only, seen={*measured, *backlogs})
    return [_figures(key, name, row=measured.get(group), backlog=backlogs.get(group, {})) for group, key, name in named]


def distribution(period: Period, *, clock: str = CALENDAR, public_only: bool = False) -> dict[str, int]:
    """How many answers of the period took how long, by bucket."""
    row = _measured(period, by=None, public_only=public_only, clocks=(clock,))[None]
    return row["spread"][clock]  # type: ignore[no-any-return]


def _measured(
    period: Period, *, by: By | None, public_only: bool, clocks: Sequence[str]
) -> dict[int | None, dict[str, Any]]:
    """Rows by id of queue or service (0 for none); the whole town's under None."""
    columns = {"key": "key" if by else "NULL::int", **counts_sql(clocks[0])}
    for clock in clocks:
        columns[f"answer_{clock}"] = percentiles_sql(f"answer_{clock}")
        columns[f"resolution_{clock}"] = percentiles_sql(f"resolution_{clock}")
        columns[f"spread_{clock}"] = spread_sql(f"answer_{clock}")
    rows = measure(
        cohort(period, public_only=public_only),
        columns,
        key=f"coalesce({by}_id, 0)" if by else "NULL::int",
        group_by="GROUPING SETS ((key), ())" if by else "()",
        clocks=clocks,
    )
    return {row["key"]: row | {"spread": _spreads(row)} for row in rows}


def _spreads(row: dict[str, Any]) -> dict[str, dict[str, int]]:
    """By clock; empty for a clock that was not asked for."""
    return {
        clock: spread(below, answered=row["answered"], received=row["received"])
        if (below := row.get(f"spread_{clock}"))
        else EMPTY
        for clock in CLOCKS
    }


def _backlogs(*, by: By | None, public_only: bool, now: datetime) -> dict[int | None, dict[str, Any]]:
    """What is open, how old and how late, by the same keys."""
    waiting = ServiceRequest.objects.open()
    if public_only:
        waiting = waiting.public()
    told = {
        "backlog": Count("id"),
        "oldest_open_at": Min("posted_at"),
        "overdue": Count("id", filter=Q(due_at__lt=now)),
        "unowned": Count("id", filter=Q(assignee=None)),
        "waiting": Count("id", filter=Q(status=Status.WAITING)),
    }
    if by is None:
        return {None: waiting.aggregate(**told)}
    rows = list(waiting.order_by().values(by).annotate(**told))
    backlogs: dict[int | None, dict[str, Any]] = {row.pop(by) or 0: row for row in rows}
    oldest = [row["oldest_open_at"] for row in rows if row["oldest_open_at"]]
    backlogs[None] = {
        **{name: sum(row[name] for row in rows) for name in told if name != "oldest_open_at"},
        "oldest_open_at": min(oldest, default=None),
    }
    return backlogs


def _named(by: By, *, public_only: bool, seen: set[Any]) -> list[Named]:
    """Every team; every service that is offered or has something to tell."""
    if by == "queue":
        return [(queue.pk, queue.code, queue.name) for queue in Queue.objects.in_order()]
    services = sorted(
        (
            service
            for service in Service.objects.all()
            if service.pk in seen or _is_told(service, public_only=public_only)
        ),
        key=lambda service: service.name,
    )
    named: list[Named] = [(service.pk, service.code, service.name) for service in services]
    return [*named, (0, NO_SERVICE, _("Something else"))] if 0 in seen else named


def _is_told(service: Service, *, public_only: bool) -> bool:
    return service.is_active and not (public_only and service.is_private)


def _figures(key: str, name: str, *, row: dict[str, Any] | None, backlog: dict[str, Any]) -> Figures:
    return Figures(
        key=key,
        name=name,
        received=row["received"] if row else 0,
        answered=row["answered"] if row else 0,
        resolved=row["resolved"] if row else 0,
        answer=_wait(row, "answered", f"answer_{CALENDAR}"),
        resolution=_wait(row, "resolved", f"resolution_{CALENDAR}"),
        answer_in_hours=_wait(row, "answered", f"answer_{HOURS}"),
        resolution_in_hours=_wait(row, "resolved", f"resolution_{HOURS}"),
        backlog=backlog.get("backlog", 0),
        oldest_open_at=backlog.get("oldest_open_at"),
        overdue=backlog.get("overdue", 0),
        unowned=backlog.get("unowned", 0),
        waiting=backlog.get("waiting", 0),
        spread=row["spread"] if row else dict.fromkeys(CLOCKS, EMPTY),
    )


def _wait(row: dict[str, Any] | None, count: str, percentiles: str) -> Wait:
    return Wait.of(row[count], row[percentiles]) if row and percentiles in row else NO_WAIT
