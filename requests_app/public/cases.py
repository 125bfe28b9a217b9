"""Single requests worth a line among the figures: the fastest, the one that still waits."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from requests_app.masking import mask
from requests_app.models import ServiceRequest


@dataclass(frozen=True, slots=True)
class Case:
    """A public copy, small enough to remember for a while."""

    number: int
    team: str
    summary: str
    language: str
    wait: timedelta


def case_of(row: ServiceRequest | None, *, wait: str) -> Case | None:
    """`wait` names the column that holds it: `took` or `waited`."""
    if row is None:
        return None
    post = row.opening_post
    words = _("Its author deleted this post.") if post.deleted_at else mask(post.summary)
    language = "" if post.deleted_at else row.language
    return Case(row.pk, row.queue.name, words, language, getattr(row, wait))
