"""An account's open line to its network: its keys kept fresh, one refresh at a time, and what it costs written down."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils import timezone

from requests_app import ledger
from requests_app.models import Account
from requests_app.models.sealed import Secrets
from requests_app.networks import connect, renewed
from requests_app.networks.contract import Connector, Usage

# The access tokens of X and Bluesky live two hours.
FRESH_SECONDS = 300
# Shorter ones are words, not secrets.
SECRET_LENGTH = 8


@contextmanager
def open_line(account: Account) -> Iterator[Connector]:
    """The connector of an account, its keys renewed when they are about to expire. Raises NetworkUnavailable.

    What the calls made through it cost, and what the network said of its limits, is kept when the line is closed.
    """
    if _stale(account):
        _renew(account)
    usage = Usage()
    line = connect(
        account.network,
        external_id=account.external_id,
        credentials=account.credentials,
        server=account.server,
        usage=usage,
    )
    try:
        yield line
    finally:
        ledger.keep(account, usage, prices=line.capabilities.prices)


@transaction.atomic
def mark_expired(account: Account) -> None:
    """The network did not accept these keys: the next line is opened with new ones.

    Keys that somebody renewed since stay: writing the old ones back would use a single-use refresh token twice. And who
    has none any more, since the account was unlinked meanwhile, gets none.
    """
    locked = _locked(account)
    if _keys(locked) == _keys(account) != {}:
        locked.credentials = Secrets({**locked.credentials, "expires_at": 0})
        locked.save(update_fields=["credentials"])
    account.credentials = locked.credentials


def redacted(text: str, account: Account) -> str:
    """An error's words without any of the account's secrets, whatever put them there."""
    for secret in account.credentials.values():
        if isinstance(secret, str) and len(secret) >= SECRET_LENGTH:
            text = text.replace(secret, "…")
    return text


def _keys(account: Account) -> dict[str, object]:
    return {name: value for name, value in account.credentials.items() if name != "expires_at"}


def _stale(account: Account) -> bool:
    """Only keys that can be renewed have a moment at which they expire."""
    expires_at = account.credentials.get("expires_at")
    return expires_at is not None and expires_at < timezone.now().timestamp() + FRESH_SECONDS


@transaction.atomic
def _renew(account: Account) -> None:
    """The one network call under a row lock: X's refresh tokens are single-use, and using one twice kills its family."""
    locked = _locked(account)
    if _stale(locked):
        fresh = renewed(locked.network, credentials=locked.credentials, server=locked.server)
        locked.credentials, locked.keys_at = Secrets(fresh), timezone.now()
        locked.save(update_fields=["credentials", "keys_at"])
    account.credentials = locked.credentials


def _locked(account: Account) -> Account:
    """Not the lock that forbids others to name the row: a person who answers through it must not wait for a network."""
    return Account.objects.select_for_update(of=("self",), no_key=True).get(pk=account.pk)
