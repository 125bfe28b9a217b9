"""Words: a post's text read once, folded and stemmed, and the phrases found in it."""

import re
import threading
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

from requests_app.triage.little_words import LANGUAGES, LITTLE_WORDS, Language, languages_of

# Nobody says which language a post is in, and residents mix them: a word is stemmed in all three.
_STEMMERS = {
    language: snowballstemmer.stemmer(name)
    for language, name in (("es", "spanish"), ("en", "english"), ("fr", "french"))
}

# A stemmer keeps the word it is at in itself, and the worker runs threads.
_STEMMING = threading.Lock()

# Accents, and the marks nobody sees: zero-width joiners, direction marks, soft hyphens, emoji variants.
_INVISIBLE = re.compile("[\u0300-\u036f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe0e\ufe0f\ufeff]")
_TOKEN = re.compile(
    r"(?P<link>(?:https?://|www\.)\S+)"
    r"|(?<![\w.@])@(?P<handle>\w+(?:[.@-]\w+)*)"
    r"|\#(?P<hashtag>\w+)"
    r"|(?P<word>[^\W_]+)"
    r"|(?P<mark>[?!¿¡…\"]|\.{2,}|[\u2190-\u2bff\U0001f300-\U0001faff])"
)
_HASHTAG_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W_a-zA-Z]+")
_ELONGATED = re.compile(r"(.)\1{2,}")
_WEIGHT = re.compile(r"\^(\d)$")

# "calle sin luz" is found in "la calle esta toda sin luz": that many words may stand between two of a phrase.
_GAP = 2
# "=ratas" is only "ratas": its stem is also that of "rato".
_EXACT = "="
# Every part of triage asks about the same text in turn, each worker thread about its own.
_TEXTS_AT_ONCE = 16
_CACHED_WORDS = 20_000
# No word of ours is longer: what is, is cut, so that no cache holds a page of noise.
_LONGEST_WORD = 40


@dataclass(frozen=True, slots=True)
class TextView:
    """A post as triage sees it: read once, looked at by every signal."""

    text: str
    words: tuple[str, ...]
    hashtags: tuple[str, ...]
    handles: tuple[str, ...]
    mentions: tuple[str, ...]
    languages: tuple[Language, ...]  # which it may be in; none when nothing tells
    # Its words in their order, with marks between: "<at>" a handle, "<url>", "<tag>", "<n4>" a number, "<?>".
    tokens: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Phrase:
    """One keyword of one label: "farola", "paso cebra" or, with its weight, "agua^1"."""

    label: str
    language: str
    written: str
    weight: int
    rest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase found in a text, and the word it begins with there."""

    phrase: Phrase
    position: int
    word: str


def look(text: str, *, mentions: Iterable[str] = ()) -> TextView:
    """Read a text; what the network says of its mentions is believed before the handles written in it."""
    words: list[str] = []
    hashtags: list[str] = []
    handles: list[str] = []
    tokens: list[str] = []
    for token in _TOKEN.finditer(unaccented(text)):
        kind, value = token.lastgroup, token.group(token.lastgroup or 0)
        if kind == "word":
            word = value[:_LONGEST_WORD].lower()
            words.append(word)
            tokens.append(f"<n{min(len(word), 5)}>" if word.isdigit() else _ELONGATED.sub(r"\1", word))
        elif kind == "hashtag":
            hashtags.append(value.replace("_", "").lower())
            parts = [part[:_LONGEST_WORD].lower() for part in _HASHTAG_WORD.findall(value)]
            words.extend(parts)
            tokens.extend(("<tag>", *parts))
        elif kind == "handle":
            handles.append(value.lower())
            tokens.append("<at>")
        else:
            tokens.append("<url>" if kind == "link" else f"<{value[0]}>")
    named = tuple(mention.lower().removeprefix("@") for mention in mentions)
    return TextView(
        text=text,
        words=tuple(words),
        hashtags=tuple(hashtags),
        handles=tuple(handles),
        mentions=named or tuple(handles),
        languages=languages_of(words),
        tokens=tuple(tokens),
    )


def unaccented(text: str) -> str:
    """The text without accents, invisible marks and fancy letters, its case kept."""
    if text.isascii():
        return text
    return _INVISIBLE.sub("", unicodedata.normalize("NFKD", text))


def folded(text: str) -> str:
    """The text as hashtags are compared: lower case, no accents, letters and digits only."""
    return "".join(character for character in unaccented(text).lower() if character.isalnum())


@lru_cache(maxsize=_CACHED_WORDS)
def stems(word: str) -> tuple[str, ...]:
    """The stems of a folded word, each named by its language: "es:farol", "en:farola", "fr:farol"."""
    found: dict[str, None] = {}
    for spelling in _spellings(word):
        for language in _STEMMERS:
            found[_stem(spelling, language)] = None
    return tuple(found)


@lru_cache(maxsize=_TEXTS_AT_ONCE)
def _stems_of(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(stem for word in words for stem in stems(word))


@lru_cache(maxsize=_CACHED_WORDS)
def _stem(word: str, language: str) -> str:
    with _STEMMING:
        return f"{language}:{_STEMMERS[language].stemWord(word)}"


def _spellings(word: str) -> tuple[str, ...]:
    """A drawn-out letter was one or two: "basuuura" is "basura", but "streeeet" is "street"."""
    if not _ELONGATED.search(word):
        return (word,)
    return _ELONGATED.sub(r"\1", word), _ELONGATED.sub(r"\1\1", word)


def split_weight(keyword: str) -> tuple[str, int]:
    """What people read of a keyword ("agua^1", "=ratas") and its weight: 1 a hint, 2 as usual, more nearly sure."""
    weight = _WEIGHT.search(keyword)
    written = keyword[: weight.start()] if weight else keyword
    return written.removeprefix(_EXACT).strip(), int(weight[1]) if weight else 2


# "Losa" has the stem of "los": a keyword like that is taken at its exact word, whoever adds it.
_LITTLE_STEMS = frozenset(_stem(word, language) for language, words in LITTLE_WORDS.items() for word in words.split())


class PhraseBook:
    """Phrases under their labels, compiled so that a text is searched in one pass over its words."""

    def __init__(self, phrases: Iterable[tuple[str, str, str]]) -> None:
        """Each phrase with its label and its language, whose stemmer alone is asked: "tres" is not a "tree"."""
        self._by_stem: dict[str, list[Phrase]] = {}
        for label, language, keyword in phrases:
            self._add(label, language, keyword)
        # Posts repeat the same few thousand words: a word is stemmed and looked up once.
        self._starting = lru_cache(maxsize=_CACHED_WORDS)(self._look_up)

    def find(self, view: TextView, *, languages: Collection[str] | None = None) -> list[Match]:
        """Every phrase of the book in the text, in the order of the text; only of the languages it may be in."""
        languages = languages or view.languages or LANGUAGES
        spoken = _stems_of(view.words)
        return [
            Match(phrase=phrase, position=position, word=word)
            for position, word in enumerate(view.words)
            for phrase in self._starting(word)
            if phrase.language in languages
            if not phrase.rest or phrase.rest[0] in spoken and _follows(phrase.rest, view.words, position + 1)
        ]

    def _add(self, label: str, language: str, keyword: str) -> None:
        written, weight = split_weight(keyword)
        words = look(written).words
        if not words:
            return
        first, *rest = (_stem(word, language) for word in words)
        if keyword.startswith(_EXACT) or (not rest and first in _LITTLE_STEMS):
            first = _EXACT + words[0]
        phrase = Phrase(label=label, language=language, written=written, weight=weight, rest=tuple(rest))
        self._by_stem.setdefault(first, []).append(phrase)

    def _look_up(self, word: str) -> tuple[Phrase, ...]:
        keys = (*stems(word), *(_EXACT + spelling for spelling in _spellings(word)))
        return tuple({id(phrase): phrase for key in keys for phrase in self._by_stem.get(key, ())}.values())


def _follows(rest: tuple[str, ...], words: tuple[str, ...], start: int) -> bool:
    """Whether the rest of a phrase comes next, in order, with few words between."""
    for wanted in rest:
        for position in range(start, min(start + _GAP + 1, len(words))):
            if wanted in stems(words[position]):
                start = position + 1
                break
        else:
            return False
    return True
