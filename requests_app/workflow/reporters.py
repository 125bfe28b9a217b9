"""Who asked: the people behind a request and those merged into it, and which of their posts may be answered."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from requests_app.models import Author, Kind, Post, ServiceRequest

# Who writes one of these wants to hear what becomes of it; who says thanks or chats along does not.
ASKING = (Kind.PROBLEM, Kind.QUESTION, Kind.PROPOSAL, Kind.COMPLAINT)


@dataclass(frozen=True, slots=True)
class Reporter:
    """`posts`: those that may be answered, newest first. Without any, `opted_out` or all of them are deleted."""

    author: Author
    posts: Sequence[Post]
    opted_out: bool = False


def reporters(service_request: ServiceRequest) -> list[Reporter]:
    """Whoever opened it first, then the others in the order in which they came; one query."""
    opener = service_request.opening_post.author_id
    said: dict[int, list[Post]] = {opener: []}
    for post in service_request.thread.filter(written_by=None):
        said.setdefault(post.author_id, []).append(post)
    return [_reporter(posts) for author, posts in said.items() if posts and (author == opener or _asks(posts))]


def language_for(post: Post, *, of: ServiceRequest) -> str:
    """In which of the town's languages its author is answered.

    Where the network does not say, that of what they opened, also once it is part of `of`.
    """
    if post.language in dict(settings.LANGUAGES):
        return post.language
    own = post.service_request if post.service_request_id not in (None, of.pk) else of
    return (own or of).language


def _asks(posts: Sequence[Post]) -> bool:
    return any(post.kind in ASKING and post.deleted_at is None for post in posts)


def _reporter(posts: Sequence[Post]) -> Reporter:
    author = posts[0].author
    standing = [post for post in reversed(posts) if post.deleted_at is None]
    asked_to_stop = author.opted_out_at
    if asked_to_stop is None:
        return Reporter(author, standing)
    # What somebody writes to the town after their "stop" is theirs to have answered.
    since = [post for post in standing if post.posted_at > asked_to_stop]
    return Reporter(author, since, opted_out=bool(standing) and not since)
