"""What happens to a post at its source reaches its request: locked, a line in the history, a mark for whoever has it open."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from requests_app.models import Event, Post, Reply, ReplyStatus, ServiceRequest, Verb
from requests_app.models.reply import TO_SEND

Requests = dict[int, ServiceRequest]


def locked_posts(posts: Iterable[Post]) -> list[Post]:
    """Those that still stand, fresh and locked, with their authors.

    Not the lock that forbids others to name the row: whoever writes an answer to it holds its request, and we want that next.
    """
    rows = Post.objects.visible().filter(pk__in=[post.pk for post in posts]).select_related("author")
    return list(rows.order_by("pk").select_for_update(of=("self",), no_key=True))


def locked_requests(posts: Iterable[Post]) -> Requests:
    """Those the posts belong to and those these were merged into, locked in the order of their numbers."""
    numbers = {post.service_request_id for post in posts if post.service_request_id is not None}
    if not numbers:
        return {}
    into = ServiceRequest.objects.filter(pk__in=numbers).exclude(merged_into=None).values_list("merged_into", flat=True)
    rows = ServiceRequest.objects.filter(pk__in={*numbers, *into}).order_by("pk")
    return {row.pk: row for row in rows.select_for_update(of=("self",))}


def tell(posts: Sequence[Post], *, requests: Requests, verb: Verb, at: datetime, hidden: Collection[int] = ()) -> None:
    """A line for each post, where people read of it; it counts as told, so that feeds and copies elsewhere hear of it."""
    told = []
    for post in posts:
        if post.service_request_id is not None:
            own = requests[post.service_request_id]
            data = {"hidden": True} if post.pk in hidden else {}
            told.append(Event(service_request_id=own.merged_into_id or own.pk, verb=verb, at=at, post=post, data=data))
    if told:
        Event.objects.bulk_create(told)
        changed = ServiceRequest.objects.filter(pk__in=requests)
        changed.update(version=F("version") + 1, changed_at=at, told_at=at)


def stop_answers(posts: Sequence[Post], *, requests: Requests, rule: str) -> None:
    """What has not left yet, and nobody has tried to send, goes back to whoever wrote it."""
    if not requests:
        return
    answers = Reply.objects.filter(service_request__in=requests, post__in=posts, status__in=TO_SEND, attempts=0)
    answers.exclude(by=None).update(status=ReplyStatus.REFUSED, rule=rule, next_attempt_at=None)


@transaction.atomic
def answer_gone(reply: Reply, *, at: datetime) -> None:
    """Our own message does not stand on its network any more: the people of the request are told, once."""
    request = ServiceRequest.objects.filter(pk=reply.service_request_id)
    request.select_for_update().get()
    if Reply.objects.filter(pk=reply.pk, deleted_at=None).update(deleted_at=at):
        text = _("The message does not stand on the network any more.")
        Event.objects.create(
            service_request_id=reply.service_request_id, verb=Verb.NOTED, at=at, reply=reply, text=text
        )
        request.update(version=F("version") + 1, changed_at=at)
