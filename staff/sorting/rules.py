"""The town's rules as they are kept, switched and put in order; every change says who and when."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.auth.models import User
from django.db import models, transaction
from django.utils import timezone

from requests_app import audit
from requests_app.models import Rule

# Lines of what was changed lately.
MOST = 20


class Change(models.TextChoices):
    """As the line of a change keeps it."""

    ADDED = "added"
    CHANGED = "changed"
    ON = "on"
    OFF = "off"
    MOVED = "moved"
    REMOVED = "removed"


class ChangedMeanwhile(Exception):
    """Somebody changed the rule after the page was drawn: what it would do now nobody has seen."""


def stamp(rule: Rule | None) -> str:
    """How a page knows later which state of a rule it showed."""
    return rule.changed_at.isoformat() if rule and rule.pk else ""


@transaction.atomic
def keep(rule: Rule | None, *, values: Mapping[str, Any], seen: str, by: User) -> Rule:
    """With these values. What is on and does something else from now on is off until it has been tried."""
    row = Rule(position=_end()) if rule is None else _locked(rule, seen=seen)
    matters = any(getattr(row, field) != value for field, value in values.items() if field != "name")
    for field, value in values.items():
        setattr(row, field, value)
    if matters:
        row.on_since = None
    return _save(row, by=by, change=Change.ADDED if rule is None else Change.CHANGED)


@transaction.atomic
def switch_on(rule: Rule, *, seen: str, by: User) -> Rule:
    """As it was seen when it was tried."""
    row = _locked(rule, seen=seen)
    if row.on_since:
        return row
    row.on_since = timezone.now()
    return _save(row, by=by, change=Change.ON)


@transaction.atomic
def switch_off(rule: Rule, *, by: User) -> Rule:
    row = Rule.objects.select_for_update().get(pk=rule.pk)
    if not row.on_since:
        return row
    row.on_since = None
    return _save(row, by=by, change=Change.OFF)


@transaction.atomic
def move(rule: Rule, *, up: bool, by: User) -> None:
    """One place up or down; all are numbered anew, so that two in one place part."""
    rows = list(Rule.objects.select_for_update().in_order())
    at = next((place for place, row in enumerate(rows) if row.pk == rule.pk), None)
    to = None if at is None else at - 1 if up else at + 1
    if at is None or to is None or not 0 <= to < len(rows):
        return
    rows[at], rows[to] = rows[to], rows[at]
    for place, row in enumerate(rows):
        row.position = place
    Rule.objects.bulk_update(rows, ["position"])
    _save(rows[to], by=by, change=Change.MOVED)


@transaction.atomic
def remove(rule: Rule, *, by: User) -> None:
    _write(rule, by=by, change=Change.REMOVED)
    rule.delete()


def changed_lately() -> Sequence[LogEntry]:
    """The newest changes of all rules, those removed too. `change_message` is a `Change`."""
    return list(audit.lines(Rule).filter(change_message__in=Change.values)[:MOST])


def _locked(rule: Rule, *, seen: str) -> Rule:
    row = Rule.objects.select_for_update().get(pk=rule.pk)
    if stamp(row) != seen:
        raise ChangedMeanwhile
    return row


def _save(row: Rule, *, by: User, change: Change) -> Rule:
    row.changed_by = by
    row.save()
    _write(row, by=by, change=change)
    return row


def _write(row: Rule, *, by: User, change: Change) -> None:
    flag = {Change.ADDED: ADDITION, Change.REMOVED: DELETION}.get(change, CHANGE)
    audit.write(Rule, change.value, by=by, number=str(row.pk), name=row.name, flag=flag)


def _end() -> int:
    last = Rule.objects.aggregate(last=models.Max("position"))["last"]
    return 0 if last is None else int(last) + 1
