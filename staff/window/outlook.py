"""Beside the figures of a period: today on a usual day, parts of town, rising services, promises and thanks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from heapq import merge
from typing import Any

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from requests_app import response_times, wording
from requests_app.models import Post, Reaction
from requests_app.plan import MapPoint, area_of, areas
from requests_app.response_times import HOT, SILENT, AreaFigures, Departures, Spot, Usual
from staff.window.asked import Asked
from staff.window.charts import Lines, lines

HOURS_A_DAY = 24
# Words below the day's line; nobody needs every hour.
NAMED_HOURS = (6, 12, 18)
SPOTS, THANKS, TOMORROW = 4, 5, 5


@dataclass(frozen=True, slots=True)
class Place:
    """A line of the parts of town: `words` say how loud it is, `tone` is a colour's name."""

    told: AreaFigures
    words: str
    tone: str


@dataclass(frozen=True, slots=True)
class Hour:
    """A line of the table beside the day's curve; `today` is None for hours to come."""

    name: str
    today: int | None
    usual: int | None


def outlook(asked: Asked, *, now: datetime) -> dict[str, Any]:
    """What the lower cards show."""
    day, found = response_times.usual(now=now), response_times.departures(asked.period, now=now)
    spots = response_times.hot_spots(asked.period, most=SPOTS)
    return {
        "usual": day,
        "usual_words": usual_words(day, now=now),
        "usual_chart": _chart(day, now=now),
        "hours": hours(day),
        "departures": found,
        "places": [_place(area, found) for area in found.areas],
        "spots": spots,
        "points": _points(found.areas, spots, asked),
        "promises": response_times.promises(asked.period, now=now),
        "tomorrow": response_times.first_tomorrow(now=now, most=TOMORROW),
        "tomorrow_count": response_times.due_tomorrow(now=now).count(),
        "thanks": thanks(asked, most=THANKS),
        "taps": Reaction.objects.thanks_since(asked.period.start).filter(at__lt=asked.period.end).count(),
    }


def usual_words(day: Usual, *, now: datetime) -> str:
    """`34 requests by 11:12, usually 26`."""
    came = ngettext("%(count)s request by %(time)s", "%(count)s requests by %(time)s", day.received) % {
        "count": wording.number(day.received),
        "time": formats.time_format(timezone.localtime(now), "H:i"),
    }
    if day.by_now is None:
        return _("%(came)s. What is usual can be said after five days.") % {"came": came}
    return _("%(came)s, usually %(usual)s") % {"came": came, "usual": wording.number(day.by_now)}


def hours(day: Usual) -> list[Hour]:
    """How many had come by the end of each hour."""
    return [
        Hour(
            name=formats.time_format(time((at + 1) % HOURS_A_DAY), "H:i"),
            today=day.today[at] if at < len(day.today) else None,
            usual=round(day.rising[at]) if day.rising else None,
        )
        for at in range(HOURS_A_DAY)
    ]


def thanks(asked: Asked, *, most: int) -> list[Post]:
    """Posts that say it, newest first: to a request, or to nobody in particular."""
    start, end = asked.period.start, asked.period.end
    to_requests = Post.objects.thanks_between(start, end)
    to_nobody = Post.objects.visible().thanks_set_apart(start, end)
    rows = (
        posts.select_related("author", "service_request__queue", "service_request__assignee")[:most]
        for posts in (to_requests, to_nobody)
    )
    newest = merge(*rows, key=lambda post: (post.posted_at, post.pk), reverse=True)
    return [post for post, _place in zip(newest, range(most), strict=False)]


def _chart(day: Usual, *, now: datetime) -> Lines | None:
    """None while there is nothing to compare with and nothing came."""
    if not day.rising and not day.received:
        return None
    here = timezone.localtime(now)
    along = (here.hour + here.minute / 60) / HOURS_A_DAY
    today = [(0.0, 0.0), *(((at + 1) / HOURS_A_DAY, float(count)) for at, count in enumerate(day.today[:-1]))]
    usual = [(0.0, 0.0), *(((at + 1) / HOURS_A_DAY, count) for at, count in enumerate(day.rising))]
    names = [(hour / HOURS_A_DAY, formats.time_format(time(hour), "H:i")) for hour in NAMED_HOURS]
    return lines([*today, (along, float(day.received))], usual if day.rising else [], names=names)


def _place(area: AreaFigures, found: Departures) -> Place:
    match area.state:
        case "hot":
            return Place(area, _("more than usual"), "wine")
        case "silent":
            share = wording.number(round(area.share or 0))
            return Place(area, _("silent: its share would be %(share)s") % {"share": share}, "ochre")
        case "too_few":
            return Place(area, _("too few to say"), "soft")
    return Place(area, _("as usual") if found.stretches else _("too early to say"), "")


def _points(loud: Sequence[AreaFigures], spots: Sequence[Spot], asked: Asked) -> list[MapPoint]:
    """Parts of town that are not as usual, and the spots where much comes together."""
    middle = {area.code: area.at for area in areas()}
    # Where a spot says what is loud, its part of town need not say it on top of it.
    told = {area_of(spot.latitude, spot.longitude) for spot in spots}
    parts = [
        MapPoint(
            middle[area.code].latitude,
            middle[area.code].longitude,
            title=area.name,
            url=list_url(asked, area=area.code),
            tone=area.state,
            note=_("more than usual") if area.state == HOT else _("silent"),
        )
        for area in loud
        if area.state in (HOT, SILENT) and area.code not in told
    ]
    return parts + [
        MapPoint(
            spot.latitude,
            spot.longitude,
            title=spot.address or _("A spot without a name"),
            url=list_url(asked, spot=spot.cell),
            tone=HOT,
            note=ngettext("%(count)s request", "%(count)s requests", spot.count)
            % {"count": wording.number(spot.count)},
        )
        for spot in spots
    ]


def list_url(asked: Asked, **narrowed: str) -> str:
    """The list of what was received in the period, narrowed down."""
    query = asked.query.copy()
    query.update({"state": "received", **narrowed})
    return f"{reverse('dashboard_list')}?{query.urlencode()}"
