"""The moments a person may promise with one click, by the town's clock."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from requests_app import wording

OWN = "own"
TODAY, TOMORROW = time(14), time(12)
# Nobody promises what is nearly over.
ROOM = timedelta(minutes=30)


def offers(*, chosen: str = "") -> list[tuple[str, str]]:
    """`(value, words)` for a select. `chosen` stays offered, so that a refused form keeps what was picked."""
    now = timezone.now()
    today = timezone.localtime(now).date()
    moments = [at for at in (_at(today, TODAY), _at(today + timedelta(days=1), TOMORROW)) if at > now + ROOM]
    picked = parse(chosen)
    if picked and picked not in moments:
        moments.append(picked)
    named = [(at.isoformat(), _words(at, today=today)) for at in moments]
    return [("", _("No promise yet")), *named, (OWN, _("Another time…"))]


def parse(choice: str) -> datetime | None:
    """The moment behind an offer's value; None for no promise."""
    try:
        moment = parse_datetime(choice)
    except ValueError:
        return None
    return moment if moment and timezone.is_aware(moment) else None


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, timezone.get_default_timezone())


def _words(moment: datetime, *, today: date) -> str:
    local = timezone.localtime(moment)
    time_words = wording.clock(local, now=local)
    if local.date() == today:
        return _("Today, %(time)s") % {"time": time_words}
    if local.date() == today + timedelta(days=1):
        return _("Tomorrow, %(time)s") % {"time": time_words}
    return wording.clock(moment, now=timezone.now())
