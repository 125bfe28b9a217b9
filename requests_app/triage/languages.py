"""Languages: which of the town's three a post is answered in."""

from typing import Literal

from requests_app.triage.words import TextView, look

Language = Literal["es", "en", "fr"]

# Little words that only one of the three has, folded.
_LITTLE_WORDS: dict[Language, str] = {
    "es": "el los las del al y o que con por para una unos unas esta este estan hay muy pero como cuando donde desde "
    "hace mas ya no se lo mi su sus nos les hola gracias favor calle sin todo todos ser fue han he esto eso porque",
    "en": "the of and to is are was it there this that these those with for from on at by has have been not my your our "
    "please hello hi thanks street when where how what who can could would should out near again they you we",
    "fr": "le les des du et ou est sont il elle au aux avec pour dans sur une ce cette ces qui ne pas plus depuis chez "
    "mon ma mes notre nos votre vos bonjour salut merci rue sans tout tous quand comment c d l j qu n y je vous nous",
}
_LANGUAGES_OF: dict[str, tuple[Language, ...]] = {}
for _language, _words in _LITTLE_WORDS.items():
    for _word in _words.split():
        _LANGUAGES_OF[_word] = (*_LANGUAGES_OF.get(_word, ()), _language)


def guess_language(text: str | TextView, claimed: str | None = None, *, otherwise: Language = "es") -> Language:
    """The language the network claims when it is one of the three, else the one whose little words are most."""
    match (claimed or "").lower()[:2]:
        case "es" | "en" | "fr" as known:
            return known
    view = text if isinstance(text, TextView) else look(text)
    counts: dict[Language, int] = dict.fromkeys(_LITTLE_WORDS, 0)
    for word in view.words:
        for language in _LANGUAGES_OF.get(word, ()):
            counts[language] += 1
    best = max(counts.values())
    leading = [language for language, count in counts.items() if count == best]
    return leading[0] if best and len(leading) == 1 else otherwise
