"""Erase: of what its author deleted or hid nothing is left but an empty row; what the town said and did about it stays."""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from requests_app.models import (
    Author,
    Event,
    Kind,
    Photo,
    PlaceSource,
    Post,
    PostVersion,
    Reply,
    ReplyStatus,
    Resemblance,
    ServiceRequest,
    Verb,
)
from requests_app.models.author import NOBODY
from requests_app.models.reply import IN_FLIGHT, TO_SEND
from requests_app.workflow.sources import Requests, locked_posts, locked_requests, stop_answers, tell

# Their bytes are still needed, to be sent again as they are or to be told apart on the network.
UNSETTLED = Q(status__in=IN_FLIGHT) | Q(status__in=TO_SEND, attempts__gt=0)
# Longer than any answer stays unsettled.
FINISH_WITHIN = timedelta(days=30)
# In the place of a name.
BLANK = "@…"


@transaction.atomic
def erase(posts: Iterable[Post], *, at: datetime, hidden: Collection[int] = ()) -> int:
    """Empties what does not stand in public any more, at once, and returns how many posts that were.

    `hidden`: those (ids) that their authors did not delete but protect; staff read the right word for it.

    1. Lock the posts and their requests. 2. Take back photos, versions, places and words. 3. Stop answers that have
    not left. 4. Tell the history. 5. Forget the author, and their name in what we said.
    `external_id` stays: without it the next walk would read the post in again from its overlap.
    """
    gone = locked_posts(posts)
    if not gone:
        return 0
    requests = locked_requests(gone)
    Photo.objects.filter(post__in=gone).take_back(at)
    PostVersion.objects.filter(post__in=gone).delete()
    _forget_places(gone)
    _forget_resemblances(gone, requests=requests)
    _empty(gone, requests=requests, at=at)
    _withdraw_automatic(gone, requests=requests)
    stop_answers(gone, requests=requests, rule="gone")
    tell(gone, requests=requests, verb=Verb.DELETED, at=at, hidden=hidden)
    _forget_authors(gone, requests=requests)
    return len(gone)


@transaction.atomic
def finish_erasing(now: datetime) -> None:
    """Authors who could not be forgotten at once, since an answer to them was in flight."""
    late = Post.objects.filter(deleted_at__gte=now - FINISH_WITHIN).exclude(author__external_id=NOBODY)
    gone = list(late.select_related("author").order_by("pk").select_for_update(of=("self",), no_key=True))
    if gone:
        _forget_authors(gone, requests=locked_requests(gone))


def _forget_places(posts: Sequence[Post]) -> None:
    """A request keeps the place that a colleague gave it; else its author's words, or photo, told it."""
    opened = ServiceRequest.objects.filter(opening_post__in=posts).exclude(place_from=PlaceSource.PERSON)
    opened.update(address="", latitude=None, longitude=None, area="", place_from="")


def _forget_resemblances(posts: Sequence[Post], *, requests: Requests) -> None:
    """What spoke for another being the same is told in its author's words, in the history of a join too."""
    opened = ServiceRequest.objects.filter(opening_post__in=posts).values_list("pk", flat=True)
    Resemblance.objects.around(opened).delete()
    joined = Event.objects.filter(Q(service_request__in=requests) | Q(service_request__merged_into__in=requests))
    for event in joined.filter(verb=Verb.MERGED, data__has_key="alike"):
        # By the queryset, as in `_rewrite`.
        Event.objects.filter(pk=event.pk).update(data={**event.data, "alike": []})


def _empty(posts: Sequence[Post], *, requests: Requests, at: datetime) -> None:
    rows = Post.objects.filter(pk__in=[post.pk for post in posts])
    # Nothing is left to be sorted; and why it was sorted so is told in its author's words.
    rows.filter(triaged_at=None).update(triaged_at=at, set_aside_at=None, triage_error="", kind=Kind.OTHER)
    rows.update(
        text="", language="", mentions=[], url="", version="", reference={}, attributes={},
        address="", latitude=None, longitude=None, deleted_at=at, evidence=[],
    )  # fmt: skip


def _withdraw_automatic(posts: Sequence[Post], *, requests: Requests) -> None:
    """Nobody wrote it, so nobody needs to hear that it does not leave."""
    unsent = Reply.objects.filter(service_request__in=requests, post__in=posts, status__in=TO_SEND, attempts=0, by=None)
    unsent.update(status=ReplyStatus.WITHDRAWN, next_attempt_at=None)


def _forget_authors(posts: Sequence[Post], *, requests: Requests) -> None:
    """Tombstones are nobody's. An answer in flight still needs to know whom it answers: then later."""
    unsettled = Reply.objects.filter(UNSETTLED, service_request__in=requests, post__in=posts)
    pending = set(unsettled.values_list("post", flat=True))
    # In the order in which a walk writes authors, so that neither waits for the other for ever.
    free = sorted(
        (post for post in posts if post.pk not in pending),
        key=lambda post: (post.author.network, post.author.external_id),
    )
    for author, theirs in groupby(free, key=lambda post: post.author):
        tombstones = list(theirs)
        if author.handle and tombstones[0].written_by_id is None:
            _forget_name(_name(author.handle), posts=tombstones, requests=requests)
        Post.objects.filter(pk__in=[post.pk for post in tombstones]).update(
            author=Author.objects.nobody(author.network)
        )
        _let_go(author)


def _let_go(author: Author) -> None:
    """Of somebody who has nothing left here only the wish to be left in peace is kept, if they told us so."""
    row = Author.objects.select_for_update().filter(pk=author.pk).first()
    if row is None or Post.objects.filter(author=row).exists():
        return
    if row.opted_out_at is None:
        row.delete()
    else:
        row.handle = row.display_name = row.contact = ""
        row.verified_at, row.named_at = None, timezone.now()
        row.save()


def _name(handle: str) -> re.Pattern[str]:
    """`@lucia@plaza.example` may be written `@lucia` by those who live on the same server."""
    local, _at, server = handle.partition("@")
    where = f"(?:@{re.escape(server)})?" if server else ""
    return re.compile(rf"(?<![\w@])@{re.escape(local)}{where}(?![\w@]|[.-]\w)", re.IGNORECASE)


def _forget_name(name: re.Pattern[str], *, posts: Sequence[Post], requests: Requests) -> None:
    """In what we answered them, in the town's own words on the network, and in the notes of colleagues."""
    answers = Reply.objects.filter(
        Q(post__in=posts) | Q(status__in=(ReplyStatus.PUBLISHED, ReplyStatus.WITHDRAWN)), service_request__in=requests
    ).exclude(UNSETTLED)
    for reply in answers:
        _rewrite(reply, name, ("text", "payload", "frozen"))
    conversations = {post.conversation_id for post in posts} - {""}
    here = Q(service_request__in=requests) | Q(network=posts[0].network, conversation_id__in=conversations)
    for own in Post.objects.filter(here, written_by__isnull=False):
        _rewrite(own, name, ("text",))
    for event in Event.objects.filter(service_request__in=requests).exclude(text=""):
        _rewrite(event, name, ("text",))


def _rewrite(row: Reply | Post | Event, name: re.Pattern[str], fields: Sequence[str]) -> None:
    """By the queryset: a history's lines are never saved twice, and this takes nothing from what they tell."""
    values = {field: _without(name, getattr(row, field)) for field in fields}
    if any(getattr(row, field) != value for field, value in values.items()):
        type(row)._default_manager.filter(pk=row.pk).update(**values)


def _without(name: re.Pattern[str], value: Any) -> Any:
    """Of texts, and of whatever a connector froze."""
    match value:
        case str():
            return name.sub(BLANK, value)
        case dict():
            return {key: _without(name, item) for key, item in value.items()}
        case list():
            return [_without(name, item) for item in value]
        case _:
            return value
