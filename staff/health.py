"""What the desk and the mayor's window say of the channels: a word in the header, a sentence for each trouble, the bill."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app import channels, ledger, wording
from requests_app.channels import CODES, Alarm, State
from requests_app.models import Network

# A network in the header, by the worst of its accounts; and how loudly it is said there.
WORDS = {
    "credentials": gettext_lazy("%(name)s refuses its keys"),
    "money": gettext_lazy("%(name)s paused for money"),
    "unread": gettext_lazy("%(name)s not read since %(since)s"),
    "gap": gettext_lazy("%(name)s with a gap"),
    "quiet": gettext_lazy("%(name)s quiet since %(since)s"),
    "limited": gettext_lazy("%(name)s limited until %(until)s"),
    "slow": gettext_lazy("%(name)s slow"),
    "paused": gettext_lazy("%(name)s paused"),
    "fine": gettext_lazy("%(name)s fine"),
}
TONES = {"credentials": "down", "money": "down", "unread": "down", "fine": "fine", "paused": "fine"}


@dataclass(frozen=True, slots=True)
class Channel:
    """One network in the header; `tone`: fine, quiet or down."""

    words: str
    tone: str


@dataclass(frozen=True, slots=True)
class Health:
    states: Sequence[State]
    alarms: Sequence[Alarm]
    now: datetime

    @property
    def channels(self) -> list[Channel]:
        """Each network once, as its worst account fares; one that is paused on purpose says nothing of the others."""
        worst: dict[str, State] = {}
        for state in sorted(self.states, key=self._gravity):
            worst.setdefault(state.account.network, state)
        return [self._channel(worst[network]) for network in sorted(worst)]

    @property
    def troubles(self) -> list[str]:
        """A sentence for each alarm but the gaps, which have a notice and a button of their own."""
        return [alarm.sentence for alarm in self.alarms if alarm.code != "gap"]

    @property
    def is_heard(self) -> bool:
        """Everybody who writes is heard: an empty list means that nobody waits."""
        return all(state.code in ("fine", "paused") for state in self.states)

    @property
    def reassurance(self) -> str:
        """What stands under an empty list: that somebody has listened, or why there may be more; "" without accounts."""
        used = [state for state in self.states if state.code != "paused"]
        doubts = [alarm.sentence for alarm in self.alarms if alarm.accounts]
        doubts += [state.sentence for state in used if state.code != "fine"]
        if doubts:
            return _("There may be more: %(trouble)s") % {"trouble": doubts[0]}
        if not used:
            return ""
        read_at = min((state.account.collected_at for state in used if state.account.collected_at), default=self.now)
        return _("All channels fine, read %(wait)s ago.") % {"wait": wording.duration(self.now - read_at)}

    def _gravity(self, state: State) -> tuple[bool, int, datetime]:
        return state.code == "paused", CODES.index(state.code), state.since or self.now

    def _channel(self, state: State) -> Channel:
        facts = {
            "name": str(Network(state.account.network).label),
            "since": wording.clock(state.since, now=self.now) if state.since else "",
            "until": wording.clock(state.until, now=self.now) if state.until else "",
        }
        return Channel(str(WORDS[state.code]) % facts, TONES.get(state.code, "quiet"))


def health() -> Health:
    """How every account fares, and what somebody must see."""
    now = timezone.now()
    found = channels.all_states(now=now)
    return Health([states[0] for states in found], channels.alarms_of(found, now=now), now)


def bill() -> str:
    """The mayor's line about money; "" in a town that pays for nothing."""
    spent = ledger.spend(timezone.now())
    if not spent.forecast:
        return ""
    return _("X has cost %(month)s this month, about %(forecast)s by its end. The limit is %(cap)s.") % {
        "month": wording.dollars(spent.month),
        "forecast": wording.dollars(spent.forecast),
        "cap": wording.dollars(spent.soft_cap),
    }
