"""Pairs of posts in, one JSON object out: of what is taken for the same, how much is; and of the same, how much is found."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from requests_app.triage.alike import SUGGESTED_FROM

OURS = Path(__file__).parents[3] / "benchmarks" / "alike.tsv"
HEAD = "same\thours\tmetres\tone\tother\n"
LAMP = "farola fundida en la calle del Olmo 14"


def measured(path: Path, **options: Any) -> dict[str, Any]:
    told = StringIO()
    call_command("evaluate_alike", path, stdout=told, **options)
    found: dict[str, Any] = json.loads(told.getvalue())
    return found


def test_the_same_lamp_and_another_ones_bench(tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text(
        f"{HEAD}1\t2\t\tla {LAMP} otra vez\t{LAMP}\n0\t2\t\tbanco roto en la plaza Mayor\t{LAMP}\n", encoding="utf-8"
    )

    found = measured(pairs)

    assert (found["n"], found["same"], found["worst"]) == (2, 1, [])
    assert found["from"][str(SUGGESTED_FROM)] == {"taken": 1, "precision": 1.0, "recall": 1.0}


def test_a_place_sent_along_is_believed(tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text(f"{HEAD}1\t1\t15\tfarola fundida\tfarola fundida\n0\t1\t800\tfarola fundida\tfarola fundida\n")

    assert measured(pairs)["worst"] == []


def test_on_our_own_pairs_most_suggestions_are_right() -> None:
    found = measured(OURS)["from"][str(SUGGESTED_FROM)]

    assert found["precision"] >= 0.7
    assert found["recall"] >= 0.7


@pytest.mark.parametrize("text", ["", "same\tone\n", f"{HEAD}1\tnever\t\tuno\tdos\n"])
def test_what_is_no_such_file_is_said(text: str, tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text(text, encoding="utf-8")

    with pytest.raises(CommandError):
        measured(pairs)
