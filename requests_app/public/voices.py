"""The accounts people can write to a team through, and where each has its page."""

from dataclasses import dataclass

from django.conf import settings

from requests_app.models import Account, Network, Queue

BLUESKY_SITE = "https://bsky.app"


@dataclass(frozen=True, slots=True)
class Voice:
    """An account to write to; `url` is "" where its page is not known."""

    network: str
    handle: str
    url: str


def accounts_of(queue: Queue) -> list[Account]:
    """The team's own, then its people's; the town hall's for the team that takes what no other does."""
    own = [*queue.accounts.all(), *(account for person in queue.members.all() for account in person.accounts.all())]
    if queue.is_fallback:
        own += Account.objects.on_networks().filter(queue=None, person=None)
    return list(dict.fromkeys(own))


def voice(account: Account) -> Voice:
    return Voice(account.network, account.handle, _page(account))


def _page(account: Account) -> str:
    server = str(account.server.get("url", "")).rstrip("/")
    match account.network:
        case Network.X:
            return f"{settings.X_SITE_URL}/{account.handle}"
        case Network.MASTODON if server:
            return f"{server}/@{account.handle.split('@')[0]}"
        case Network.BLUESKY:
            return f"{BLUESKY_SITE}/profile/{account.handle}"
        case _:
            return ""
