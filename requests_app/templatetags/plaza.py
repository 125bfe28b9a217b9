"""Template words: waits, moments and numbers as people say them, and the wait ribbon."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache

from django import template
from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from requests_app import wording
from requests_app.models.account import Network
from requests_app.plan import MapPoint, Pin, Plan, pins, plan
from requests_app.ribbon import Ribbon, Waited, due_share, due_tone, ribbon
from requests_app.roles import is_dispatcher

register = template.Library()


@register.filter
def dispatches(user: User | AnonymousUser) -> bool:
    """`{% if user|dispatches %}`: works every queue."""
    return is_dispatcher(user)


@register.filter
def duration(wait: timedelta | float | None) -> str:
    """`{{ row.median|duration }}` -> `1 min 12 s`."""
    return wording.duration(wait)


@register.filter
def ago(moment: datetime | None) -> str:
    """`{{ post.posted_at|ago }}` -> `6 min ago`."""
    return wording.relative(moment, now=timezone.now()) if moment else ""


@register.filter
def clock(moment: datetime | None) -> str:
    """`{{ event.at|clock }}` -> `22:48`, or `21 Nov 22:48` on another day."""
    return wording.clock(moment, now=timezone.now()) if moment else ""


@register.filter
def waited(moment: datetime | None) -> str:
    """`{{ service_request.posted_at|waited }}` -> `2 h 10 min`: how long ago, as a wait."""
    return wording.duration(timezone.now() - moment) if moment else ""


@register.filter
def remaining(moment: datetime | None) -> str:
    """`{{ reply.next_attempt_at|remaining }}` -> `8 s`: how long until then."""
    return wording.duration(moment - timezone.now()) if moment else ""


@register.filter
def due(moment: datetime | None) -> str:
    """`{{ service_request.due_at|due }}` -> `due in 9 min` or `18 min late`."""
    return wording.due(moment, now=timezone.now()) if moment else ""


SHOWN = {"ago": (ago,), "clock": (clock,), "both": (clock, ago)}


@register.simple_tag
def moment(at: datetime | None, show: str = "ago") -> SafeString | str:
    """A `<time>`: `show` is `ago`, `clock`, `both` (exact, then relative) or `exact`; the rest is in its title."""
    if at is None:
        return ""
    exact = wording.exact(at)
    shown = exact if show == "exact" else " · ".join(say(at) for say in SHOWN[show])
    return format_html('<time datetime="{}" title="{}">{}</time>', timezone.localtime(at).isoformat(), exact, shown)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """`{% icon "check" %}`: a drawing of `static/icons.svg`; `label` says what it means, where no word beside it does."""
    said = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon" width="18" height="18" {} focusable="false"><use href="{}#{}"/></svg>', said, _icons(), name
    )


@cache
def _icons() -> str:
    # A page shows a hundred of them, and its address is made anew each time it is asked for.
    return static("icons.svg")


@register.filter
def number(value: int | float | None) -> str:
    """`{{ 12047|number }}` -> with the reader's thousands separator."""
    return wording.number(value)


@register.filter
def dollars(amount: Decimal) -> str:
    """`{{ bill.month|dollars }}` -> `$24.15`."""
    return wording.dollars(amount)


@register.filter
def share_of(part: float, whole: float) -> str:
    """`{{ answered|share_of:received }}` -> `91 %`."""
    return wording.share(part, whole)


@register.filter
def request_number(value: int) -> str:
    """`{{ service_request.number|request_number }}` -> `No. 1047`."""
    return wording.request_number(value)


@register.filter
def people(count: int) -> str:
    """`{{ 3|people }}` -> `3 people`."""
    return wording.people(count)


@register.filter
def matters(found: Iterable[str]) -> str:
    """Why it is nobody else's business."""
    return wording.private_matters(found)


@register.filter
def initials(name: str | None) -> str:
    """`{{ author.public_name|initials }}` -> `LM`."""
    return wording.initials(name or "")


@register.filter
def network_name(network: str) -> str:
    """`{{ post.network|network_name }}` -> `Mastodon`."""
    return str(Network(network).label) if network in Network.values else str(network)


@register.simple_tag
def ribbon_of(service_request: Waited, by: str = "") -> Ribbon:
    """`{% ribbon_of service_request by=name as ribbon %}`: what `components/ribbon.html` draws."""
    return ribbon(service_request, now=timezone.now(), by=by)


@register.filter
def due_percent(service_request: Waited) -> str:
    """The filled share of the due bar, as SVG wants it in any language."""
    return f"{due_share(service_request, now=timezone.now())}%"


@register.filter
def due_state(service_request: Waited) -> str:
    """`late`, `soon` or nothing: the class of the due bar and of the words beside it."""
    return due_tone(service_request, now=timezone.now())


@dataclass(frozen=True, slots=True)
class TownMap:
    """What `components/map.html` draws; `tiles` and `thanks` are the operator's tile server and whom it credits."""

    plan: Plan
    pins: Sequence[Pin]
    tiles: str
    thanks: str

    @property
    def tones(self) -> Sequence[str]:
        """Each drawn once, however many pins have it."""
        return sorted({pin.point.tone for pin in self.pins})


@register.simple_tag
def town_map(points: Iterable[MapPoint]) -> TownMap | None:
    """`{% town_map points as map %}`: None in a town without a plan."""
    town = plan()
    return TownMap(town, pins(points or ()), settings.TILE_URL, settings.TILE_ATTRIBUTION) if town else None
