"""Single requests worth a line among the figures: the fastest, the one that still waits."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from requests_app.discretion import public_language, public_summary
from requests_app.models import ServiceRequest


@dataclass(frozen=True, slots=True)
class Case:
    """A public copy."""

    number: int
    team: str
    summary: str
    language: str
    wait: timedelta


def case_of(row: ServiceRequest, *, wait: timedelta) -> Case:
    """As everybody may read it."""
    post = row.opening_post
    words = _("Its author deleted this post.") if post.deleted_at else public_summary(post)
    language = "" if post.deleted_at else public_language(post) or row.language
    return Case(row.pk, row.queue.name, words, language, wait)
