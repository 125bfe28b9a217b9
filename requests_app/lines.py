"""An account's open line to its network: its keys kept fresh, one refresh at a time."""

from django.db import transaction
from django.utils import timezone

from requests_app.models import Account, Network
from requests_app.networks import connect
from requests_app.networks.contract import Connector
from requests_app.networks.x_http import refresh_tokens

# X's access tokens live two hours.
FRESH_SECONDS = 300


def open_line(account: Account) -> Connector:
    """The connector of an account, its token refreshed when it is about to expire. Raises NetworkUnavailable."""
    if account.network == Network.X and _stale(account):
        _refresh(account)
    return connect(account.network, external_id=account.external_id, credentials=account.credentials)


def mark_expired(account: Account) -> None:
    """The network did not accept the token: the next line is opened with a new one."""
    account.credentials = {**account.credentials, "expires_at": 0}
    account.save(update_fields=["credentials"])


def _stale(account: Account) -> bool:
    expires_at = account.credentials.get("expires_at")
    renewable = "refresh_token" in account.credentials
    return renewable and expires_at is not None and expires_at < timezone.now().timestamp() + FRESH_SECONDS


@transaction.atomic
def _refresh(account: Account) -> None:
    """The one network call under a row lock: a refresh token is single-use, and using it twice kills its family."""
    locked = Account.objects.select_for_update().get(pk=account.pk)
    if _stale(locked):
        locked.credentials = refresh_tokens(locked.credentials["refresh_token"])
        locked.save(update_fields=["credentials"])
    account.credentials = locked.credentials
