"""How much two reports have in common: words, a street, a corner."""

from requests_app.triage.little_words import LITTLE_WORDS
from requests_app.triage.words import look, stems

# So near is the same corner, in metres; and how much two reports must have in common to be about the same.
NEAR, ALIKE = 150, 3.0
# What stands in half of all reports tells none from another.
GENERAL = (
    "calle plaza avenida cuesta camino street square road avenue rue place avenue chemin hay llevan lleva favor please"
)
LITTLE = frozenset(word for words in (*LITTLE_WORDS.values(), GENERAL) for word in words.split())


def likeness(text: str, *, at: str, words: frozenset[str], place: frozenset[str], metres: float | None) -> float:
    """How much a report with this `text`, from the address `at`, has of what somebody else says.

    A shared word counts one, a shared street two, a near corner two; another end of town speaks against it.
    """
    theirs, there = words_of(text), words_of(at)
    alike = len(words & theirs) + 2.0 * bool(place & (there or theirs)) + bool(there & words)
    if metres is None:
        return alike
    return alike + 2 if metres <= NEAR else alike - 2 if metres > 3 * NEAR else alike


def words_of(text: str) -> frozenset[str]:
    """By their stems; words that every sentence has, and handles, are left out."""
    return frozenset(stems(word)[0] for word in look(text).words if word not in LITTLE and len(word) > 2)
