"""How fast we answer: for everybody to read, with the number of cases behind each figure."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from requests_app import response_times
from requests_app.models import ServiceRequest
from requests_app.public.cases import Case, case_of
from requests_app.public.memory import remembered
from requests_app.response_times import BUCKETS, CLOCKS, Figures, Period

PERIODS: dict[str, Promise] = {
    "today": gettext_lazy("Today"),
    "7d": gettext_lazy("7 days"),
    "30d": gettext_lazy("30 days"),
    "365d": gettext_lazy("A year"),
}
USUAL = "30d"
CLOCK_NAMES: dict[str, Promise] = {
    "calendar": gettext_lazy("By the clock"),
    "hours": gettext_lazy("In opening hours"),
}
BUCKET_NAMES: dict[str, Promise] = {
    "10m": gettext_lazy("under 10 min"),
    "1h": gettext_lazy("under 1 h"),
    "4h": gettext_lazy("under 4 h"),
    "24h": gettext_lazy("under a day"),
    "more": gettext_lazy("a day or more"),
    "none": gettext_lazy("no answer yet"),
}
# The long periods are counted over many rows, and change slowly.
REMEMBER_SECONDS = {"today": 60, "7d": 300, "30d": 600, "365d": 6 * 3600}
# How things stand with single ones is not told from memory for long.
WORDS_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Choice:
    label: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Share:
    """One stretch of a bar that shows how long the answers of a team took."""

    bucket: str
    name: str
    count: int
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Row:
    """A team, by one clock."""

    figures: Figures
    answer: response_times.Wait
    resolution: response_times.Wait
    shares: list[Share]


@dataclass(frozen=True, slots=True)
class Told:
    """Single requests of a period, in their authors' words."""

    fastest: Case | None
    oldest: Case | None


@login_not_required
@require_safe
@gzip_page
def figures(request: HttpRequest) -> HttpResponse:
    """Median, nine of ten and count of answers and repairs, by team, for a period and a clock."""
    name, clock = request.GET.get("period", USUAL), request.GET.get("clock", CLOCKS[0])
    name = name if name in PERIODS else USUAL
    clock = clock if clock in CLOCKS else CLOCKS[0]
    town, *teams = [_row(one, clock=clock) for one in counted(name)]
    context = {
        "section": "figures",
        "periods": [Choice(str(label), _address(one, clock), one == name) for one, label in PERIODS.items()],
        "clocks": [Choice(str(label), _address(name, one), one == clock) for one, label in CLOCK_NAMES.items()],
        "legend": BUCKET_NAMES.items(),
        "period": PERIODS[name],
        "town_row": town,
        "rows": teams,
        "told": told(name),
    }
    return render(request, "public/figures.html", context)


def counted(name: str) -> list[Figures]:
    """Of one of PERIODS: the whole town's, then each team's in the town's order."""
    seconds = REMEMBER_SECONDS[name]
    return remembered(
        f"figures:{name}", lambda: response_times.figures(Period.named(name), by="queue", total=True), seconds=seconds
    )


def told(name: str) -> Told:
    """Of one of PERIODS. Which they are is remembered; their words never, since they may be for nobody any more."""
    known = remembered(f"cases:{name}", lambda: _told(name), seconds=min(REMEMBER_SECONDS[name], WORDS_SECONDS))
    numbers = [number for number, _wait in known.values()]
    shown = ServiceRequest.objects.public().select_related("opening_post", "queue").in_bulk(numbers) if numbers else {}
    cases = {one: case_of(shown[number], wait=wait) for one, (number, wait) in known.items() if number in shown}
    return Told(fastest=cases.get("fastest"), oldest=cases.get("oldest"))


def _told(name: str) -> dict[str, tuple[int, timedelta]]:
    """Their numbers, and how long each took."""
    fastest = response_times.fastest(Period.named(name), public_only=True)
    oldest = response_times.oldest_unanswered(public_only=True)
    found = {"fastest": (fastest.pk, fastest.took)} if fastest else {}  # type: ignore[attr-defined]
    return found | ({"oldest": (oldest.pk, oldest.waited)} if oldest else {})  # type: ignore[attr-defined]


def _row(one: Figures, *, clock: str) -> Row:
    in_hours = clock == response_times.HOURS
    return Row(
        figures=one,
        answer=one.answer_in_hours if in_hours else one.answer,
        resolution=one.resolution_in_hours if in_hours else one.resolution,
        shares=_shares(one.spread[clock], of=one.received),
    )


def _shares(spread: dict[str, int], *, of: int) -> list[Share]:
    """The stretches of the bar, one after the other, in percent of its length."""
    shares, begun = [], 0
    for bucket in BUCKETS:
        count = spread[bucket]
        if count:
            x, width = 100 * begun / of, 100 * count / of
            shares.append(Share(bucket, str(BUCKET_NAMES[bucket]), count, f"{x:.2f}%", f"{width:.2f}%"))
        begun += count
    return shares


def _address(period: str, clock: str) -> str:
    return f"{reverse('figures')}?period={period}&clock={clock}"
