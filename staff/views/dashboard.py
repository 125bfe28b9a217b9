"""The mayor's window: today in a sentence, the figures of a period, and the list behind each number."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from requests_app import response_times
from staff.access import mayor
from staff.asked import CLOCK_WORDS, PERIOD_WORDS, asked
from staff.board import board
from staff.dashboard_csv import figures_csv, requests_csv
from staff.dashboard_lists import PAGE, STATE_WORDS, listed, place_of
from staff.health import bill, health
from staff.sentence import sentence


@require_safe
@mayor
def dashboard(request: HttpRequest) -> HttpResponse:
    """The whole town at a glance."""
    now = timezone.now()
    question = asked(request.GET, now=now)
    shown = board(question, now=now)
    state = health()
    return render(
        request,
        "staff/dashboard/dashboard.html",
        {
            **shown,
            "section": "dashboard",
            "sees_dashboard": True,
            "channels": state.channels,
            "lines": state.states,
            # Figures of what was heard are no comfort while somebody is not.
            "doubt": "" if state.is_heard else state.reassurance,
            "bill": bill(),
            "asked": question,
            "sentence": sentence(shown["today"]),
            "periods": PERIOD_WORDS,
            "clocks": CLOCK_WORDS,
        },
    )


@require_safe
@mayor
def dashboard_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same figures, on both clocks."""
    now = timezone.now()
    period = asked(request.GET, now=now).period
    return figures_csv(response_times.figures(period, by="queue", total=True, now=now), period=period)


@require_safe
@mayor
def dashboard_list(request: HttpRequest) -> HttpResponse:
    """The requests behind one number."""
    now = timezone.now()
    shown = listed(request.GET, now=now)
    rows = list(shown.rows(after=request.GET.get("after", ""), now=now).select_related("opening_post", "queue"))
    page = rows[:PAGE]
    return render(
        request,
        "staff/dashboard/list.html",
        {
            "section": "dashboard",
            "sees_dashboard": True,
            "list": shown,
            "rows": page,
            "next_place": place_of(page[-1]) if len(rows) > PAGE else "",
            "is_first": not request.GET.get("after"),
            "count": shown.requests.count(),
            "states": STATE_WORDS,
            "now": now,
        },
    )


@require_safe
@mayor
def dashboard_list_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The whole list, without its pages."""
    shown = listed(request.GET, now=timezone.now())
    return requests_csv(shown.requests.newest_posted_first(), name=f"requests-{shown.state}")
