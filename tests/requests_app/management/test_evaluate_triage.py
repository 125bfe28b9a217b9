"""Triage is measured on labelled posts: every figure that the columns allow, and no other."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from requests_app.triage import evaluating

ROWS = (
    ("La farola de la calle Olmo lleva tres noches fundida", "problem", "maintenance", "0", "es"),
    ("han tirado un colchón y un sofá en la acera", "problem", "police", "0", "es"),
    ("hay un incendio en el portal, salen llamas, hay gente dentro", "problem", "police", "1", "es"),
    ("¿A qué hora abre la piscina? [URL]", "question", "townhall", "0", "es"),
)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluating, "_TIMED", 0.01)


def table(path: Path, *columns: str) -> Path:
    """The rows above, these columns of them."""
    names = ("text", "kind", "queue", "urgent", "lang")
    lines = [columns, *(tuple(dict(zip(names, row, strict=True))[name] for name in columns) for row in ROWS)]
    path.write_text("\n".join("\t".join(line) for line in lines) + "\n", encoding="utf-8")
    return path


def measured(path: Path, **options: Any) -> dict[str, Any]:
    out = StringIO()
    call_command("evaluate_triage", str(path), stdout=out, **options)
    figures: dict[str, Any] = json.loads(out.getvalue())
    return figures


def test_figures_of_every_column(tmp_path: Path) -> None:
    figures = measured(table(tmp_path / "all.tsv", "text", "kind", "queue", "urgent", "lang"))

    assert list(figures) == ["n", "kind", "queue", "urgent", "lang", "posts_per_second", "worst"]
    assert (figures["n"], figures["kind"]["accuracy"], figures["lang"]["accuracy"]) == (4, 1.0, 1.0)
    assert figures["kind"]["confusion"] == {"problem": {"problem": 3}, "question": {"question": 1}}
    # Of the three problems only; the mattress is the sweeper's, whatever the label says.
    assert figures["queue"]["confusion"]["maintenance"] == {"maintenance": 1}
    assert figures["queue"]["confusion"]["police"]["sweeper"] == 1
    assert figures["urgent"] == {"precision": 1.0, "recall": 1.0, "false_alarm_rate": 0.0}
    assert figures["posts_per_second"] > 0
    wrong = {(error["what"], error["label"], error["said"]) for error in figures["worst"]}
    assert ("queue", "police", "sweeper") in wrong
    assert all(error["evidence"] for error in figures["worst"])


def test_what_a_column_lacks_is_left_out(tmp_path: Path) -> None:
    assert list(measured(table(tmp_path / "texts.tsv", "text"))) == ["n", "posts_per_second", "worst"]
    assert list(measured(table(tmp_path / "queues.tsv", "text", "queue"))) == [
        "n",
        "queue",
        "posts_per_second",
        "worst",
    ]


def test_one_language_only(tmp_path: Path) -> None:
    path = table(tmp_path / "all.tsv", "text", "lang")
    with pytest.raises(CommandError, match="^No post to measure on.$"):
        measured(path, lang="fr")


@pytest.mark.django_db
def test_towns_own_services_may_be_measured(tmp_path: Path) -> None:
    """A town that has named no team yet has one, which takes everything."""
    figures = measured(table(tmp_path / "queues.tsv", "text", "queue"), town=True)
    assert figures["queue"]["confusion"]["maintenance"] == {"townhall": 1}


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ("words\tkind\nhola\tproblem\n", "has no column called text"),
        ("text\tkind\nhola\tgreeting\n", "line 2: greeting is no kind"),
        ("text\turgent\nhola\tmaybe\n", "line 2: urgent is 1 or 0, not maybe"),
    ],
)
def test_a_bad_file_is_told_in_plain_words(content: str, error: str, tmp_path: Path) -> None:
    (tmp_path / "bad.tsv").write_text(content, encoding="utf-8")
    with pytest.raises(CommandError, match=error):
        measured(tmp_path / "bad.tsv")


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        measured(tmp_path / "none.tsv")
