"""Answers to a service's own questions, as a form sends them: `attribute[code]=v`, `attribute[code][]=a`."""

import math
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

FIELD = re.compile(r"attribute\[(?P<code>[^\]]+)\](?:\[\d*\])?")
LONGEST = {"string": 250, "text": 4000, "number": 50, "datetime": 50}
LISTS = ("singlevaluelist", "multivaluelist")

Answers = dict[str, str | list[str]]


def given(form: QueryDict) -> dict[str, list[str]]:
    """Everything that was answered, by question; empty answers are none."""
    answers: dict[str, list[str]] = {}
    for field, values in form.lists():
        if match := FIELD.fullmatch(field):
            answers.setdefault(match["code"], []).extend(str(value).strip() for value in values if str(value).strip())
    return answers


def check(answers: Mapping[str, Sequence[str]], *, questions: Sequence[Mapping[str, Any]]) -> tuple[Answers, list[str]]:
    """The answers as they are kept, and a sentence for each that is missing or wrong."""
    asked = {question["code"]: question for question in questions if question.get("variable", True)}
    problems = [
        _("attribute[%(code)s]: this service asks no such question.") % {"code": code}
        for code in answers
        if code not in asked
    ]
    kept: Answers = {}
    for code, question in asked.items():
        values = answers.get(code, ())
        problem = _fault(values, question=question)
        if problem:
            problems.append(f"attribute[{code}]: {problem}")
        elif values:
            kept[code] = list(values) if question["datatype"] == "multivaluelist" else values[0]
    return kept, problems


def _fault(values: Sequence[str], *, question: Mapping[str, Any]) -> str:
    datatype = question["datatype"]
    if not values:
        return _("an answer is needed.") if question.get("required") else ""
    if len(values) > 1 and datatype != "multivaluelist":
        return _("one answer is enough.")
    if datatype in LISTS:
        return _fault_in_list(values, keys=[str(value["key"]) for value in question.get("values", ())])
    return _fault_in_value(values[0], datatype=datatype)


def _fault_in_list(values: Sequence[str], *, keys: Sequence[str]) -> str:
    known = set(values) <= set(keys)
    return "" if known else _("choose from: %(choices)s.") % {"choices": ", ".join(keys)}


def _fault_in_value(value: str, *, datatype: str) -> str:
    longest = LONGEST[datatype]
    if len(value) > longest:
        return _("at most %(count)s characters.") % {"count": longest}
    if "\0" in value or (datatype == "string" and len(value.splitlines()) > 1):
        return _("one line of plain text.")
    if datatype == "number" and not _is_number(value):
        return _("a number.")
    if datatype == "datetime" and not _is_moment(value):
        return _("write it like 2026-11-22T08:00:00Z.")
    return ""


def _is_number(value: str) -> bool:
    try:
        return math.isfinite(float(value))
    except ValueError:
        return False


def _is_moment(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True
