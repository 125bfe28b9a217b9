"""The left pane: every list with how many wait in it, and the lists that somebody keeps under a name."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.contrib.auth.models import User
from django.db.models import IntegerField, OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app.models import Post, Queue
from requests_app.models.service_request_queries import ServiceRequestQuerySet
from requests_app.roles import is_dispatcher, queues_of, seen_by
from staff.desk.filters import filters_kept
from staff.desk.lists import WATCHES, DeskList, chosen, held_by
from staff.models import SavedQueue

# A list of a thousand is read no faster for an exact count of it.
COUNT_UP_TO = 1000


class CountUpTo(Subquery):
    """How many rows a sliced query has."""

    template = "(SELECT count(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the left pane; `id`: as its page calls it, also where two lines show the same list."""

    id: str
    key: str
    title: str
    url: str
    count: int
    current: bool

    @property
    def shown_count(self) -> str:
        """`7`, or `999+`."""
        return str(self.count) if self.count < COUNT_UP_TO else f"{COUNT_UP_TO - 1}+"

    @property
    def is_late(self) -> bool:
        """Said in wine: somebody should look."""
        return self.key in ("watch.overdue", "watch.failed", "set-aside") and self.count > 0


@dataclass(frozen=True, slots=True)
class Sidebar:
    """The left pane, by its headings."""

    me: list[Entry]
    teams: list[Entry]
    watch: list[Entry]
    # For dispatchers: posts that triage could not digest.
    apart: list[Entry]
    saved: list[Entry]


def sidebar(user: User, *, current: DeskList | None) -> Sidebar:
    """The left pane with its counts: one query for them, each along one index and no further than COUNT_UP_TO."""
    now = timezone.now()
    in_queue = seen_by(user).open().filter(queue=OuterRef("pk"))
    saved = _saved(user)
    counts = {f"count_{name}": _count(held_by(name, user=user, now=now)) for name in WATCHES if name != "all"}
    counts |= {f"count_saved_{pk}": _count(shown.requests) for pk, (_name, shown) in saved.items()}
    counts["count_set_aside"] = CountUpTo(Post.objects.set_aside().order_by().values("pk")[:COUNT_UP_TO])
    queues: list[Any] = list(Queue.objects.in_order().annotate(count=_count(in_queue), **counts))
    place = (current.key, current.query) if current else None

    def counted(name: str) -> int:
        return getattr(queues[0], f"count_{name}", 0) if queues else 0

    def line(key: str, title: str, url: str, count: int, *, query: str = "", kept: str = "") -> Entry:
        return Entry(kept or key, key, title, url, count, place == (key, query))

    def entry(name: str) -> Entry:
        return line(f"watch.{name}", str(WATCHES[name]), reverse("desk_watch", args=[name]), counted(name))

    return Sidebar(
        me=[entry("mine"), entry("drafts"), *([entry("team")] if queues_of(user) else [])],
        teams=[
            line(f"queue.{queue.code}", queue.name, reverse("desk_queue", args=[queue.code]), queue.count)
            for queue in queues
        ],
        watch=[entry(name) for name in ("unassigned", "overdue", "waiting", "off-duty", "failed")],
        apart=[line("set-aside", _("Set aside"), reverse("desk_set_aside"), counted("set_aside"))]
        if is_dispatcher(user)
        else [],
        saved=[
            line(shown.key, name, shown.address, counted(f"saved_{pk}"), query=shown.query, kept=f"kept.{pk}")
            for pk, (name, shown) in saved.items()
        ],
    )


def kept_as(user: User, shown: DeskList) -> str:
    """The name under which the user keeps this very list; "" for none. One query, where it is filtered."""
    if not shown.query:
        return ""
    rows = SavedQueue.objects.filter(user=user, query=urlencode({"in": shown.key, **shown.filters.values}))  # type: ignore[union-attr]
    return rows.values_list("name", flat=True).first() or ""


def _saved(user: User) -> dict[int, tuple[str, DeskList]]:
    """The lists somebody saved under a name, by their row; what is gone from the town is left out."""
    # Asked once, by the first list that needs it.
    found, queues = {}, Queue.objects.all()
    for row in user.saved_queues.order_by("name"):
        data = dict(parse_qsl(row.query))
        shown = chosen(data.get("in", ""), user=user, queues=queues)
        if shown:
            found[row.pk] = (row.name, shown.narrowed(filters_kept(data), user=user))
    return found


def _count(requests: ServiceRequestQuerySet) -> CountUpTo:
    return CountUpTo(requests.order_by().values("pk")[:COUNT_UP_TO])
