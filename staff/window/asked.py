"""What the dashboard's address asks for: a stretch of time and a clock. Bad values fall back and say so."""

from dataclasses import dataclass
from datetime import date, datetime

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app import wording
from requests_app.response_times import CALENDAR, CLOCKS, HOURS, NAMES, BadPeriod, Figures, Period, Point, Wait

DEFAULT = "today"
PERIOD_WORDS = {
    "today": gettext_lazy("Today"),
    "7d": gettext_lazy("7 days"),
    "30d": gettext_lazy("30 days"),
    "365d": gettext_lazy("365 days"),
}
CLOCK_WORDS = {CALENDAR: gettext_lazy("calendar time"), HOURS: gettext_lazy("opening hours")}


@dataclass(frozen=True, slots=True)
class Asked:
    """`query` says the same in an address; `notices` what could not be understood."""

    period: Period
    clock: str
    query: QueryDict
    notices: tuple[str, ...]

    @property
    def words(self) -> str:
        """`Today`, `30 days` or `1 Nov – 22 Nov`."""
        return period_words(self.period)

    @property
    def clock_words(self) -> str:
        return str(CLOCK_WORDS[self.clock])

    def answer(self, told: Figures | Point) -> Wait:
        """The wait for an answer on the clock that was asked for."""
        return told.answer_in_hours if self.clock == HOURS else told.answer

    def resolution(self, told: Figures) -> Wait:
        return told.resolution_in_hours if self.clock == HOURS else told.resolution


def asked(values: QueryDict, *, now: datetime) -> Asked:
    """From `?period=30d`, or `?from=2026-11-01&to=2026-11-22`, and `?clock=hours`."""
    notices = []
    query = QueryDict(mutable=True)
    try:
        period = _period(values, now=now)
    except ValueError:
        period = Period.named(DEFAULT, now)
        notices.append(_("We could not read those dates, so this is today."))
    if period.name in NAMES:
        query["period"] = period.name
    else:
        query["from"], query["to"] = period.first_day.isoformat(), period.last_day.isoformat()
    clock = values.get("clock", CALENDAR)
    if clock not in CLOCKS:
        clock = CALENDAR
        notices.append(_("We do not know that clock, so this is calendar time."))
    query["clock"] = clock
    return Asked(period=period, clock=clock, query=query, notices=tuple(notices))


def period_words(period: Period) -> str:
    if period.name in PERIOD_WORDS:
        return str(PERIOD_WORDS[period.name])
    now = timezone.now()
    first, last = wording.short_day(period.start, now=now), wording.short_day(period.last_moment, now=now)
    return first if first == last else f"{first} – {last}"


def _period(values: QueryDict, *, now: datetime) -> Period:
    if values.get("from") or values.get("to"):
        today = timezone.localtime(now).date().isoformat()
        return Period.between(date.fromisoformat(values.get("from", "")), date.fromisoformat(values.get("to") or today))
    name = values.get("period", DEFAULT)
    if name not in NAMES:
        raise BadPeriod(name)
    return Period.named(name, now)
