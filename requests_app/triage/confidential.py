"""Confidential: what one neighbour tells the town hall and no other neighbour should read."""

import re
from collections.abc import Iterable

from requests_app.masking import has_plate
from requests_app.triage.confidential_words import (
    ACCUSES,
    DRIVES,
    FACES,
    HEALTH,
    HOME_VIOLENCE,
    LEFT_BEHIND,
    MINORS,
    NEIGHBOUR,
    NO_NEIGHBOUR,
    SEXUAL_VIOLENCE,
    TITLES,
)
from requests_app.triage.given_names import GIVEN_NAMES
from requests_app.triage.seen import Evidence
from requests_app.triage.words import TextView, unaccented


def _any(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(patterns)})")


_MATTERS = {
    "home_violence": _any(HOME_VIOLENCE),
    "sexual_violence": _any(SEXUAL_VIOLENCE),
    "minors": _any(MINORS),
    "health": _any(HEALTH),
}
_ACCUSES, _DRIVES = re.compile(ACCUSES), re.compile(DRIVES)
_LEFT_BEHIND, _FACE = re.compile(LEFT_BEHIND), re.compile(rf"\b{FACES}")
# A street, an office or a stage before a name, also with a title or an article between.
_NO_NEIGHBOUR = re.compile(
    rf"\b{NO_NEIGHBOUR}\W+(?:(?:de|del|de la|du|des|la|el|doctor|dr|general|{TITLES})\b\W*)*$", re.IGNORECASE
)
_NEIGHBOUR = re.compile(rf"\b{NEIGHBOUR},?(?: (?:la|el|de|del))? $", re.IGNORECASE)
_TITLE = re.compile(rf"\b{TITLES}\.? $", re.IGNORECASE)
_ARTICLE = re.compile(r"(?:^|[\s,;:(¡¿])(?:la|el) $", re.IGNORECASE)
_NAME = re.compile(r"\b[A-Z][a-z]{1,14}\b")
_SURNAME = re.compile(r"(?: (?:de|del|de la|da|du|von|van|Mc|Mac|O'|D'))? ?[A-Z][a-z]+")
# "Federico Lorca School", "James Street": the street may also follow.
_NO_SURNAME = re.compile(
    r"(?: [A-Z][a-z]+){0,2} (?:[Ss]treet|[Rr]oad|[Aa]venue|[Ll]ane|[Ss]quare|[Pp]ark|[Ss]chool|[Dd]rive|[Cc]lose|[Hh]all|[Bb]ridge|[Ll]ibrary|[Cc]ourt|[Pp]lace|St|Rd|Ave?|Ln|Sq|Dr|Blvd)\b"
)
# "Pepe el del bar", "Rosa la del tercero", "Karen from number 9", "Luc du 12".
_OF_THE_PLACE = re.compile(
    r",? (?:(?:el|la) del? |(?:from|at|in) (?:number |no\.? ?|flat |the flat )|next door|upstairs|du (?:numero )?\d|d'a cote)"
)
_MENTION = re.compile(r"@[\w.@-]+|(?:https?://|www\.)\S+")
_LOOK_BACK, _LOOK_AROUND = 40, 90


def secret(view: TextView) -> Evidence | None:
    """What makes a post nobody's business but the town hall's: one or more of `named_person`, `minors`, `health`,
    `home_violence`, `sexual_violence`, `accusation`."""
    text = _MENTION.sub(" ", unaccented(view.text).replace("’", "'"))
    lower = text.lower()
    found = [matter for matter, pattern in _MATTERS.items() if pattern.search(lower)]
    if _accuses_with_proof(text, lower):
        found.append("accusation")
    if _names_a_neighbour(text, lower):
        found.append("named_person")
    return Evidence("private", tuple(sorted(found))) if found else None


def _accuses_with_proof(text: str, lower: str) -> bool:
    """Somebody's plate or face, and what they are said to have done with it. A car left behind is only a car."""
    if _FACE.search(lower) and _ACCUSES.search(lower):
        return True
    return bool(_DRIVES.search(lower) and has_plate(text) and not _LEFT_BEHIND.search(lower))


def _names_a_neighbour(text: str, lower: str) -> bool:
    """A person called by name who is accused of something nearby."""
    if not _ACCUSES.search(lower):
        return False
    return any(
        _ACCUSES.search(lower, max(0, one.start() - _LOOK_AROUND), one.end() + _LOOK_AROUND)
        for one in _NAME.finditer(text)
        if _is_a_neighbour(text, one)
    )


def _is_a_neighbour(text: str, name: re.Match[str]) -> bool:
    """A first name with its surname, a title, or "my neighbour" before it; and neither a street nor a mayor."""
    before = text[max(0, name.start() - _LOOK_BACK) : name.start()]
    if _NO_NEIGHBOUR.search(before) or _NO_SURNAME.match(text, name.end()):
        return False
    if _TITLE.search(before):
        return True
    if name[0] not in GIVEN_NAMES:
        return False
    known = _OF_THE_PLACE.match(text, name.end()) or _NEIGHBOUR.search(before) or _ARTICLE.search(before)
    return bool(known or _SURNAME.match(text, name.end()))
