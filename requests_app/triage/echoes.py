"""Echoes: what Plaza published itself, read back from the network, is known again and never taken for a person's act."""

import logging
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from requests_app import workflow
from requests_app.models import Post, Reply, ReplyStatus, ServiceRequest
from requests_app.networks.contract import IncomingAuthor, IncomingPost, Published
from requests_app.workflow.voices import rules_of

log = logging.getLogger(__name__)

# The network's clock may be behind ours by as much.
SLACK = timedelta(minutes=1)


def is_ours(post: Post, *, about: ServiceRequest | None) -> bool:
    """By its id, or by its words: then the post is the proof that a reply stands which was in doubt."""
    known = Reply.objects.filter(account__network=post.network, external_id=post.external_id).first()
    if known is None:
        known = _alike(post, about) if about else None
        if known is not None and known.status != ReplyStatus.PUBLISHED:
            log.info("seen in public", extra={"reply": known.pk, "was": known.status})
            receipt = Published(post.external_id, post.posted_at, url=post.url, reference=post.reference)
            workflow.published(known, receipt)
    if known is None:
        return False
    Reply.objects.filter(pk=known.pk, seen_at=None).update(seen_at=timezone.now())
    return True


def _alike(post: Post, about: ServiceRequest) -> Reply | None:
    """A reply of that account to the same post, with these words, that the network was asked to publish before."""
    family = ServiceRequest.objects.filter(Q(pk=about.pk) | Q(merged_into=about)).values("pk")
    asked = (
        Reply.objects.filter(service_request__in=family, account=post.written_by)
        .filter(first_claimed_at__lte=post.posted_at + SLACK)
        .select_related("account", "post__author", "follows__account", "service_request")
        .order_by("-id")
    )
    to_the_same = [reply for reply in asked if workflow.parent_of(reply).external_id == post.in_reply_to]
    incoming = _as_read(post)
    return next((one for one in to_the_same if rules_of(one.account).is_ours(incoming, text=one.payload)), None)


def _as_read(post: Post) -> IncomingPost:
    return IncomingPost(
        external_id=post.external_id,
        author=IncomingAuthor(post.author.external_id, post.author.handle, post.author.display_name),
        text=post.text,
        posted_at=post.posted_at,
        language=post.language,
        mentions=tuple(post.mentions),
        conversation_id=post.conversation_id,
        in_reply_to=post.in_reply_to,
        version=post.version,
        url=post.url,
        reference=post.reference,
    )
