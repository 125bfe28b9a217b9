"""Pages by key: each begins after the last row of the one before, however long the list is."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.utils.http import base36_to_int, int_to_base36

from requests_app.models import ServiceRequest
from requests_app.models.service_request_queries import ServiceRequestQuerySet

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def page(requests: ServiceRequestQuerySet, *, before: str, size: int) -> tuple[Sequence[ServiceRequest], str]:
    """One page of `newest_told_first` and the place where the next begins, `""` at the end. Bad places begin anew."""
    place = _read(before)
    if place:
        requests = requests.told_before(*place)
    rows = list(requests[: size + 1])
    return rows[:size], _place(rows[size - 1]) if len(rows) > size else ""


def _place(row: ServiceRequest) -> str:
    return f"{int_to_base36((row.told_at - EPOCH) // MICROSECOND)}-{int_to_base36(row.pk)}"


def _read(place: str) -> tuple[datetime, int] | None:
    moment, _sep, number = place.partition("-")
    try:
        return EPOCH + base36_to_int(moment) * MICROSECOND, base36_to_int(number)
    except (ValueError, OverflowError):
        return None
