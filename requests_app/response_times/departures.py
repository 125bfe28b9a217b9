"""What is not as usual: services that rise, parts of town that are loud or silent, spots where much comes together."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any, Literal

from django.db.models import Avg, Count, F, FloatField, Min, Q
from django.db.models.functions import Floor

from requests_app.memory import remembered
from requests_app.models import Service, ServiceRequest
from requests_app.models.service_request_queries import ServiceRequestQuerySet
from requests_app.plan import areas
from requests_app.response_times.periods import Period, midnight
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
REMEMBER_SECONDS = 3600
HOT, SILENT, USUAL, TOO_FEW = "hot", "silent", "usual", "too_few"
# What a spot is called: one of its addresses, always the same.
ADDRESS = Min("address", filter=~Q(address=""))


# How many requests of each service (None: of no known one) and area.
Counts = dict[tuple[int | None, str], int]


@dataclass(frozen=True, slots=True)
class Row:
    service: int | None
    area: str
    count: int
    earlier: int


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
    """The period up to now beside the weeks before it, in four queries: what is shorter than a week beside the same
    days and hours of each of them."""
    elapsed = min(period.end, now) - period.start
    weeks, phase = _weeks(period, elapsed=elapsed), min(elapsed, WEEK)
    stretches = weeks * (phase / elapsed) if elapsed > timedelta() else 0
    counted = _by_service_and_area(cohort(period).filter(posted_at__lte=now))
    rows = _joined(counted, _earlier(period, weeks=weeks, phase=phase))
    received = sum(counted.values())
    placed = sum(count for (_service, area), count in counted.items() if area)
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
        .annotate(count=Count("id"), address=ADDRESS, latitude=Avg("latitude"), longitude=Avg("longitude"))
        .filter(count__gte=ENOUGH)
        .order_by("-count", "north", "east")[:most]
    )
    return [
        Spot(
            f"{row['north']:.0f}_{row['east']:.0f}",
            row["address"] or "",
            row["latitude"],
            row["longitude"],
            row["count"],
        )
        for row in rows
    ]


def in_cell(requests: ServiceRequestQuerySet, cell: str) -> ServiceRequestQuerySet | None:
    """Those of `requests` that a spot counted; None when `cell` names none."""
    north, _sep, east = cell.partition("_")
    if not (north.lstrip("-").isdecimal() and east.lstrip("-").isdecimal()) or len(cell) > 20:
        return None
    return requests.annotate(north=_cell("latitude"), east=_cell("longitude")).filter(north=int(north), east=int(east))


def spot_name(period: Period, cell: str) -> str:
    """As `hot_spots` calls it."""
    counted = in_cell(cohort(period), cell)
    return (counted.aggregate(address=ADDRESS)["address"] if counted is not None else None) or ""


def _cell(field: str) -> Floor:
    # Half a cell aside, since people and plans give places with round decimals, which should not lie on an edge.
    return Floor(F(field) * CELLS_A_DEGREE + 0.5, output_field=FloatField())


def _weeks(period: Period, *, elapsed: timedelta) -> int:
    """How many whole weeks before it are looked at: no more than the town has lived through."""
    eldest = ServiceRequest.objects.standing().order_by("posted_at").values_list("posted_at", flat=True).first()
    lived = max(0, (period.start - eldest) // WEEK) if eldest else 0
    return min(lived, max(WEEKS, math.ceil(elapsed / WEEK)))


def _earlier(period: Period, *, weeks: int, phase: timedelta) -> Counts:
    """In the weeks before the period, of each the part that is as long as what has passed of it."""
    day, standing = period.first_day, ServiceRequest.objects.standing()
    if phase < WEEK:
        begins = [midnight(day - week * WEEK) for week in range(1, weeks + 1)]
        parts = [Q(posted_at__gte=begin, posted_at__lt=begin + phase) for begin in begins]
        return _by_service_and_area(standing.filter(reduce(or_, parts))) if parts else {}
    begin = midnight(day - weeks * WEEK)
    # Whole weeks that are over hardly change, and there are many rows in them.
    return remembered(
        f"earlier:{begin.isoformat()}:{day.isoformat()}",
        lambda: _by_service_and_area(standing.posted_between(begin, period.start)),
        seconds=REMEMBER_SECONDS,
    )


def _by_service_and_area(requests: ServiceRequestQuerySet) -> Counts:
    rows = requests.order_by().values_list("service", "area").annotate(count=Count("id"))
    return {(service, area): count for service, area, count in rows}


def _joined(counted: Counts, earlier: Counts) -> list[Row]:
    return [Row(*key, counted.get(key, 0), earlier.get(key, 0)) for key in {*counted, *earlier}]


def _sums(rows: Sequence[Row], name: Literal["service", "area"]) -> dict[Any, tuple[int, int]]:
    sums: dict[Any, tuple[int, int]] = {}
    for row in rows:
        key = getattr(row, name)
        count, earlier = sums.get(key, (0, 0))
        sums[key] = count + row.count, earlier + row.earlier
    return sums


def _rises(rows: Sequence[Row], *, stretches: float) -> list[Rise]:
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


def _areas(rows: Sequence[Row], *, placed: int, stretches: float) -> list[AreaFigures]:
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
