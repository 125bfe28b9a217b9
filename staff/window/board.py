"""The mayor's board: the figures of a period by team, by step and by wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from requests_app import response_times, wording
from requests_app.models import ServiceRequest
from requests_app.response_times import BUCKETS, Figures, Point, Wait
from staff.window.asked import Asked
from staff.window.charts import Columns, Share, columns, lengths, shares, spark

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
ANSWER_LEGEND = (
    ("f-olive", gettext_lazy("answered within 1 h")),
    ("f-ochre", gettext_lazy("within 24 h")),
    ("f-wine", gettext_lazy("later")),
    ("f-soft", gettext_lazy("not yet")),
)
TREND_LEGEND = (("f-blue", gettext_lazy("answered")), ("bar-whole", gettext_lazy("received, not answered yet")))


@dataclass(frozen=True, slots=True)
class Team:
    """A line of the teams' table; `backlog` as the points of a small line, and in words."""

    told: Figures
    answer: Wait
    resolution: Wait
    shares: list[Share]
    share_words: str
    backlog: str
    backlog_words: str


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


def board(asked: Asked, *, oldest: ServiceRequest | None, now: datetime) -> dict[str, Any]:
    """The figures of a period; `oldest` is the late one that has waited longest."""
    figures = response_times.figures(asked.period, by="queue", total=True, clock=asked.clock, now=now)
    open_now = {told.key: told.backlog for told in figures}
    backlogs = response_times.backlogs(asked.period, now=now, open_now=open_now)
    town, *teams = (_team(told, backlogs[told.key], asked=asked) for told in figures)
    moments = _moments(asked, now=now)
    return {
        "today": response_times.today_sentence(now=now, overdue=town.told.overdue, oldest=oldest),
        "whole": town,
        "teams": teams,
        "answer_legend": ANSWER_LEGEND,
        "moments": moments,
        "chart": _chart(moments),
        "trend_legend": TREND_LEGEND,
        "step": STEP_WORDS[asked.period.step],
        "buckets": _buckets(town.told.spread[asked.clock]),
    }


def point_name(start: datetime, *, step: str, now: datetime) -> str:
    """`14:00`, `21 Nov` or `Nov 2026`."""
    if step == "hour":
        return formats.time_format(timezone.localtime(start), "H:i")
    if step == "month":
        return formats.date_format(timezone.localtime(start), pgettext("date format, short month and year", "M Y"))
    return wording.short_day(start, now=now)


def _team(told: Figures, backlog: Sequence[int], *, asked: Asked) -> Team:
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
        backlog=spark(backlog) if any(backlog) else "",
        backlog_words=_("%(before)s at the beginning, %(after)s at the end")
        % {"before": wording.number(backlog[0]), "after": wording.number(backlog[-1])},
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
