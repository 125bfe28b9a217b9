"""The desk's lists: what each one holds, and in which order."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.models import Queue, ServiceRequest
from requests_app.models.service_request_queries import ServiceRequestQuerySet
from requests_app.roles import is_mayor, queues_of, seen_by, worked_by
from staff.desk.filters import Filters
from staff.models import Draft

WATCHES = {
    "mine": gettext_lazy("Mine"),
    "drafts": gettext_lazy("Drafts"),
    "team": gettext_lazy("My team's"),
    "unassigned": gettext_lazy("Unassigned"),
    "waiting": gettext_lazy("Waiting for others"),
    "overdue": gettext_lazy("Overdue"),
    "off-duty": gettext_lazy("Came off duty"),
    "failed": gettext_lazy("Failed to send"),
    "all": gettext_lazy("Everything"),
}
# Their rows need not be open: they are walked by the newest number.
BY_NUMBER = ("drafts", "failed", "all")
PAGE = 25


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
    # The name under which its reader keeps it.
    kept_as: str = ""

    @property
    def name(self) -> str:
        """As its reader calls it."""
        return self.kept_as or self.title

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
    requests = held_by(name, user=user, now=timezone.now())
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


def chosen(key: str, *, user: User, queues: Iterable[Queue] | None = None) -> DeskList | None:
    """The list of that `key`; None where there is none (any more). `queues`: the town's, where they are read already."""
    kind, _sep, code = key.partition(".")
    if kind == "watch" and code in WATCHES:
        return watched(code, user=user)
    known = Queue.objects.filter(code=code) if queues is None else queues
    queue = next((one for one in known if one.code == code), None) if kind == "queue" else None
    return of_queue(queue, user=user) if queue else None


def first_list(user: User) -> str:
    """What a person sees first: their team's work; the whole town's when they have none."""
    return "unassigned" if is_mayor(user) else "team"


def held_by(name: str, *, user: User, now: datetime) -> ServiceRequestQuerySet:
    """What a watch holds for the user."""
    holds: dict[str, Callable[[], ServiceRequestQuerySet]] = {
        "mine": lambda: ServiceRequest.objects.open().assigned_to(user),
        "team": lambda: ServiceRequest.objects.open().of_queues(queues_of(user)),
        "unassigned": lambda: worked_by(user).open().unassigned(),
        "waiting": lambda: worked_by(user).open().waiting(),
        "overdue": lambda: worked_by(user).open().overdue(now),
        "off-duty": lambda: worked_by(user).open().unanswered().posted_off_duty(),
        # A message may fail after its request was closed.
        "failed": lambda: worked_by(user).with_failed_sends(),
        "drafts": lambda: seen_by(user).filter(id__in=Draft.objects.filter(user=user).values("service_request")),
        "all": lambda: worked_by(user),
    }
    return holds[name]()


def _after_due(requests: ServiceRequestQuerySet, after: str) -> ServiceRequestQuerySet:
    moment, _sep, number = after.partition("_")
    try:
        due, last = datetime.fromtimestamp(float(moment), timezone.get_default_timezone()), int(number)
    except (ValueError, OverflowError, OSError):
        return requests
    # Said twice, so that the index is entered at that moment and not at its beginning.
    return requests.filter(Q(due_at__gt=due) | Q(id__gt=last), due_at__gte=due)
