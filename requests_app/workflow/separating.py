"""What two requests that were one have of their own again: the posts of each thread, and what its people were answered."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F

from requests_app.models import Post, Reply, ReplyStatus, ServiceRequest
from requests_app.workflow.moves import stop_the_clock


def give_back(source: ServiceRequest, target: ServiceRequest, *, brought: Iterable[int], since: datetime) -> None:
    """What came in the threads of `source`, and went to its people, while it was part of `target` (`since` when)."""
    _posts(source, target, brought=brought, since=since)
    _replies(source, target)
    answers = source.replies.filter(status=ReplyStatus.PUBLISHED, by__isnull=False, published_at__isnull=False)
    first = answers.order_by("published_at").values_list("published_at", flat=True).first()
    if first is not None:
        stop_the_clock(source, at=first)


def _posts(source: ServiceRequest, target: ServiceRequest, *, brought: Iterable[int], since: datetime) -> None:
    """Whoever went on in a thread of theirs spoke of their own matter. A thread that both were born in is the target's."""
    threads = Post.objects.exclude(conversation_id="").order_by().distinct()
    own = set(threads.filter(service_request__in=[source.pk, *brought]).values_list("network", "conversation_id"))
    family = [target.pk, *target.merged.exclude(pk__in=[source.pk, *brought]).values_list("pk", flat=True)]
    others = set(threads.filter(opened__in=family).values_list("network", "conversation_id"))
    for network, conversation in own - others:
        came = Post.objects.filter(network=network, conversation_id=conversation, service_request=target)
        came.filter(triaged_at__gte=since).update(service_request=source)


def _replies(source: ServiceRequest, target: ServiceRequest) -> None:
    Reply.objects.filter(service_request=target, post__service_request=source).update(service_request=source)
    # The same words to people of both are two answers now: each page shows its own.
    torn = Reply.objects.filter(service_request__in=[source.pk, target.pk], copy_of__isnull=False)
    torn.exclude(copy_of__service_request=F("service_request")).update(copy_of=None)
