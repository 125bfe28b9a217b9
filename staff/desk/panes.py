"""What the desk's panes show: queues with counts, a list, what arrived since it was drawn, what is wrong."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.models import Gap, Reply, ServiceRequest
from requests_app.roles import is_dispatcher, is_mayor, queues_of, worked_by
from staff.access import person
from staff.alarms import alarms
from staff.desk import bulk, lists, sidebar
from staff.desk.bulk import Cost
from staff.desk.filters import filters_of
from staff.desk.lists import DeskList
from staff.desk.pulse import fingerprint
from staff.desk.rows import rows_of
from staff.desk.start import start_of
from staff.health import health
from staff.rising import warnings

# Where a session keeps what the last act on many came to, until a page has told it.
KEPT_OUTCOME = "bulk"

# What an empty list is glad of, in its own words.
NOTHING = {
    "mine": gettext_lazy("Nothing is with you"),
    "unassigned": gettext_lazy("Everything has a name on it"),
    "overdue": gettext_lazy("Nothing is late"),
    "failed": gettext_lazy("Everything was sent"),
}

# How far back one looks for the last answer of a team whose list is empty.
LATEST = 50


def list_pane(request: HttpRequest, shown: DeskList, *, opened: ServiceRequest | None = None) -> dict[str, Any]:
    """Everything but the opened request itself, for `staff/desk/desk.html`."""
    user = person(request)
    # First: a change while the rest is read must show up as one.
    pulse = fingerprint()
    # What somebody searches is searched everywhere.
    if shown.code != "search":
        shown = shown.narrowed(filters_of(request.GET), user=user)
        shown = replace(shown, kept_as=sidebar.kept_as(user, shown))
    found = rows_of(request, shown, by=user, opened=opened)
    state = health()
    # A live part is asked for every time something changes: it has neither the bar nor the pane on the right.
    is_whole = not request.htmx  # type: ignore[attr-defined]
    return {
        "section": "desk",
        "sees_dashboard": is_mayor(user),
        "sees_dispatch": is_dispatcher(user),
        "pulse": pulse,
        "here": (reverse("desk_request", args=[opened.pk]) if opened else request.path) + carried(request),
        "query": carried(request),
        "list": shown,
        "found": found,
        "sidebar": sidebar.sidebar(user, current=shown),
        "channels": state.channels,
        "troubles": state.troubles,
        "alarms": alarms(user),
        "warnings": warnings(user),
        "gaps": list(Gap.objects.unseen().select_related("account").order_by("noticed_at")[:3]),
        "quiet": None
        if found.rows
        else _quiet(request, shown) | {"channels": state.reassurance, "is_heard": state.is_heard},
        "words": request.GET.get("q", ""),
        "bulk": bulk.offers(user) if found.rows and is_whole else [],
        "cost": _cost(request) if is_whole else None,
        "after_bulk": _after_bulk(request) if is_whole else None,
        "start": start_of(user, shown) if is_whole and not opened else None,
    }


def chosen_list(request: HttpRequest, *, beside: ServiceRequest) -> DeskList:
    """The list that was being read when `beside` was opened; else its team's."""
    user = person(request)
    asked = request.GET.get("in", "")
    if asked == "search":
        return lists.found(request.GET.get("q", "")[:200], user=user)
    return lists.chosen(asked, user=user) or lists.of_queue(beside.queue, user=user)


def carried(request: HttpRequest) -> str:
    """The query that a page's addresses go on carrying: which list, which place in it; not what the live parts ask."""
    query = request.GET.copy()
    for name in ("shown", "seen", "fresh", "template", "reply", "pick", "act"):
        query.pop(name, None)
    return f"?{query.urlencode()}" if query else ""


def way_back(request: HttpRequest) -> str:
    """The desk's page from which a form was sent."""
    back = request.POST.get("back", "")
    return back if back.startswith("/desk/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None) else "/desk/"


def _cost(request: HttpRequest) -> Cost | None:
    """Of an answer to many that is not sent yet, since the networks would bill it."""
    picked = [int(value) for value in request.GET.getlist("pick") if value.isdecimal() and len(value) < 10]
    return bulk.cost(request.GET["act"], picked, by=person(request)) if "act" in request.GET and picked else None


def _after_bulk(request: HttpRequest) -> dict[str, Any] | None:
    """What the last act on many came to: told once at least, and again while it can be taken back."""
    kept: dict[str, Any] | None = request.session.get(KEPT_OUTCOME)
    if kept and kept.get("is_told") and kept["until"] < timezone.now().isoformat():
        del request.session[KEPT_OUTCOME]
        return None
    if kept:
        request.session[KEPT_OUTCOME] = kept | {"is_told": True}
    return kept


def _quiet(request: HttpRequest, shown: DeskList) -> dict[str, Any]:
    """What an empty list says: who answered last, and what is due next."""
    user = person(request)
    latest = Reply.objects.published().exclude(by=None).order_by("-id").select_related("by", "service_request")[:LATEST]
    mine = {shown.queue.pk} if shown.queue else queues_of(user) or None
    last = next((reply for reply in latest if mine is None or reply.service_request.queue_id in mine), None)
    due = worked_by(user).open().oldest_due_first().first() if shown.by_due else None
    return {
        "title": NOTHING.get(shown.code) or _("Nothing waiting"),
        # A town's first day: not that all is done.
        "is_new": not ServiceRequest.objects.exists(),
        "last": last,
        "next": due,
        "next_url": reverse("desk_request", args=[due.pk]) if due else "",
    }
