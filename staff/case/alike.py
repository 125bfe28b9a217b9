"""What may be the same as an opened request: what triage kept of it, with its reasons, and what a person told apart."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User

from requests_app.models import Resemblance, Service, ServiceRequest
from requests_app.roles import seen_by
from staff.case.alike_words import alike_words

# Of each: more than one reads.
MOST = 5


@dataclass(frozen=True, slots=True)
class Suggested:
    """`other` (what stands open, also where only a part of it is alike) may be the same, and `why`, in words."""

    resemblance: Resemblance
    other: ServiceRequest
    why: str


@dataclass(frozen=True, slots=True)
class Alike:
    """The likeliest first; `apart`: a person said that they are not."""

    suggested: Sequence[Suggested]
    apart: Sequence[Suggested]


NOTHING_ALIKE = Alike((), ())


def read_alike(service_request: ServiceRequest, *, merged: Iterable[ServiceRequest], by: User) -> Alike:
    """Three queries at most; what the person may not see is not there."""
    here = {service_request.pk, *(one.pk for one in merged)}
    rows = Resemblance.objects.around(here).select_related("one__opening_post", "other__opening_post")
    pairs = [(row, there) for row in rows.order_by("-score", "-pk") if (there := _across(row, here=here)) is not None]
    if not pairs:
        return NOTHING_ALIKE
    visible = seen_by(by).open().filter(pk__in={there for _row, there in pairs}, is_private=service_request.is_private)
    others = {one.pk: one for one in visible.select_related("opening_post__author")}
    names = _names()
    found: dict[int, Suggested] = {}
    for row, there in pairs:
        if there in others and there not in found:
            found[there] = Suggested(row, others[there], _why(row, here=here, names=names))
    suggested = [one for one in found.values() if one.resemblance.dismissed_at is None]
    apart = [one for one in found.values() if one.resemblance.dismissed_at is not None]
    return Alike(suggested[:MOST], apart[:MOST])


def _across(row: Resemblance, *, here: set[int]) -> int | None:
    """The number under which people find the other side; None once both are one."""
    theirs = row.other if row.one_id in here else row.one
    there = theirs.merged_into_id or theirs.pk
    return None if there in here else there


def _why(row: Resemblance, *, here: set[int], names: Mapping[str, str]) -> str:
    is_earlier = row.one_id in here
    rude = row.one.opening_post.is_offensive or row.other.opening_post.is_offensive
    return alike_words(row.evidence, is_earlier=is_earlier, names=names, shows_words=not rude)


def _names() -> Mapping[str, str]:
    """How services are called, by their topics and by their codes."""
    offered = list(Service.objects.offered().order_by("-pk"))
    return {one.topic: one.name for one in offered if one.topic} | {one.code: one.name for one in offered}
