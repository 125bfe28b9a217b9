"""What the desk's panes show: queues with counts, a list, what arrived since it was drawn, what is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.urls import reverse

from requests_app.models import Gap, Queue, Reply, ServiceRequest
from requests_app.roles import is_dispatcher, is_mayor, queues_of, seen_by, worked_by
from staff import lists
from staff.access import person
from staff.health import health
from staff.lists import PAGE, DeskList
from staff.pulse import fingerprint

# How far back one looks for the last answer of a team whose list is empty.
LATEST = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list; `service_request` comes with its row's marks."""

    service_request: ServiceRequest
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a list as one page shows them."""

    rows: Sequence[Row]
    arrived: int
    next_url: str


def list_pane(request: HttpRequest, shown: DeskList, *, opened: ServiceRequest | None = None) -> dict[str, Any]:
    """Everything but the opened request itself, for `staff/desk/desk.html`."""
    user = person(request)
    # First: a change while the rest is read must show up as one.
    pulse = fingerprint()
    found = _rows(request, shown, opened=opened)
    state = health()
    return {
        "section": "desk",
        "sees_dashboard": is_mayor(user),
        "sees_dispatch": is_dispatcher(user),
        "pulse": pulse,
        "here": (reverse("desk_request", args=[opened.pk]) if opened else request.path) + carried(request),
        "query": carried(request),
        "list": shown,
        "found": found,
        "sidebar": lists.sidebar(user, current=shown),
        "channels": state.channels,
        "troubles": state.troubles,
        "gaps": list(Gap.objects.unseen().select_related("account").order_by("noticed_at")[:3]),
        "quiet": None
        if found.rows
        else _quiet(request, shown) | {"channels": state.reassurance, "is_heard": state.is_heard},
        "words": request.GET.get("q", ""),
    }


def chosen_list(request: HttpRequest, *, beside: ServiceRequest) -> DeskList:
    """The list that was being read when `beside` was opened; else its team's."""
    user = person(request)
    kind, _sep, code = request.GET.get("in", "").partition(".")
    if kind == "watch" and code in lists.WATCHES:
        return lists.watched(code, user=user)
    if kind == "search":
        return lists.found(request.GET.get("q", "")[:200], user=user)
    if kind == "queue" and code != beside.queue.code:
        queue = Queue.objects.filter(code=code).first()
        return lists.of_queue(queue or beside.queue, user=user)
    return lists.of_queue(beside.queue, user=user)


def carried(request: HttpRequest) -> str:
    """The query that a page's addresses go on carrying: which list, which place in it; not what the live parts ask."""
    query = request.GET.copy()
    for name in ("shown", "seen", "fresh", "template", "reply"):
        query.pop(name, None)
    return f"?{query.urlencode()}" if query else ""


def _rows(request: HttpRequest, shown: DeskList, *, opened: ServiceRequest | None) -> Rows:
    after = request.GET.get("after", "")
    page = list(shown.rows(after=after))
    rows, more = page[:PAGE], page[PAGE:]
    next_url = ""
    if more:
        place = {"after": shown.place_of(rows[-1])} | ({"q": request.GET["q"]} if "q" in request.GET else {})
        next_url = f"{shown.url}?{urlencode(place)}"
    on_screen = _numbers(request.GET.getlist("shown"))
    arrived = 0
    if request.htmx and on_screen and "fresh" not in request.GET:  # type: ignore[attr-defined]
        arrived = _arrived(rows, on_screen)
        rows = _as_they_stand(on_screen, rows, user=person(request))
    query = _row_query(request, shown)
    drawn = [Row(row, reverse("desk_request", args=[row.pk]) + query, row == opened) for row in rows]
    return Rows(drawn, arrived, next_url)


def _row_query(request: HttpRequest, shown: DeskList) -> str:
    """What a row's address carries, so that the same list stays beside the request."""
    words = {"q": request.GET.get("q", "")} if shown.code == "search" else {}
    return "?" + urlencode({"in": shown.key, **words})


def _as_they_stand(on_screen: Sequence[int], page: Sequence[ServiceRequest], *, user: User) -> list[ServiceRequest]:
    """The rows somebody is looking at, in the places where they are, with what is true of them now."""
    known = {row.pk: row for row in page}
    missing = [pk for pk in on_screen if pk not in known]
    if missing:
        known |= {row.pk: row for row in seen_by(user).filter(pk__in=missing).with_row().with_marks()}
    return [known[pk] for pk in on_screen if pk in known]


def _arrived(page: Sequence[ServiceRequest], on_screen: Sequence[int]) -> int:
    """Rows that came in before the last one on the screen; what follows it moved up because others left."""
    seen = set(on_screen)
    order = [row.pk for row in page]
    if len(on_screen) >= PAGE:
        last = max((place for place, pk in enumerate(order) if pk in seen), default=len(order))
        order = order[:last]
    return sum(pk not in seen for pk in order)


def _quiet(request: HttpRequest, shown: DeskList) -> dict[str, Any]:
    """What an empty list says: who answered last, and what is due next."""
    user = person(request)
    latest = Reply.objects.published().exclude(by=None).order_by("-id").select_related("by", "service_request")[:LATEST]
    mine = {shown.queue.pk} if shown.queue else queues_of(user) or None
    last = next((reply for reply in latest if mine is None or reply.service_request.queue_id in mine), None)
    due = worked_by(user).open().oldest_due_first().first() if shown.by_due else None
    return {"last": last, "next": due, "next_url": reverse("desk_request", args=[due.pk]) if due else ""}


def _numbers(values: Sequence[str]) -> list[int]:
    return [int(value) for value in values if value.isdecimal() and len(value) < 19][: 2 * PAGE]
