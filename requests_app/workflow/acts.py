"""Acts: what the town's people do with the network's own app, understood as the verbs of the desk.

They said it in public already: an act writes no reply and cannot be undone. `by` is None where nobody knows which
person spoke through the account; then the account stands for them (`post.written_by`).
"""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from requests_app.models import Account, Event, Kind, Post, Queue, ServiceRequest, Status, Verb
from requests_app.opening_hours import Week
from requests_app.workflow.intake import Sorted, receive
from requests_app.workflow.moves import due, lock, stop_the_clock, touch

CHANGEABLE = (
    "status", "queue", "service", "assignee", "accepted_at", "answered_at", "answered_in_hours", "resolved_at",
    "resolved_in_hours", "promised_for", "nudged_at", "due_at", "version", "changed_at", "told_at",
)  # fmt: skip


@transaction.atomic
def speak(service_request: ServiceRequest, *, post: Post, by: User | None) -> ServiceRequest:
    """A colleague answered: what nobody had taken on yet is theirs now, if it is known who they are."""
    fresh = lock(service_request, verb="answer", version=None)
    if by is None or fresh.status != Status.NEW:
        return _record(fresh, Verb.ANSWERED, post=post, by=by)
    fresh.status, fresh.assignee = Status.ACCEPTED, by
    fresh.accepted_at = fresh.accepted_at or _moment(post, fresh)
    return _record(fresh, Verb.ACCEPTED, post=post, by=by)


@transaction.atomic
def pass_on(service_request: ServiceRequest, *, post: Post, by: User | None, to: Account) -> ServiceRequest:
    """A colleague was named: the work goes to the team, or to the person, that speaks through that account."""
    fresh = lock(service_request, verb="answer", version=None)
    queue, person = team_behind(to, now_with=fresh.queue), to.person
    stays = queue == fresh.queue and person in (None, fresh.assignee)
    if not fresh.is_open or stays:
        return _record(fresh, Verb.ANSWERED, post=post, by=by)
    if queue != fresh.queue:
        fresh.queue, fresh.service = queue, None
    fresh.status, fresh.assignee, fresh.promised_for = Status.NEW, person, None
    return _record(fresh, Verb.TRANSFERRED, post=post, by=by, queue=queue)


@transaction.atomic
def finish(service_request: ServiceRequest, *, post: Post, by: User | None) -> ServiceRequest:
    """A colleague said that it is done; what was closed already stays as it is."""
    fresh = lock(service_request, verb="answer", version=None)
    if not fresh.is_open:
        return _record(fresh, Verb.ANSWERED, post=post, by=by)
    at = _moment(post, fresh)
    fresh.status, fresh.resolved_at = Status.RESOLVED, at
    # Whoever says in public that they did it is whom the town thanks.
    fresh.assignee, fresh.accepted_at = by or fresh.assignee, fresh.accepted_at or at
    fresh.resolved_in_hours = fresh.queue.week().open_between(fresh.posted_at, at)
    return _record(fresh, Verb.RESOLVED, post=post, by=by)


@transaction.atomic
def find_and_finish(found: Sorted, *, by: User | None, weeks: dict[int, Week]) -> ServiceRequest:
    """Work that nobody had told Plaza of, done and shown by a colleague: a request is opened and resolved at once."""
    (opened,) = receive([found], weeks=weeks)
    return finish(opened, post=found.post, by=by)


def team_behind(account: Account, *, now_with: Queue) -> Queue:
    """Whose work it becomes. A person's stays where it is if that is one of their teams."""
    if account.person is None:
        return account.queue or now_with
    teams = list(account.person.queues.in_order())
    return now_with if now_with in teams or not teams else teams[0]


def keep(post: Post) -> None:
    """It was no act: one of our own published words, or said to nobody in particular."""
    _place(post, None)


def _moment(post: Post, service_request: ServiceRequest) -> datetime:
    """When residents could read it; clocks of two machines differ by a little, and nobody acts before they were asked."""
    return max(post.posted_at, service_request.posted_at)


def _record(
    fresh: ServiceRequest, verb: Verb, *, post: Post, by: User | None, queue: Queue | None = None
) -> ServiceRequest:
    # Where nobody asked, nobody waited for an answer.
    if post.pk != fresh.opening_post_id:
        stop_the_clock(fresh, at=post.posted_at)
    fresh.due_at, fresh.nudged_at = due(fresh), None
    in_confidence = post.is_confidential and not fresh.is_private
    touch(fresh, at=timezone.now(), told=not in_confidence)
    fresh.save(update_fields=CHANGEABLE)
    # The words stay with the post: whoever deletes it there deletes them here.
    Event.objects.create(
        service_request=fresh, verb=verb, at=max(post.posted_at, fresh.received_at), by=by, post=post, queue=queue,
        data={"version": fresh.version},
    )  # fmt: skip
    # What was said to one person alone stands in no thread that everybody reads.
    _place(post, None if in_confidence else fresh)
    return fresh


def _place(post: Post, service_request: ServiceRequest | None) -> None:
    Post.objects.filter(pk=post.pk).update(triaged_at=timezone.now(), kind=Kind.OTHER, service_request=service_request)
