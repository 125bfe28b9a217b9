"""Dangers: posts that cannot wait, because somebody may be hurt."""

from requests_app.triage.signals import Evidence
from requests_app.triage.words import PhraseBook, TextView, look

# Conservative but real: things that burn, leak, hang live or lie open, and people hurt, attacked or in danger now.
_DANGERS = {
    "es": (
        "incendio", "hay fuego", "esta ardiendo", "arde contenedor", "huele gas", "olor gas", "fuga gas", "escape gas",
    ),
    "en": ("house fire", "on fire", "gas leak", "smell gas"),
    "fr": ("incendie", "au feu", "fuite gaz", "odeur gaz"),
}
_BOOK = PhraseBook(("danger", language, phrase) for language, phrases in _DANGERS.items() for phrase in phrases)


def danger(text: str | TextView) -> Evidence | None:
    """The words that say somebody may be hurt, if there are any."""
    view = text if isinstance(text, TextView) else look(text)
    written = dict.fromkeys(match.phrase.written for match in _BOOK.find(view))
    return Evidence("danger", tuple(written)) if written else None


def is_urgent(text: str | TextView) -> bool:
    """Whether a post cannot wait."""
    return danger(text) is not None
