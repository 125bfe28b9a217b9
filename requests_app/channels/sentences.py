"""The words for each state of an account, and for a month that has cost more than planned."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app import wording
from requests_app.models import Account

SENTENCES = {
    "credentials": gettext_lazy(
        "%(network)s no longer accepts the keys of %(handles)s. An administrator must link it again."
    ),
    "money": gettext_lazy(
        "The credits on %(network)s are used up: %(handles)s can neither be read nor answer. Next try: %(until)s."
    ),
    "unread": gettext_lazy("%(network)s has not been read since %(since)s for %(handles)s. Posts arrive later."),
    "gap": gettext_lazy(
        "Posts to %(handles)s on %(network)s between %(since)s and %(until)s were out of reach. Somebody must look there."
    ),
    "quiet": gettext_lazy(
        "Nobody has written to %(handles)s on %(network)s since %(since)s: longer than usual at this hour and weekday."
    ),
    "limited": gettext_lazy("%(network)s asks %(handles)s to wait until %(until)s."),
    "slow": gettext_lazy("%(network)s is slow for %(handles)s: posts arrive and answers leave late."),
    "paused": gettext_lazy(
        "An administrator has paused %(handles)s on %(network)s: nothing is read or answered there."
    ),
    "fine": gettext_lazy("%(handles)s on %(network)s is fine."),
}


def sentence(
    accounts: Sequence[Account], code: str, since: datetime | None, until: datetime | None, *, now: datetime
) -> str:
    """What a mayor reads of accounts of one network that share a state."""
    return str(SENTENCES[code]) % {
        "network": accounts[0].get_network_display(),
        "handles": ", ".join(f"@{account.handle}" for account in accounts),
        "since": wording.clock(since, now=now) if since else "",
        "until": wording.clock(until, now=now) if until else "",
    }


def cap_reached(cap: str, *, spent: Decimal, allowed: Decimal) -> str:
    """`cap`: "soft" or "hard". What stops, and that answers do not."""
    amounts = {"spent": wording.dollars(spent), "allowed": wording.dollars(allowed)}
    if cap == "hard":
        return (
            _(
                "X has cost %(spent)s this month, past the hard limit of %(allowed)s: "
                "it is read every quarter of an hour only. Answers go on."
            )
            % amounts
        )
    return (
        _(
            "X has cost %(spent)s this month, past the soft limit of %(allowed)s: "
            "older posts are not looked at again. Answers go on."
        )
        % amounts
    )
