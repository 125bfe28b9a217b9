"""Resembling: each new request is held against those it may be the same as, and what speaks for it is kept.

Rows are the queue here too: what was not compared yet says so itself, so that nothing is lost with a worker.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import OperationalError, connection, transaction
from django.utils import timezone

from requests_app import workflow
from requests_app.distances import METRES_A_DEGREE
from requests_app.models import Policy, Resemblance, ServiceRequest
from requests_app.models.service_request_queries import ServiceRequestQuerySet
from requests_app.models.status import OPEN
from requests_app.triage.alike import JOINS_FROM, SUGGESTED_FROM, Likeness, Told, likeness
from requests_app.triage.deciding import plain

log = logging.getLogger(__name__)

BATCH = 100
# What stands open may be told again weeks later; where neither service nor place is known, only what is in the air.
WITHIN, IN_THE_AIR = timedelta(days=30), timedelta(days=2)
# Of each service, part of town and moment: so many are looked at; and so many are kept of what was found.
LOOKED_AT, MOST = 40, 5
# Farther apart it is another one.
FAR_METRES = 500

# One statement for a whole batch. Each branch walks an index of its own and stops: see `open_by_service_posted`,
# `open_by_area_posted` and `request_posted`.
_BRANCH = """
(SELECT other.id FROM requests_app_servicerequest AS other
 WHERE {same} AND other.status = ANY(%(open)s) AND other.merged_into_id IS NULL
   AND other.posted_at BETWEEN one.posted_at - {within} AND one.posted_at + {within}
   AND other.id <> one.id AND other.is_private = one.is_private
   AND (one.latitude IS NULL OR other.latitude IS NULL
        OR abs(other.latitude - one.latitude) <= %(high)s
       AND abs(other.longitude - one.longitude) <= %(high)s / greatest(cos(radians(one.latitude)), 0.01))
 ORDER BY other.posted_at DESC LIMIT %(limit)s)
"""
_BRANCHES = (
    ("other.service_id = one.service_id", "%(within)s"),
    ("other.area = one.area AND other.area <> ''", "%(within)s"),
    ("(other.service_id IS NULL OR one.service_id IS NULL)", "%(in_the_air)s"),
)
_CANDIDATES = """
SELECT one.id, near.id FROM requests_app_servicerequest AS one CROSS JOIN LATERAL ({}) AS near
WHERE one.id = ANY(%(due)s)
""".format(" UNION ".join(_BRANCH.format(same=same, within=f"{within}::interval") for same, within in _BRANCHES))

Pairs = dict[tuple[int, int], Likeness]


def compare(*, limit: int = BATCH, joins_from: float | None = JOINS_FROM) -> int:
    """Holds up to `limit` new requests against the open ones, and returns how many that were.

    From `joins_from` on they become one without a person, where the town lets it; None: never.
    """
    due = list(_rows(ServiceRequest.objects.due_for_comparison())[:limit])
    if not due:
        return 0
    kept = _keep(due, _resembling(due))
    if joins_from is not None and Policy.objects.of_the_town().joins_alike:
        _join([one for one in kept if one.score >= joins_from])
    return len(due)


def _resembling(due: Sequence[ServiceRequest]) -> Pairs:
    """The best of each, by its two numbers, the newer first."""
    near = _candidates([one.pk for one in due])
    rows = {
        one.pk: one for one in _rows(ServiceRequest.objects.filter(pk__in={pk for pks in near.values() for pk in pks}))
    }
    standing = [one for one in {**rows, **{one.pk: one for one in due}}.values() if one.opening_post.deleted_at is None]
    told = {one.pk: _told(one) for one in standing}
    found: Pairs = {}
    for one in due:
        if one.pk in told:
            others = [told[pk] for pk in near.get(one.pk, ()) if pk in told]
            found |= dict(_best(told[one.pk], others))
    return found


def _best(one: Told, others: Iterable[Told]) -> Iterable[tuple[tuple[int, int], Likeness]]:
    scored = ((_likeness(one, other), other.number) for other in others)
    alike = [(like, number) for like, number in scored if like is not None and like.score >= SUGGESTED_FROM]
    for like, number in sorted(alike, key=lambda pair: (-pair[0].score, -pair[1]))[:MOST]:
        yield (max(one.number, number), min(one.number, number)), like


def _likeness(one: Told, other: Told) -> Likeness | None:
    """None where it cannot be said: one text that nobody can digest keeps no other from being compared."""
    later, earlier = (one, other) if one.number > other.number else (other, one)
    try:
        return likeness(later, earlier)
    except Exception as error:  # noqa: BLE001
        pair = {"request": later.number, "other": earlier.number, "error": type(error).__name__}
        log.error("two requests could not be compared", extra=pair, exc_info=error)
        return None


@transaction.atomic
def _keep(due: Sequence[ServiceRequest], found: Pairs) -> list[Resemblance]:
    """What another worker compared meanwhile it has written already. Locked in the order of their numbers, as everywhere."""
    numbers = {one.pk for one in due}
    involved = numbers | {number for pair in found for number in pair}
    locked = ServiceRequest.objects.filter(pk__in=involved).order_by("pk").select_for_update(of=("self",), no_key=True)
    free = {row.pk for row in locked if row.pk in numbers and row.compared_at is None}
    mine = {pair: like for pair, like in found.items() if not free.isdisjoint(pair)}
    # After an edit it may resemble others than before; what a person said about it stands.
    Resemblance.objects.undecided().around(free).order_by().delete()
    rows = [
        Resemblance(one_id=one, other_id=other, score=like.score, evidence=plain(*like.evidence))
        for (one, other), like in sorted(mine.items())
    ]
    Resemblance.objects.bulk_create(rows, ignore_conflicts=True)
    ServiceRequest.objects.filter(pk__in=free).update(compared_at=timezone.now())
    return list(Resemblance.objects.undecided().around(free).order_by("one", "-score"))


def _join(resemblances: Iterable[Resemblance]) -> None:
    for one in resemblances:
        try:
            workflow.make_one_unasked(one)
        except (workflow.Refusal, OperationalError):
            # Somebody was quicker, or wanted the same rows: it stays a suggestion.
            log.info("not joined by itself", extra={"request": one.one_id, "into": one.other_id}, exc_info=True)


def _candidates(due: Sequence[int]) -> Mapping[int, list[int]]:
    values: dict[str, Any] = {
        "due": list(due), "open": [str(status) for status in OPEN], "high": FAR_METRES / METRES_A_DEGREE,
        "limit": LOOKED_AT, "within": f"{WITHIN.days} days", "in_the_air": f"{IN_THE_AIR.days} days",
    }  # fmt: skip
    near = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, values)
        for one, other in cursor.fetchall():
            near[one].append(other)
    return near


def _rows(requests: ServiceRequestQuerySet) -> ServiceRequestQuerySet:
    return requests.select_related("opening_post", "service", "queue")


def _told(one: ServiceRequest) -> Told:
    post, service = one.opening_post, one.service
    return Told(
        number=one.pk,
        text=post.text,
        language=one.language,
        network=post.network,
        author=post.author_id,
        posted_at=one.posted_at,
        service=service.code if service else None,
        topic=(service.topic or None) if service else None,
        queue=one.queue.code,
        address=one.address,
        point=one.point,
    )
