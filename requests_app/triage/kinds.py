"""Kinds: what a post wants, by transparent words: problem, question, proposal, complaint, thanks or other."""

from collections.abc import Iterable
from typing import Literal

from requests_app.triage.dangers import danger
from requests_app.triage.kind_words import BOOK
from requests_app.triage.little_words import word_set
from requests_app.triage.signals import Evidence, Routing
from requests_app.triage.words import Match, TextView, look

Kind = Literal["problem", "question", "proposal", "complaint", "thanks", "other"]
_Found = dict[str, tuple[str, ...]]

# Thanks and nothing more are few words, or begin the post; "Holes in Elm Street. Thanks" is a report.
_OPENING_WORDS = 4
_FEW_WORDS = 5
# A remark: short, in a language we read, and without one word of things, places, troubles or wishes.
_REMARK_WORDS = 8
_PLACES = word_set(
    "calle avenida avda plaza barrio esquina cuadra street avenue road corner square rue boulevard quartier coin"
)


def kind_of(text: str | TextView, *, routing: Routing | None = None) -> tuple[Kind, Evidence]:
    """What a post wants and the words that say so; when in doubt it is a problem, and a person reads it.

    `routing` tells whether the post names things the town looks after.
    """
    view = text if isinstance(text, TextView) else look(text)
    if not view.words:
        return "other", Evidence("empty")
    kind, evidence = _read(view, routing)
    if kind in ("thanks", "other") and (alarm := danger(view)) is not None:
        # "Hay un incendio" is short and nobody's service, but it is no remark.
        return "problem", alarm
    return kind, evidence


def _read(view: TextView, routing: Routing | None) -> tuple[Kind, Evidence]:
    matches = BOOK.find(view)
    found = _by_label(matches)
    if _only_thanks(view, found, matches):
        return "thanks", Evidence("thanks", found["thanks"])
    concrete = routing is not None and any(reason.signal in ("words", "hashtag") for reason in routing.evidence)
    asks = "question" in found and ("?" in view.text or _first("question", matches) < _OPENING_WORDS)
    return _wanted(view, found, concrete=concrete, asks=asks)


def _wanted(view: TextView, found: _Found, *, concrete: bool, asks: bool) -> tuple[Kind, Evidence]:
    """The first that holds; what nothing explains is a problem unless it is plainly a remark."""
    trouble, demand, complaint = (found.get(label, ()) for label in ("trouble", "demand", "complaint"))
    if "proposal" in found and not trouble:
        return "proposal", Evidence("proposal", found["proposal"])
    if asks and not trouble and not complaint:
        return "question", Evidence("question", found["question"])
    if "news" in found and not (trouble or demand or complaint):
        return "other", Evidence("news", found["news"])
    if trouble and len(complaint) <= len(trouble + demand + found.get("lasting", ())):
        return "problem", Evidence("trouble", trouble)
    if complaint and not (concrete and demand and len(complaint) == 1):
        return "complaint", Evidence("complaint", complaint)
    if demand:
        return "problem", Evidence("demand", demand)
    if not concrete and "chat" in found:
        return "other", Evidence("chat", found["chat"])
    if not concrete and "lasting" not in found and _is_remark(view):
        return "other", Evidence("remark")
    return "problem", Evidence("doubt")


def _by_label(matches: Iterable[Match]) -> _Found:
    """The words of each label, one for each place of the text."""
    found: dict[str, dict[int, str]] = {}
    for match in matches:
        found.setdefault(match.phrase.label, {}).setdefault(match.position, match.phrase.written)
    return {label: tuple(dict.fromkeys(written.values())) for label, written in found.items()}


def _first(label: str, matches: Iterable[Match]) -> int:
    return next(match.position for match in matches if match.phrase.label == label)


def _only_thanks(view: TextView, found: _Found, matches: Iterable[Match]) -> bool:
    if "thanks" not in found or "?" in view.text:
        return False
    if found.keys() & {"in advance", "but", "complaint", "demand", "question", "proposal"}:
        return False
    # "A joy to see the square today. Thanks @carmen": praised and thanked, and nothing wrong.
    troubles = [match for match in matches if match.phrase.label == "trouble" and not _is_over(view, match)]
    twice = len(found["thanks"]) > 1 and not troubles
    return twice or _first("thanks", matches) < _OPENING_WORDS or len(view.words) <= _FEW_WORDS


def _is_over(view: TextView, match: Match) -> bool:
    """ "Ya no pierde": what was wrong is no more."""
    return view.words[max(match.position - 2, 0) : match.position] in (("ya", "no"), ("no", "longer"))


def _is_remark(view: TextView) -> bool:
    if not _PLACES.isdisjoint(view.words) or any(word.isdigit() for word in view.words):
        return False
    # Nothing tells the language: it may be a report in a fourth one.
    unread = not view.languages and len(view.words) > 2
    return len(view.words) <= _REMARK_WORDS and not unread
