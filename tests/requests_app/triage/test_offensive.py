"""Insults aimed at people, threats and hate: measured on a set of our own."""

import csv
from pathlib import Path

import pytest

from requests_app.triage.offensive import offence
from requests_app.triage.words import look

ROWS = [
    (row["text"], row["offensive"] == "1")
    for row in csv.DictReader(
        (Path(__file__).parent / "data" / "offensive.tsv").read_text(encoding="utf-8").splitlines(),
        delimiter="\t",
        quoting=csv.QUOTE_NONE,
    )
]
LEAST_PRECISION, LEAST_RECALL = 0.97, 0.9


def test_insults_are_told_from_anger() -> None:
    right = [text for text, offends in ROWS if offends and offence(look(text))]
    wrong = [text for text, offends in ROWS if not offends and offence(look(text))]
    missed = [text for text, offends in ROWS if offends and not offence(look(text))]

    assert len(ROWS) >= 100
    assert len(right) / len(right + wrong) >= LEAST_PRECISION, wrong
    assert len(right) / len(right + missed) >= LEAST_RECALL, missed


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("@alameda HIJOS DE PUTAAAA", ("hijos de puta",)),
        ("sois unos h1jos de p*ta", ("hijos de pta",)),
        ("you're all fucking idiots", ("all fucking idiots",)),
    ],
)
def test_the_words_are_told_however_they_are_written(text: str, words: tuple[str, ...]) -> None:
    evidence = offence(look(text))

    assert evidence is not None
    assert evidence.detail == words


@pytest.mark.parametrize(
    "text", ["mierda de calle", "merde, encore une panne", "bloody pothole", "", "https://x.example/puta"]
)
def test_anger_at_things_offends_nobody(text: str) -> None:
    assert offence(look(text)) is None
