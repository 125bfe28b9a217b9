"""Mistyped settings are told before the town opens."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as real
from pytest_django import Settings

from civic import values


def test_the_defaults_are_fine() -> None:
    assert values.check() == []


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("X_PRICES", {"answer": "0.01"}, "civic.E005"),
        ("X_PRICES", {name: "cheap" for name in values.BILLED}, "civic.E005"),
        ("X_SOFT_CAP", Decimal(1000), "civic.E006"),
        ("X_SOFT_CAP", Decimal(-1), "civic.E006"),
        ("COLLECT_SECONDS", 0, "civic.E007"),
        ("UNDO_SECONDS", -3, "civic.E008"),
        ("TILE_URL", "https://tiles.example.org/", "civic.E010"),
        ("TOWN_PLAN", Path("nothing.geojson"), "civic.W001"),
    ],
)
def test_a_wrong_value_is_told(settings: Settings, name: str, value: Any, code: str) -> None:
    assert hasattr(real, name)
    setattr(settings, name, value)

    assert [told.id for told in values.check()] == [code]


def test_another_database_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(real.DATABASES["default"], "ENGINE", "django.db.backends.sqlite3")

    assert [told.id for told in values.check()] == ["civic.E009"]
