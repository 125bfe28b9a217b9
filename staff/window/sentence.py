"""Today, or a period, in words: the mayor's first line, every figure of it a link to its list."""

from datetime import timedelta

from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from requests_app import wording
from requests_app.response_times import Today
from staff.window.asked import Asked
from staff.window.board import Team

DAY = timedelta(days=1)


def sentence(today: Today) -> SafeString:
    """`Today 81 requests, 74 answered. Half within 9 min, nine of ten within 1 h 50. 3 are late, …`."""
    return format_html_join(" ", "{}", ((part,) for part in (_counts(today), _speed(today), _lateness(today)) if part))


def period_sentence(town: Team, asked: Asked) -> SafeString:
    """The same of a whole period: `30 days: 812 requests, 790 answered, 700 resolved. Half within 9 min, …`."""
    told, query = town.told, asked.query
    if not told.received:
        return format_html(_("{period}: nothing has come in."), period=asked.words)
    received = ngettext("%(count)s request", "%(count)s requests", told.received)
    answered = ngettext("%(count)s answered", "%(count)s answered", told.answered)
    resolved = ngettext("%(count)s resolved", "%(count)s resolved", told.resolved)
    counts = format_html(
        _("{period}: {received}, {answered}, {resolved}."),
        period=asked.words,
        received=_list(received, told.received, "received", of=query),
        answered=_list(answered, told.answered, "answered", of=query),
        resolved=_list(resolved, told.resolved, "resolved", of=query),
    )
    if town.answer.median is None or town.answer.p90 is None:
        return counts
    return format_html("{} {}", counts, _waits(town.answer.median, town.answer.p90, of=query))


def _counts(today: Today) -> SafeString | str:
    if not today.received:
        return _("Nothing has come in today yet.")
    received = ngettext("%(count)s request", "%(count)s requests", today.received)
    if not today.answered:
        return format_html(
            _("Today {received}, none answered yet."), received=_list(received, today.received, "received")
        )
    answered = ngettext("%(count)s answered", "%(count)s answered", today.answered)
    return format_html(
        _("Today {received}, {answered}."),
        received=_list(received, today.received, "received"),
        answered=_list(answered, today.answered, "answered"),
    )


def _speed(today: Today) -> SafeString | str:
    if today.median is None or today.p90 is None:
        return _("Too few answers yet to say how fast.") if today.answered else ""
    return _waits(today.median, today.p90)


def _waits(median: timedelta, p90: timedelta, *, of: QueryDict | None = None) -> SafeString:
    url = _list_url("answered", of)
    return format_html(
        _("Half within {median}, nine of ten within {p90}."),
        median=_link(url, wording.duration(median)),
        p90=_link(url, wording.duration(p90)),
    )


def _lateness(today: Today) -> SafeString | str:
    if today.oldest is None:
        return _("Nothing is late.")
    words = ngettext("%(count)s is late", "%(count)s are late", today.overdue)
    waited = _long(getattr(today.oldest, "waited", timedelta()))
    return format_html(
        ngettext("{late}, it has waited {oldest}.", "{late}, the oldest has waited {oldest}.", today.overdue),
        late=_list(words, today.overdue, "overdue", tone="wine"),
        oldest=_link(reverse("desk_request", args=[today.oldest.pk]), waited),
    )


def _long(wait: timedelta) -> str:
    """`3 days`; shorter waits as everywhere."""
    if wait < 2 * DAY:
        return wording.duration(wait)
    return ngettext("%(count)s day", "%(count)s days", wait.days) % {"count": wording.number(wait.days)}


def _list(words: str, count: int, state: str, *, tone: str = "", of: QueryDict | None = None) -> SafeString:
    return _link(_list_url(state, of), words % {"count": wording.number(count)}, tone=tone)


def _list_url(state: str, of: QueryDict | None = None) -> str:
    query = of.copy() if of is not None else QueryDict("period=today", mutable=True)
    query["state"] = state
    return f"{reverse('dashboard_list')}?{query.urlencode()}"


def _link(url: str, words: str, *, tone: str = "") -> SafeString:
    return format_html('<a class="num {}" href="{}">{}</a>', tone, url, words)
