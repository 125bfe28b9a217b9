"""Where a request can be passed on to: every team, and every service with its team."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _

from requests_app.models import Queue, Service


@dataclass(frozen=True, slots=True)
class Place:
    queue: Queue
    service: Service | None = None

    @property
    def value(self) -> str:
        """As a form sends it; a service's code may be a team's too."""
        return f"service {self.service.code}" if self.service else f"team {self.queue.code}"

    @property
    def words(self) -> str:
        return self.service.name if self.service else _("%(team)s, service not known") % {"team": self.queue.name}


def places() -> dict[str, Place]:
    """By the value a form sends; teams in the town's order, each followed by its services. Two queries."""
    services = list(Service.objects.offered().order_by("pk"))
    found = []
    for queue in Queue.objects.in_order():
        found.append(Place(queue))
        found += [Place(queue, service) for service in services if service.queue_id == queue.pk]
    return {place.value: place for place in found}


def choices(places: Mapping[str, Place]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The options of a select, one group a team."""
    groups = groupby(places.values(), key=lambda place: place.queue)
    return [(queue.name, [(place.value, place.words) for place in members]) for queue, members in groups]
