"""How Plaza says moments, waits and numbers, in the language of whoever reads."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import formats, timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

MINUTE, HOUR, DAY = 60, 3600, 86400
# Above ten minutes nobody cares for seconds, above ten days nobody cares for hours.
FINE_MINUTES, FINE_DAYS = 10, 10


def duration(wait: timedelta | float | None) -> str:
    """`1 min 12 s`, `2 h 10 min`, `3 d 4 h`; at most two units, and `""` when there is no wait to tell."""
    if wait is None:
        return ""
    seconds = max(0, round(wait.total_seconds() if isinstance(wait, timedelta) else wait))
    if seconds < MINUTE:
        return _("%(count)d s") % {"count": seconds}
    if seconds < HOUR:
        minutes, rest = divmod(seconds, MINUTE)
        return _joined(_minutes(minutes), _("%(count)d s") % {"count": rest} if rest and minutes < FINE_MINUTES else "")
    if seconds < DAY:
        hours, rest = divmod(seconds, HOUR)
        return _joined(_hours(hours), _minutes(rest // MINUTE) if rest >= MINUTE else "")
    days, rest = divmod(seconds, DAY)
    return _joined(
        _("%(count)d d") % {"count": days}, _hours(rest // HOUR) if rest >= HOUR and days < FINE_DAYS else ""
    )


def private_matter(matter: str) -> str:
    """Why something is nobody else's business; what joined later says its name."""
    known = {
        "named_person": _("it names somebody and says something against them"),
        "minors": _("it is about a child in trouble"),
        "health": _("it is about somebody's health"),
        "home_violence": _("it is about violence at home"),
        "sexual_violence": _("it is about sexual violence"),
        "accusation": _("it accuses somebody, with a number plate or a face"),
        "author_asks": _("its author asked us to"),
        "by_hand": _("somebody who works on it found that it is nobody else's business"),
    }
    return known.get(matter, matter)


def private_matters(matters: Iterable[str]) -> str:
    """All of them in one breath."""
    return get_text_list([private_matter(str(one)) for one in matters], pgettext("between two names", "and"))


def coarse(wait: timedelta) -> str:
    """The wait in its largest unit only: `6 min`, `2 h`, `3 d`."""
    seconds = max(0, round(wait.total_seconds()))
    if seconds < MINUTE:
        return _("%(count)d s") % {"count": seconds}
    if seconds < HOUR:
        return _minutes(seconds // MINUTE)
    return _hours(seconds // HOUR) if seconds < DAY else _("%(count)d d") % {"count": seconds // DAY}


def relative(moment: datetime, *, now: datetime) -> str:
    """`6 min ago`, `in 2 h`, `just now`; the date itself once a month has passed."""
    distance = now - moment
    if abs(distance) < timedelta(seconds=MINUTE):
        return _("just now")
    if abs(distance) > timedelta(days=30):
        return day(moment)
    if distance < timedelta():
        return _("in %(wait)s") % {"wait": coarse(-distance)}
    return _("%(wait)s ago") % {"wait": coarse(distance)}


def clock(moment: datetime, *, now: datetime) -> str:
    """`22:48` today, `21 Nov 22:48` on any other day, by the town's clock."""
    local = timezone.localtime(moment)
    time = formats.time_format(local, "H:i")
    if local.date() == timezone.localtime(now).date():
        return time
    return pgettext("day and time", "%(day)s %(time)s") % {"day": short_day(moment, now=now), "time": time}


def short_day(moment: datetime, *, now: datetime) -> str:
    """`21 Nov`, with the year when it is another one."""
    local = timezone.localtime(moment)
    if local.year == timezone.localtime(now).year:
        return formats.date_format(local, pgettext("date format, day and short month", "j M"))
    return formats.date_format(local, pgettext("date format, day, short month and year", "j M Y"))


def day(moment: datetime) -> str:
    """`21 November 2026`."""
    return formats.date_format(timezone.localtime(moment), pgettext("date format, whole date", "j F Y"))


def exact(moment: datetime) -> str:
    """`Saturday 21 November 2026, 22:48`."""
    return formats.date_format(
        timezone.localtime(moment), pgettext("date format, weekday, date and time", "l j F Y, H:i")
    )


def due(moment: datetime, *, now: datetime) -> str:
    """`due in 9 min` or `18 min late`."""
    if moment >= now:
        return _("due in %(wait)s") % {"wait": _due_wait(moment - now)}
    return _("%(wait)s late") % {"wait": _due_wait(now - moment)}


def number(value: int | float | None) -> str:
    """With the reader's thousands separator: `1,047` or `1 047`; `""` for nothing."""
    return "" if value is None else formats.number_format(value, use_l10n=True, force_grouping=True)


def dollars(amount: Decimal) -> str:
    """`$24.15`, with the reader's decimal sign."""
    return _("$%(amount)s") % {"amount": formats.number_format(amount, decimal_pos=2, use_l10n=True)}


def share(part: float, whole: float) -> str:
    """`91 %`, or `""` of nothing."""
    return _("%(number)s %%") % {"number": number(round(100 * part / whole))} if whole else ""


def request_number(value: int) -> str:
    """The number people quote, never with separators: `No. 1047`."""
    return _("No. %(number)s") % {"number": value}


def people(count: int) -> str:
    """`3 people`."""
    return ngettext("%(count)s person", "%(count)s people", count) % {"count": number(count)}


def through(name: str, *, network: str, handle: str) -> str:
    """Who did it with a network's own app: `Carmen on X (@barrendera_alameda)`, or the account where nobody is known."""
    if not name:
        return _("@%(handle)s on %(network)s") % {"handle": handle, "network": network}
    return _("%(name)s on %(network)s (@%(handle)s)") % {"name": name, "network": network, "handle": handle}


def initials(name: str) -> str:
    """One or two capitals for the round beside a name; `·` when it has no letter."""
    words = (next((letter for letter in word if letter.isalnum()), "") for word in name.split())
    return "".join(list(filter(None, words))[:2]).upper() or "·"


def _minutes(count: int) -> str:
    return _("%(count)d min") % {"count": count}


def _hours(count: int) -> str:
    return _("%(count)d h") % {"count": count}


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _due_wait(wait: timedelta) -> str:
    """Whole minutes under an hour: a clock that changes every second would only make the desk restless."""
    return coarse(wait) if wait < timedelta(seconds=HOUR) else duration(wait)
