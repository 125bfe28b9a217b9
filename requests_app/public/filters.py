"""What a reader asked to see: one team, one state, some words. The timeline and its feed read the same address."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.masking import mask
from requests_app.models import OPEN, Queue, ServiceRequest, Status
from requests_app.models.service_request_queries import ServiceRequestQuerySet

STATES: dict[str, Sequence[str]] = {"open": OPEN, **{status.value: (status,) for status in Status}}
# The states that have a chip of their own; the others have only an address.
CHIPS: dict[str, Promise] = {
    "open": gettext_lazy("Open"),
    "resolved": gettext_lazy("Resolved"),
    "waiting": gettext_lazy("Waiting"),
    "declined": gettext_lazy("Declined"),
}
LONGEST_SEARCH = 100


@dataclass(frozen=True, slots=True)
class Chip:
    label: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Filters:
    """`unknown`: the address names a team or a state that does not exist, so nothing is found."""

    queues: Sequence[Queue]
    queue: Queue | None = None
    state: str = ""
    words: str = ""
    unknown: bool = False

    @classmethod
    def read(cls, query: QueryDict) -> Self:
        """One query: the town's teams."""
        queues = list(Queue.objects.in_order())
        code, state = query.get("queue", ""), query.get("state", "")
        queue = next((queue for queue in queues if queue.code == code), None)
        unknown = bool(code and queue is None) or bool(state and state not in STATES)
        # PostgreSQL takes no NUL, and nobody types one.
        words = " ".join(query.get("q", "").replace("\0", " ").split())[:LONGEST_SEARCH]
        return cls(queues, queue, state if state in STATES else "", words, unknown)

    @property
    def any(self) -> bool:
        return bool(self.queue or self.state or self.words or self.unknown)

    @property
    def title(self) -> str:
        """`Cleaning · Resolved · “bin”`, or nothing."""
        state = str(CHIPS.get(self.state) or (Status(self.state).label.capitalize() if self.state else ""))
        quoted = _("“%(words)s”") % {"words": self.words} if self.words else ""
        return " · ".join(part for part in (self.queue.name if self.queue else "", state, quoted) if part)

    @property
    def requests(self) -> ServiceRequestQuerySet:
        """What is public and asked for, newest told first."""
        # Whoever searches for a hidden number must not learn where it was hidden.
        if self.unknown or mask(self.words) != self.words:
            return ServiceRequest.objects.none()
        requests = ServiceRequest.objects.public()
        if self.queue:
            requests = requests.of_queues([self.queue.pk])
        if self.state:
            requests = requests.in_statuses(STATES[self.state])
        if self.words:
            requests = requests.matching(self.words)
        return requests.newest_told_first()

    def address(self, name: str = "timeline", **also: str) -> str:
        """The door `name` with these filters, and whatever `also` says."""
        asked = {"queue": self.queue.code if self.queue else "", "state": self.state, "q": self.words, **also}
        query = urlencode({key: value for key, value in asked.items() if value})
        return f"{reverse(name)}?{query}" if query else reverse(name)

    def chips(self) -> list[Chip]:
        """Everything, each team, each state; a team and a state can be chosen together."""
        everything = replace(self, queue=None, state="")
        return [
            Chip(_("Everything"), everything.address(), not (self.queue or self.state or self.unknown)),
            *(
                self._chip(queue.name, chosen=queue == self.queue, on={"queue": queue}, off={"queue": None})
                for queue in self.queues
            ),
            *(
                self._chip(str(label), chosen=state == self.state, on={"state": state}, off={"state": ""})
                for state, label in CHIPS.items()
            ),
        ]

    def _chip(self, label: str, *, chosen: bool, on: dict[str, object], off: dict[str, object]) -> Chip:
        """A chosen one leads back to where it is not."""
        turned = replace(self, **(off if chosen else on))  # type: ignore[arg-type]
        return Chip(label, turned.address(), chosen)
