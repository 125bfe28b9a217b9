"""Dangers: posts that cannot wait, because somebody may be hurt now or within hours."""

from requests_app.models import Kind, Urgency
from requests_app.triage.danger_words import dangers_in, is_calm
from requests_app.triage.kinds import likeliest
from requests_app.triage.little_words import LITTLE
from requests_app.triage.seen import Evidence, Seen

# From this likelihood on a post cannot wait: few are missed, few cry wolf. See docs/triage.md.
URGENT = 0.3
# A plain word of danger needs less of that beside it.
URGENT_WITH_WORDS = 0.1

_LOOKED_AT, _SHOWN = 9, 3


def urgency(seen: Seen) -> tuple[bool, tuple[Evidence, ...]]:
    """Whether it cannot wait, and why: the words of danger, and what the town's rules say of such posts."""
    found = danger(seen)
    if found is not None and seen.applied.is_calm:
        return False, tuple(Evidence("rule", (name, "calm")) for name in seen.applied.saying(Urgency.CALM))
    said = tuple(Evidence("rule", (name, "urgent")) for name in seen.applied.saying(Urgency.URGENT))
    # A rule looks for words, and "gracias por la compuerta" holds them too.
    said = () if said and likeliest(seen) == Kind.THANKS else said
    reasons = (*([found] if found else []), *said)
    return bool(reasons), reasons


def danger(seen: Seen) -> Evidence | None:
    """The words that say that somebody may be hurt, if that is what it says; where none does, it is not said."""
    phrases = tuple(dict.fromkeys(match.phrase.written for match in dangers_in(seen.view)))
    if is_calm(seen.view) or seen.likely.urgent["yes"] < (URGENT_WITH_WORDS if phrases else URGENT):
        return None
    words = phrases or _telling(seen)
    return Evidence("danger", words) if words else None


def _telling(seen: Seen) -> tuple[str, ...]:
    """The words that frighten the model, but for those that every sentence has."""
    words = seen.snapshot.model.words_for(seen.view, head="urgent", label="yes", most=_LOOKED_AT)
    return tuple(word for word in words if word not in LITTLE)[:_SHOWN]
