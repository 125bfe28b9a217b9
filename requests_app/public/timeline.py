"""The square: what people told the town hall, who answers, and how long it took."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from requests_app import response_times
from requests_app.models import Queue
from requests_app.public import hours
from requests_app.public.answerers import with_answerer
from requests_app.public.cards import cards
from requests_app.public.figures import REMEMBER_SECONDS, USUAL, counted, told
from requests_app.public.filters import Filters
from requests_app.public.memory import remembered
from requests_app.public.paging import page
from requests_app.response_times import Figures, Period

PAGE = 20


@dataclass(frozen=True, slots=True)
class Counter:
    """Where people who do not write can go: the team that takes what no other does."""

    name: str
    hours: list[str]
    now: str


@login_not_required
@require_safe
@gzip_page
def timeline(request: HttpRequest) -> HttpResponse:
    """A page of cards, newest told first, with the filters and words that its address asks for."""
    filters = Filters.read(request.GET)
    if "" in request.GET.values():
        # A form sends its empty fields along; nobody wants them in an address to pass on.
        return redirect(filters.address())
    before = request.GET.get("before", "")
    rows, older = page(with_answerer(filters.requests.with_row()), before=before, size=PAGE)
    context = {
        "section": "square",
        "filters": filters,
        "chips": filters.chips(),
        "door_url": reverse("timeline"),
        "totals": filters.totals(),
        "cards": cards(rows),
        "feed": filters.address("feed"),
        "json_feed": filters.address("json_feed"),
        "embed_code": filters.address("embed_code"),
        "on_map": filters.address("map"),
        "again": filters.address(),
        "now": timezone.now(),
        "newest": filters.address() if before else "",
        "older": filters.address(before=older) if older else "",
        "today": _today(),
        "month": counted(USUAL),
        # Of a month: a quiet day says little about a team.
        "record": told(USUAL).fastest,
        "picture": settings.PUBLIC_URL + reverse("square_card"),
        "counter": None if rows or before or filters.any else _counter(),
    }
    return render(request, "public/timeline.html", context)


def _today() -> Figures:
    return remembered(
        "today", lambda: response_times.figures(Period.named("today"))[0], seconds=REMEMBER_SECONDS["today"]
    )


def _counter() -> Counter | None:
    queue = Queue.objects.filter(is_fallback=True).prefetch_related("opening_hours").first()
    if queue is None:
        return None
    week = queue.week()
    return Counter(queue.name, hours.lines(week), hours.now_words(week, now=timezone.now()))
