"""Stopping: whether a post says nothing but that its author wants no more messages."""

from collections.abc import Iterable
from functools import lru_cache

from django.conf import settings

from requests_app.triage.words import TextView, look


def asks_to_stop(view: TextView) -> bool:
    """Mentions, hashtag signs, punctuation, case and accents aside. With a link it says something else too."""
    # Whoever asks for something besides must be heard.
    has_link = "://" in view.text or "www." in view.text
    return not has_link and view.words in _phrases(tuple(settings.OPT_OUT_WORDS))


@lru_cache(maxsize=1)
def _phrases(written: Iterable[str]) -> frozenset[tuple[str, ...]]:
    return frozenset(look(phrase).words for phrase in written) - {()}
