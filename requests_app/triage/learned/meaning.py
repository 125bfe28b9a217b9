"""Meaning: which words of a text thank, ask, demand or name a thing of the town's, and which of them stand together."""

import re
from functools import lru_cache
from itertools import combinations

from requests_app.triage.danger_words import dangers_in
from requests_app.triage.kind_words import BOOK
from requests_app.triage.learned.topics import KEYWORDS
from requests_app.triage.words import PhraseBook, TextView

_THINGS = PhraseBook(
    ("thing", language, keyword)
    for by_language in KEYWORDS.values()
    for language, keywords in by_language.items()
    for keyword in keywords
)
# Folded, as tokens are: where something is, since when, who suffers it, who is spoken to.
_TURNS = {
    "where": re.compile(
        r"calle|c|av|avda|avenida|plaza|pza|plazoleta|esquina|esq|entre|altura|barrio|parque|rotonda|paseo|cuadra|"
        r"street|st|road|rd|rue|corner|near|opp|opposite|quartier|devant|<n[345]>"
    ),
    "since": re.compile(
        r"desde|hace|lleva|llevan|llevamos|sigue|siguen|sigo|ayer|anoche|hoy|semanas?|mes|meses|dias?|cada|todas|"
        r"since|weeks?|months?|days?|still|again|every|depuis|encore|semaines?|mois|jours?|hier"
    ),
    "ours": re.compile(
        r"mi|mis|me|nos|nuestr[oa]s?|yo|vivo|vivimos|somos|pagamos|llevo|my|our|we|us|mon|ma|mes|notre|nos|nous"
    ),
    "yours": re.compile(
        r"vosotros|os|vais|habeis|estais|teneis|podeis|debeis|sois|uds?|ustedes|vuestr[oa]s?|dejen|dejad|hagan|haced|"
        r"you|your|vous|votre|vos"
    ),
}
# Two of the same are more than one; more than three are not.
_MOST = 3
_CACHED_WORDS = 20_000


def of_meaning(view: TextView) -> list[str]:
    """Each label that is there, how often, and every two that are there together: "k:thing", "k:thing trouble"."""
    counts: dict[str, int] = {}
    if dangers := len({match.position for match in dangers_in(view)}):
        counts["danger"] = dangers
    for match in BOOK.find(view):
        counts[match.phrase.label] = counts.get(match.phrase.label, 0) + 1
    if things := len({match.position for match in _THINGS.find(view)}):
        counts["thing"] = things
    for token in view.tokens:
        for label in _turns(token):
            counts[label] = counts.get(label, 0) + 1
    for label, mark in (("asks", "<?>"), ("exclaims", "<!>"), ("links", "<url>")):
        if mark in view.tokens:
            counts[label] = 1
    labels = sorted(counts)
    often = (f"{label} {min(counts[label], _MOST)}" for label in labels if counts[label] > 1)
    core = "".join("01"[label in counts] for label in ("thing", "trouble", "demand", "where", "complaint", "links"))
    together = (f"{one}+{other}" for one, other in combinations([*labels, f"words {_length(view)}"], 2))
    return [f"k:{one}" for one in (*labels, *often, *together, f"core {core}")]


@lru_cache(maxsize=_CACHED_WORDS)
def _turns(token: str) -> tuple[str, ...]:
    return tuple(label for label, turn in _TURNS.items() if turn.fullmatch(token))


def _length(view: TextView) -> int:
    return min(len(view.words) // 7, 4)
