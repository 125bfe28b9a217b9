"""What stands beside an opened request: who asks, what may be the same, what is near, what they asked before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app import distances
from requests_app.models import Author, Photo, Post, ServiceRequest
from requests_app.models.author import NOBODY
from requests_app.photos import ShownPhoto
from requests_app.plan import MapPoint
from requests_app.roles import seen_by
from requests_app.wording import request_number
from staff.case.alike import NOTHING_ALIKE, Suggested, read_alike
from staff.photos import shown

# What one can walk to from there; what was closed within a month may not have lasted.
NEAR_METRES, NEAR, LATELY, LOOKED_AT = 300, 5, timedelta(days=30), 40
BEFORE = 5


@dataclass(frozen=True, slots=True)
class Other:
    """Another request, `metres` away where both places are known; `alike`: why it may be the same."""

    service_request: ServiceRequest
    metres: int | None = None
    photo: ShownPhoto | None = None
    alike: Suggested | None = None

    @property
    def url(self) -> str:
        return reverse("desk_request", args=[self.service_request.pk])


@dataclass(frozen=True, slots=True)
class Beside:
    """`alike`: maybe the same, `apart`: said not to be; `near`: of the same service; `before`: by whoever opened it."""

    authors: Sequence[Author]
    alike: Sequence[Other]
    apart: Sequence[Suggested]
    near: Sequence[Other]
    before: Sequence[ServiceRequest]
    points: Sequence[MapPoint]


def beside(
    service_request: ServiceRequest,
    posts: Iterable[Post],
    *,
    merged: Iterable[ServiceRequest],
    by: User,
    may_join: bool,
) -> Beside:
    """Everything, in a constant number of queries. `posts`: the thread's, with their authors."""
    found = read_alike(service_request, merged=merged, by=by) if may_join else NOTHING_ALIKE
    suggested = {one.other: one for one in found.suggested}
    near = [one for one in _near(service_request) if one not in suggested]
    photos = _photos([*suggested, *near])
    others = {
        one.pk: Other(one, metres(service_request, one), photos.get(one.opening_post_id), suggested.get(one))
        for one in [*suggested, *near]
    }
    return Beside(
        authors=_authors(posts),
        alike=[others[one.pk] for one in suggested],
        apart=found.apart,
        near=[others[one.pk] for one in near],
        before=_before(service_request, by=by),
        points=_points(service_request, others.values()),
    )


def metres(one: ServiceRequest, other: ServiceRequest) -> int | None:
    """Between the two, where both places are known."""
    return round(distances.metres(one.point, other.point)) if one.point and other.point else None


def _authors(posts: Iterable[Post]) -> list[Author]:
    """Everybody who wrote and did not take it back, in the order in which they came; never the town."""
    wrote = (post.author for post in posts if post.written_by_id is None and post.deleted_at is None)
    return list({author.pk: author for author in wrote}.values())


def _near(service_request: ServiceRequest) -> list[ServiceRequest]:
    """Of the same service, in public, open or closed lately. See also: the index `told_by_service`."""
    if service_request.point is None or service_request.service_id is None:
        return []
    latitude, longitude = service_request.point
    high, wide = distances.degrees(NEAR_METRES, latitude=latitude)
    square = (
        ServiceRequest.objects.public()
        .of_services([service_request.service_id])
        .filter(
            told_at__gte=timezone.now() - LATELY,
            latitude__range=(latitude - high, latitude + high),
            longitude__range=(longitude - wide, longitude + wide),
        )
    )
    found = _rows(square.exclude(pk=service_request.pk).newest_told_first())[:LOOKED_AT]
    within = [(metres(service_request, one) or 0, one.pk, one) for one in found]
    return [one for distance, _pk, one in sorted(within, key=lambda way: way[:2]) if distance <= NEAR_METRES][:NEAR]


def _before(service_request: ServiceRequest, *, by: User) -> list[ServiceRequest]:
    """What whoever opened it asked besides; a tombstone is nobody's."""
    author = service_request.opening_post.author
    if author.external_id == NOBODY:
        return []
    theirs = seen_by(by).filter(opening_post__author=author).exclude(pk=service_request.pk)
    return list(_rows(theirs.order_by("-id"))[:BEFORE])


def _rows(requests: "QuerySet[ServiceRequest]") -> "QuerySet[ServiceRequest]":
    return requests.select_related("opening_post__author")


def _photos(requests: Sequence[ServiceRequest]) -> dict[int | None, ShownPhoto]:
    """The first of each opening post, by post; one query, also where there is nobody to ask about."""
    photos = Photo.objects.first_of_posts(one.opening_post_id for one in requests)
    return {photo.post_id: shown(photo) for photo in photos}


def _points(service_request: ServiceRequest, others: Iterable[Other]) -> list[MapPoint]:
    points = [_point(one.service_request, url=one.url) for one in others]
    here = _point(service_request, note=_("this one"))
    # The last one drawn lies on top.
    return [point for point in (*points, here) if point] if here else []


def _point(one: ServiceRequest, *, url: str = "", note: str = "") -> MapPoint | None:
    if one.point is None:
        return None
    return MapPoint(*one.point, request_number(one.pk), url=url, tone=one.status, note=note or one.summary[:80])
