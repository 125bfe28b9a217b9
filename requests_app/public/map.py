"""The map: where what is open and what was done lately is, and the same as a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from requests_app import wording
from requests_app.discretion import public_language, public_summary
from requests_app.models import Precision, ServiceRequest
from requests_app.plan import MapPoint, spot_on_plan
from requests_app.precision import BESIDE_PINS, precision, public_place
from requests_app.public.filters import Filters

MOST = 200
LATELY = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Place:
    """A line of the list; `point` is its pin, where the place is known."""

    number: int
    url: str
    summary: str
    language: str
    address: str
    status: str
    label: str
    at: datetime
    point: MapPoint | None


@login_not_required
@require_safe
@gzip_page
def town_map(request: HttpRequest) -> HttpResponse:
    """The newest open requests and those resolved lately, with the filters that its address asks for."""
    filters = Filters.read(request.GET)
    if "" in request.GET.values():
        return redirect(filters.address("map"))
    now = timezone.now()
    exactly = precision()
    places = [_place(row, exactly=exactly, now=now) for row in filters.on_map(since=now - LATELY, most=MOST)]
    context = {
        "section": "map",
        "filters": filters,
        "chips": filters.chips("map"),
        "door_url": reverse("map"),
        "places": places,
        "points": [place.point for place in places if place.point],
        "beside_pins": BESIDE_PINS.get(exactly, ""),
        "nowhere": sum(place.point is None for place in places),
        "is_full": len(places) == MOST,
        "days": LATELY.days,
        "most": MOST,
        "feed": filters.address("feed"),
        "json_feed": filters.address("json_feed"),
        "embed_code": filters.address("embed_code"),
        "as_list": filters.address(),
    }
    return render(request, "public/map.html", context)


def _place(row: ServiceRequest, *, exactly: Precision, now: datetime) -> Place:
    post, url = row.opening_post, reverse("request", args=[row.pk])
    summary = _("Its author deleted this post.") if post.deleted_at else public_summary(post)
    (address, at), label = public_place(row, exactly=exactly), str(row.get_status_display())
    told: Sequence[str] = (label.capitalize(), address, wording.relative(row.posted_at, now=now))
    language = "" if post.deleted_at else public_language(post) or row.language
    point = None
    if at and spot_on_plan(*at):
        note = " · ".join(part for part in told if part)
        point = MapPoint(*at, summary, url, tone=row.status, note=note)
    return Place(row.pk, url, summary, language, address, row.status, label, row.posted_at, point)
