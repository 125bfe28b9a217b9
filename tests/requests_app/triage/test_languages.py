"""Languages: which one a post is answered in."""

import pytest

from requests_app.triage.languages import guess_language


@pytest.mark.parametrize(
    ("text", "claimed", "language"),
    [
        ("The lamp in our street is out", "es", "es"),
        ("The lamp in our street is out", "en-GB", "en"),
        ("The lamp in our street is out", "FR", "fr"),
        ("The lamp in our street is out", "und", "en"),
        ("The lamp in our street is out", None, "en"),
        ("La farola de mi calle está apagada", "ca", "es"),
        ("Le lampadaire de ma rue est éteint", "", "fr"),
        ("Estonian is not English", "est", "en"),
        ("🔥", None, "es"),
        ("", None, "es"),
    ],
)
def test_guess_language(text: str, claimed: str | None, language: str) -> None:
    assert guess_language(text, claimed) == language


def test_guess_language_when_nothing_tells_is_the_towns() -> None:
    assert guess_language("lampadaire", otherwise="fr") == "fr"
