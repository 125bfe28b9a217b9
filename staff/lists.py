"""The desk's lists: what each one holds, in which order, and how many wait in it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db.models import IntegerField, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.models import Post, Queue, ServiceRequest
from requests_app.models.service_request_queries import ServiceRequestQuerySet
from requests_app.roles import is_dispatcher, is_mayor, queues_of, seen_by, worked_by

WATCHES = {
    "mine": gettext_lazy("Mine"),
    "team": gettext_lazy("My team's"),
    "unassigned": gettext_lazy("Unassigned"),
    "waiting": gettext_lazy("Waiting for others"),
    "overdue": gettext_lazy("Overdue"),
    "failed": gettext_lazy("Failed to send"),
}
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


@dataclass(frozen=True, slots=True)
class DeskList:
    """One list: `open` lists are walked by what is due, the others by the newest number."""

    code: str
    title: str
    url: str
    requests: ServiceRequestQuerySet
    by_due: bool = True
    queue: Queue | None = None

    @property
    def key(self) -> str:
        """As a request's page names the list beside it."""
        if self.queue:
            return f"queue.{self.code}"
        return f"watch.{self.code}" if self.code in WATCHES else self.code

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
    return DeskList(code=name, title=str(WATCHES[name]), url=url, requests=requests, by_due=name != "failed")


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


def first_list(user: User) -> str:
    """What a person sees first: their team's work; the whole town's when they have none."""
    return "unassigned" if is_mayor(user) else "team"


def sidebar(user: User, *, current: DeskList | None) -> Sidebar:
    """The left pane with its counts: one query, each count along one index and no further than COUNT_UP_TO."""
    now = timezone.now()
    in_queue = seen_by(user).open().filter(queue=OuterRef("pk"))
    counts = {f"count_{name}": _count(_watched(name, user=user, now=now)) for name in WATCHES}
    counts["count_set_aside"] = CountUpTo(Post.objects.set_aside().order_by().values("pk")[:COUNT_UP_TO])
    queues: list[Any] = list(Queue.objects.in_order().annotate(count=_count(in_queue), **counts))
    set_aside = queues[0].count_set_aside if queues else 0
    watch = {name: getattr(queues[0], f"count_{name}") if queues else 0 for name in WATCHES}

    def line(key: str, title: str, url: str, count: int) -> Entry:
        return Entry(key, title, url, count, current is not None and current.key == key)

    def entry(name: str) -> Entry:
        return line(f"watch.{name}", str(WATCHES[name]), reverse("desk_watch", args=[name]), watch[name])

    return Sidebar(
        me=[entry("mine"), *([entry("team")] if queues_of(user) else [])],
        teams=[
            line(f"queue.{queue.code}", queue.name, reverse("desk_queue", args=[queue.code]), queue.count)
            for queue in queues
        ],
        watch=[entry(name) for name in ("unassigned", "overdue", "waiting", "failed")],
        apart=[line("set-aside", _("Set aside"), reverse("desk_set_aside"), set_aside)] if is_dispatcher(user) else [],
    )


def _watched(name: str, *, user: User, now: datetime) -> ServiceRequestQuerySet:
    holds: dict[str, Callable[[], ServiceRequestQuerySet]] = {
        "mine": lambda: ServiceRequest.objects.open().assigned_to(user),
        "team": lambda: ServiceRequest.objects.open().of_queues(queues_of(user)),
        "unassigned": lambda: worked_by(user).open().unassigned(),
        "waiting": lambda: worked_by(user).open().waiting(),
        "overdue": lambda: worked_by(user).open().overdue(now),
        # A message may fail after its request was closed.
        "failed": lambda: worked_by(user).with_failed_sends(),
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
