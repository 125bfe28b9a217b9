"""A test read: what an account's network shows of it now, kept nowhere and moving no cursor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app import ledger, wording
from requests_app.lines import open_line, redacted
from requests_app.models import Account
from requests_app.networks.contract import Capabilities, IncomingPost, NetworkUnavailable

# Where reading is billed, the posts of one day are most likely paid for already.
LOOKS_BACK = timedelta(days=1)
# So many are shown.
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Glimpse:
    """How many posts to the account there were, the newest of them first, and what its network can do."""

    count: int
    newest: Sequence[IncomingPost]
    capabilities: Capabilities


def glance(account: Account) -> Glimpse:
    """Asks the network for the last day. Raises NetworkUnavailable; what the reading costs is written down."""
    now = timezone.now()
    pause = ledger.wait_for(account, "fetch", now=now, by_a_person=True)
    if pause:
        raise NetworkUnavailable("its limit is used up", retry_at=pause, cause="limit")
    with open_line(account) as line:
        walk = line.fetch(account.cursor, now=now, since=now - LOOKS_BACK)
        newest = sorted(walk.posts, key=lambda post: post.posted_at, reverse=True)
        return Glimpse(count=len(newest), newest=newest[:SHOWN], capabilities=line.capabilities)


def why_not(account: Account, failure: NetworkUnavailable) -> str:
    """A failed reading in plain words."""
    words = {
        "network": account.get_network_display(),
        "time": wording.clock(failure.retry_at, now=timezone.now()) if failure.retry_at else "",
        "reason": redacted(str(failure), account),
    }
    match failure.cause:
        case "credentials":
            return _("%(network)s does not accept the account's keys. Link it anew.") % words
        case "money":
            return _("%(network)s says that the credits or the month's allowance are used up.") % words
        case "limit" if words["time"]:
            return _("%(network)s asks us to wait until %(time)s.") % words
        case _:
            return _("%(network)s could not be asked: %(reason)s.") % words
