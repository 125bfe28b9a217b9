"""Pieces: what the model sees of a text: a word in its forms, and its letters in threes, fours and fives."""

from collections.abc import Mapping
from functools import lru_cache

from requests_app.triage.little_words import PLACING
from requests_app.triage.words import stems

# The questions that words answer; the others are answered by letters and meaning. Tried, see docs/triage.md.
BY_WORDS = ("topic", "urgent")
_CACHED_WORDS = 5_000
# Asked for by the model and by the town's keywords in turn, each worker thread about its own text.
_TEXTS_AT_ONCE = 16
# What a text is about it says in its first words; each later one tells this much less of it, down to a floor.
_FIRST, _FADES, _FLOOR = 7, 0.04, 0.35
# "Junto a la farola": so many words after a placing word a thing is rather a place; a mark is neither.
_PLACING_REACH, _PLACE, _MARK = 3, 0.5, 0.3
_SIZES = (3, 4, 5)


@lru_cache(maxsize=_CACHED_WORDS)
def letters(token: str) -> tuple[str, ...]:
    """A word's letters, so that no misspelling is unknown; a mark ("<url>") is only itself."""
    if token.startswith("<"):
        return (token,)
    framed = f"_{token}_"
    return tuple(dict.fromkeys(framed[at : at + size] for size in _SIZES for at in range(len(framed) - size + 1)))


@lru_cache(maxsize=_CACHED_WORDS)
def forms(token: str) -> tuple[str, ...]:
    """The word itself and its stems: "w:farolas", "s:es:farol"; of a mark nothing more."""
    return () if token.startswith("<") else (f"w:{token}", *(f"s:{stem}" for stem in stems(token)))


@lru_cache(maxsize=_TEXTS_AT_ONCE)
def emphasis(tokens: tuple[str, ...]) -> Mapping[str, float]:
    """How much each token tells what the text is about, from 0 to 1; the strongest of its places counts."""
    told: dict[str, float] = {}
    placed = -_PLACING_REACH - 1
    for at, token in enumerate(tokens):
        weight = max(_FLOOR, 1.0 - _FADES * max(0, at - _FIRST))
        if at - placed <= _PLACING_REACH:
            weight *= _PLACE
        if token in PLACING:
            placed = at
        if token.startswith("<"):
            weight *= _MARK
        told[token] = max(weight, told.get(token, 0.0))
    return told
