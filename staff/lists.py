"""The desk's lists: what each one holds, in which order, and how many wait in it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.contrib.auth.models import User
from django.db.models import IntegerField, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.models import Post, Queue, ServiceRequest
from requests_app.models.service_request_queries import ServiceRequestQuerySet
from requests_app.roles import is_dispatcher, is_mayor, queues_of, seen_by, worked_by
from staff.filters import Filters, filters_kept
from staff.models import Draft, SavedQueue

WATCHES = {
    "mine": gettext_lazy("Mine"),
    "drafts": gettext_lazy("Drafts"),
    "team": gettext_lazy("My team's"),
    "unassigned": gettext_lazy("Unassigned"),
    "waiting": gettext_lazy("Waiting for others"),
    "overdue": gettext_lazy("Overdue"),
    "failed": gettext_lazy("Failed to send"),
    "all": gettext_lazy("Everything"),
}
# Their rows need not be open: they are walked by the newest number.
BY_NUMBER = ("drafts", "failed", "all")
# A list of a thousand is read no faster for an exact count of it.
COUNT_UP_TO = 1000
PAGE = 50


class CountUpTo(Subquery):
    """How many rows a sliced query has."""

    template = "(SELECT count(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the left pane."""

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


@dataclass(frozen=True, slots=True)
class DeskList:
    """One list: `open` lists are walked by what is due, the others by the newest number."""

    code: str
    title: str
    url: str
    requests: ServiceRequestQuerySet
    by_due: bool = True
    queue: Queue | None = None
    filters: Filters | None = None

    @property
    def key(self) -> str:
        """As a request's page names the list beside it."""
        if self.queue:
            return f"queue.{self.code}"
        return f"watch.{self.code}" if self.code in WATCHES else self.code

    @property
    def query(self) -> str:
        """What narrows it, as its address carries it."""
        return self.filters.query if self.filters else ""

    @property
    def address(self) -> str:
        return f"{self.url}?{self.query}" if self.query else self.url

    def narrowed(self, filters: Filters, *, user: User) -> "DeskList":
        return replace(self, requests=filters.narrow(self.requests, user=user), filters=filters)

    def rows(self, *, after: str = "") -> ServiceRequestQuerySet:
        """A page and one row more, beginning after the place that `place_of` named."""
        requests = self.requests.with_row().with_marks()
        if self.by_due:
            return _after_due(requests, after).oldest_due_first()[: PAGE + 1]
        if after.isdecimal():
            requests = requests.filter(id__lt=int(after))
        return requests.order_by("-id")[: PAGE + 1]

    def place_of(self, row: ServiceRequest) -> str:
        """Where the next page begins, for its address."""
        if self.by_due and row.due_at:
            return f"{row.due_at.timestamp():.6f}_{row.pk}"
        return str(row.pk)


def watched(name: str, *, user: User) -> DeskList:
    """One of the lists in `WATCHES`, as far as it is the user's."""
    requests = _watched(name, user=user, now=timezone.now())
    url = reverse("desk_watch", args=[name])
    return DeskList(code=name, title=str(WATCHES[name]), url=url, requests=requests, by_due=name not in BY_NUMBER)


def of_queue(queue: Queue, *, user: User) -> DeskList:
    """A team's open requests; private ones only for those who may work them."""
    requests = seen_by(user).open().filter(queue=queue)
    return DeskList(
        code=queue.code, title=queue.name, url=reverse("desk_queue", args=[queue.code]), requests=requests, queue=queue
    )


def found(words: str, *, user: User) -> DeskList:
    """Every request, open or not, with all these words in one of its posts."""
    title = _("Found: %(words)s") % {"words": words}
    requests = seen_by(user).matching(words)
    return DeskList(code="search", title=title, url=reverse("desk_search"), requests=requests, by_due=False)


def chosen(key: str, *, user: User) -> DeskList | None:
    """The list of that `key`; None where there is none (any more)."""
    kind, _sep, code = key.partition(".")
    if kind == "watch" and code in WATCHES:
        return watched(code, user=user)
    queue = Queue.objects.filter(code=code).first() if kind == "queue" else None
    return of_queue(queue, user=user) if queue else None


def first_list(user: User) -> str:
    """What a person sees first: their team's work; the whole town's when they have none."""
    return "unassigned" if is_mayor(user) else "team"


def sidebar(user: User, *, current: DeskList | None) -> Sidebar:
    """The left pane with its counts: one query for them, each along one index and no further than COUNT_UP_TO."""
    now = timezone.now()
    in_queue = seen_by(user).open().filter(queue=OuterRef("pk"))
    saved = _saved(user)
    counts = {f"count_{name}": _count(_watched(name, user=user, now=now)) for name in WATCHES if name != "all"}
    counts |= {f"count_saved_{pk}": _count(shown.requests) for pk, (_name, shown) in saved.items()}
    counts["count_set_aside"] = CountUpTo(Post.objects.set_aside().order_by().values("pk")[:COUNT_UP_TO])
    queues: list[Any] = list(Queue.objects.in_order().annotate(count=_count(in_queue), **counts))
    place = (current.key, current.query) if current else None

    def counted(name: str) -> int:
        return getattr(queues[0], f"count_{name}", 0) if queues else 0

    def line(key: str, title: str, url: str, count: int, *, query: str = "") -> Entry:
        return Entry(key, title, url, count, place == (key, query))

    def entry(name: str) -> Entry:
        return line(f"watch.{name}", str(WATCHES[name]), reverse("desk_watch", args=[name]), counted(name))

    return Sidebar(
        me=[entry("mine"), entry("drafts"), *([entry("team")] if queues_of(user) else [])],
        teams=[
            line(f"queue.{queue.code}", queue.name, reverse("desk_queue", args=[queue.code]), queue.count)
            for queue in queues
        ],
        watch=[entry(name) for name in ("unassigned", "overdue", "waiting", "failed")],
        apart=[line("set-aside", _("Set aside"), reverse("desk_set_aside"), counted("set_aside"))]
        if is_dispatcher(user)
        else [],
        saved=[
            line(shown.key, name, shown.address, counted(f"saved_{pk}"), query=shown.query)
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
    found = {}
    for row in user.saved_queues.order_by("name"):
        data = dict(parse_qsl(row.query))
        shown = chosen(data.get("in", ""), user=user)
        if shown:
            found[row.pk] = (row.name, shown.narrowed(filters_kept(data), user=user))
    return found


def _watched(name: str, *, user: User, now: datetime) -> ServiceRequestQuerySet:
    holds: dict[str, Callable[[], ServiceRequestQuerySet]] = {
        "mine": lambda: ServiceRequest.objects.open().assigned_to(user),
        "team": lambda: ServiceRequest.objects.open().of_queues(queues_of(user)),
        "unassigned": lambda: worked_by(user).open().unassigned(),
        "waiting": lambda: worked_by(user).open().waiting(),
        "overdue": lambda: worked_by(user).open().overdue(now),
        # A message may fail after its request was closed.
        "failed": lambda: worked_by(user).with_failed_sends(),
        "drafts": lambda: seen_by(user).filter(id__in=Draft.objects.filter(user=user).values("service_request")),
        "all": lambda: worked_by(user),
    }
    return holds[name]()


def _count(requests: ServiceRequestQuerySet) -> CountUpTo:
    return CountUpTo(requests.order_by().values("pk")[:COUNT_UP_TO])


def _after_due(requests: ServiceRequestQuerySet, after: str) -> ServiceRequestQuerySet:
    moment, _sep, number = after.partition("_")
    try:
        due, last = datetime.fromtimestamp(float(moment), timezone.get_default_timezone()), int(number)
    except (ValueError, OverflowError, OSError):
        return requests
    # Said twice, so that the index is entered at that moment and not at its beginning.
    return requests.filter(Q(due_at__gt=due) | Q(id__gt=last), due_at__gte=due)
