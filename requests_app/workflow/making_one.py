"""Two requests that are the same become one: because a person says so, or unasked where the town lets Plaza do it."""

import logging

from django.contrib.auth.models import User
from django.db import transaction

from requests_app.models import Resemblance, ServiceRequest, Status
from requests_app.workflow.merging import join

log = logging.getLogger(__name__)


@transaction.atomic
def make_one(resemblance: Resemblance, *, by: User) -> ServiceRequest:
    """The one that stays is returned: the one that somebody took on, else the earlier. A second click changes nothing."""
    one, other = _standing(resemblance)
    if one.pk == other.pk:
        return one
    source, target = which_joins(one, other)
    return join([source], into=target, by=by)


@transaction.atomic
def make_one_unasked(resemblance: Resemblance) -> bool:
    """The later one becomes part of the earlier, with the reason in both histories; False where a person must decide."""
    both = ServiceRequest.objects.filter(pk__in=[resemblance.one_id, resemblance.other_id]).order_by("pk")
    other, one = both.select_related("opening_post").select_for_update(of=("self",))
    if resemblance.dismissed_at is not None or not may_make_one(one, into=other):
        return False
    why = {"alike": resemblance.evidence, "score": round(resemblance.score, 3), "resemblance": resemblance.pk}
    join([one], into=other, by=None, why=why)
    log.info("joined by itself", extra={"request": one.pk, "into": other.pk, "score": why["score"]})
    return True


def may_make_one(one: ServiceRequest, *, into: ServiceRequest) -> bool:
    """Whether no person is needed: nobody has touched the one, everybody may read both, and both posts stand."""
    untouched = one.status == Status.NEW and one.assignee_id is None and one.answered_at is None
    standing = one.merged_into_id is None and into.merged_into_id is None and into.is_open
    posts = (one.opening_post, into.opening_post)
    public = not (one.is_private or into.is_private or any(post.is_confidential for post in posts))
    return (
        untouched and standing and public and all(post.deleted_at is None and not post.is_offensive for post in posts)
    )


def which_joins(one: ServiceRequest, other: ServiceRequest) -> tuple[ServiceRequest, ServiceRequest]:
    """What becomes part, and what stays: the work that somebody began, else what was told first."""
    later, earlier = (one, other) if one.pk > other.pk else (other, one)
    begun = later.assignee_id is not None or later.status != Status.NEW
    waiting = earlier.assignee_id is None and earlier.status == Status.NEW
    return (earlier, later) if begun and waiting else (later, earlier)


def _standing(resemblance: Resemblance) -> tuple[ServiceRequest, ServiceRequest]:
    """Either, or what it became part of since."""
    rows = ServiceRequest.objects.select_related("merged_into").in_bulk([resemblance.one_id, resemblance.other_id])
    one, other = (rows[resemblance.one_id], rows[resemblance.other_id])
    return one.merged_into or one, other.merged_into or other
