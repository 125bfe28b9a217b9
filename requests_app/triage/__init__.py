"""Sort: posts of the inbox find their request, their team and their reason, a batch at a time."""

import logging
from collections.abc import Sequence
from typing import Any

from django.db import DatabaseError, OperationalError, transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone

from requests_app import workflow
from requests_app.models import Kind, Post, ServiceRequest
from requests_app.triage import acts
from requests_app.triage.confidential import secret
from requests_app.triage.deciding import Desk, Reading, plain, read
from requests_app.triage.offensive import offence
from requests_app.triage.threads import Threads
from requests_app.triage.words import look

log = logging.getLogger(__name__)

BATCH = 500
# So many that wait are more than a moment's.
MANY = 50


def sort(*, limit: int = BATCH) -> int:
    """Sorts up to `limit` posts, oldest first, and returns how many were dealt with (set aside ones too).

    Workers share the work: each claims rows the others have not locked. What cannot be digested is set
    aside with its error and stops nobody.
    """
    try:
        with transaction.atomic():
            posts = _claim(limit)
            done = _sort([post for post in posts if post.written_by_id is None])
    except DatabaseError:
        # One row of the batch is poison for the database: find it by going one by one.
        log.exception("a batch could not be written")
        posts, done = _sort_one_by_one(limit)
    # After what residents wrote: that is what the town's people answer. Few, so one by one.
    return done + sum(_understand(post) for post in posts if post.written_by_id is not None)


def sort_now(post: Post) -> ServiceRequest | None:
    """Sorts one post while its author looks on; the request it opened or joined, None when it became none.

    A worker may have been quicker: then its decision is waited for and returned.
    """
    with transaction.atomic():
        waiting = Post.objects.due_for_triage().filter(pk=post.pk).select_for_update(of=("self",))
        _sort(list(waiting))
    post.refresh_from_db()
    return post.service_request


def is_busy() -> bool:
    """Whether many posts wait to be sorted, or are at another worker."""
    return len(Post.objects.due_for_triage().values_list("pk", flat=True)[:MANY]) == MANY


def look_again(*, limit: int = BATCH) -> int:
    """What was edited since it was sorted may insult somebody now, or tell what is nobody else's business."""
    with transaction.atomic():
        edited = Post.objects.due_for_second_look().select_for_update(of=("self",), skip_locked=True, no_key=True)
        posts = list(edited[:limit])
        for post in posts:
            workflow.reread(post, found=_looked_at(post), at=timezone.now())
    return len(posts)


def _looked_at(post: Post) -> list[dict[str, Any]]:
    try:
        view = look(post.text)
        return plain(*filter(None, (secret(view), offence(view))))
    except Exception as error:  # noqa: BLE001
        log.error("edited post not understood", extra={"post": post.pk, "error": type(error).__name__}, exc_info=error)
        return []


def try_again(post: Post) -> bool:
    """Puts a post that was set aside back among those to sort; False when somebody was quicker."""
    return bool(Post.objects.set_aside().filter(pk=post.pk).update(set_aside_at=None, triage_error=""))


def _claim(limit: int) -> list[Post]:
    return list(Post.objects.due_for_triage().select_for_update(of=("self",), skip_locked=True)[:limit])


def _sort(posts: Sequence[Post]) -> int:
    if not posts:
        return 0
    desk = Desk.today()
    readings = _read(posts, desk=desk)
    threads = Threads.around(posts, thankers=[one.post.author_id for one in readings if one.kind == Kind.THANKS])
    ready = [one for one in readings if not threads.must_wait(one.post)]
    workflow.receive([threads.place(one) for one in ready], weeks=desk.weeks, messages=desk.messages)
    if offensive := [one.post.pk for one in ready if one.is_offensive]:
        log.info("posts kept from the public as offensive", extra={"posts": offensive})
    if threads.too_early:
        Post.objects.filter(pk__in=threads.too_early).update(triaged_at=None)
    return len(posts) - len(readings) + len(ready)


def _read(posts: Sequence[Post], *, desk: Desk) -> list[Reading]:
    if desk.rules.asks_who_wrote:
        prefetch_related_objects(posts, "author")
    readings = []
    for post in posts:
        try:
            readings.append(read(post, desk=desk))
        except Exception as error:  # noqa: BLE001
            _set_aside(post, error)
    return readings


def _understand(post: Post) -> bool:
    try:
        return acts.understand(post)
    except OperationalError:
        # Two wanted the same rows, or the database went away: nothing is wrong with the post.
        log.exception("an act waits for its next turn")
        return False
    except Exception as error:  # noqa: BLE001
        _set_aside(post, error)
        return True


def _sort_one_by_one(limit: int) -> tuple[list[Post], int]:
    with transaction.atomic():
        posts = _claim(limit)
        done = 0
        for post in posts:
            if post.written_by_id is not None:
                continue
            try:
                with transaction.atomic():
                    done += _sort([post])
            except DatabaseError as error:
                _set_aside(post, error)
                done += 1
        return posts, done


def _set_aside(post: Post, error: Exception) -> None:
    """For the dispatcher. The kind of error only: its text may hold the resident's words."""
    log.error("post set aside", extra={"post": post.pk, "error": type(error).__name__}, exc_info=error)
    Post.objects.filter(pk=post.pk).update(set_aside_at=timezone.now(), triage_error=type(error).__name__)
