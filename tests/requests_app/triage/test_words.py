"""Words: what triage sees of a text, and the phrases it finds there."""

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from requests_app.triage.words import PhraseBook, folded, look, split_weight, stems

ENDINGS = ("ages", "ees", "isement", "ations", "euses", "ivement")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("La farola está ROTA", ("la", "farola", "esta", "rota")),
        ("L'éclairage n'est pas réparé", ("l", "eclairage", "n", "est", "pas", "repare")),
        ("𝗙𝗮𝗿𝗼𝗹𝗮 fundida", ("farola", "fundida")),
        ("fa\u200brola fun\u00addida", ("farola", "fundida")),
        ("mirad https://t.co/aBc y www.alameda.example/x", ("mirad", "y")),
        ("#FarolaRota #calle_sucia #SOS #Bache2", ("farola", "rota", "calle", "sucia", "sos", "bache", "2")),
        ("🗑️🗑️🔥", ()),
        ("", ()),
        ("@manto_alameda @alameda", ()),
        ("https://t.co/aBc", ()),
        ("الشارع مظلم", ("الشارع", "مظلم")),
    ],
)
def test_look_reads_the_words(text: str, words: tuple[str, ...]) -> None:
    assert look(text).words == words


def test_look_cuts_what_no_word_is() -> None:
    assert [len(word) for word in look("x" * 25_000 + " #" + "Y" * 25_000).words] == [40, 40]


def test_look_reads_hashtags_and_handles_apart() -> None:
    view = look("@Manto_Alameda y @carmen.bsky.example #ViaPublica escribid a pepe@alameda.example #Aquí_No")
    assert view.handles == ("manto_alameda", "carmen.bsky.example")
    assert view.hashtags == ("viapublica", "aquino")


def test_look_believes_the_network_about_mentions() -> None:
    assert look("hola @teo", mentions=["104", "@Policia_Alameda"]).mentions == ("104", "policia_alameda")
    assert look("hola @teo").mentions == ("teo",)


@pytest.mark.parametrize(
    ("text", "languages"),
    [
        ("La farola de mi calle no funciona", ("es",)),
        ("The lamp in our street is out again", ("en",)),
        ("Le lampadaire de ma rue est encore éteint", ("fr",)),
        ("farola", ()),
        ("the farola", ("es", "en", "fr")),
        ("", ()),
    ],
)
def test_look_tells_the_likely_languages(text: str, languages: tuple[str, ...]) -> None:
    assert look(text).languages == languages


def test_folded_keeps_letters_and_digits() -> None:
    assert folded("#Limpieza Viária_2") == "limpiezaviaria2"


@pytest.mark.parametrize(("one", "other"), [("farola", "farolas"), ("basura", "basuuuura"), ("streeeet", "street")])
def test_stems_meet(one: str, other: str) -> None:
    assert set(stems(one)) & set(stems(other))


def test_stems_of_look_alikes_do_not_meet() -> None:
    assert not set(stems("perro")) & set(stems("pero"))


@pytest.mark.parametrize(
    ("keyword", "written", "weight"),
    [("farola", "farola", 2), ("agua^1", "agua", 1), ("=ratas^3", "ratas", 3), ("paso cebra", "paso cebra", 2)],
)
def test_split_weight(keyword: str, written: str, weight: int) -> None:
    assert split_weight(keyword) == (written, weight)


BOOK = PhraseBook(
    [
        ("light", "es", "farola"),
        ("light", "es", "calle sin luz"),
        ("trees", "en", "tree"),
        ("pests", "es", "=ratas"),
        ("slabs", "es", "losa"),
        ("nothing", "es", "!!!"),
    ]
)


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("FAROLAAAS fundidas", ["light"]),
        ("la calle está toda sin nada de luz", ["light"]),
        ("sin luz en la calle", []),
        ("calle con farola sin luz", ["light", "light"]),
        ("calle uno dos tres sin luz", []),
        ("hace tres días", []),
        ("two trees fell", ["trees"]),
        ("hay ratas", ["pests"]),
        ("espera un rato", []),
        ("los vecinos", []),
        ("una losa suelta", ["slabs"]),
    ],
)
def test_find(text: str, labels: list[str]) -> None:
    assert [match.phrase.label for match in BOOK.find(look(text))] == labels


def test_find_only_in_the_languages_asked_for() -> None:
    assert BOOK.find(look("farola by the tree"), languages=("en",))[0].phrase.written == "tree"


def test_find_in_a_very_long_text() -> None:
    text = "a" * 25_000 + " farola " + "basura " * 3_000
    assert [match.phrase.label for match in BOOK.find(look(text))] == ["light"]


def test_threads_stem_without_getting_in_each_others_way() -> None:
    """The worker runs threads, and a stemmer keeps the word it is at in itself."""
    # Past the memory of words, which would hide the stemmers.
    afresh = stems.__wrapped__
    words = [f"{stem}{ending}" for stem in ("eclair", "nettoy", "vandal", "final") for ending in ENDINGS] * 40
    expected = [afresh(word) for word in words]
    switching = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(6) as threads:
            assert list(threads.map(afresh, words)) == expected
    finally:
        sys.setswitchinterval(switching)
