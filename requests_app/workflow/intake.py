"""Sorted posts become requests, or join the ones that they are about; in bulk, with a constant number of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app.models import CLOSED, Event, Kind, Post, Queue, Service, ServiceRequest, Verb
from requests_app.opening_hours import Week
from requests_app.workflow.moves import ANSWER_TARGET, MoveNotAllowed, touch
from requests_app.workflow.verbs import put_back_to_work

# How soon an urgent request is owed an answer, whatever its service says.
URGENT_TARGET = timedelta(minutes=5)


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
    evidence: Sequence[dict[str, Any]] = field(default=())
    follow_token: str | None = None


@transaction.atomic
def receive(batch: Sequence[Sorted], *, weeks: dict[int, Week]) -> list[ServiceRequest]:
    """Writes a batch and returns the requests it opened. `weeks`: opening hours by queue id."""
    now = timezone.now()
    openers = [one for one in batch if one.joins is None and one.opens]
    opened = _open(openers, weeks=weeks, now=now)
    by_post = {request.opening_post_id: request for request in opened}
    _join([one for one in batch if one.joins is not None], opened=by_post, now=now)
    _set_apart([one for one in batch if one.joins is None and not one.opens], now=now)
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
        evidence=[{"signal": "by_hand", "detail": []}],
    )
    (opened,) = receive([decided], weeks={queue.pk: queue.week()})
    Event.objects.create(service_request=opened, verb=Verb.NOTED, at=timezone.now(), by=by, text=_("Opened by hand."))
    return opened


def _open(openers: Sequence[Sorted], *, weeks: dict[int, Week], now: datetime) -> list[ServiceRequest]:
    if not openers:
        return []
    requests = ServiceRequest.objects.bulk_create(_request(one, week=weeks[one.queue.pk], now=now) for one in openers)
    Event.objects.bulk_create(
        Event(
            service_request=request, verb=Verb.RECEIVED, at=one.post.received_at, post=one.post, queue=one.queue,
            data={"evidence": list(one.evidence)},
        )
        for one, request in zip(openers, requests, strict=True)
    )  # fmt: skip
    mine = ServiceRequest.objects.filter(opening_post=OuterRef("pk"))
    Post.objects.filter(pk__in=[one.post.pk for one in openers]).update(
        triaged_at=now, service_request=Subquery(mine.values("pk")), kind=Subquery(mine.values("kind"))
    )
    return requests


def _request(one: Sorted, *, week: Week, now: datetime) -> ServiceRequest:
    post = one.post
    target = one.service.answer_target if one.service else ANSWER_TARGET
    return ServiceRequest(
        kind=one.kind,
        opening_post=post,
        queue=one.queue,
        service=one.service,
        language=one.language,
        is_urgent=one.is_urgent,
        is_private=one.is_private,
        address=post.address,
        latitude=post.latitude,
        longitude=post.longitude,
        follow_token=one.follow_token,
        posted_at=post.posted_at,
        received_at=post.received_at,
        # Danger does not keep office hours.
        due_at=post.posted_at + min(target, URGENT_TARGET) if one.is_urgent else week.add(post.posted_at, target),
        told_at=post.received_at,
        changed_at=now,
    )


def _join(joiners: Sequence[Sorted], *, opened: dict[int, ServiceRequest], now: datetime) -> None:
    """Follow-ups and thanks: a line in the history; the author of a closed request reopens it by coming back."""
    if not joiners:
        return
    targets = _locked(joiners, opened=opened)
    events = []
    for one in joiners:
        target = targets[_target_id(one, opened=opened)]
        verb = Verb.THANKED if one.kind == Kind.THANKS else Verb.FOLLOWED_UP
        events.append(Event(service_request=target, verb=verb, at=one.post.received_at, post=one.post))
        if _reopens(one, target):
            put_back_to_work(target, at=now)
            events.append(Event(service_request=target, verb=Verb.REOPENED, at=now, post=one.post))
        target.is_urgent = target.is_urgent or one.is_urgent
        touch(target, at=now, told=True)
        one.post.service_request, one.post.kind, one.post.triaged_at = target, one.kind, now
    Event.objects.bulk_create(events)
    ServiceRequest.objects.bulk_update(
        targets.values(),
        ["status", "accepted_at", "resolved_at", "resolved_in_hours", "promised_for", "decline_reason", "due_at",
         "is_urgent", "version", "changed_at", "told_at"],
    )  # fmt: skip
    Post.objects.bulk_update((one.post for one in joiners), ["service_request", "kind", "triaged_at"])


def _target_id(one: Sorted, *, opened: dict[int, ServiceRequest]) -> int:
    target = one.joins if isinstance(one.joins, ServiceRequest) else opened[one.joins.pk]  # type: ignore[union-attr]
    return target.merged_into_id or target.pk  # type: ignore[return-value]


def _locked(joiners: Iterable[Sorted], *, opened: dict[int, ServiceRequest]) -> dict[int, ServiceRequest]:
    """The requests that are joined, fresh and locked in the order of their numbers."""
    wanted = {_target_id(one, opened=opened) for one in joiners}
    rows = (
        ServiceRequest.objects.filter(pk__in=wanted)
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


def _set_apart(others: Sequence[Sorted], *, now: datetime) -> None:
    """Chatter and thanks to nobody in particular: kept, never work."""
    for kind in {one.kind for one in others}:
        Post.objects.filter(pk__in=[one.post.pk for one in others if one.kind == kind]).update(triaged_at=now, kind=kind)
