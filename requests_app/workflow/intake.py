"""Sorted posts become requests, or join the ones that they are about; in bulk, with a constant number of queries."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Case, F, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app.locating import Point, locate
from requests_app.models import CLOSED, AutomaticMessage, Event, Kind, Photo, Post, Queue, Service, ServiceRequest, Verb
from requests_app.opening_hours import Week
from requests_app.workflow.automatic import acknowledge
from requests_app.workflow.moves import ANSWER_TARGET, URGENT_TARGET, MoveNotAllowed, due
from requests_app.workflow.opting_out import honour
from requests_app.workflow.verbs import put_back_to_work

NO_MESSAGES: Mapping[str, AutomaticMessage] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Sorted:
    """What triage decided for one post. `joins`: the request it belongs to, or the post (of the same batch) that opens it."""

    post: Post
    kind: str
    language: str
    queue: Queue
    service: Service | None = None
    is_urgent: bool = False
    is_private: bool = False
    opens: bool = True
    joins: ServiceRequest | Post | None = None
    is_offensive: bool = False
    evidence: Sequence[dict[str, Any]] = field(default=())
    follow_token: str | None = None
    # It says nothing but that its author wants no more messages.
    opts_out: bool = False


# One statement for a whole batch. Django's bulk_update builds an expression for each row and column, which takes
# longer than everything else that is done to a post.
_PLACE = """
UPDATE requests_app_post AS post
SET service_request_id = placed.service_request, kind = placed.kind, evidence = placed.evidence::jsonb,
    is_offensive = placed.is_offensive, triaged_at = %s
FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::boolean[])
    AS placed (post, service_request, kind, evidence, is_offensive)
WHERE post.id = placed.post
"""


@transaction.atomic
def receive(
    batch: Sequence[Sorted], *, weeks: dict[int, Week], messages: Mapping[str, AutomaticMessage] = NO_MESSAGES
) -> list[ServiceRequest]:
    """Writes a batch and returns the requests it opened. `weeks`: opening hours by queue id.

    1. Open the new requests. 2. Lock and change those that are joined. 3. Write the history. 4. Place every post.
    5. Leave those in peace who ask for it. 6. Say what a machine may say (`messages`, by network).
    """
    now = timezone.now()
    opened = _open([one for one in batch if one.joins is None and one.opens], weeks=weeks, now=now)
    by_post = {request.opening_post_id: request for request in opened}
    joined = {one.post.pk: _target_id(one, opened=by_post) for one in batch if one.joins is not None}
    _write(_received(batch, opened=by_post) + _join(batch, joined=joined, now=now))
    _place(batch, requests={request.opening_post_id: request.pk for request in opened} | joined, now=now)
    honour([one.post for one in batch if one.opts_out])
    acknowledge(opened, messages=messages, now=now)
    return opened


@transaction.atomic
def open_by_hand(post: Post, *, queue: Queue, by: User) -> ServiceRequest:
    """A person makes a request of a post that triage kept apart or could not digest."""
    fresh = Post.objects.select_for_update(of=("self",)).get(pk=post.pk)
    if fresh.service_request_id is not None or fresh.written_by_id is not None:
        raise MoveNotAllowed(_("That post has a request already."))
    decided = Sorted(
        post=fresh,
        # Whatever it reads like, a person saw something to do in it.
        kind=fresh.kind if fresh.kind in (Kind.QUESTION, Kind.PROPOSAL, Kind.COMPLAINT) else Kind.PROBLEM,
        language=fresh.language if fresh.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE,
        queue=queue,
        is_private=fresh.is_confidential,
        is_offensive=fresh.is_offensive,
        evidence=[*fresh.evidence, {"signal": "by_hand", "detail": []}],
    )
    (opened,) = receive([decided], weeks={queue.pk: queue.week()})
    Event.objects.create(service_request=opened, verb=Verb.NOTED, at=timezone.now(), by=by, text=_("Opened by hand."))
    return opened


def _open(openers: Sequence[Sorted], *, weeks: dict[int, Week], now: datetime) -> list[ServiceRequest]:
    if not openers:
        return []
    taken = Photo.objects.with_position().filter(post__in=[one.post.pk for one in openers]).order_by("-id")
    # The first photo of each post says it.
    photos = {photo.post_id: photo.taken_where for photo in taken}
    return ServiceRequest.objects.bulk_create(
        _request(one, week=weeks[one.queue.pk], photo=photos.get(one.post.pk), now=now) for one in openers
    )


def _received(batch: Iterable[Sorted], *, opened: dict[int, ServiceRequest]) -> list[Event]:
    return [
        Event(
            service_request=opened[one.post.pk],
            verb=Verb.RECEIVED,
            at=one.post.received_at,
            post=one.post,
            queue=one.queue,
        )
        for one in batch
        if one.post.pk in opened
    ]


def _request(one: Sorted, *, week: Week, photo: Point | None, now: datetime) -> ServiceRequest:
    post = one.post
    target = one.service.answer_target if one.service else ANSWER_TARGET
    place, place_from = locate(post, photo=photo)
    return ServiceRequest(
        kind=one.kind,
        opening_post=post,
        queue=one.queue,
        service=one.service,
        language=one.language,
        is_urgent=one.is_urgent,
        is_private=one.is_private,
        address=place.address,
        latitude=place.latitude,
        longitude=place.longitude,
        area=place.area,
        place_from=place_from,
        follow_token=one.follow_token,
        posted_at=post.posted_at,
        received_at=post.received_at,
        # Danger does not keep office hours.
        due_at=post.posted_at + min(target, URGENT_TARGET) if one.is_urgent else week.add(post.posted_at, target),
        told_at=post.received_at,
        changed_at=now,
    )


def _join(batch: Iterable[Sorted], *, joined: dict[int, int], now: datetime) -> list[Event]:
    """Follow-ups and thanks: a line in the history; the author of a closed request reopens it by coming back."""
    if not joined:
        return []
    targets = _locked(joined.values())
    events, reopened, urgent = [], [], []
    for one in batch:
        if one.post.pk not in joined:
            continue
        target = targets[joined[one.post.pk]]
        events.append(Event(service_request=target, verb=_verb(one), at=one.post.received_at, post=one.post))
        if _reopens(one, target):
            put_back_to_work(target, at=now)
            reopened.append(target)
            events.append(Event(service_request=target, verb=Verb.REOPENED, at=now, post=one.post))
        if one.is_urgent and not target.is_urgent:
            target.is_urgent, target.urgent_at = True, now
            target.due_at = due(target)
            urgent.append(target)
    told = {joined[one.post.pk] for one in batch if one.post.pk in joined and not one.opts_out}
    _change(targets, told=told, reopened=reopened, urgent=urgent, now=now)
    return events


def _verb(one: Sorted) -> Verb:
    if one.opts_out:
        return Verb.OPTED_OUT
    return Verb.THANKED if one.kind == Kind.THANKS else Verb.FOLLOWED_UP


def _change(
    targets: Collection[int],
    *,
    told: Collection[int],
    reopened: Sequence[ServiceRequest],
    urgent: Sequence[ServiceRequest],
    now: datetime,
) -> None:
    """What joining does to the requests; few are reopened or become urgent."""
    if reopened:
        ServiceRequest.objects.bulk_update(
            reopened,
            ["status", "accepted_at", "resolved_at", "resolved_in_hours", "promised_for", "decline_reason", "due_at"],
        )
    if urgent:
        ServiceRequest.objects.bulk_update(urgent, ["is_urgent", "urgent_at", "due_at"])
    changed = ServiceRequest.objects.filter(pk__in=targets)
    # Of a "stop" residents read nothing.
    told_at = Case(When(pk__in=list(told), then=Value(now)), default=F("told_at")) if len(told) < len(targets) else now
    changed.update(version=F("version") + 1, changed_at=now, told_at=told_at)


def _target_id(one: Sorted, *, opened: dict[int, ServiceRequest]) -> int:
    target = one.joins if isinstance(one.joins, ServiceRequest) else opened[one.joins.pk]  # type: ignore[union-attr]
    return target.merged_into_id or target.pk


def _locked(wanted: Iterable[int]) -> dict[int, ServiceRequest]:
    """The requests that are joined, fresh and locked in the order of their numbers."""
    rows = (
        ServiceRequest.objects.filter(pk__in=set(wanted))
        .select_related("opening_post", "queue", "service")
        .prefetch_related("queue__opening_hours")
        .order_by("pk")
        .select_for_update(of=("self",))
    )
    return {row.pk: row for row in rows}


def _reopens(one: Sorted, target: ServiceRequest) -> bool:
    """Only its own author, and neither by thanks nor by chatter."""
    came_back = target.status in CLOSED and one.post.author_id == target.opening_post.author_id
    return came_back and one.kind not in (Kind.THANKS, Kind.OTHER)


def _write(events: Sequence[Event]) -> None:
    if events:
        Event.objects.bulk_create(events)


def _place(batch: Sequence[Sorted], *, requests: dict[int, int], now: datetime) -> None:
    """Every post is sorted now; chatter and thanks to nobody in particular are kept without a request."""
    posts = [one.post.pk for one in batch]
    columns = (
        posts,
        [requests.get(post) for post in posts],
        [str(one.kind) for one in batch],
        [json.dumps(list(one.evidence), ensure_ascii=False) for one in batch],
        [one.is_offensive for one in batch],
    )
    with connection.cursor() as cursor:
        cursor.execute(_PLACE, [now, *columns])
