"""The log: ids, counts and outcomes, and where something broke, but nobody's words."""

import json
import logging
from collections.abc import Callable

import pytest
from celery import Task
from django.db import DataError
from django.utils.module_loading import import_string
from pytest_django import Settings

from civic.celery import app

ROW = "Failing row contains (Lucía, la farola)"


@pytest.fixture
def written(caplog: pytest.LogCaptureFixture, settings: Settings) -> Callable[[], list[str]]:
    """What stands in the log, as the settings have it written."""
    chosen = settings.LOGGING["formatters"]["json"]
    formatter: logging.Formatter = import_string(chosen["()"])(chosen["format"])
    return lambda: [formatter.format(record) for record in caplog.records]


def refuse() -> None:
    try:
        raise DataError(ROW)
    except DataError as error:
        raise RuntimeError(str(error)) from error


def test_an_error_is_told_without_its_words(written: Callable[[], list[str]]) -> None:
    try:
        refuse()
    except RuntimeError:
        logging.getLogger("requests_app").exception("not stored", extra={"post": 7})

    (line,) = written()
    told = json.loads(line)
    assert (told["message"], told["post"], "farola" in line) == ("not stored", 7, False)
    assert told["exc_info"].endswith("RuntimeError < DataError")
    assert "in refuse" in told["exc_info"]


def test_a_broken_tick_is_told_without_its_words(written: Callable[[], list[str]]) -> None:
    tick: Task[[], None] = app.task(name="tests.broken")(refuse)

    tick.apply()

    (line,) = written()
    assert ("raised unexpected: RuntimeError" in line, "farola" in line) == (True, False)
