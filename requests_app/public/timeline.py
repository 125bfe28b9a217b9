"""The square: what people told the town hall, who answers, and how long it took."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from requests_app import response_times
from requests_app.public.answerers import with_answerer
from requests_app.public.cards import cards
from requests_app.public.cases import Case, case_of
from requests_app.public.filters import Filters
from requests_app.public.memory import remembered
from requests_app.public.paging import page
from requests_app.response_times import Figures, Period

PAGE = 20
# Today's figure moves with every answer; a month's does not.
TODAY_SECONDS, MONTH_SECONDS = 60, 600


@dataclass(frozen=True, slots=True)
class Month:
    """The last thirty days; `record` is their quickest answer. A quiet day says little about a team."""

    town: Figures
    teams: list[Figures]
    record: Case | None


@login_not_required
@require_safe
@gzip_page
def timeline(request: HttpRequest) -> HttpResponse:
    """A page of cards, newest told first, with the filters and words that its address asks for."""
    filters = Filters.read(request.GET)
    before = request.GET.get("before", "")
    rows, older = page(with_answerer(filters.requests.with_row()), before=before, size=PAGE)
    context = {
        "section": "square",
        "filters": filters,
        "cards": cards(rows),
        "feed": filters.address("feed"),
        "newest": filters.address() if before else "",
        "older": filters.address(before=older) if older else "",
        "today": remembered("today", _today, seconds=TODAY_SECONDS),
        "month": remembered("month", _month, seconds=MONTH_SECONDS),
    }
    return render(request, "public/timeline.html", context)


def _today() -> Figures:
    (town,) = response_times.figures(Period.named("today"))
    return town


def _month() -> Month:
    period = Period.named("30d")
    town, *teams = response_times.figures(period, by="queue", total=True)
    return Month(town, teams, case_of(response_times.fastest(period, public_only=True), wait="took"))
