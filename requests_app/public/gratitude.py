"""Thank-yous with words: under a team's work, and to its accounts for nothing in particular."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse

from requests_app.models import Account, Network, Post
from requests_app.public.copies import public_post

WITHIN = timedelta(days=90)
SHOWN = 6
# Some of them were said in confidence, or to another team.
LOOK_AT = 60


@dataclass(frozen=True, slots=True)
class Thanks:
    """`url`: the request it was said under, or nothing."""

    name: str
    text: str
    language: str
    network: str
    at: datetime
    url: str


def thanks_to(queue: int, *, accounts: Collection[Account], now: datetime) -> list[Thanks]:
    """The newest of the team (id) with these accounts, in two queries."""
    under = Post.objects.thanks_to_team(queue, start=now - WITHIN, end=now)[: SHOWN * 2]
    apart = Post.objects.visible().thanks_set_apart(now - WITHIN, now).select_related("author")[:LOOK_AT]
    at_large = [post for post in apart if any(_names(post, account) for account in accounts)]
    said = sorted(
        (post for post in (*under, *at_large) if not (post.is_confidential or post.is_offensive)),
        key=lambda post: post.posted_at,
    )
    return [_thanks(post) for post in reversed(said[-SHOWN:])]


def _names(post: Post, account: Account) -> bool:
    """On the town's own site nobody names anybody, and what is no request there is shown nowhere."""
    if post.network == Network.PLAZA:
        return False
    return post.account_id == account.pk or (post.network == account.network and account.external_id in post.mentions)


def _thanks(post: Post) -> Thanks:
    public = public_post(post)
    about = post.service_request
    return Thanks(
        name=public.author.public_name,
        text=public.text,
        language=public.language or (about.language if about else ""),
        network=public.network,
        at=public.posted_at,
        url=reverse("request", args=[about.pk]) if about else "",
    )
