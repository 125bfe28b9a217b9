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
from requests_app.likeness import ALIKE as ENOUGH
from requests_app.likeness import likeness, words_of
from requests_app.models import Author, Photo, Post, ServiceRequest
from requests_app.models.author import NOBODY
from requests_app.photos import ShownPhoto
from requests_app.plan import MapPoint
from requests_app.roles import seen_by
from requests_app.wording import request_number
from staff.photos import shown

# Twice said is said within a few days.
ALIKE_WITHIN, ALIKE, LOOKED_AT = timedelta(days=7), 5, 40
# What one can walk to from there; what was closed within a month may not have lasted.
NEAR_METRES, NEAR, LATELY = 300, 5, timedelta(days=30)
BEFORE = 5


@dataclass(frozen=True, slots=True)
class Other:
    """Another request, `metres` away where both places are known."""

    service_request: ServiceRequest
    metres: int | None = None
    photo: ShownPhoto | None = None

    @property
    def url(self) -> str:
        return reverse("desk_request", args=[self.service_request.pk])


@dataclass(frozen=True, slots=True)
class Beside:
    """`alike`: to tick and join; `near`: of the same service; `before`: by whoever opened this one."""

    authors: Sequence[Author]
    alike: Sequence[Other]
    near: Sequence[Other]
    before: Sequence[ServiceRequest]
    points: Sequence[MapPoint]


def beside(service_request: ServiceRequest, posts: Iterable[Post], *, by: User, may_join: bool) -> Beside:
    """Everything, in a constant number of queries. `posts`: the thread's, with their authors."""
    alike = _alike(service_request, by=by) if may_join else []
    near = [one for one in _near(service_request) if one not in alike]
    photos = _photos([*alike, *near])
    others = {
        one.pk: Other(one, metres(service_request, one), photos.get(one.opening_post_id)) for one in [*alike, *near]
    }
    return Beside(
        authors=_authors(posts),
        alike=[others[one.pk] for one in alike],
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


def _alike(service_request: ServiceRequest, *, by: User) -> list[ServiceRequest]:
    """Of the same kind, with words or a corner in common; the most alike first, and the newest of those."""
    since = service_request.posted_at - ALIKE_WITHIN
    words, place = words_of(service_request.opening_post.text), words_of(service_request.address)
    found = []
    for one in _rows(seen_by(by).resembling(service_request, since=since))[:LOOKED_AT]:
        # That it is of the same kind counts one.
        alike = 1 + likeness(one, words=words, place=place, metres=metres(service_request, one))
        found.append((alike, one.pk, one))
    best = sorted(found, key=lambda one: one[:2], reverse=True)
    return [one for alike, _pk, one in best if alike >= ENOUGH][:ALIKE]


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
