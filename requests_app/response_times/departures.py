"""What is not as usual: services that rise, parts of town that are loud or silent, spots where much comes together."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Avg, Count, F, FloatField, Min
from django.db.models.functions import Floor

from requests_app.models import Service, ServiceRequest
from requests_app.models.service_request_queries import ServiceRequestQuerySet
from requests_app.plan import areas
from requests_app.response_times.periods import Period
from requests_app.response_times.waits import ENOUGH, cohort

WEEK = timedelta(weeks=1)
# A period is compared with so many weeks before it, a longer one with as many as it has.
WEEKS = 8
# Chance alone is further away than this once in about two hundred times.
FAR = 2.6
# And smaller differences are no news, however sure.
MORE, FEWER = 1.5, 0.5
# About a hundred metres.
CELLS_A_DEGREE = 1000
HOT, SILENT, USUAL, TOO_FEW = "hot", "silent", "usual", "too_few"


@dataclass(frozen=True, slots=True)
class Rise:
    """A service that is asked for far more than usual; `usual` for a stretch as long as what has passed of the period."""

    service: Service
    count: int
    usual: float


@dataclass(frozen=True, slots=True)
class AreaFigures:
    """A part of town; rates are per 1,000 residents, None where nobody is known to live.

    `usual` is None in a town too young to say; `share` is what its residents would send if all sent alike.
    """

    code: str
    name: str
    population: int
    count: int
    usual: float | None
    share: float | None
    state: str

    @property
    def rate(self) -> float | None:
        return 1000 * self.count / self.population if self.population else None

    @property
    def usual_rate(self) -> float | None:
        return 1000 * self.usual / self.population if self.population and self.usual is not None else None


@dataclass(frozen=True, slots=True)
class Spot:
    """A hundred metres where many requests of the period come from; `cell` names it in an address."""

    cell: str
    address: str
    latitude: float
    longitude: float
    count: int


@dataclass(frozen=True, slots=True)
class Departures:
    """`placed` of `received` requests say where they are, the others count in no area. `stretches`: how many times as long what it is compared with is; 0 in a town too young to compare."""

    rises: Sequence[Rise]
    areas: Sequence[AreaFigures]
    received: int
    placed: int
    stretches: float
    weeks: int


def departures(period: Period, *, now: datetime) -> Departures:
    """The period up to now beside the weeks before it, in three queries: what is shorter than a week beside the same
    days and hours of each of them."""
    elapsed = min(period.end, now) - period.start
    weeks, phase = _weeks(period, elapsed=elapsed), min(elapsed, WEEK)
    rows = _counted(period, elapsed=elapsed, weeks=weeks, phase=phase)
    stretches = weeks * (phase / elapsed) if elapsed > timedelta() else 0
    received = sum(row["count"] for row in rows)
    placed = sum(row["count"] for row in rows if row["area"])
    return Departures(
        rises=_rises(rows, stretches=stretches),
        areas=_areas(rows, placed=placed, stretches=stretches),
        received=received,
        placed=placed,
        stretches=stretches,
        weeks=weeks,
    )


def hot_spots(period: Period, *, most: int) -> list[Spot]:
    """Where most of the period's requests come from, never fewer than five."""
    cells = cohort(period).exclude(latitude=None).annotate(north=_cell("latitude"), east=_cell("longitude")).order_by()
    rows = (
        cells.values("north", "east")
        .annotate(count=Count("id"), address=Min("address"), latitude=Avg("latitude"), longitude=Avg("longitude"))
        .filter(count__gte=ENOUGH)
        .order_by("-count", "north", "east")[:most]
    )
    return [
        Spot(f"{row['north']:.0f}_{row['east']:.0f}", row["address"], row["latitude"], row["longitude"], row["count"])
        for row in rows
    ]


def in_cell(requests: ServiceRequestQuerySet, cell: str) -> ServiceRequestQuerySet | None:
    """Those of `requests` that a spot counted; None when `cell` names none."""
    north, _sep, east = cell.partition("_")
    if not (north.lstrip("-").isdecimal() and east.lstrip("-").isdecimal()) or len(cell) > 20:
        return None
    return requests.annotate(north=_cell("latitude"), east=_cell("longitude")).filter(north=int(north), east=int(east))


def _cell(field: str) -> Floor:
    # Half a cell aside, since people and plans give places with round decimals, which should not lie on an edge.
    return Floor(F(field) * CELLS_A_DEGREE + 0.5, output_field=FloatField())


def _weeks(period: Period, *, elapsed: timedelta) -> int:
    """How many whole weeks before it are looked at: no more than the town has lived through."""
    eldest = ServiceRequest.objects.standing().order_by("posted_at").values_list("posted_at", flat=True).first()
    lived = max(0, (period.start - eldest) // WEEK) if eldest else 0
    return min(lived, max(WEEKS, math.ceil(elapsed / WEEK)))


def _counted(period: Period, *, elapsed: timedelta, weeks: int, phase: timedelta) -> list[dict[str, Any]]:
    """By service and area: `count` in the period, `earlier` in the weeks before it, each up to `phase`."""
    begin = period.start - weeks * WEEK
    inner, params = (
        ServiceRequest.objects.standing()
        .posted_between(begin, period.start + elapsed)
        .values("service_id", "area", "posted_at")
        .query.sql_with_params()
    )
    # Only fixed expressions stand in the text; every value is a parameter.
    sql = (
        "SELECT service_id, area, count(*) FILTER (WHERE posted_at >= %s) AS count,"  # noqa: S608
        " count(*) FILTER (WHERE posted_at < %s AND mod(extract(epoch FROM posted_at - %s)::bigint, %s) < %s) AS earlier"
        f" FROM ({inner}) AS posted GROUP BY service_id, area"
    )
    values = (period.start, period.start, begin, round(WEEK.total_seconds()), round(phase.total_seconds()))
    with connection.cursor() as cursor:
        cursor.execute(sql, (*values, *params))
        return [dict(zip(("service", "area", "count", "earlier"), row, strict=True)) for row in cursor.fetchall()]


def _sums(rows: Sequence[dict[str, Any]], name: str) -> dict[Any, tuple[int, int]]:
    sums: dict[Any, tuple[int, int]] = {}
    for row in rows:
        count, earlier = sums.get(row[name], (0, 0))
        sums[row[name]] = count + row["count"], earlier + row["earlier"]
    return sums


def _rises(rows: Sequence[dict[str, Any]], *, stretches: float) -> list[Rise]:
    """The steepest first."""
    if not stretches:
        return []
    services = {service.pk: service for service in Service.objects.all()}
    found = [
        Rise(services[number], count, earlier / stretches)
        for number, (count, earlier) in _sums(rows, "service").items()
        if number and _is_more(count, earlier / stretches, stretches=stretches)
    ]
    return sorted(found, key=lambda rise: (rise.usual / rise.count, rise.service.pk))


def _areas(rows: Sequence[dict[str, Any]], *, placed: int, stretches: float) -> list[AreaFigures]:
    """Every part of town on the plan, in its order."""
    sums, people = _sums(rows, "area"), sum(area.population for area in areas())
    found = []
    for area in areas():
        count, earlier = sums.get(area.code, (0, 0))
        usual = earlier / stretches if stretches else None
        share = placed * area.population / people if people and area.population else None
        state = _state(count, usual=usual, share=share, stretches=stretches)
        found.append(AreaFigures(area.code, area.name, area.population, count, usual, share, state))
    return found


def _state(count: int, *, usual: float | None, share: float | None, stretches: float) -> str:
    if usual is not None and _is_more(count, usual, stretches=stretches):
        return HOT
    if share is not None and share >= ENOUGH and count <= FEWER * share and _far(count, share) <= -FAR:
        return SILENT
    return USUAL if count >= ENOUGH else TOO_FEW


def _is_more(count: int, usual: float, *, stretches: float) -> bool:
    # What is usual is known the less well the fewer stretches it was counted in.
    return count >= ENOUGH and count >= MORE * usual and _far(count, usual) / math.sqrt(1 + 1 / stretches) >= FAR


def _far(count: float, expected: float) -> float:
    """How far apart, in standard deviations of counts that come by chance."""
    return 2 * (math.sqrt(count) - math.sqrt(expected))
