"""The mayor's board: what each card of the dashboard shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from requests_app import response_times, wording
from requests_app.models import Post
from requests_app.response_times import BUCKETS, Figures, Point, Wait
from staff.asked import Asked
from staff.charts import Columns, Share, columns, lengths, shares

BUCKET_WORDS = {
    "10m": gettext_lazy("under 10 min"),
    "1h": gettext_lazy("10 min to 1 h"),
    "4h": gettext_lazy("1 h to 4 h"),
    "24h": gettext_lazy("4 h to 24 h"),
    "more": gettext_lazy("longer"),
    "none": gettext_lazy("not answered yet"),
}
TONES = {"10m": "f-olive", "1h": "f-olive", "4h": "f-ochre", "24h": "f-ochre", "more": "f-wine", "none": "f-soft"}
STEP_WORDS = {
    "hour": gettext_lazy("hour by hour"),
    "day": gettext_lazy("day by day"),
    "week": gettext_lazy("week by week"),
    "month": gettext_lazy("month by month"),
}
# As many as the mayor can do something about today; the list has them all.
NEEDS, THANKS = 6, 5


@dataclass(frozen=True, slots=True)
class Team:
    """A line of the teams' table."""

    told: Figures
    answer: Wait
    resolution: Wait
    shares: list[Share]
    share_words: str


@dataclass(frozen=True, slots=True)
class Bucket:
    """A line of the distribution."""

    code: str
    name: str
    tone: str
    count: int
    length: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A line of the trend."""

    name: str
    told: Point
    answer: Wait

    @property
    def at(self) -> str:
        return self.told.start.isoformat()


def board(asked: Asked, *, now: datetime) -> dict[str, Any]:
    """Everything the dashboard shows of a period."""
    town, *teams = response_times.figures(asked.period, by="queue", total=True, clock=asked.clock, now=now)
    moments = _moments(asked, now=now)
    return {
        "today": response_times.today_sentence(now=now),
        "whole": _team(town, asked=asked),
        "teams": [_team(team, asked=asked) for team in teams],
        "needs": response_times.overdue(now=now, most=NEEDS),
        "needs_more": max(0, town.overdue - NEEDS),
        "moments": moments,
        "chart": _chart(moments),
        "step": STEP_WORDS[asked.period.step],
        "buckets": _buckets(town.spread[asked.clock]),
        "thanks": _thanks(asked),
    }


def point_name(start: datetime, *, step: str, now: datetime) -> str:
    """`14:00`, `21 Nov` or `Nov 2026`."""
    if step == "hour":
        return formats.time_format(timezone.localtime(start), "H:i")
    if step == "month":
        return formats.date_format(timezone.localtime(start), pgettext("date format, short month and year", "M Y"))
    return wording.short_day(start, now=now)


def _team(told: Figures, *, asked: Asked) -> Team:
    spread = told.spread[asked.clock]
    pieces = (
        ("f-olive", spread["10m"] + spread["1h"]),
        ("f-ochre", spread["4h"] + spread["24h"]),
        ("f-wine", spread["more"]),
        ("f-soft", spread["none"]),
    )
    return Team(
        told=told,
        answer=asked.answer(told),
        resolution=asked.resolution(told),
        shares=shares(pieces),
        share_words=_share_words([count for _tone, count in pieces]),
    )


def _share_words(counts: Sequence[int]) -> str:
    fast, slow, longer, none = (wording.number(count) for count in counts)
    return _("%(fast)s within 1 h, %(slow)s within 24 h, %(longer)s later, %(none)s not yet") % {
        "fast": fast,
        "slow": slow,
        "longer": longer,
        "none": none,
    }


def _moments(asked: Asked, *, now: datetime) -> list[Moment]:
    return [
        Moment(point_name(point.start, step=asked.period.step, now=now), point, asked.answer(point))
        for point in response_times.trend(asked.period, clock=asked.clock, now=now)
    ]


def _chart(moments: Sequence[Moment]) -> Columns:
    return columns([(one.told.received, one.told.answered) for one in moments], names=[one.name for one in moments])


def _buckets(spread: dict[str, int]) -> list[Bucket]:
    long = lengths([spread[code] for code in BUCKETS])
    return [
        Bucket(code, str(BUCKET_WORDS[code]), TONES[code], spread[code], length)
        for code, length in zip(BUCKETS, long, strict=True)
    ]


def _thanks(asked: Asked) -> list[Post]:
    posts = Post.objects.thanks_between(asked.period.start, asked.period.end)
    return list(posts.select_related("author", "service_request__queue", "service_request__assignee")[:THANKS])
