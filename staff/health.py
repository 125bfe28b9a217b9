"""What keeps the desk from hearing everything: accounts that cannot be read, and stretches nobody read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app import wording
from requests_app.models import Account, Network

# Beyond a few missed readings somebody should know.
STALE_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Channel:
    """One network in the desk's header: `fine`, `quiet` (it asked us to wait) or `down`."""

    name: str
    state: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Line:
    """One account: its state in a word, when it was last read, and what is wrong with it, if anything."""

    account: Account
    state: str
    read_at: datetime | None
    trouble: str


@dataclass(frozen=True, slots=True)
class Health:
    channels: list[Channel]
    lines: list[Line]

    @property
    def troubles(self) -> list[str]:
        """A sentence for each trouble; accounts that share one are told of together."""
        shared: dict[tuple[str, str], list[Line]] = {}
        for line in self.lines:
            if line.trouble:
                shared.setdefault((line.account.network, line.state), []).append(line)
        return [lines[0].trouble if len(lines) == 1 else _shared(lines) for lines in shared.values()]


def health() -> Health:
    """Every network's state and a sentence for each account in trouble; one query."""
    now = timezone.now()
    accounts = list(Account.objects.linked().exclude(network=Network.PLAZA).order_by("network", "pk"))
    networks = dict.fromkeys(account.network for account in accounts)
    channels = [_channel(network, [one for one in accounts if one.network == network], now=now) for network in networks]
    lines = [Line(one, _state(one, now=now), one.collected_at, _trouble(one, now=now)) for one in accounts]
    return Health(channels=channels, lines=lines)


def _channel(network: str, accounts: Iterable[Account], *, now: datetime) -> Channel:
    name = str(Network(network).label)
    states = [(_state(account, now=now), account) for account in accounts]
    for state in ("down", "quiet"):
        in_state = [account for found, account in states if found == state]
        if in_state:
            return Channel(name, state, min(_read_at(account) for account in in_state))
    return Channel(name, "fine", None)


def _state(account: Account, *, now: datetime) -> str:
    if account.deferred_until and account.deferred_until > now:
        return "quiet"
    if account.collect_error or _read_at(account) < now - STALE_AFTER:
        return "down"
    return "fine"


def _read_at(account: Account) -> datetime:
    """When it was last read to its end; for a new account, when its first reading was due."""
    return account.collected_at or account.next_collect_at


def _shared(lines: Sequence[Line]) -> str:
    now, first = timezone.now(), lines[0]
    names = {
        "network": first.account.get_network_display(),
        "handles": ", ".join(f"@{line.account.handle}" for line in lines),
    }
    if first.state == "quiet":
        until = max(line.account.deferred_until for line in lines if line.account.deferred_until)
        return _("%(network)s asks %(handles)s to wait, until %(time)s at the latest.") % {
            **names,
            "time": wording.clock(until, now=now),
        }
    since = min(_read_at(line.account) for line in lines)
    return _("%(network)s has not been read since %(time)s for %(handles)s. Posts arrive later.") % {
        **names,
        "time": wording.clock(since, now=now),
    }


def _trouble(account: Account, *, now: datetime) -> str:
    names = {"handle": account.handle, "network": account.get_network_display()}
    state = _state(account, now=now)
    if state == "quiet" and account.deferred_until:
        until = wording.clock(account.deferred_until, now=now)
        return _("%(network)s asks @%(handle)s to wait: nothing leaves before %(time)s.") % {**names, "time": until}
    if state == "down":
        since = wording.clock(_read_at(account), now=now)
        return _("@%(handle)s on %(network)s has not been read since %(time)s. Posts to it arrive later.") % {
            **names,
            "time": since,
        }
    return ""
