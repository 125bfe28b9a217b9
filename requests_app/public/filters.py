"""What a reader asked to see: one team, one topic, one part of town, one state, some words.

The timeline, the map, the feeds and the embedded page read the same address.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self, TypeVar

from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.masking import mask
from requests_app.models import OPEN, Queue, Service, ServiceRequest, Status
from requests_app.models.service_request_queries import ServiceRequestQuerySet
from requests_app.plan import Area, areas
from requests_app.public.memory import remembered
from requests_app.public.searching import readable

Coded = TypeVar("Coded", Queue, Service, Area)

STATES: dict[str, Sequence[str]] = {"open": OPEN, **{status.value: (status,) for status in Status}}
# The states that have a chip of their own; the others have only an address.
CHIPS: dict[str, Promise] = {
    "open": gettext_lazy("Open"),
    "waiting": gettext_lazy("Waiting"),
    "resolved": gettext_lazy("Resolved"),
    "declined": gettext_lazy("Declined"),
}
LONGEST_SEARCH = 100
TOTALS_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Chip:
    label: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One list of the form: values with what people call them, the first for everything, and which is `chosen`."""

    field: str
    label: str
    options: Sequence[tuple[str, str]]
    chosen: str


@dataclass(frozen=True, slots=True)
class Totals:
    """How many stand where; those that wait for others are among the open ones."""

    open: int
    waiting: int
    resolved: int
    declined: int


@dataclass(frozen=True, slots=True)
class Filters:
    """`unknown`: the address names a team, topic, part of town or state that does not exist, so nothing is found."""

    queues: Sequence[Queue]
    services: Sequence[Service]
    queue: Queue | None = None
    service: Service | None = None
    area: Area | None = None
    state: str = ""
    words: str = ""
    unknown: bool = False

    @classmethod
    def read(cls, query: QueryDict) -> Self:
        """Two queries: the town's teams, and what it does for people."""
        queues = list(Queue.objects.in_order())
        services = sorted(Service.objects.in_public(), key=lambda service: service.name)
        queue = _of_code(query.get("queue"), queues)
        service = _of_code(query.get("service"), services)
        area = _of_code(query.get("area"), areas())
        state = query.get("state", "") if query.get("state") in STATES else ""
        found = {"queue": queue, "service": service, "area": area, "state": state}
        # PostgreSQL takes no NUL, and nobody types one.
        words = " ".join(query.get("q", "").replace("\0", " ").split())[:LONGEST_SEARCH]
        return cls(
            queues=queues,
            services=services,
            queue=queue,
            service=service,
            area=area,
            state=state,
            words=words,
            unknown=any(query.get(name) and not one for name, one in found.items()),
        )

    @property
    def any(self) -> bool:
        return bool(self.asked or self.unknown)

    @property
    def asked(self) -> dict[str, str]:
        """As it stands in an address, without what was not asked."""
        asked = {
            "queue": self.queue.code if self.queue else "",
            "service": self.service.code if self.service else "",
            "area": self.area.code if self.area else "",
            "state": self.state,
            "q": self.words,
        }
        return {name: value for name, value in asked.items() if value}

    @property
    def title(self) -> str:
        """`Cleaning · Bins · Río · Resolved · “smell”`, or nothing."""
        state = str(CHIPS.get(self.state) or (Status(self.state).label.capitalize() if self.state else ""))
        quoted = _("“%(words)s”") % {"words": self.words} if self.words else ""
        names = [one.name for one in (self.queue, self.service, self.area) if one]
        return " · ".join(part for part in (*names, state, quoted) if part)

    @property
    def chosen(self) -> int:
        """How many lists of the form say something else than everything."""
        return len(self.asked) - bool(self.words)

    @property
    def requests(self) -> ServiceRequestQuerySet:
        """What is public and asked for, newest told first."""
        return self.found.newest_told_first()

    @property
    def found(self) -> ServiceRequestQuerySet:
        """The same without an order."""
        if self.state:
            return self._anywhere.in_statuses(STATES[self.state])
        return self._anywhere

    def on_map(self, *, since: datetime, most: int) -> list[ServiceRequest]:
        """What is open or was resolved since then, or else all of the state that was asked for; the newest `most`."""
        if self.state and self.state != "open":
            return list(self.requests.with_post()[:most])
        rows = list(self._anywhere.open().newest_told_first().with_post()[:most])
        if not self.state:
            # Apart, since each has an index of its own and both together have none.
            rows += self._anywhere.done_since(since).newest_told_first().with_post()[:most]
        return sorted(rows, key=lambda row: (row.told_at, row.pk), reverse=True)[:most]

    def totals(self) -> Totals | None:
        """Of everything that fits, whatever its state; None for a search, where counting would take longer than finding."""
        if self.words or self.unknown:
            return None
        anywhere = replace(self, state="")
        counts = remembered(
            f"totals:{urlencode(anywhere.asked)}", anywhere.found.counted_by_status, seconds=TOTALS_SECONDS
        )
        return Totals(
            open=sum(counts.get(status, 0) for status in OPEN),
            waiting=counts.get(Status.WAITING, 0),
            resolved=counts.get(Status.RESOLVED, 0),
            declined=counts.get(Status.DECLINED, 0),
        )

    def address(self, name: str = "timeline", **also: str) -> str:
        """The door `name` with these filters, and whatever `also` says."""
        query = urlencode({name: value for name, value in {**self.asked, **also}.items() if value})
        return f"{reverse(name)}?{query}" if query else reverse(name)

    def chips(self, door: str = "timeline") -> list[Chip]:
        """Everything, then what is chosen, where a phone shows it; then each other state and team. All of them combine."""
        everything = replace(self, queue=None, service=None, area=None, state="", unknown=False)
        chips = [
            *(
                Chip(one.name, replace(self, **{name: None}).address(door), current=True)  # type: ignore[arg-type]
                for name, one in (("area", self.area), ("service", self.service))
                if one
            ),
            *(
                self._chip(str(label), door, chosen=state == self.state, on={"state": state}, off={"state": ""})
                for state, label in CHIPS.items()
            ),
            *(
                self._chip(queue.name, door, chosen=queue == self.queue, on={"queue": queue}, off={"queue": None})
                for queue in self.queues
            ),
        ]
        first = Chip(_("Everything"), everything.address(door), not (self.chosen or self.unknown))
        return [first, *sorted(chips, key=lambda chip: not chip.current)]

    def choices(self) -> list[Choice]:
        """The lists of the form; a town without a plan has no parts."""
        here = [(area.code, area.name) for area in areas()]
        topics = [(one.code, one.name) for one in self.services if one.is_active or one == self.service]
        lists = (
            ("area", _("Part of town"), _("The whole town"), here),
            ("service", _("Topic"), _("Every topic"), topics),
            ("queue", _("Team"), _("Every team"), [(queue.code, queue.name) for queue in self.queues]),
            ("state", _("State"), _("Every state"), [(state, str(label)) for state, label in CHIPS.items()]),
        )
        return [
            Choice(field, label, [("", str(every)), *named], self.asked.get(field, ""))
            for field, label, every, named in lists
            if named
        ]

    @property
    def _anywhere(self) -> ServiceRequestQuerySet:
        """Public and asked for, whatever its state."""
        # Whoever searches for a hidden number must not learn where it was hidden.
        if self.unknown or mask(self.words) != self.words:
            return ServiceRequest.objects.none()
        requests = ServiceRequest.objects.public()
        if self.queue:
            requests = requests.of_queues([self.queue.pk])
        if self.service:
            requests = requests.of_services([self.service.pk])
        if self.area:
            requests = requests.in_area(self.area.code)
        # Nobody finds an insult by its words, nor what is masked by a piece of it.
        return requests.matching(self.words, among=readable(self.words)) if self.words else requests

    def _chip(self, label: str, door: str, *, chosen: bool, on: dict[str, object], off: dict[str, object]) -> Chip:
        """A chosen one leads back to where it is not."""
        turned = replace(self, **(off if chosen else on))  # type: ignore[arg-type]
        return Chip(label, turned.address(door), chosen)


def _of_code(code: str | None, rows: Iterable[Coded]) -> Coded | None:
    return next((row for row in rows if row.code == code), None)
