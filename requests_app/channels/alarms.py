"""What somebody must see at once: silences, gaps, refused keys, money."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.utils import timezone

from requests_app import ledger
from requests_app.channels.sentences import cap_reached, sentence
from requests_app.channels.states import ALARMING, State, all_states
from requests_app.channels.usual import SPEND_SECONDS
from requests_app.memory import remembered
from requests_app.models import Account, Network


@dataclass(frozen=True, slots=True)
class Alarm:
    """One trouble, shared by some accounts of a network: a code of `ALARMING`, or "soft_cap" or "hard_cap"."""

    code: str
    network: str
    accounts: Sequence[Account]
    since: datetime | None
    until: datetime | None
    sentence: str


def alarms(*, now: datetime | None = None) -> list[Alarm]:
    """What is wrong now, the gravest first; nobody need be told twice of what a graver trouble explains."""
    now = now or timezone.now()
    return alarms_of(all_states(now=now), now=now)


def alarms_of(found: Sequence[Sequence[State]], *, now: datetime) -> list[Alarm]:
    """The same, of states that were just read."""
    shared: dict[tuple[int, str], list[State]] = {}
    for state in (state for states in found for state in states if state.code in ALARMING):
        # Each gap is somebody's to look into, from one moment to another.
        whose = state.account.pk if state.code == "gap" else state.account.network
        shared.setdefault((ALARMING.index(state.code), str(whose)), []).append(state)
    raised = [_alarm(states, now=now) for _place, states in sorted(shared.items(), key=lambda item: item[0])]
    is_billed = any(states[0].account.network == Network.X for states in found)
    return raised + (_caps(now) if is_billed else [])


def _alarm(states: Sequence[State], *, now: datetime) -> Alarm:
    code, accounts = states[0].code, [state.account for state in states]
    begun = [state.since for state in states if state.since]
    # Of several, nobody has heard since the last that was heard; whatever is wrong began with the first.
    since = (max if code == "quiet" else min)(begun, default=None)
    until = max((state.until for state in states if state.until), default=None)
    return Alarm(code, accounts[0].network, accounts, since, until, sentence(accounts, code, since, until, now=now))


def _caps(now: datetime) -> list[Alarm]:
    spent: Decimal = remembered("channels:spent", lambda: ledger.spent_this_month(now), seconds=SPEND_SECONDS)
    for cap, allowed in (("hard", settings.X_HARD_CAP), ("soft", settings.X_SOFT_CAP)):
        if spent >= allowed:
            return [Alarm(f"{cap}_cap", Network.X, (), None, None, cap_reached(cap, spent=spent, allowed=allowed))]
    return []
