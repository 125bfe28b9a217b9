"""Little words: what tells the town's three languages apart, and what turns a thing into a mere place."""

from collections.abc import Iterable
from typing import Literal

Language = Literal["es", "en", "fr"]

# Folded. A word that two of them share stands in both lists, or in neither when it tells nothing.
LITTLE_WORDS: dict[Language, str] = {
    "es": "el los las del al lo y e o que con por para una unos unas esta este estan estas estos hay muy pero como "
    "cuando donde desde hace mas ya no se mi su sus nos les me te hola gracias favor calle sin todo todos toda "
    "ser fue han he esto eso porque sigue siguen es son era somos tiene tienen hacer otra otro vez dia dias q "
    "xq hoy ayer noche buenos en de la a un buenas vecinos siempre nadie nada solo tambien cada si",
    "en": "the of and to is are was were it its there this that these those with for from on at by has have had been "
    "not my your our their please hello hi thanks thank street when where how what who why can could would a no "
    "me should will out near again they you we i he she be do does did dont still some any all just an as or if "
    "but so up about",
    "fr": "le les des du et ou est sont il elle ils au aux avec pour dans sur une ce cette ces qui que ne pas plus "
    "depuis chez mon ma mes notre nos votre vos bonjour bonsoir salut merci rue sans tout tous quand comment c "
    "d l j qu n y je vous nous on de la a en un se sa son si toujours encore etait ete fait faire tres jours "
    "matin soir personne rien svp me",
}
_LANGUAGES_OF: dict[str, tuple[Language, ...]] = {}
for _language, _words in LITTLE_WORDS.items():
    for _word in set(_words.split()):
        _LANGUAGES_OF[_word] = (*_LANGUAGES_OF.get(_word, ()), _language)

LANGUAGES: tuple[Language, ...] = tuple(LITTLE_WORDS)
# Of all three.
LITTLE = frozenset(_LANGUAGES_OF)


def word_set(words: str) -> frozenset[str]:
    """Words written in one string, as lists of them are read best."""
    return frozenset(words.split())


# "Basura junto a la farola", "rubbish by the bench": the thing named next is where it is, not what is wrong.
PLACING = word_set(
    "en junto cerca frente lado delante detras debajo sobre entre hasta bajo esquina altura entrada "
    "on in at near by beside next opposite behind under outside inside between along across around over "
    "dans sur pres devant derriere face cote entre sous"
)


def count_languages(words: Iterable[str]) -> dict[Language, int]:
    """How many little words of each language a text has."""
    counts: dict[Language, int] = dict.fromkeys(LANGUAGES, 0)
    for word in words:
        for language in _LANGUAGES_OF.get(word, ()):
            counts[language] += 1
    return counts


def languages_of(words: Iterable[str]) -> tuple[Language, ...]:
    """The languages a text may be in; none when no little word tells."""
    counts = count_languages(words)
    best = max(counts.values())
    # One little word more is chance: "hay tres farolas" may be anything, a sentence may not.
    return tuple(language for language in LANGUAGES if counts[language] >= best - 1) if best else ()
