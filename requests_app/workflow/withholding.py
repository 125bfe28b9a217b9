"""What everybody could read, and should not: a request made private, a message hidden, an insult folded."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app.models import Event, Post, ServiceRequest, Verb
from requests_app.workflow.moves import Refusal, lock, touch

log = logging.getLogger(__name__)

# Why a person may make a request private; see `wording.private_matter`.
REASONS = ("named_person", "minors", "health", "home_violence", "sexual_violence", "accusation", "author_asks")


@transaction.atomic
def conceal(service_request: ServiceRequest, *, by: User | None, why: Sequence[str]) -> ServiceRequest:
    """From now on only those who work on it read it, and what was joined to it. `by`: nobody, where triage saw it.

    Whatever happened since its page was drawn: hiding is in nobody's way.
    """
    if not why or (by and not set(why) <= set(REASONS)):
        raise Refusal(_("Choose the reason."))
    post = locked_post(service_request.opening_post_id)
    group = locked_group(service_request)
    fresh = lock(service_request, verb="note", version=None)
    if fresh.is_private:
        raise Refusal(_("It is private already."))
    along = [one.pk for one in group if one.pk != fresh.pk and not one.is_private]
    mark(post, signal="private", detail=why)
    fresh.is_private, now = True, timezone.now()
    ServiceRequest.objects.filter(pk__in=along).update(is_private=True, changed_at=now)
    touch(fresh, at=now, told=False)
    fresh.save(update_fields=["is_private", "version", "changed_at"])
    data = {
        "before": {"is_private": False}, "version": fresh.version, "hidden": "request", "why": list(why),
        "along": along, "marked": [post.pk], "mark": "private",
    }  # fmt: skip
    Event.objects.create(service_request=fresh, verb=Verb.RECLASSIFIED, at=now, by=by, data=data)
    log.info("request made private", extra={"request": fresh.pk, "by": by.pk if by else None, "why": list(why)})
    return fresh


@transaction.atomic
def fold(post: Post, *, by: User) -> None:
    """A person sees an insult that triage did not: folded for colleagues, and never in public."""
    row = locked_post(post.pk)
    if row.is_offensive:
        raise Refusal(_("A colleague folded it already."))
    row.is_offensive = True
    mark(row, signal="folded")
    tell(row, by=by, data={"hidden": "words"})
    log.info("post folded", extra={"post": row.pk, "by": by.pk})


@transaction.atomic
def hide(post: Post, *, by: User) -> None:
    """One message of a request that everybody may read is nobody else's business."""
    row = locked_post(post.pk)
    if row.is_confidential:
        raise Refusal(_("It is private already."))
    own = ServiceRequest.objects.filter(opening_post=row)
    if own.filter(merged_into=None).exists():
        raise Refusal(_("It is what the request began with: make the request private."))
    mark(row, signal="private", detail=["by_hand"])
    # What it opened was joined to another, which stays for everybody to read.
    own.update(is_private=True)
    tell(row, by=by, data={"hidden": "post"})
    log.info("post hidden", extra={"post": row.pk, "by": by.pk})


@transaction.atomic
def reread(post: Post, *, found: Sequence[Mapping[str, Any]], at: datetime) -> None:
    """Triage looked at an edited post once more. `found`: what it says of insults and private matters now.

    What it said before the edit too, a person may have lifted: that stays as it is. An insult that its author took
    out is one no longer, unless a colleague folded it.
    """
    row = locked_post(post.pk)
    news = [piece for piece in found if piece not in row.evidence]
    by_hand = any(piece["signal"] == "folded" for piece in row.evidence)
    insulted, row.triaged_at = row.is_offensive, max(at, row.edited_at or at)
    if any(piece["signal"] == "offensive" for piece in news):
        row.is_offensive = True
    elif not any(piece["signal"] == "offensive" for piece in found) and not by_hand:
        row.is_offensive = False
    if insulted and not row.is_offensive:
        news.append({"signal": "reworded", "detail": []})
    matters = [str(one) for piece in news if piece["signal"] == "private" for one in piece["detail"]]
    own = ServiceRequest.objects.filter(opening_post=row, is_private=False).first() if matters else None
    if own is not None and own.merged_into_id is None:
        conceal(own, by=None, why=matters)
        row.evidence = Post.objects.values_list("evidence", flat=True).get(pk=row.pk)
        news = [piece for piece in news if piece["signal"] != "private"]
    elif own is not None:
        # Joined to what everybody reads: its own page and its photos go, its words leave the thread.
        ServiceRequest.objects.filter(pk=own.pk).update(is_private=True, changed_at=at)
    row.evidence = [*row.evidence, *news]
    row.save(update_fields=["is_offensive", "evidence", "triaged_at"])
    if row.is_offensive != insulted:
        tell(row, by=None, data={"hidden": "words"} if row.is_offensive else {"shown": "words"})
    if news or matters:
        log.info("edited post looked at again", extra={"post": row.pk, "found": [piece["signal"] for piece in news]})


def taken_back(event: Event, *, at: datetime) -> None:
    """Whoever undoes what was hidden or shown undoes it for what was joined to it, and what the posts say of it."""
    if "mark" not in event.data:
        return
    was_private: bool = event.data["before"]["is_private"]
    ServiceRequest.objects.filter(pk__in=event.data["along"]).update(is_private=was_private, changed_at=at)
    for post in Post.objects.filter(pk__in=event.data["marked"]).order_by("pk"):
        last = max((n for n, piece in enumerate(post.evidence) if piece["signal"] == event.data["mark"]), default=None)
        if last is not None:
            del post.evidence[last]
            post.save(update_fields=["evidence"])


def locked_post(number: int) -> Post:
    """Fresh and locked; before its request, as everybody does who changes a post."""
    return Post.objects.select_for_update(of=("self",), no_key=True).get(pk=number)


def locked_group(service_request: ServiceRequest) -> list[ServiceRequest]:
    """It, and what was joined to it, locked in the order of their numbers."""
    group = ServiceRequest.objects.filter(Q(pk=service_request.pk) | Q(merged_into=service_request.pk))
    rows = group.select_related("service", "opening_post").order_by("pk")
    return list(rows.select_for_update(of=("self",)))


def mark(post: Post, *, signal: str, detail: Sequence[str] = ()) -> None:
    """One reason more, and whether it is folded."""
    post.evidence = [*post.evidence, {"signal": signal, "detail": list(detail)}]
    post.save(update_fields=["is_offensive", "evidence"])


def tell(post: Post, *, by: User | None, data: Mapping[str, Any]) -> None:
    """A line in the history of the request in which people read of the post, where there is one."""
    own = ServiceRequest.objects.filter(pk=post.service_request_id or 0).first()
    if own is None:
        return
    now, number = timezone.now(), own.merged_into_id or own.pk
    ServiceRequest.objects.filter(pk=number).update(changed_at=now)
    Event.objects.create(service_request_id=number, verb=Verb.RECLASSIFIED, at=now, by=by, post=post, data=dict(data))
