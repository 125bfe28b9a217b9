"""`manage.py evaluate_places`."""

import json
from io import StringIO
from pathlib import Path

from django.core.management import call_command


def test_right_wrong_and_missed(tmp_path: Path) -> None:
    labelled = tmp_path / "places.tsv"
    labelled.write_text(
        "half\tlang\taddress\ttext\n"
        "seen\tes\tCalle del Olmo 22\tfarola rota en la calle del Olmo 22\n"
        "seen\tes\tCalle del Olmo 24\tfarola rota en la calle del Olmo 22\n"
        "seen\tes\tPlaza Mayor\tallí mismo\n"
        "unseen\tes\t\tla calle está sucia\n",
        encoding="utf-8",
    )
    out = StringIO()
    call_command("evaluate_places", labelled, stdout=out)

    told = json.loads(out.getvalue())
    assert told["seen es"] == {"n": 3, "named": 3, "precision": 0.5, "recall": 0.333}
    assert told["unseen all"] == {"n": 1, "named": 0, "precision": None, "recall": None}
    assert [(one["wanted"], one["found"]) for one in told["wrong"]] == [
        ("Calle del Olmo 24", "Calle del Olmo 22"),
        ("Plaza Mayor", ""),
    ]
