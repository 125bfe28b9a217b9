"""What networks hand over, made to fit our columns: other people's servers bound nothing."""

from dataclasses import replace

from requests_app.networks.contract import IncomingPhoto, IncomingPost

# What the columns hold.
LONGEST_URL, LONGEST_ALT, LONGEST_LANGUAGE = 1000, 1000, 10


def fitted(post: IncomingPost) -> IncomingPost:
    """One that a row can hold: a single post that cannot be stored would keep all those behind it out."""
    return replace(
        post,
        text=plain(post.text),
        language=post.language if len(post.language) <= LONGEST_LANGUAGE else "",
        url=post.url if len(post.url) <= LONGEST_URL else "",
        photos=tuple(
            IncomingPhoto(photo.source_url, plain(photo.alt, LONGEST_ALT))
            for photo in post.photos
            if len(photo.source_url) <= LONGEST_URL
        ),
    )


def plain(text: str, longest: int | None = None) -> str:
    """PostgreSQL knows no NUL."""
    return text.replace("\0", "")[:longest]
