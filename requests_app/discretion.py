"""Discretion: a resident's words as everybody may read them. Masked; and of an insult only that there was one."""

from django.utils.translation import get_language

from requests_app.masking import mask
from requests_app.models import Post
from requests_app.models.post import WITHHELD


def public_words(post: Post) -> str:
    """What it says, for a page, a feed or a letter."""
    return str(WITHHELD) if post.is_offensive else mask(post.text)


def public_summary(post: Post) -> str:
    """Its first line, which is no insult either."""
    return mask(post.summary)


def public_language(post: Post) -> str:
    """Which language that is in; nothing where nobody knows."""
    return get_language() or "" if post.is_offensive else post.language
