"""The dashboard's figures and lists as CSV: durations in seconds, an empty cell where the cases are too few."""

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.http import StreamingHttpResponse
from django.utils import timezone

from requests_app import response_times
from requests_app.models import ServiceRequest
from requests_app.models.service_request_queries import ServiceRequestQuerySet
from requests_app.response_times import CALENDAR, HOURS, Figures, Period, Wait
from staff.window.outlook import hours

Cell = str | int | None

# A spreadsheet takes a text that begins like this for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
# Excel reads UTF-8 only behind this mark; everybody else skips it.
MARK = "\ufeff"

FIGURES = [
    "from", "to", "team_code", "team", "clock", "received", "answered", "resolved",
    "answer_cases", "answer_median_s", "answer_p90_s", "resolution_cases", "resolution_median_s", "resolution_p90_s",
    "open_now", "late_now", "oldest_open_posted_at",
]  # fmt: skip
REQUESTS = [
    "number", "status", "team", "service", "place", "private", "posted_at", "answered_at", "resolved_at", "due_at",
    "answer_s", "answer_in_opening_hours_s", "resolution_s", "resolution_in_opening_hours_s",
]  # fmt: skip


USUAL = ["day", "by_hour", "received", "usually"]
AREAS = [
    "from", "to", "area_code", "area", "residents", "received", "per_1000", "usually", "usually_per_1000",
    "its_share", "state",
]  # fmt: skip
RISES = ["from", "to", "service_code", "service", "received", "usually"]
TREND = [
    "begins",
    "ends",
    "clock",
    "received",
    "answered",
    "resolved",
    "answer_cases",
    "answer_median_s",
    "answer_p90_s",
]
PROMISES = ["from", "to", "fell_due", "kept", "not_kept", "due_tomorrow"]


class _Line:
    """What `csv.writer` writes to: hands each line back."""

    def write(self, line: str) -> str:
        return line


def figures_csv(rows: Iterable[Figures], *, period: Period) -> StreamingHttpResponse:
    """One line a team and clock."""
    days = _days(period)
    lines = ([*days, *_figures(row, clock=clock)] for row in rows for clock in (CALENDAR, HOURS))
    return _response(FIGURES, lines, name=f"figures-{days[0]}-{days[1]}")


def requests_csv(requests: ServiceRequestQuerySet, *, name: str) -> StreamingHttpResponse:
    """One line a request, without anybody's words or name."""
    rows = requests.select_related("queue", "service").iterator(chunk_size=1000)
    return _response(REQUESTS, (_request(row) for row in rows), name=name)


def usual_csv(now: datetime) -> StreamingHttpResponse:
    """One line an hour of today."""
    day, today = response_times.usual(now=now), timezone.localtime(now).date().isoformat()
    lines = ([today, hour.name, hour.today, hour.usual] for hour in hours(day))
    return _response(USUAL, lines, name=f"usual-{today}")


def areas_csv(period: Period, *, now: datetime) -> StreamingHttpResponse:
    """One line a part of town."""
    days = _days(period)
    lines = (
        [
            *days, one.code, one.name, one.population, one.count, _rounded(one.rate), _rounded(one.usual),
            _rounded(one.usual_rate), _rounded(one.share), one.state,
        ]
        for one in response_times.departures(period, now=now).areas
    )  # fmt: skip
    return _response(AREAS, lines, name=f"areas-{days[0]}-{days[1]}")


def rises_csv(period: Period, *, now: datetime) -> StreamingHttpResponse:
    """One line a service that is asked for more than usual."""
    days = _days(period)
    found = response_times.departures(period, now=now).rises
    lines = ([*days, one.service.code, one.service.name, one.count, _rounded(one.usual)] for one in found)
    return _response(RISES, lines, name=f"rising-{days[0]}-{days[1]}")


def trend_csv(period: Period, *, now: datetime) -> StreamingHttpResponse:
    """One line a step and clock."""
    lines = (
        [_moment(one.start), _moment(one.end), clock, one.received, one.answered, one.resolved, *_wait(wait)]
        for one in response_times.trend(period, now=now)
        for clock, wait in ((CALENDAR, one.answer), (HOURS, one.answer_in_hours))
    )
    days = _days(period)
    return _response(TREND, lines, name=f"trend-{days[0]}-{days[1]}")


def promises_csv(period: Period, *, now: datetime) -> StreamingHttpResponse:
    """One line."""
    days, told = _days(period), response_times.promises(period, now=now)
    line: list[Cell] = [*days, told.count, told.kept, told.broken, response_times.due_tomorrow(now=now).count()]
    return _response(PROMISES, [line], name=f"promises-{days[0]}-{days[1]}")


def _days(period: Period) -> list[Cell]:
    return [period.first_day.isoformat(), period.last_day.isoformat()]


def _rounded(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def _figures(row: Figures, *, clock: str) -> list[Cell]:
    answer, resolution = (
        (row.answer_in_hours, row.resolution_in_hours) if clock == HOURS else (row.answer, row.resolution)
    )
    return [
        row.key, row.name, clock, row.received, row.answered, row.resolved, *_wait(answer), *_wait(resolution),
        row.backlog, row.overdue, _moment(row.oldest_open_at),
    ]  # fmt: skip


def _wait(wait: Wait) -> list[Cell]:
    return [wait.count, _seconds(wait.median), _seconds(wait.p90)]


def _request(row: ServiceRequest) -> list[Cell]:
    return [
        row.pk, row.status, row.queue.name, row.service.name if row.service else "", row.address, int(row.is_private),
        *(_moment(at) for at in (row.posted_at, row.answered_at, row.resolved_at, row.due_at)),
        _seconds(row.answer_wait), _seconds(row.answered_in_hours),
        _seconds(row.resolution_wait), _seconds(row.resolved_in_hours),
    ]  # fmt: skip


def _moment(at: datetime | None) -> str:
    """By the town's clock, with its distance from UTC."""
    return timezone.localtime(at).isoformat(timespec="seconds") if at else ""


def _seconds(wait: timedelta | None) -> int | None:
    return None if wait is None else round(wait.total_seconds())


def _safe(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def _response(header: list[str], rows: Iterable[list[Cell]], *, name: str) -> StreamingHttpResponse:
    def lines() -> Iterator[str]:
        writer = csv.writer(_Line())
        yield MARK + writer.writerow(header)
        for row in rows:
            yield writer.writerow([_safe(cell) for cell in row])

    return StreamingHttpResponse(
        lines(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "no-store"},
    )
