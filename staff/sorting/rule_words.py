"""A rule in words: what a post must hold, and what then becomes of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.admin.models import LogEntry
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from requests_app.models import Rule, Urgency, Weekday
from requests_app.plan import area_name
from requests_app.triage.words import split_weight
from staff.sorting.rules import Change


@dataclass(frozen=True, slots=True)
class Told:
    """One rule as a list shows it."""

    rule: Rule
    when: Sequence[str]
    then: Sequence[str]


def told(rule: Rule) -> Told:
    """No queries where its team and service are at hand."""
    return Told(rule, list(_when(rule)), list(_then(rule)))


def line(change: LogEntry) -> str:
    """What was done, without who and when."""
    sentences = {
        Change.ADDED: _("“%(name)s” was written"),
        Change.CHANGED: _("“%(name)s” was changed"),
        Change.ON: _("“%(name)s” was switched on"),
        Change.OFF: _("“%(name)s” was switched off"),
        Change.MOVED: _("“%(name)s” was moved"),
        Change.REMOVED: _("“%(name)s” was removed"),
    }
    return sentences[Change(change.change_message)] % {"name": change.object_repr}


def _when(rule: Rule) -> Iterable[str]:
    if rule.words:
        yield _("It holds one of these words: %(words)s") % {
            "words": _listed(split_weight(word)[0] for word in rule.words)
        }
    if rule.hashtags:
        yield _("It carries one of these hashtags: %(hashtags)s") % {
            "hashtags": _listed(f"#{tag}" for tag in rule.hashtags)
        }
    if rule.authors:
        yield _("It was written by %(accounts)s") % {"accounts": _listed(f"@{one}" for one in rule.authors)}
    if rule.addressed:
        yield _("It names %(accounts)s") % {"accounts": _listed(f"@{one}" for one in rule.addressed)}
    if rule.areas:
        yield _("It is about %(areas)s") % {"areas": _listed(area_name(code) for code in rule.areas)}
    if rule.weekdays:
        days = _listed(str(Weekday(day).label) for day in sorted(rule.weekdays))
        yield _("It was posted on %(days)s") % {"days": days}
    if rule.begins and rule.ends:
        hours = {"begins": time_format(rule.begins, "H:i"), "ends": time_format(rule.ends, "H:i")}
        yield _("It was posted between %(begins)s and %(ends)s") % hours


def _then(rule: Rule) -> Iterable[str]:
    if rule.service:
        yield _("It goes to %(team)s as %(service)s") % {"team": rule.service.queue.name, "service": rule.service.name}
    if rule.queue:
        yield _("It goes to %(team)s") % {"team": rule.queue.name}
    if rule.urgency == Urgency.URGENT:
        yield _("It cannot wait")
    if rule.urgency == Urgency.CALM:
        yield _("It can wait, whatever its words")
    if rule.makes_private:
        yield _("It is not for the public")


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)
