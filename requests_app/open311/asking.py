"""What a program asked for: the standard's filters and the usual additions, checked and turned into rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from requests_app.models import CLOSED, OPEN, Service, ServiceRequest
from requests_app.models.service_request_queries import ServiceRequestQuerySet
from requests_app.open311.errors import Problem, Refused, wrong

# The standard's: the last 90 days or the first 1,000, whichever is less.
SPAN = timedelta(days=90)
MOST = 1000
# Of a page nobody has named a size for.
PAGE = 50
LONGEST_LIST = 1000
# Beyond, arithmetic with dates ends.
FIRST_YEAR, LAST_YEAR = 1900, 9000


@extend_schema_field({"type": "string", "format": "date-time"})
class AskedMoment(serializers.Field[datetime, str, str, Any]):
    """ISO 8601. Without a zone it is the town's time."""

    def to_internal_value(self, data: str) -> datetime:
        try:
            # A `+` that was not quoted arrives as a space.
            moment = datetime.fromisoformat(data.strip().replace(" ", "+"))
            if not FIRST_YEAR <= moment.year <= LAST_YEAR:
                raise ValueError
            return moment if moment.tzinfo else timezone.make_aware(moment)
        except (ValueError, OverflowError):
            raise serializers.ValidationError(_("Write it like 2026-11-22T08:00:00Z.")) from None


@extend_schema_field({"type": "string"})
class Listed(serializers.Field[list[str], str, str, Any]):
    """Separated by commas."""

    def __init__(self, choices: Sequence[str] = (), **options: Any) -> None:
        super().__init__(**options)
        self.choices = choices

    def to_internal_value(self, data: str) -> list[str]:
        values = list(dict.fromkeys(filter(None, (one.strip() for one in data.split(",")))))
        if len(values) > LONGEST_LIST:
            raise serializers.ValidationError(_("At most %(count)s at once.") % {"count": LONGEST_LIST})
        if self.choices and set(values) - set(self.choices):
            raise serializers.ValidationError(_("Choose from: %(choices)s.") % {"choices": ", ".join(self.choices)})
        return values


class Filters(serializers.Serializer[Any]):
    service_request_id = Listed(
        required=False, help_text=gettext_lazy("Numbers, separated by commas. All other filters are set aside.")
    )
    service_code = Listed(required=False, help_text=gettext_lazy("Separated by commas."))
    status = Listed(choices=("open", "closed"), required=False, help_text=gettext_lazy("open, closed, or both."))
    start_date = AskedMoment(
        required=False, help_text=gettext_lazy("Requested since; at most 90 days before end_date.")
    )
    end_date = AskedMoment(required=False, help_text=gettext_lazy("Requested until; now when left out."))
    updated_after = AskedMoment(
        required=False, help_text=gettext_lazy("With news since; at most 90 days before updated_before.")
    )
    updated_before = AskedMoment(required=False, help_text=gettext_lazy("With news until; now when left out."))
    page = serializers.IntegerField(required=False, min_value=1, max_value=MOST)
    page_size = serializers.IntegerField(required=False, min_value=1, max_value=MOST)
    extensions = serializers.BooleanField(required=False, help_text=gettext_lazy("Public answers and history too."))
    lang = serializers.CharField(required=False, help_text=gettext_lazy("es, en or fr; else as Accept-Language says."))
    jurisdiction_id = serializers.CharField(
        required=False, help_text=gettext_lazy("Not needed: there is one town here.")
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rows, in which order, how many; `extended` with answers and history."""

    rows: ServiceRequestQuerySet
    extended: bool
    begins: int = 0
    size: int = MOST

    @classmethod
    def read(cls, query: QueryDict) -> Self:
        """Raises Refused with everything that is wrong. One query when services are named."""
        # Missing and empty mean the same.
        form = Filters(data={name: value for name, value in query.items() if str(value).strip()})
        problems = [] if form.is_valid() else wrong(form.errors)
        values = form.validated_data if not problems else {}
        codes = [] if "service_request_id" in query else query.get("service_code", "").split(",")
        services = _services([code.strip() for code in codes if code.strip()], problems=problems)
        rows = _rows(values, services=services, problems=problems)
        if problems:
            raise Refused(*problems)
        size = values.get("page_size") or (PAGE if "page" in values else MOST)
        begins = (values.get("page", 1) - 1) * size
        return cls(rows=rows, extended=values.get("extensions", False), begins=begins, size=size)

    def found(self) -> list[ServiceRequest]:
        """The rows of the page, two queries: numbers first, so that what is skipped is not joined for nothing."""
        numbers = list(self.rows.values_list("pk", flat=True)[self.begins : self.begins + self.size])
        found = {row.pk: row for row in ServiceRequest.objects.filter(pk__in=numbers).with_post()}
        return [found[number] for number in numbers if number in found]


def _rows(values: dict[str, Any], *, services: Sequence[int] | None, problems: list[Problem]) -> ServiceRequestQuerySet:
    if "service_request_id" in values:
        return by_numbers(values["service_request_id"])
    rows = ServiceRequest.objects.public()
    by_news = "updated_after" in values or "updated_before" in values
    if by_news:
        rows = rows.told_between(
            *_span(values, "updated_after", "updated_before", problems=problems)
        ).newest_told_first()
    if not by_news or "start_date" in values or "end_date" in values:
        rows = rows.posted_between(*_span(values, "start_date", "end_date", problems=problems))
    if services is not None:
        rows = rows.of_services(services)
    if len(values.get("status", ())) == 1:
        rows = rows.in_statuses(OPEN if values["status"] == ["open"] else CLOSED)
    return rows if by_news else rows.newest_posted_first()


def by_numbers(numbers: Sequence[str]) -> ServiceRequestQuerySet:
    """What is no number is no request."""
    real = [int(number) for number in numbers if number.isascii() and number.isdecimal() and len(number) < 19]
    return ServiceRequest.objects.told_by_number(real)


def _span(values: dict[str, Any], since: str, until: str, *, problems: list[Problem]) -> tuple[datetime, datetime]:
    """At most 90 days, counted from whichever end is given."""
    now = timezone.now()
    if since in values:
        begins_at = values[since]
        ends_at = values.get(until) or min(begins_at + SPAN, max(now, begins_at))
    else:
        ends_at = values.get(until, now)
        begins_at = ends_at - SPAN
    if begins_at > ends_at:
        problems.append(Problem(400, _("%(since)s is after %(until)s.") % {"since": since, "until": until}))
    elif ends_at - begins_at > SPAN:
        names = {"since": since, "until": until}
        problems.append(Problem(400, _("From %(since)s to %(until)s are more than 90 days.") % names))
    return begins_at, ends_at


def _services(codes: Sequence[str], *, problems: list[Problem]) -> list[int] | None:
    """Their ids; services that are no longer offered have requests too."""
    if not codes:
        return None
    known = dict(Service.objects.filter(code__in=codes).values_list("code", "pk"))
    unknown = [code for code in codes if code not in known]
    problems.extend(Problem(404, _("There is no service “%(code)s”.") % {"code": code}) for code in unknown)
    return list(known.values())
