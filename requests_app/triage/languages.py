"""Languages: which of the town's three a post is answered in."""

from requests_app.triage.little_words import LANGUAGES, Language, count_languages
from requests_app.triage.words import TextView, look


def guess_language(text: str | TextView, claimed: str | None = None, *, otherwise: Language = "es") -> Language:
    """The language the network claims when it is one of the three, else the one whose little words are most."""
    for language in LANGUAGES:
        if (claimed or "").lower().partition("-")[0] == language:
            return language
    view = text if isinstance(text, TextView) else look(text)
    counts = count_languages(view.words)
    leading = [language for language in LANGUAGES if counts[language] == max(counts.values())]
    return leading[0] if len(leading) == 1 else otherwise
