"""The texts that Plaza ships to learn from: written for it, a folder a language, one post a line."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from requests_app.models import Kind
from requests_app.triage import kind_words
from requests_app.triage.learned.model import FORMAT
from requests_app.triage.learned.topics import KEYWORDS, TOPICS
from requests_app.triage.learned.training import Example
from requests_app.triage.words import split_weight

FOLDER = Path(__file__).parents[1] / "corpus"
# Written so in the texts and in labelled posts of any source, in the place of what names somebody.
_MASKS = {"[URL]": "https://example.org/p", "[NAME]": "Ana", "[NUM]": "12"}


# As many texts as a keyword of weight 1 counts for.
_KEYWORD = 0.3
_KINDS = {
    "thanks": Kind.THANKS,
    "question": Kind.QUESTION,
    "proposal": Kind.PROPOSAL,
    "complaint": Kind.COMPLAINT,
    "trouble": Kind.PROBLEM,
    "demand": Kind.PROBLEM,
    "news": Kind.OTHER,
    "chat": Kind.OTHER,
}


class BadLine(ValueError):
    """A line of the corpus that is not kind, topic, urgency and text."""


def texts() -> list[Example]:
    """All of them. Raises BadLine, naming the file and the line."""
    return [
        example for language in sorted(path.name for path in FOLDER.iterdir()) for example in _of_language(language)
    ]


def taught() -> list[Example]:
    """What words alone tell: a topic's own words, those that thank, ask or complain; each as a very short text."""
    topics = [
        Example(text=written, topic=topic, language=language, weight=_KEYWORD * weight)
        for topic, by_language in KEYWORDS.items()
        for language, words in by_language.items()
        for written, weight in map(split_weight, words)
    ]
    kinds = [
        Example(text=phrase, kind=_KINDS[label], language=language, weight=_KEYWORD)
        for label, by_language in kind_words.PHRASES.items()
        if label in _KINDS
        for language, phrases in by_language.items()
        for phrase in phrases.split(", ")
    ]
    return topics + kinds


def fingerprint() -> str:
    """Changes with any text, and with how models are read: a model tells by it whether it is of today's."""
    whole = hashlib.sha256(str(FORMAT).encode())
    for path in sorted(FOLDER.glob("*/*.tsv")):
        whole.update(path.read_bytes())
    return whole.hexdigest()[:16]


def unmasked(text: str) -> str:
    """As it would have been read from a network."""
    for mask, example in _MASKS.items():
        text = text.replace(mask, example)
    return text


def _of_language(language: str) -> Iterator[Example]:
    for path in sorted((FOLDER / language).glob("*.tsv")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            yield _read(line, language=language, where=f"{language}/{path.name}, line {number}")


def _read(line: str, *, language: str, where: str) -> Example:
    kind, topic, urgent, text = (line.split("\t") + [""] * 4)[:4]
    if kind not in Kind or topic not in TOPICS or urgent not in ("0", "1") or not text or line.count("\t") != 3:
        raise BadLine(where)
    return Example(text=unmasked(text), kind=kind, topic=topic, urgent=urgent == "1", language=language)
