"""Cards of the timeline: each request with its answer, its photos and its neighbours, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from requests_app import wording
from requests_app.masking import mask
from requests_app.models import Account, Event, Photo, Post, Reply, ServiceRequest
from requests_app.photos import ShownPhoto
from requests_app.public.copies import public_request
from requests_app.public.photos import shown

# What fits into one row of a card.
MOST_PHOTOS = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """The town's words, masked: an answer may quote what it answers. `by`: None where nobody is known by name."""

    at: datetime
    text: str
    language: str
    account: Account
    by: User | None


@dataclass(frozen=True, slots=True)
class Card:
    """What `components/request_card.html` draws."""

    service_request: ServiceRequest
    url: str
    answer: Answer | None
    photos: Sequence[ShownPhoto]
    neighbours: int
    thanks: int


@dataclass(slots=True)
class Shown:
    """Photos of one request: what people showed, and what the town showed back."""

    before: list[Photo] = field(default_factory=list)
    after: list[Photo] = field(default_factory=list)


def cards(requests: Sequence[ServiceRequest]) -> list[Card]:
    """For rows of `with_row`; what was merged into a request counts as its own."""
    whole = _whole(requests)
    answers, photos, thanks = _answers(whole), _photos(whole), _thanks(whole)
    return [
        Card(
            service_request=public_request(row),
            url=reverse("request", args=[row.pk]),
            answer=answers.get(row.pk),
            photos=_chosen(photos[row.pk], row),
            neighbours=max(row.reporters - 1, 0),  # type: ignore[attr-defined]
            thanks=thanks.get(row.pk, 0),
        )
        for row in requests
    ]


def _whole(requests: Sequence[ServiceRequest]) -> dict[int, int]:
    """Each request and everything merged into it, by whose card it is on."""
    own = {row.pk: row.pk for row in requests}
    merged = ServiceRequest.objects.merged_into_any(own).values_list("pk", "merged_into")
    return own | {number: into for number, into in merged if into is not None}


def _answers(whole: Mapping[int, int]) -> dict[int, Answer]:
    """The newest by a person, from the desk or with the network's own app."""
    newest: dict[int, Answer] = {}
    for number, answer in sorted(_said(whole), key=lambda said: said[1].at):
        newest[number] = answer
    return newest


def _said(whole: Mapping[int, int]) -> Iterator[tuple[int, Answer]]:
    for reply in Reply.objects.published().told_once().exclude(by=None).of_requests(whole).newest_of_each():
        # A published reply has its moment: the database sees to it.
        at: datetime = reply.published_at  # type: ignore[assignment]
        yield whole[reply.service_request_id], Answer(at, mask(reply.text), reply.language, reply.account, reply.by)
    for act in Event.objects.newest_acts(whole):
        post, account = act.post, act.spoken_through
        if post and account:
            yield whole[act.service_request_id], Answer(post.posted_at, mask(post.text), post.language, account, act.by)


def _photos(whole: Mapping[int, int]) -> dict[int, Shown]:
    photos: dict[int, Shown] = defaultdict(Shown)
    for photo in Photo.objects.held().of_posts(whole):
        of = photos[whole[photo.post.service_request_id]]  # type: ignore[union-attr, index]
        side = of.before if photo.post.written_by_id is None else of.after  # type: ignore[union-attr]
        side.append(photo)
    for photo in Photo.objects.held().of_replies(whole):
        photos[whole[photo.reply.service_request_id]].after.append(photo)  # type: ignore[union-attr]
    for one in photos.values():
        one.after.sort(key=_moment)
    return photos


def _thanks(whole: Mapping[int, int]) -> dict[int, int]:
    counts: dict[int, int] = defaultdict(int)
    for number, count in Post.objects.thanks_of(whole).values_list("service_request").annotate(Count("id")):
        counts[whole[number]] += count
    return counts


def _chosen(photos: Shown, request: ServiceRequest) -> list[ShownPhoto]:
    """The pair of a repair: how it was, how it is. Else what there is."""
    if photos.before and photos.after:
        return [_before(photos.before[0]), _after(photos.after[-1])]
    alt = _("Photo sent with request %(number)s") % {"number": request.pk}
    return [shown(photo, alt=alt) for photo in [*photos.before, *photos.after][:MOST_PHOTOS]]


def _before(photo: Photo) -> ShownPhoto:
    time = wording.clock(_moment(photo), now=timezone.now())
    return shown(
        photo,
        caption=pgettext("photo", "before %(time)s") % {"time": time},
        alt=_("How it was, photographed by a resident"),
    )


def _after(photo: Photo) -> ShownPhoto:
    time = wording.clock(_moment(photo), now=timezone.now())
    return shown(
        photo,
        caption=pgettext("photo", "after %(time)s") % {"time": time},
        alt=_("How it is now, photographed by the town hall"),
    )


def _moment(photo: Photo) -> datetime:
    """When it was shown in public."""
    moment: datetime = photo.reply.published_at if photo.reply else photo.post.posted_at  # type: ignore[union-attr, assignment]
    return moment
