"""How the log is written: one JSON object a line, and never the words of an error, which may be a resident's."""

import logging
import traceback
from collections.abc import Iterator
from copy import copy

from pythonjsonlogger.json import JsonFormatter


class Discreet(JsonFormatter):
    """PostgreSQL, for one, ends its errors with the row that it refused: post, name and all."""

    def format(self, record: logging.LogRecord) -> str:
        told = record.args
        if isinstance(told, dict) and "exc" in told:
            # Celery's line about a task that broke: the error's words in the message, and once more beside it.
            record = copy(record)
            record.args = {**told, "exc": _kind(record), "traceback": ""}
            vars(record).pop("data", None)
        return super().format(record)

    def formatException(self, ei: object) -> str:
        """Where it broke, and the kinds of error."""
        error = ei[1] if isinstance(ei, tuple) else None
        if not isinstance(error, BaseException):
            return ""
        places = "".join(traceback.format_tb(error.__traceback__))
        return f"{places}{' < '.join(type(one).__name__ for one in _chain(error))}"


def _kind(record: logging.LogRecord) -> str:
    kind = record.exc_info[0] if record.exc_info else None
    return kind.__name__ if kind else "error"


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """And what it came of."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
