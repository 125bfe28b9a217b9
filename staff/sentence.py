"""Today in words: the mayor's first line, every figure of it a link to its list."""

from datetime import timedelta

from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from requests_app import wording
from requests_app.response_times import Today

DAY = timedelta(days=1)


def sentence(today: Today) -> SafeString:
    """`Today 81 requests, 74 answered. Half within 9 min, nine of ten within 1 h 50. 3 are late, …`."""
    return format_html_join(" ", "{}", ((part,) for part in (_counts(today), _speed(today), _lateness(today)) if part))


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
    return format_html(
        _("Half within {median}, nine of ten within {p90}."),
        median=_link(_list_url("answered"), wording.duration(today.median)),
        p90=_link(_list_url("answered"), wording.duration(today.p90)),
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


def _list(words: str, count: int, state: str, *, tone: str = "") -> SafeString:
    return _link(_list_url(state), words % {"count": wording.number(count)}, tone=tone)


def _list_url(state: str) -> str:
    query = QueryDict(mutable=True)
    query.update({"period": "today", "state": state})
    return f"{reverse('dashboard_list')}?{query.urlencode()}"


def _link(url: str, words: str, *, tone: str = "") -> SafeString:
    return format_html('<a class="num {}" href="{}">{}</a>', tone, url, words)
