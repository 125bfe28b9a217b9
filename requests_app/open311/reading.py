"""What the world is told of requests: masked words, rounded places, two statuses, and how it really stands."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from requests_app.discretion import public_words
from requests_app.masking import mask
from requests_app.models import DeclineReason, Event, Photo, Precision, ReplyStatus, ServiceRequest, Status, Verb
from requests_app.models.event import ACTS
from requests_app.precision import precision, public_place

# About ten metres: the lamp is found, the flat is not.
DECIMALS = 4

# How it stands, in words that never change and are never translated: programs read them.
STANDS = {Status.ACCEPTED: "in progress", Status.WAITING: "waiting", Status.RESOLVED: "done"}
DECLINED = {
    DeclineReason.NOT_OURS: "not ours",
    DeclineReason.NO_BUDGET: "needs budget",
    DeclineReason.NOT_FOUND: "not found",
    DeclineReason.AGAINST_RULES: "against the rules",
    DeclineReason.NOTHING_TO_DO: "nothing to do",
}
DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Note:
    datetime: datetime
    description: str
    type: str


@dataclass(frozen=True, slots=True)
class Told:
    """One request as everybody may read it; the fields of `shapes.ExtendedRequestShape`."""

    service_request_id: str
    status: str
    status_notes: str | None
    service_name: str | None
    service_code: str | None
    description: str | None
    agency_responsible: str
    requested_datetime: datetime
    updated_datetime: datetime
    expected_datetime: datetime | None
    address: str | None
    lat: float | None
    long: float | None
    media_url: str | None
    attributes: list[dict[str, Any]]
    notes: list[Note]
    # The town keeps no register of addresses, and says nothing here that it does not say in status_notes.
    service_notice: None = None
    address_id: None = None
    zipcode: None = None


def tell(requests: Sequence[ServiceRequest], *, extended: bool) -> list[Told]:
    """In their order; three queries more, whatever their number (four when extended)."""
    ids = [request.pk for request in requests]
    moves = {event.service_request_id: event for event in Event.objects.last_moves(ids)}
    photos = {
        photo.post_id: photo
        for photo in Photo.objects.inoffensive().first_of_posts(one.opening_post_id for one in requests)
    }
    notes = _notes(ids) if extended else {}
    exactly = precision()
    return [
        _tell(
            one,
            exactly=exactly,
            move=moves.get(one.pk),
            photo=photos.get(one.opening_post_id),
            notes=notes.get(one.pk, []),
        )
        for one in requests
    ]


def _tell(
    request: ServiceRequest, *, exactly: Precision, move: Event | None, photo: Photo | None, notes: list[Note]
) -> Told:
    post, service = request.opening_post, request.service
    address, point = public_place(request, exactly=exactly)
    latitude, longitude = point or (None, None)
    # What its author took back is not told any more; that somebody asked, and what became of it, is.
    stands = post.deleted_at is None
    return Told(
        service_request_id=str(request.pk),
        status="open" if request.is_open and request.merged_into_id is None else "closed",
        status_notes=_status_notes(request, move=move),
        service_name=service.name if service else None,
        service_code=service.code if service else None,
        description=public_words(post) if stands else None,
        agency_responsible=request.queue.name,
        requested_datetime=request.posted_at,
        updated_datetime=_updated_at(request, move=move),
        expected_datetime=_expected_at(request),
        address=(address or None) if stands else None,
        lat=_rounded(latitude) if stands else None,
        long=_rounded(longitude) if stands else None,
        media_url=settings.PUBLIC_URL + reverse("photo", args=[photo.uuid]) if photo and stands else None,
        attributes=_answers(request) if stands else [],
        notes=notes,
    )


def _status_notes(request: ServiceRequest, *, move: Event | None) -> str | None:
    """Fixed words, a colon, and whatever a person has said to it; None while it is simply new."""
    if request.merged_into_id is not None:
        return f"{DUPLICATE}: {request.merged_into_id}"
    words = _public_words(move) if move and (move.reply or move.verb in ACTS) else ""
    if request.status == Status.DECLINED:
        stands, words = DECLINED[DeclineReason(request.decline_reason)], words or request.get_decline_reason_display()
    elif request.status in STANDS:
        stands = STANDS[Status(request.status)]
    else:
        return None
    return f"{stands}: {words or request.queue.name}"


def _public_words(event: Event) -> str:
    """What stands in public of one line: the town's answer once it is out, or the words of a post."""
    if event.reply and event.reply.status == ReplyStatus.PUBLISHED:
        return mask(event.reply.text)
    said = event.post if event.verb in (Verb.RECEIVED, Verb.FOLLOWED_UP, Verb.THANKED, *ACTS) else None
    return public_words(said) if said and said.deleted_at is None and not said.is_confidential else ""


def _updated_at(request: ServiceRequest, *, move: Event | None) -> datetime:
    """The newest thing residents could read of it; once closed, when it was closed."""
    if request.is_open or request.merged_into_id is not None:
        return request.told_at
    return request.resolved_at or (move.at if move else request.told_at)


def _expected_at(request: ServiceRequest) -> datetime | None:
    """The promise, else the target of the work; while only an answer is owed there is nothing to expect yet."""
    if not request.is_open or request.merged_into_id is not None:
        return None
    owes_answer = request.status == Status.NEW and request.answered_at is None
    return request.promised_for or (None if owes_answer else request.due_at)


def _rounded(degrees: float | None) -> float | None:
    return None if degrees is None else round(degrees, DECIMALS)


def _answers(request: ServiceRequest) -> list[dict[str, Any]]:
    """To those of the service's questions that the town marked as public."""
    given = request.opening_post.attributes
    questions = request.service.attributes if request.service else ()
    return [
        {"code": question["code"], "values": [mask(str(value)) for value in _listed(given[question["code"]])]}
        for question in questions
        if question.get("is_public") and question["code"] in given
    ]


def _listed(value: object) -> Iterable[object]:
    return value if isinstance(value, list) else [value]


def _notes(ids: Sequence[int]) -> dict[int, list[Note]]:
    notes = defaultdict(list)
    for event in Event.objects.filter(service_request__in=ids).public().select_related("reply", "post").in_order():
        words = _public_words(event)
        if event.verb == Verb.ANSWERED and not words:
            # Still in the outbox, or it never left.
            continue
        words = words or str(event.get_verb_display())
        notes[event.service_request_id].append(Note(datetime=event.at, description=words, type=event.verb))
    return notes
