"""Cards of the timeline: each request with its answer, its photos and its neighbours, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from requests_app.masking import mask
from requests_app.models import (
    Account,
    Event,
    Photo,
    Post,
    Precision,
    Reaction,
    ReactionKind,
    Reply,
    ServiceRequest,
    Side,
    Status,
)
from requests_app.photos import ShownPhoto
from requests_app.precision import precision
from requests_app.public.copies import public_request
from requests_app.public.pairs import pair
from requests_app.public.photos import shown
from requests_app.public.reopening import may_reopen
from requests_app.story import Line, story

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
    """What `components/request_card.html` draws. A repair has its pair, `before` and `after`; else there are `photos`."""

    service_request: ServiceRequest
    url: str
    answer: Answer | None
    before: ShownPhoto | None
    after: ShownPhoto | None
    photos: Sequence[ShownPhoto]
    # Everybody else who has it too, whether they wrote or tapped.
    neighbours: int
    thanks: int
    may_reopen: bool
    # What everybody reads where it was closed, and is open again.
    again: Line | None


Moment = tuple[datetime, Photo]


@dataclass(slots=True)
class Found:
    """Photos of one request with their moments: of residents, of the town's answers, and of colleagues on the spot."""

    theirs: list[Moment] = field(default_factory=list)
    ours: list[Moment] = field(default_factory=list)
    spot: dict[str, list[Moment]] = field(default_factory=lambda: {side: [] for side in Side.values})

    @property
    def all(self) -> list[Moment]:
        return [*self.theirs, *self.spot[Side.BEFORE], *self.ours, *self.spot[Side.AFTER]]


def cards(requests: Sequence[ServiceRequest]) -> list[Card]:
    """For rows of `with_row`; what was merged into a request counts as its own."""
    whole = _whole(requests)
    answers, photos, thanks, taps = _answers(whole), _photos(whole), _thanks(whole), _taps(whole)
    again = {event.service_request_id: event for event in Event.objects.newest_reopenings(row.pk for row in requests)}
    exactly = precision()
    return [
        _card(
            row,
            exactly=exactly,
            answer=answers.get(row.pk),
            photos=photos[row.pk],
            has_it_too=taps[row.pk, ReactionKind.ME_TOO],
            thanks=thanks[row.pk] + taps[row.pk, ReactionKind.THANKS],
            again=again.get(row.pk),
        )
        for row in requests
    ]


def _card(
    row: ServiceRequest,
    *,
    exactly: Precision,
    answer: Answer | None,
    photos: Found,
    has_it_too: int,
    thanks: int,
    again: Event | None,
) -> Card:
    before, after = _pair(photos, since=again.at if again else None)
    return Card(
        service_request=public_request(row, exactly=exactly),
        url=reverse("request", args=[row.pk]),
        answer=answer,
        before=before,
        after=after,
        photos=[] if before and after else _loose(photos, row),
        neighbours=max(row.reporters - 1, 0) + has_it_too,  # type: ignore[attr-defined]
        thanks=thanks,
        may_reopen=row.status == Status.RESOLVED and may_reopen(row, closed=row.resolved_at),
        again=story([again])[0] if again and row.is_open else None,
    )


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


def _photos(whole: Mapping[int, int]) -> dict[int, Found]:
    photos: dict[int, Found] = defaultdict(Found)
    for photo in Photo.objects.held().inoffensive().of_posts(whole):
        post: Post = photo.post  # type: ignore[assignment]
        of = photos[whole[post.service_request_id]]  # type: ignore[index]
        (of.theirs if post.written_by_id is None else of.ours).append((post.posted_at, photo))
    for photo in Photo.objects.held().of_replies(whole):
        reply: Reply = photo.reply  # type: ignore[assignment]
        photos[whole[reply.service_request_id]].ours.append((reply.published_at, photo))  # type: ignore[arg-type]
    for photo in Photo.objects.held().taken_for(whole):
        # The database sees to its side and its moment.
        photos[whole[photo.service_request_id]].spot[photo.side].append((photo.taken_at, photo))  # type: ignore[index, arg-type]
    for one in photos.values():
        one.ours.sort(key=lambda moment: (moment[0], moment[1].pk))
    return photos


def _thanks(whole: Mapping[int, int]) -> dict[int, int]:
    counts: dict[int, int] = defaultdict(int)
    for number, count in Post.objects.thanks_of(whole).values_list("service_request").annotate(Count("id")):
        counts[whole[number]] += count
    return counts


def _taps(whole: Mapping[int, int]) -> dict[tuple[int, str], int]:
    counts: dict[tuple[int, str], int] = defaultdict(int)
    for (number, kind), count in Reaction.objects.counts(whole).items():
        counts[whole[number], kind] += count
    return counts


def _pair(photos: Found, *, since: datetime | None) -> tuple[ShownPhoto | None, ShownPhoto | None]:
    before, after = pair(photos.theirs, photos.ours, photos.spot, since=since)
    if before is None or after is None:
        return None, None
    (was_at, was), (is_at, now) = before, after
    by = _("How it was, photographed by the town hall") if was.side else _("How it was, photographed by a resident")
    return (
        shown(was, taken_at=was_at, alt=by),
        shown(now, taken_at=is_at, alt=_("How it is now, photographed by the town hall")),
    )


def _loose(photos: Found, request: ServiceRequest) -> list[ShownPhoto]:
    """What there is, where no pair is."""
    alt = _("Photo sent with request %(number)s") % {"number": request.pk}
    return [shown(photo, alt=alt) for _at, photo in photos.all[:MOST_PHOTOS]]
