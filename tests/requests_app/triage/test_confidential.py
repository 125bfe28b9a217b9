"""What one neighbour tells the town hall and no other neighbour should read: measured on a set of our own."""

import csv
from pathlib import Path

import pytest

from requests_app.triage.confidential import secret
from requests_app.triage.words import look

ROWS = [
    (row["text"], row["private"])
    for row in csv.DictReader(
        (Path(__file__).parent / "data" / "confidential.tsv").read_text(encoding="utf-8").splitlines(),
        delimiter="\t",
        quoting=csv.QUOTE_NONE,
    )
]
LEAST_PRECISION, LEAST_RECALL = 0.97, 0.9


def matters(text: str) -> tuple[str, ...]:
    evidence = secret(look(text))
    return evidence.detail if evidence else ()


def test_what_is_nobody_elses_business_is_kept_from_the_square() -> None:
    told = {text: matters(text) for text, _matter in ROWS}
    right = [text for text, matter in ROWS if told[text] and matter != "-"]
    wrong = [text for text, matter in ROWS if told[text] and matter == "-"]
    missed = [text for text, matter in ROWS if not told[text] and matter != "-"]

    assert len(ROWS) >= 120
    assert len(right) / len(right + wrong) >= LEAST_PRECISION, wrong
    assert len(right) / len(right + missed) >= LEAST_RECALL, missed


@pytest.mark.parametrize(("text", "matter"), [row for row in ROWS if row[1] != "-"][::4])
def test_the_reason_is_told(text: str, matter: str) -> None:
    assert matter in matters(text)


@pytest.mark.parametrize(
    "text",
    [
        "El columpio está roto y ahí juegan niños",
        "The swing is broken and children play there",
        "La balançoire est cassée et des enfants y jouent",
        "La farola de la calle Antonio Machado está rota",
        "",
        "🤷",
    ],
)
def test_everybodys_business_stays_everybodys(text: str) -> None:
    assert matters(text) == ()
