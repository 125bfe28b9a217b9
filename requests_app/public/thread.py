"""Who said what: residents' posts and the town's answers in one order, with their photos, wherever they were written."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from requests_app.masking import MASK
from requests_app.models import Photo, Post, Reply
from requests_app.photos import ShownPhoto
from requests_app.public.copies import public_post, public_reply
from requests_app.public.photos import shown

# Longer threads exist; nobody reads them to the end, and a page must end.
MOST = 200


@dataclass(frozen=True, slots=True)
class Said:
    """One bubble: the town's reply; or a post, which is a resident's unless it was written by an account of the town's."""

    at: datetime
    photos: Sequence[ShownPhoto]
    post: Post | None = None
    reply: Reply | None = None

    @property
    def is_masked(self) -> bool:
        said = self.reply or self.post
        return said is not None and MASK in said.text


def thread(posts: Iterable[Post], *, of: Collection[int], language: str, key: bool = False) -> list[Said]:
    """`posts` and the published answers of the requests `of` (ids), oldest first. `key` opens what is private."""
    of_posts, of_replies = _photos(of, key=key)
    told = [
        Said(post.posted_at, [] if post.deleted_at else of_posts[post.pk], post=public_post(post, language=language))
        for post in posts
        # Written to one person alone: it is in no public request, and would not be shown if it were.
        if key or not post.is_confidential
    ]
    for reply in Reply.objects.published().told_once().of_requests(of).order_by("published_at", "id")[:MOST]:
        # A published reply has its moment: the database sees to it.
        told.append(Said(reply.published_at, of_replies[reply.pk], reply=public_reply(reply)))  # type: ignore[arg-type]
    return sorted(told, key=lambda said: said.at)


def _photos(of: Collection[int], *, key: bool) -> tuple[dict[int, list[ShownPhoto]], dict[int, list[ShownPhoto]]]:
    of_posts: dict[int, list[ShownPhoto]] = defaultdict(list)
    of_replies: dict[int, list[ShownPhoto]] = defaultdict(list)
    for photo in Photo.objects.held().inoffensive().of_posts(of):
        ours = photo.post is not None and photo.post.written_by_id is not None
        alt = _("Photo sent by the town hall with this answer") if ours else _("Photo sent with this message")
        of_posts[photo.post_id].append(shown(photo, alt=alt, key=key))  # type: ignore[index]
    for photo in Photo.objects.held().of_replies(of):
        of_replies[photo.reply_id].append(shown(photo, alt=_("Photo sent by the town hall with this answer"), key=key))  # type: ignore[index]
    return of_posts, of_replies
