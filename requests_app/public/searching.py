"""Which posts a search by the public may find: those whose words it could read."""

import re

from django.db.models import Q

from requests_app.discretion import public_words
from requests_app.models import Post
from requests_app.models.post import SEEN_BY_ALL, PostQuerySet
from requests_app.triage.words import unaccented

WORD = re.compile(r"\w+")
FIGURES = re.compile(r"[\d@]")
# Where something may be masked; see `masking.CLUE`. A search without figures can only meet an address spelt out.
WITH_FIGURES, SPELT_OUT = r"\d{3}|\d[ ./()-]{1,2}\d|@|\d\d[ -]?[A-Za-z]", r"arroba|arobase|\(at?\)|\yat\y"
# What keeps one message of a public request from the public.
PRIVATE = (
    Q(evidence__contains=[{"signal": "private"}])
    | Q(evidence__contains=[{"signal": "rule"}])
    | Q(reference__has_key="visibility") & ~Q(reference__visibility__in=SEEN_BY_ALL)
)


def readable(words: str) -> PostQuerySet:
    """Without insults, without what is private, and without those that hold `words` only below a mask."""
    posts = Post.objects.visible().inoffensive()
    clue = f"{WITH_FIGURES}|{SPELT_OUT}" if FIGURES.search(words) else SPELT_OUT
    suspects = posts.matching(words).filter(Q(text__iregex=clue) | PRIVATE)
    asked = _words(words)
    return posts.exclude(
        pk__in=[post.pk for post in suspects if post.is_confidential or not asked <= _words(public_words(post))]
    )


def _words(text: str) -> set[str]:
    return set(WORD.findall(unaccented(text).lower()))
