""" "I know": a warning is silent at the desk until half as many people more have joined it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.utils import timezone

from requests_app.models import KnownCluster
from requests_app.rising.finding import LOOK_BACK, Cluster
from requests_app.rising.gathering import rising

GROWN = 1.5


@dataclass(frozen=True, slots=True)
class Warned:
    """A cluster, and who said last that they know."""

    cluster: Cluster
    known: KnownCluster | None

    @property
    def is_known(self) -> bool:
        return self.known is not None and self.cluster.people < GROWN * self.known.people


def warned() -> Sequence[Warned]:
    """What rises now, known or not, the largest first. One query, where there is anything."""
    found = rising()
    if not found:
        return ()
    numbers = {number for one in found for number in one.requests}
    said = list(KnownCluster.objects.of_requests(numbers, since=timezone.now() - 2 * LOOK_BACK))
    return [
        Warned(one, next((known for known in said if not set(known.requests).isdisjoint(one.requests)), None))
        for one in found
    ]


def know(cluster: Cluster, *, by: User) -> KnownCluster:
    """The first who says so counts, until it has grown."""
    before = next((one for one in warned() if one.cluster.requests == cluster.requests and one.is_known), None)
    if before and before.known:
        return before.known
    return KnownCluster.objects.create(
        requests=list(cluster.requests), people=cluster.people, known_at=timezone.now(), known_by=by
    )
