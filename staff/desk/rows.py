"""The rows of a list: what one glance tells of each, and which of them came or went since they were drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.db.models import F, Value
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from requests_app.models import Event, Photo, ServiceRequest
from requests_app.photos import ShownPhoto
from requests_app.roles import may_see
from staff import drafts, photos, presence
from staff.case.history import sentence
from staff.desk.lists import PAGE, DeskList
from staff.models import Presence
from staff.people import name_of


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list; `service_request` comes with its row's marks."""

    service_request: ServiceRequest
    url: str
    is_current: bool
    is_picked: bool
    has_draft: bool
    here: Sequence[Presence]
    thumbnail: ShownPhoto | None
    # Why it is in this list no more, where it stays in sight all the same.
    left: str = ""

    @property
    def looking(self) -> str:
        """Who else has it open, in words."""
        told = [
            (_("%(name)s is writing") if one.has_unsent_text else _("%(name)s is reading"))
            % {"name": name_of(one.user)}
            for one in self.here
        ]
        return " · ".join(told)


@dataclass(frozen=True, slots=True)
class Hidden:
    """Keeps the place of a row that the reader may not see any more, until the list is shown anew."""

    number: int


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a list as one page shows them."""

    rows: Sequence[Row | Hidden]
    arrived: int
    next_url: str


def rows_of(request: HttpRequest, shown: DeskList, *, by: User, opened: ServiceRequest | None) -> Rows:
    """One page; for a list that is open already, the rows on the screen as they stand, and how many came in."""
    after = request.GET.get("after", "")
    page = list(shown.rows(after=after))
    found, more = page[:PAGE], page[PAGE:]
    next_url = f"{shown.url}?{urlencode(_place(request, shown, found[-1]))}" if more else ""
    on_screen = _numbers(request.GET.getlist("shown"))
    if not (request.htmx and on_screen and "fresh" not in request.GET):  # type: ignore[attr-defined]
        return Rows(list(_drawn(request, shown, found, by=by, opened=opened).values()), 0, next_url)
    standing = _as_they_stand(on_screen, found, user=by)
    drawn = _drawn(request, shown, standing, by=by, opened=opened, left=_left(standing, found, shown=shown))
    return Rows([drawn.get(pk) or Hidden(pk) for pk in on_screen], _arrived(found, on_screen), next_url)


def _drawn(
    request: HttpRequest,
    shown: DeskList,
    found: Sequence[ServiceRequest],
    *,
    by: User,
    opened: ServiceRequest | None,
    left: Mapping[int, str] | None = None,
) -> dict[int, Row]:
    """By their numbers. Three queries for the marks of all rows."""
    numbers = [row.pk for row in found]
    picked = set(_numbers(request.GET.getlist("pick")))
    unsent, here, thumbnails = drafts.of(by, numbers), presence.looking(numbers, besides=by), _thumbnails(numbers)
    query = "?" + urlencode(_list_query(request, shown))
    return {
        row.pk: Row(
            row,
            reverse("desk_request", args=[row.pk]) + query,
            is_current=row == opened,
            is_picked=row.pk in picked,
            has_draft=row.pk in unsent,
            here=here.get(row.pk, ()),
            thumbnail=thumbnails.get(row.pk),
            left=(left or {}).get(row.pk, ""),
        )
        for row in found
    }


def _thumbnails(numbers: Sequence[int]) -> dict[int, ShownPhoto]:
    """The first picture of each that we have, by the request's number: its people's own, else a colleague's. One query."""
    held = Photo.objects.held()
    sent = held.of_posts(numbers).select_related(None).annotate(of=F("post__service_request"), rank=Value(1))
    sent = sent.order_by("of", "post__posted_at", "id").distinct("of")
    taken = held.taken_for(numbers).annotate(of=F("service_request"), rank=Value(0)).order_by("of", "taken_at", "id")
    found: list[Any] = list(sent.union(taken.distinct("of"), all=True))
    # What stands later in the order stands in place of the earlier.
    return {photo.of: photos.shown(photo) for photo in sorted(found, key=lambda one: one.rank)}


def _list_query(request: HttpRequest, shown: DeskList) -> dict[str, str]:
    """What a row's address carries, so that the same list stays beside the request."""
    words = {"q": request.GET.get("q", "")} if shown.code == "search" else {}
    return {"in": shown.key, **words, **(shown.filters.values if shown.filters else {})}


def _place(request: HttpRequest, shown: DeskList, last: ServiceRequest) -> dict[str, str]:
    words = {"q": request.GET["q"]} if "q" in request.GET else {}
    return {"after": shown.place_of(last), **words, **(shown.filters.values if shown.filters else {})}


def _as_they_stand(on_screen: Sequence[int], page: Sequence[ServiceRequest], *, user: User) -> list[ServiceRequest]:
    """The rows somebody is looking at, with what is true of them now: done, moved or joined to others as they may be."""
    known = {row.pk: row for row in page}
    missing = [pk for pk in on_screen if pk not in known]
    if missing:
        rows = ServiceRequest.objects.filter(pk__in=missing).with_row().with_marks()
        known |= {row.pk: row for row in rows if may_see(user, row)}
    return [known[pk] for pk in on_screen if pk in known]


def _left(standing: Sequence[ServiceRequest], page: Sequence[ServiceRequest], *, shown: DeskList) -> dict[int, str]:
    """What took these out of the list: the newest act of a person. Two queries, where any may have left."""
    missing = {row.pk for row in standing} - {row.pk for row in page}
    gone = missing - set(shown.requests.filter(pk__in=missing).values_list("pk", flat=True)) if missing else set()
    if not gone:
        return {}
    events = Event.objects.filter(service_request__in=gone).exclude(by=None).order_by("service_request", "-pk")
    newest = events.distinct("service_request").select_related(
        "by", "queue", "post__author", "post__written_by", "reply__account", "undoes__by"
    )
    acts = {event.service_request_id: sentence(event) for event in newest}
    return {pk: acts.get(pk) or _("It is in this list no more.") for pk in gone}


def _arrived(page: Sequence[ServiceRequest], on_screen: Sequence[int]) -> int:
    """Rows that came in before the last one on the screen; what follows it moved up because others left."""
    seen = set(on_screen)
    order = [row.pk for row in page]
    if len(on_screen) >= PAGE:
        last = max((place for place, pk in enumerate(order) if pk in seen), default=len(order))
        order = order[:last]
    return sum(pk not in seen for pk in order)


def _numbers(values: Sequence[str]) -> list[int]:
    return [int(value) for value in values if value.isdecimal() and len(value) < 19][: 2 * PAGE]
