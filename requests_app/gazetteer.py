"""Where is it? A place of the town's plan, found in what somebody wrote."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from requests_app.misspelled import meant
from requests_app.plan import Plan, Shape, area_of, plan


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What people write before a name (and some after it), and what they mean by it.
SORTS = {
    "calle": "calle c cl rue street st road",
    "avenida": "avenida avda avd av avenue ave",
    "plaza": "plaza pza plza pl place square",
    "placeta": "placeta plazuela plaza",
    "parque": "parque parc park",
    "jardines": "jardines jardin jardins gardens garden",
    "camino": "camino cno chemin",
    "cuesta": "cuesta cta",
    "paseo": "paseo ps promenade",
    "ronda": "ronda",
    "travesia": "travesia trv trav",
    "callejon": "callejon",
    "barrio": "barrio zona quartier neighbourhood",
}
ROADS = ("calle", "avenida", "camino", "cuesta", "paseo", "ronda", "travesia", "callejon")
AFTER = _words("street st road avenue ave square park gardens garden neighbourhood")
# Which people put the number before.
NUMBER_FIRST = AFTER | _words("rue avenue place chemin promenade quartier")
# "Au 9 calle Larga": people who put it first do so in another language too; "son 3, calle Larga" counts something.
NUMBERED = _words("au aux numero number at near outside opposite to")
# What is misspelled is a place only behind one of these.
LEADS = frozenset(word for words in SORTS.values() for word in words.split()) - AFTER
LITTLE = _words("de del d la las el los al a the of to du des le les l au aux")
# "Una calle nueva" is a new street, wherever it is.
ANY = _words("una un otra cada alguna ninguna cualquier toda esta esa mucha another any une chaque")
# A common word is a place only where somebody says that something is in or beside it.
IN = _words("en in at dans")
BESIDE = _words(
    """
    frente junto lado detras delante cerca puerta esquina fachada acera entrada salida patio tapia muro
    aparcamiento zona alrededores hasta behind near outside opposite beside next front by entrance wall
    devant derriere pres cote autour face entree facade
    """
)
NUMBER_WORDS = _words("altura frente delante numero num n no nr number outside devant face")
NOT_NUMBERS = _words(
    """
    dia dias hora horas h min minutos vez veces semana semanas mes meses ano anos metros m cm euros
    coches personas day days hour hours week weeks month months year years times jour jours heure heures
    semaine semaines mois an ans fois
    """
)
_LEAVE_OUT = re.compile(r"(?:https?://|www\.)\S+|[@#]\w+")
_TAG = re.compile(r"#(calle|avenida|plaza|parque|camino|cuesta|ronda)_?(?=[^\W\d])", re.IGNORECASE)
_SHORT = re.compile(r"\b(c|cl|avda|avd|av|ave|pza|plza|pl|st|n|num|no)\s*[./º°]+\s*", re.IGNORECASE)
_TOKEN = re.compile(r"\d{1,2}[:.]\d{2}|\d{1,4}[a-zA-Z]?\b|[^\W_]+|[.!?;\n]")
_ACCENTS = re.compile("[\u0300-\u036f]")
_NUMBER = re.compile(r"\d{1,3}[a-z]?")


@dataclass(frozen=True, slots=True)
class Place:
    """`address` as the plan names it, with the house number that was written; the point is the middle of the street."""

    address: str
    latitude: float | None
    longitude: float | None
    area: str

    @property
    def point(self) -> tuple[float, float] | None:
        return (self.latitude, self.longitude) if self.latitude is not None and self.longitude is not None else None


NOWHERE = Place("", None, None, "")


class _Name(NamedTuple):
    """`sort` is a key of SORTS, or "" for a place that is called by its name alone."""

    sort: str
    core: tuple[str, ...]
    place: Place
    only_beside: bool


class _Found(NamedTuple):
    """`weight`: its words, whether a house number follows, whether it says what it is ("calle"), how early it comes."""

    weight: tuple[int, bool, bool, int]
    place: Place
    number: str


class _Token(NamedTuple):
    folded: str
    is_capital: bool


def find(text: str) -> Place | None:
    """The place that a text names: the longest name wins, then one with a house number, then the first."""
    found = _best(text)
    if found is None:
        return None
    place = found.place
    return Place(f"{place.address} {found.number}", *_rest(place)) if found.number else place


def street(address: str) -> Place | None:
    """The same without the house number."""
    found = _best(address)
    return found.place if found else None


def locate(text: str, *, address: str, latitude: float | None, longitude: float | None) -> Place:
    """Where a post is: its own point and words before what its text says."""
    if latitude is not None:
        return Place(address, latitude, longitude, area_of(latitude, longitude))
    found = (find(address) if address else None) or find(text)
    if found is None:
        return Place(address, None, None, "") if address else NOWHERE
    return Place(address or found.address, *_rest(found))


def _rest(place: Place) -> tuple[float | None, float | None, str]:
    return place.latitude, place.longitude, place.area


def _best(text: str) -> _Found | None:
    names = _names(plan())
    return max(_found(_tokens(text), names), key=lambda one: one.weight, default=None) if names else None


def _found(tokens: Sequence[_Token], names: dict[str, list[_Name]]) -> Iterator[_Found]:
    for start, token in enumerate(tokens):
        for name in names.get(token.folded) or _misspelled(tokens, start, names):
            end = _end(tokens, start, name.core)
            if end and (found := _read(tokens, start, end, name)):
                yield found


def _misspelled(tokens: Sequence[_Token], start: int, names: dict[str, list[_Name]]) -> Sequence[_Name]:
    """Only right behind "calle", "avenida": a misspelled word elsewhere is any word."""
    before = _before(tokens, start)
    if before < 0 or tokens[before].folded not in LEADS:
        return ()
    return names.get(meant(tokens[start].folded, among=names), ())


def _end(tokens: Sequence[_Token], start: int, core: Sequence[str]) -> int:
    """Behind the name's last word; 0 where it is another name. Little words may stand in between."""
    at = start + 1
    for word in core[1:]:
        while at < len(tokens) and tokens[at].folded in LITTLE and tokens[at].folded != word:
            at += 1
        if at >= len(tokens) or tokens[at].folded != word:
            return 0
        at += 1
    return at


def _read(tokens: Sequence[_Token], start: int, end: int, name: _Name) -> _Found | None:
    before = _before(tokens, start)
    said = tokens[before].folded if before >= 0 else ""
    follows = tokens[end].folded if end < len(tokens) else ""
    number = _number(tokens, end + (follows in AFTER))
    if not name.sort:
        lead = said in BESIDE or said in IN and not name.only_beside
        weight = (len(name.core), False, False, -start)
        return _Found(weight, name.place, "") if lead or len(name.core) > 1 else None
    sorts = SORTS[name.sort].split()
    if said in sorts and not (before and tokens[before - 1].folded in ANY and not tokens[start].is_capital):
        number = number or _number_before(tokens, before)
        return _Found((len(name.core) + 1, bool(number), True, -start), name.place, number)
    if follows in AFTER and follows in sorts and tokens[start].is_capital:
        return _Found((len(name.core) + 1, bool(number), True, -start), name.place, number)
    # "En Olmo 14"
    bare = number and tokens[start].is_capital and said in IN and name.sort in ROADS
    return _Found((len(name.core), True, True, -start), name.place, number) if bare else None


def _before(tokens: Sequence[_Token], start: int) -> int:
    """The last word of any weight before a name; -1 for none."""
    at = start - 1
    while at >= 0 and tokens[at].folded in LITTLE:
        at -= 1
    return at


def _number(tokens: Sequence[_Token], at: int) -> str:
    """ "Larga 22", "del Olmo, a la altura del 14", "Fuente, devant le numéro 8"; no dates and no durations."""
    told = 0
    start = at
    while at < len(tokens) and at - start < 5 and tokens[at].folded in LITTLE | NUMBER_WORDS:
        told += tokens[at].folded in NUMBER_WORDS
        at += 1
    if at >= len(tokens) or not (told or at == start) or not _NUMBER.fullmatch(tokens[at].folded):
        return ""
    follows = tokens[at + 1].folded if at + 1 < len(tokens) else ""
    return "" if follows in NOT_NUMBERS or follows == "de" and not told else tokens[at].folded


def _number_before(tokens: Sequence[_Token], at: int) -> str:
    """ "14 rue Noria", "au 9 calle Larga"."""
    if not at or not _NUMBER.fullmatch(tokens[at - 1].folded):
        return ""
    is_first = tokens[at].folded in NUMBER_FIRST or at > 1 and tokens[at - 2].folded in NUMBERED
    return tokens[at - 1].folded if is_first else ""


def _tokens(text: str) -> list[_Token]:
    plain = _SHORT.sub(r"\1 ", _LEAVE_OUT.sub(" ", _TAG.sub(r"\1 ", _unaccented(text))))
    return [_Token(word.lower(), word[:1].isupper()) for word in _TOKEN.findall(plain)]


def _unaccented(text: str) -> str:
    if text.isascii():
        return text
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", text.replace("º", "°")))


@lru_cache(maxsize=1)
def _names(town: Plan | None) -> dict[str, list[_Name]]:
    """Every name by its first word."""
    names: dict[str, list[_Name]] = {}
    for name in _all(town) if town else ():
        names.setdefault(name.core[0], []).append(name)
    return names


def _all(town: Plan) -> Iterator[_Name]:
    for shape in town.shapes:
        if shape.name and shape.at.code:
            yield from _called(shape)
    for area in town.areas:
        for core in {(area.code,), _core(area.name)}:
            yield _Name("barrio", core, Place(area.name, None, None, area.code), False)
    # "Calle" is said of every road; a road that is so called by right comes first in the list.
    for shape in sorted(town.shapes, key=lambda one: one.name):
        sort, core = _split(shape.name)
        if shape.at.code and sort in ROADS and sort != "calle":
            yield _Name("calle", core, _place(shape), False)


def _called(shape: Shape) -> Iterator[_Name]:
    for written in (shape.name, *shape.also):
        sort, core = _split(written)
        yield _Name(sort, core, _place(shape), shape.only_beside)


def _split(written: str) -> tuple[str, tuple[str, ...]]:
    """ "Calle del Olmo" -> calle, (olmo). A playground is no park: it is called by its whole name."""
    words = [token.folded for token in _tokens(written)]
    core = tuple(word for word in words if word not in LITTLE)
    if len(core) > 1 and core[0] in SORTS and core[1] != "infantil":
        return core[0], core[1:]
    return "", core or tuple(words)


def _core(written: str) -> tuple[str, ...]:
    sort, core = _split(written)
    return core


def _place(shape: Shape) -> Place:
    at = shape.at
    return Place(shape.name, at.latitude, at.longitude, area_of(at.latitude, at.longitude))
