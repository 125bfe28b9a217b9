"""The early warning in words: what, where, how many people, since when, how unusual, and who knows already."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from requests_app import rising, wording
from requests_app.models import KnownCluster, ServiceRequest
from requests_app.plan import area_name
from requests_app.rising import Cluster, Scale, Warned
from requests_app.roles import is_mayor, queues_of
from staff.people import name_of

# The line of minutes: so many bars, in a drawing of so many units.
BARS, WIDE, HIGH = 12, 72, 16
DAYS_A_WEEK, DAYS_A_MONTH = 7, 30


@dataclass(frozen=True, slots=True)
class Warning:
    """`requests`: those of the cluster by their numbers, with team and service."""

    told: Warned
    requests: Mapping[int, ServiceRequest]
    now: datetime

    @property
    def cluster(self) -> Cluster:
        return self.told.cluster

    @property
    def teams(self) -> set[int]:
        """Whose they are (ids)."""
        return {row.queue_id for row in self.requests.values()}

    @property
    def number(self) -> int:
        """The oldest of its requests, by which its page is called."""
        return self.cluster.requests[0]

    @property
    def url(self) -> str:
        return reverse("desk_rising", args=[self.number])

    @property
    def is_known(self) -> bool:
        return self.told.is_known

    @property
    def what(self) -> str:
        """The service by its name; the shared word where they are of several."""
        if self.cluster.word:
            word = rising.as_written(self.cluster.word, [one.opening_post.text for one in self.requests.values()])
            return _("“%(word)s”") % {"word": word} if word else _("The same thing")
        named = Counter(one.service.name for one in self.requests.values() if one.service)
        return named.most_common(1)[0][0] if named else _("The same thing")

    @property
    def where(self) -> str:
        area = area_name(self.cluster.area) if self.cluster.area else ""
        if self.cluster.street:
            return _("around %(place)s") % {"place": self.cluster.street}
        if self.cluster.scale is Scale.NEAR and area:
            return _("at one corner of %(place)s") % {"place": area}
        return _("in %(place)s") % {"place": area} if area else _("all over town")

    @property
    def title(self) -> str:
        return _("%(what)s, %(where)s") % {"what": self.what, "where": self.where}

    @property
    def many(self) -> str:
        """`5 people in 40 min`."""
        if self.cluster.took.total_seconds() < 60:
            return _("%(people)s in one minute") % {"people": wording.people(self.cluster.people)}
        return _("%(people)s in %(wait)s") % {
            "people": wording.people(self.cluster.people),
            "wait": wording.coarse(self.cluster.took),
        }

    @property
    def usual(self) -> str:
        """What is usual there, in the largest measure that says something."""
        a_week = self.cluster.usual
        if a_week is None:
            return _("The town is too young to say what is usual.")
        if a_week >= DAYS_A_WEEK:
            a_day = round(a_week / DAYS_A_WEEK)
            return ngettext("Usually %(count)s a day.", "Usually %(count)s a day.", a_day) % {"count": a_day}
        if a_week >= 0.75:
            weekly = round(a_week)
            return ngettext("Usually %(count)s a week.", "Usually %(count)s a week.", weekly) % {"count": weekly}
        monthly = round(a_week / DAYS_A_WEEK * DAYS_A_MONTH)
        if monthly:
            return ngettext("Usually %(count)s a month.", "Usually %(count)s a month.", monthly) % {"count": monthly}
        return _("Usually hardly ever.")

    @property
    def known(self) -> str:
        """Who said that they know, and of how many people it was; "" for nobody."""
        said: KnownCluster | None = self.told.known
        if said is None:
            return ""
        return _("%(name)s knows since %(time)s, when it was %(people)s.") % {
            "name": name_of(said.known_by),
            "time": wording.clock(said.known_at, now=self.now),
            "people": wording.people(said.people),
        }

    @property
    def sentence(self) -> str:
        """All of it, for whoever hears it."""
        return f"{self.title}. {self.many}. {self.usual}"

    @property
    def bars(self) -> list[tuple[int, int, int]]:
        """How many wrote when, from the first until now: left edge, top and height of each bar."""
        span = max((self.now - self.cluster.since).total_seconds(), 1.0)
        told = Counter(
            min(int((at - self.cluster.since).total_seconds() / span * BARS), BARS - 1) for at in self.cluster.moments
        )
        most = max(told.values())
        heights = {at: max(3, HIGH * count // most) for at, count in told.items()}
        return [(at * WIDE // BARS, HIGH - height, height) for at, height in sorted(heights.items())]


def warnings(user: User) -> list[Warning]:
    """What rises and concerns this person: all of it for dispatcher and mayor, their teams' for the others.

    Two queries where there is anything, none else.
    """
    told, now = rising.warned(), timezone.now()
    if not told:
        return []
    numbers = {number for one in told for number in one.cluster.requests}
    rows = ServiceRequest.objects.filter(pk__in=numbers).select_related("service", "opening_post").in_bulk()
    found = [Warning(one, _of(one, rows), now) for one in told]
    mine = None if is_mayor(user) else queues_of(user)
    return [one for one in found if one.requests and (mine is None or one.teams & mine)]


def warning_of(number: int, found: Sequence[Warning]) -> Warning | None:
    """The one that this request is part of."""
    return next((one for one in found if number in one.requests), None)


def _of(told: Warned, rows: Mapping[int, ServiceRequest]) -> dict[int, ServiceRequest]:
    return {number: rows[number] for number in told.cluster.requests if number in rows}
