"""Opting out: whoever asks us to stop is written to by no machine from that moment."""

from collections.abc import Sequence

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Greatest

from requests_app.models import Author, Post, Reply, ReplyStatus
from requests_app.models.reply import TO_SEND


def honour(posts: Sequence[Post]) -> None:
    """`posts` say nothing but "stop". What a person wrote to them already still leaves; what a machine wrote does not."""
    if not posts:
        return
    authors = {post.author_id for post in posts}
    said = Post.objects.filter(pk__in=[post.pk for post in posts], author=OuterRef("pk")).order_by("-posted_at")
    # PostgreSQL's GREATEST passes over NULL: the first "stop" counts, and a later one too.
    newest = Greatest(F("opted_out_at"), Subquery(said.values("posted_at")[:1]))
    Author.objects.filter(pk__in=authors).update(opted_out_at=newest)
    unsent = Reply.objects.filter(by=None, post__author__in=authors, status__in=TO_SEND)
    unsent.update(status=ReplyStatus.WITHDRAWN, next_attempt_at=None)
