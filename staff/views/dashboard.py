"""The mayor's window: today in a sentence, what needs the mayor, the figures of a period, and the list behind each number."""

from collections.abc import Callable
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from requests_app import response_times
from requests_app.response_times import Period
from staff.access import mayor, person
from staff.alarms import alarms
from staff.health import bill, health
from staff.rising import warnings
from staff.window import sheets
from staff.window.asked import CLOCK_WORDS, PERIOD_WORDS, asked
from staff.window.board import board
from staff.window.definitions import DEFINITIONS
from staff.window.lists import PAGE, STATE_WORDS, listed, place_of
from staff.window.needs import needs, oldest
from staff.window.outlook import outlook, thanks
from staff.window.sentence import period_sentence, sentence

TABLES: dict[str, Callable[[Period, datetime], StreamingHttpResponse]] = {
    "usual": lambda _period, now: sheets.usual_csv(now),
    "areas": lambda period, now: sheets.areas_csv(period, now=now),
    "rising": lambda period, now: sheets.rises_csv(period, now=now),
    "trend": lambda period, now: sheets.trend_csv(period, now=now),
    "promises": lambda period, now: sheets.promises_csv(period, now=now),
}
# More thank-yous than anybody reads at once.
MOST_THANKS = 200


@require_safe
@mayor
def dashboard(request: HttpRequest) -> HttpResponse:
    """The whole town at a glance."""
    now = timezone.now()
    question = asked(request.GET, now=now)
    found = needs(by=person(request), now=now)
    shown = board(question, oldest=oldest(found, now=now), now=now)
    state = health()
    return render(
        request,
        "staff/dashboard/dashboard.html",
        {
            **shown,
            **outlook(question, now=now),
            "section": "dashboard",
            "sees_dashboard": True,
            "needs": found,
            "alarms": alarms(person(request)),
            "warnings": warnings(person(request)),
            "period": f"?{request.GET.urlencode()}" if request.GET else "",
            "channels": state.channels,
            "lines": state.states,
            # Figures of what was heard are no comfort while somebody is not.
            "doubt": "" if state.is_heard else state.reassurance,
            "bill": bill(),
            "asked": question,
            "sentence": sentence(shown["today"]),
            "period_sentence": period_sentence(shown["whole"], question),
            "periods": PERIOD_WORDS,
            "clocks": CLOCK_WORDS,
            "what": DEFINITIONS,
            "now": now,
        },
    )


@require_safe
@mayor
def dashboard_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same figures, on both clocks."""
    now = timezone.now()
    period = asked(request.GET, now=now).period
    return sheets.figures_csv(response_times.figures(period, by="queue", total=True, now=now), period=period)


@require_safe
@mayor
def dashboard_table_csv(request: HttpRequest, table: str) -> StreamingHttpResponse:
    """One of the other cards."""
    if table not in TABLES:
        raise Http404
    now = timezone.now()
    return TABLES[table](asked(request.GET, now=now).period, now)


@require_safe
@mayor
def dashboard_list(request: HttpRequest) -> HttpResponse:
    """The requests behind one number."""
    now = timezone.now()
    shown = listed(request.GET, now=now)
    rows = list(
        shown.rows(after=request.GET.get("after", ""), now=now).select_related("opening_post", "queue", "assignee")
    )
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
    return sheets.requests_csv(shown.requests.newest_posted_first(), name=f"requests-{shown.state}")


@require_safe
@mayor
def dashboard_thanks(request: HttpRequest) -> HttpResponse:
    """The thank-yous behind the card's few."""
    question = asked(request.GET, now=timezone.now())
    context = {
        "section": "dashboard",
        "sees_dashboard": True,
        "asked": question,
        "thanks": thanks(question, most=MOST_THANKS),
        "most": MOST_THANKS,
    }
    return render(request, "staff/dashboard/thanks.html", context)
