"""The list behind each number of the dashboard: the same requests that were counted."""

from dataclasses import dataclass
from datetime import UTC, datetime, time

from django.db.models import Q
from django.http import QueryDict
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app import response_times
from requests_app.models import Queue, Service, ServiceRequest
from requests_app.models.service_request_queries import ServiceRequestQuerySet
from requests_app.plan import area_name, areas
from requests_app.response_times import BUCKETS, Period
from staff.window.asked import Asked, asked
from staff.window.board import BUCKET_WORDS, point_name

PAGE = 50
STATE_WORDS = {
    "received": gettext_lazy("Received"),
    "answered": gettext_lazy("Answered"),
    "resolved": gettext_lazy("Resolved"),
    "open": gettext_lazy("Open now"),
    "overdue": gettext_lazy("Late now"),
    "unowned": gettext_lazy("Nobody has taken it"),
    "waiting": gettext_lazy("Waiting for others"),
    "tomorrow": gettext_lazy("Promised for tomorrow"),
    "kept": gettext_lazy("Promise kept"),
    "broken": gettext_lazy("Promise not kept"),
}
# Told of this moment, whatever the period: these lists begin with the one that waits longest.
OF_NOW = ("open", "overdue", "unowned", "waiting", "tomorrow")


@dataclass(frozen=True, slots=True)
class Listed:
    """`title` names everything that narrows the list; `query` says the same in an address, without the page."""

    asked: Asked
    state: str
    title: str
    requests: ServiceRequestQuerySet
    query: QueryDict
    notices: tuple[str, ...]

    @property
    def is_of_now(self) -> bool:
        return self.state in OF_NOW

    def rows(self, *, after: str, now: datetime) -> ServiceRequestQuerySet:
        """A page and one row more, from the place that `place_of` named."""
        requests = _after(self.requests, after, forward=self.is_of_now)
        if self.is_of_now:
            return requests.longest_waiting_first(now)[: PAGE + 1]
        return requests.newest_posted_first()[: PAGE + 1]


def place_of(row: ServiceRequest) -> str:
    """Where the next page begins."""
    return f"{row.posted_at.timestamp():.6f}_{row.pk}"


def listed(values: QueryDict, *, now: datetime) -> Listed:
    """From `?state=answered&queue=sweeper&within=1h&at=2026-11-21T14:00:00%2B01:00` and what `asked` reads.

    `until=14:20` takes only the first part of a single day, `spot` a hundred metres of the town.
    """
    question = asked(values, now=now)
    notices = list(question.notices)
    query = question.query.copy()

    def known(name: str, among: object, sorry: str) -> str:
        value = values.get(name, "")
        if value and value not in among:  # type: ignore[operator]
            notices.append(sorry)
            return ""
        if value:
            query[name] = value
        return value

    state = known("state", STATE_WORDS, _("We do not know that list, so this is everything received.")) or "received"
    within = known("within", BUCKETS, _("We do not know that wait, so this is every wait."))
    at, until = values.get("at", ""), values.get("until", "")
    point, morning = _point(question.period, at, now=now), _morning(question.period, until)
    queue = Queue.objects.filter(code=values.get("queue", "")).first()
    known("queue", [queue.code] if queue else [], _("There is no such team, so this is every team."))
    if point:
        query["at"] = at
    elif morning:
        query["until"] = until
    service = Service.objects.filter(code=values["service"]).first() if values.get("service") else None
    known("service", [service.code] if service else [], _("There is no such service, so this is every service."))
    area = known("area", {one.code for one in areas()}, _("There is no such part of town, so this is all of it."))
    requests = _counted(state, period=point or morning or question.period, now=now)
    if queue:
        requests = requests.filter(queue=queue)
    if service:
        requests = requests.of_services([service.pk])
    if area:
        requests = requests.in_area(area)
    cell = values.get("spot", "")
    spot = response_times.in_cell(requests, cell)
    if spot is not None:
        requests, query["spot"] = spot, cell
    if within:
        requests = response_times.in_bucket(requests, within, clock=question.clock)
    words = [
        str(STATE_WORDS[state]),
        queue.name if queue else "",
        service.name if service else "",
        area_name(area) if area else "",
        response_times.spot_name(question.period, cell) or _("A spot without a name") if spot is not None else "",
        str(BUCKET_WORDS[within]) if within else "",
        "" if state in OF_NOW else _when(question, point, morning, now=now),
    ]
    return Listed(question, state, " · ".join(filter(None, words)), requests, query, tuple(notices))


def _counted(state: str, *, period: Period, now: datetime) -> ServiceRequestQuerySet:
    """See also: `response_times.figures`, which counts the same."""
    standing = ServiceRequest.objects.open()
    match state:
        case "open":
            return standing
        case "overdue":
            return standing.overdue(now)
        case "unowned":
            return standing.unassigned()
        case "waiting":
            return standing.waiting()
        case "tomorrow":
            return response_times.due_tomorrow(now=now)
        case "kept" | "broken":
            return response_times.promised(period, now=now, kept=state == "kept")
    posted = response_times.cohort(period)
    return {"answered": posted.answered, "resolved": posted.resolved}.get(state, posted.all)()


def _point(period: Period, at: str, *, now: datetime) -> Period | None:
    """The step of the trend that begins then."""
    try:
        start = datetime.fromisoformat(at)
    except ValueError:
        return None
    if timezone.is_naive(start):
        return None
    return next((Period(period.name, *step) for step in period.stretches(now) if step[0] == start), None)


def _morning(period: Period, until: str) -> Period | None:
    """A single day up to that minute of its clock."""
    try:
        clock = time.fromisoformat(until)
    except ValueError:
        return None
    return None if clock.tzinfo or period.first_day != period.last_day else Period.by(period.first_day, clock)


def _when(question: Asked, point: Period | None, morning: Period | None, *, now: datetime) -> str:
    if point:
        name = point_name(point.start, step=question.period.step, now=now)
        return name if question.period.step != "week" else _("week of %(day)s") % {"day": name}
    if morning:
        ends = formats.time_format(timezone.localtime(morning.last_moment), "H:i")
        return _("%(day)s until %(time)s") % {"day": question.words, "time": ends}
    return question.words


def _after(requests: ServiceRequestQuerySet, place: str, *, forward: bool) -> ServiceRequestQuerySet:
    moment, _sep, number = place.partition("_")
    try:
        at, last = datetime.fromtimestamp(float(moment), UTC), int(number)
    except (ValueError, OverflowError, OSError):
        return requests
    # Said twice, so that the index is entered at that moment and not at its beginning.
    if forward:
        return requests.filter(Q(posted_at__gt=at) | Q(id__gt=last), posted_at__gte=at)
    return requests.filter(Q(posted_at__lt=at) | Q(id__lt=last), posted_at__lte=at)
