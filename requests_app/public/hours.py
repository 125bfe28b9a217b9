"""When a team is there, in the reader's words."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from django.utils import formats, timezone
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from requests_app.opening_hours import Week

Stretches = Sequence[tuple[time, time]]
# Further away a weekday's name would mislead.
SOON = timedelta(days=6)


def lines(week: Week) -> list[str]:
    """`Mon–Fri 08:00–15:00`, `Sat 09:00–13:00`: days that are alike stand together."""
    if week.always_open:
        return [_("Day and night")]
    runs: list[tuple[int, int, Stretches]] = []
    for day, stretches in enumerate(week.days):
        if runs and runs[-1][2] == stretches:
            runs[-1] = (runs[-1][0], day, stretches)
        else:
            runs.append((day, day, stretches))
    return [f"{_days(first, last)} {_times(stretches)}" for first, last, stretches in runs if stretches]


def now_words(week: Week, *, now: datetime) -> str:
    """`Open now, until 15:00` or `Opens tomorrow at 08:00`."""
    if week.always_open:
        return _("Open day and night")
    stretch = week.next_stretch(now)
    if stretch is None:
        return _("Closed")
    opens, closes = (timezone.localtime(moment) for moment in stretch)
    if opens <= now:
        return _("Open now, until %(time)s") % {"time": _clock(closes.time())}
    days = (opens.date() - timezone.localtime(now).date()).days
    words = {"time": _clock(opens.time()), "day": WEEKDAYS[opens.weekday()]}
    if days == 0:
        return _("Opens today at %(time)s") % words
    if days == 1:
        return _("Opens tomorrow at %(time)s") % words
    if timedelta(days=days) > SOON:
        return _("Closed")
    return _("Opens on %(day)s at %(time)s") % words


def is_open(week: Week, *, now: datetime) -> bool:
    stretch = week.next_stretch(now)
    return week.always_open or (stretch is not None and stretch[0] <= now)


def _days(first: int, last: int) -> str:
    if last - first == len(WEEKDAYS) - 1:
        return _("Every day")
    begins, ends = str(WEEKDAYS_ABBR[first]), str(WEEKDAYS_ABBR[last])
    return capfirst(begins if first == last else f"{begins}–{ends}")


def _times(stretches: Stretches) -> str:
    return ", ".join(f"{_clock(opens)}–{_clock(closes)}" for opens, closes in stretches)


def _clock(moment: time) -> str:
    return formats.time_format(moment, "H:i")
