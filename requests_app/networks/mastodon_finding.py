"""Looking for a message that may have reached a Mastodon server: in the account's own statuses and in the thread."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from django.utils import timezone
from mastodon import Mastodon
from mastodon.errors import MastodonError

from requests_app.networks.contract import Draft, Published
from requests_app.networks.mastodon_http import is_gone, listed
from requests_app.networks.mastodon_reading import moment_of, pages_back, reference_of, url_of
from requests_app.networks.mastodon_words import spelling, words_of

OWN_PAGE = 40
# Of the account's own statuses since the first try.
PAGES = 20
# Of the server's clock against ours. Wide, since a message of ours that is overlooked would be said twice.
CLOCK_SLACK = timedelta(minutes=10)


def own_statuses(client: Mastodon, account_id: str) -> Callable[..., Any]:
    """The call that gives a page of them; what others wrote and the account passed on is left out."""
    return partial(client.account_statuses, account_id, exclude_reblogs=True, limit=OWN_PAGE)


def search(client: Mastodon, draft: Draft, *, account_id: str) -> Published | None:
    """None when everything was read and it is not there. Raises what Mastodon.py raises, and NetworkUnavailable."""
    candidates = _candidates(client, draft, account_id=account_id)
    return next((published(status) for status in candidates if _says(client, status, draft)), None)


def published(status: Any) -> Published:
    return Published(
        external_id=str(status.id),
        published_at=min(moment_of(status), timezone.now()),
        url=url_of(status),
        reference=reference_of(status),
    )


def _candidates(client: Mastodon, draft: Draft, *, account_id: str) -> Iterator[Any]:
    """The account's own, then the thread's: not every server shows the first in full."""
    since = draft.first_claimed_at - CLOCK_SLACK
    for page in pages_back(own_statuses(client, account_id), since=since, pages=PAGES, whole=True):
        yield from page
    try:
        thread = listed(client.status_context(draft.parent.external_id).get("descendants"))
    except MastodonError as failure:
        if not is_gone(failure):
            raise
        return
    yield from (status for status in thread if str(status.account.id) == account_id)


def _says(client: Mastodon, status: Any, draft: Draft) -> bool:
    """Whether it is the draft. Mastodon takes a reply off a post that is deleted, and some servers read Markdown."""
    parent, since = draft.parent.external_id, draft.first_claimed_at - CLOCK_SLACK
    if str(status.in_reply_to_id or parent) != parent or moment_of(status) < since:
        return False
    if spelling(words_of(status.content)) == spelling(draft.text):
        return True
    return bool(status.in_reply_to_id) and spelling(_source(client, status)) == spelling(draft.text)


def _source(client: Mastodon, status: Any) -> str:
    """As it was typed; older servers do not tell."""
    try:
        return str(client.status_source(status.id).get("text") or "")
    except MastodonError as failure:
        if is_gone(failure):
            return ""
        raise
