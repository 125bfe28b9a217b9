"""Today's work of one person: what is theirs or nobody's yet in their teams, by what is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app import wording
from requests_app.models import Photo, ServiceRequest
from requests_app.photos import ShownPhoto
from requests_app.plan import MapPoint
from requests_app.roles import queues_of
from staff.photos import shown

# Nobody walks farther in a day, and a phone keeps all of them.
MOST = 40


@dataclass(frozen=True, slots=True)
class Stop:
    """One request of the day."""

    service_request: ServiceRequest
    photo: ShownPhoto | None
    is_for_today: bool

    @property
    def number(self) -> int:
        return self.service_request.pk

    @property
    def url(self) -> str:
        return reverse("street_request", args=[self.number])

    @property
    def title(self) -> str:
        return title_of(self.service_request)

    @property
    def stamp(self) -> str:
        """Changes with the page behind it: what a phone keeps is read anew only then."""
        return f"{self.service_request.version}.{self.service_request.changed_at.timestamp():.0f}"


@dataclass(frozen=True)
class Day:
    """`has_more`: there is more than a phone should carry."""

    stops: Sequence[Stop]
    has_more: bool

    @property
    def today(self) -> list[Stop]:
        return [stop for stop in self.stops if stop.is_for_today]

    @property
    def later(self) -> list[Stop]:
        return [stop for stop in self.stops if not stop.is_for_today]

    @property
    def has_teams(self) -> bool:
        """Whether it is worth saying whose work each is."""
        return len({stop.service_request.queue_id for stop in self.stops}) > 1

    @property
    def points(self) -> list[MapPoint]:
        return [point for stop in self.stops if (point := point_of(stop.service_request))]

    @property
    def nowhere(self) -> int:
        """How many are not on the map, since nobody knows their place."""
        return len(self.stops) - len(self.points)

    def after(self, number: int) -> Stop | None:
        """Where to go from there: the one behind it, else the first that is another."""
        numbers = [stop.number for stop in self.stops]
        place = numbers.index(number) + 1 if number in numbers else 0
        rest = [*self.stops[place:], *self.stops[:place]]
        return next((stop for stop in rest if stop.number != number), None)


def day_of(user: User, *, now: datetime) -> Day:
    """Urgent ones first, then by what is due. Two queries."""
    mine = ServiceRequest.objects.open().carried_by(user, queues=queues_of(user))
    rows = list(mine.with_row().oldest_due_first()[: MOST + 1])
    carried = sorted(rows[:MOST], key=lambda row: not row.is_urgent)
    photos = {photo.post_id: photo for photo in Photo.objects.first_of_posts(row.opening_post_id for row in carried)}
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(now), time.max))
    stops = [
        Stop(
            row,
            photo=shown(photos[row.opening_post_id]) if row.opening_post_id in photos else None,
            is_for_today=row.is_urgent or (row.due_at is not None and row.due_at <= midnight),
        )
        for row in carried
    ]
    return Day(stops=[*filter(_today, stops), *(stop for stop in stops if not _today(stop))], has_more=len(rows) > MOST)


def title_of(service_request: ServiceRequest) -> str:
    """The first line, without the accounts that it was called out to."""
    if service_request.opening_post.deleted_at:
        return _("Its author deleted this post.")
    return service_request.said


def point_of(service_request: ServiceRequest) -> MapPoint | None:
    """Its pin."""
    if service_request.point is None:
        return None
    return MapPoint(
        *service_request.point,
        title=f"{wording.request_number(service_request.pk)}: {title_of(service_request)}",
        url=reverse("street_request", args=[service_request.pk]),
        tone=service_request.status,
        note=service_request.address,
    )


def _today(stop: Stop) -> bool:
    return stop.is_for_today
