"""The thread of a request: what residents wrote, what the town said, and what colleagues noted, in turn."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from requests_app.models import Event, Photo, Post, PostVersion, Reply, ReplyStatus, ServiceRequest, Verb
from requests_app.photos import ShownPhoto
from staff.case.refusals import reason
from staff.photos import shown


@dataclass(frozen=True, slots=True)
class Said:
    """One bubble of the thread: a resident's post, the town's reply with its copies, a colleague's note or photo."""

    at: datetime
    post: Post | None = None
    reply: Reply | None = None
    note: Event | None = None
    taken: Photo | None = None
    # Its author did not delete the post, but hid it from the public.
    is_hidden: bool = False
    undo: Event | None = None
    reason: str = ""
    copies: Sequence["Said"] = ()
    # What it said before its author edited it, the newest first.
    versions: Sequence[PostVersion] = ()

    @property
    def photos(self) -> list[ShownPhoto]:
        """Those whose file we have; the photo door lets in whoever may see the request."""
        owner = self.post or self.reply
        own = [self.taken] if self.taken else []
        return [shown(photo) for photo in (owner.photos.all() if owner else own) if photo.image]

    @property
    def is_stuck(self) -> bool:
        return bool(self.reply and self.reason and self.reply.given_up_at is None)

    @property
    def may_be_sent_again(self) -> bool:
        """What follows a message that did not leave goes with it, never before it."""
        line = self.reply.follows if self.reply else None
        return self.is_stuck and (line is None or line.status == ReplyStatus.PUBLISHED)


def read_thread(
    service_request: ServiceRequest,
    *,
    merged: Iterable[ServiceRequest],
    events: Sequence[Event],
    undoable: Event | None,
) -> list[Said]:
    """As on the network: residents and the town in turn."""
    numbers = [service_request.pk, *(one.pk for one in merged)]
    posts = service_request.thread.prefetch_related("photos")
    before = _versions(posts)
    hidden = {event.post_id for event in events if event.verb == Verb.DELETED and event.data.get("hidden")}
    said = [Said(post.posted_at, post=post, versions=before[post.pk], is_hidden=post.pk in hidden) for post in posts]
    undone = {event.undoes_id for event in events}
    said += [
        Said(event.at, note=event)
        for event in events
        if event.verb == Verb.NOTED and event.by_id and not event.reply_id and event.pk not in undone
    ]
    replies = Reply.objects.of_requests(numbers).exclude(status=ReplyStatus.WITHDRAWN)
    said += _answers(
        replies.select_related("by", "account", "post__author", "follows").prefetch_related("photos"), undoable=undoable
    )
    return sorted([*said, *_taken(numbers, said)], key=lambda one: one.at)


def _taken(numbers: Iterable[int], said: Iterable[Said]) -> list[Said]:
    """What colleagues photographed on the spot, unless it stands below an answer already."""
    told = {photo.image.name for one in said if one.reply for photo in one.reply.photos.all()}
    taken = Photo.objects.held().taken_for(numbers).select_related("taken_by")
    # The database sees to its moment.
    return [Said(one.taken_at, taken=one) for one in taken if one.image.name not in told and one.taken_at]


def _versions(posts: Iterable[Post]) -> dict[int, list[PostVersion]]:
    """One query, when something was edited."""
    before: dict[int, list[PostVersion]] = defaultdict(list)
    edited = [post.pk for post in posts if post.edited_at]
    for version in PostVersion.objects.filter(post__in=edited).order_by("-replaced_at", "-id") if edited else ():
        before[version.post_id].append(version)
    return before


def _answers(replies: Iterable[Reply], *, undoable: Event | None) -> list[Said]:
    """A bubble each; copies stand below what they are copies of."""
    known = {reply.pk: reply for reply in replies}
    copies: dict[int, list[Reply]] = {}
    for reply in known.values():
        if reply.copy_of_id in known:
            copies.setdefault(reply.copy_of_id, []).append(reply)
    return [
        _answer(reply, undoable=undoable, copies=sorted(copies.get(reply.pk, ()), key=lambda one: one.pk))
        for reply in known.values()
        if reply.copy_of_id not in known
    ]


def _answer(reply: Reply, *, undoable: Event | None, copies: Sequence[Reply] = ()) -> Said:
    return Said(
        reply.published_at or reply.created_at,
        reply=reply,
        undo=undoable if undoable and undoable.reply_id == reply.pk else None,
        reason=reason(reply),
        copies=[_answer(copy, undoable=undoable) for copy in copies],
    )
