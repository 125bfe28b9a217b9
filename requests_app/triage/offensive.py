"""Offensive: insults and slurs aimed at people, threats and hate. Not mere anger, and not somebody else's words."""

import re

from requests_app.triage.offensive_words import (
    AIMED,
    ARTICLES,
    HATE,
    INSULTS,
    MILD,
    OF_ONESELF,
    REPORTED,
    THREATS,
)
from requests_app.triage.seen import Evidence
from requests_app.triage.words import TextView, unaccented

_ELONGATED = re.compile(r"([a-z])\1{2,}")
# "h1jos", "c@brones", "p*ta": written so that a machine reads past it.
_DISGUISED = re.compile(r"(?<=[a-z])[0134@$*](?=[a-z])")
_LETTERS = {"0": "o", "1": "i", "3": "e", "4": "a", "@": "a", "$": "s", "*": ""}
_NO_WORD = re.compile(r"[^\w\"«»]+|_")
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"'})
# What stands between quotation marks is what somebody else said.
_QUOTED = re.compile(r'"[^"]{1,80}"')
_LINK_OR_NAME = re.compile(r"(?:https?://|www\.)\S+|@[\w.@-]+")

_INSULT = re.compile(rf"\b(?:{'|'.join(INSULTS)}|{AIMED} {MILD})\b")
_MILD_AT_END = re.compile(rf"{MILD}$")
_HATE = re.compile(rf"\b(?:{'|'.join((*HATE, *THREATS))})\b")
_REPORTED = re.compile(rf"\b(?:{REPORTED})\b")
_OF_ONESELF = re.compile(rf"\b(?:{OF_ONESELF}){ARTICLES} $")
# So far before it stands who said it.
_LOOK_BACK = 70


def offence(view: TextView) -> Evidence | None:
    """The words that insult or threaten somebody, if that is what it does."""
    text = _plain(view.text)
    found = [
        *(one[0] for one in _HATE.finditer(text) if not _is_reported(text, one.start())),
        *(one[0] for one in _INSULT.finditer(text) if not _is_harmless(text, one)),
    ]
    return Evidence("offensive", tuple(dict.fromkeys(one.strip() for one in found))) if found else None


def _plain(text: str) -> str:
    """Folded, without links and names, without what is quoted, each word a space apart."""
    plain = _LINK_OR_NAME.sub(" ", unaccented(text.translate(_QUOTES)).lower())
    plain = _DISGUISED.sub(lambda found: _LETTERS[found[0]], plain)
    plain = _ELONGATED.sub(r"\1", _QUOTED.sub(" ", plain))
    return _NO_WORD.sub(" ", plain)


def _is_reported(text: str, start: int) -> bool:
    return _REPORTED.search(text, max(0, start - _LOOK_BACK), start) is not None


def _is_harmless(text: str, found: re.Match[str]) -> bool:
    before = text[max(0, found.start() - _LOOK_BACK) : found.start()]
    # "you think we are idiots": the words that aim it begin the match.
    aimed = _MILD_AT_END.sub("", found[0]) if _MILD_AT_END.search(found[0]) else ""
    return _is_reported(text, found.start()) or _OF_ONESELF.search(before + aimed) is not None
