"""Why a request is where it is: triage's evidence in a dispatcher's words."""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from requests_app import wording
from requests_app.models import Kind, Queue, Service


@dataclass(frozen=True, slots=True)
class _Found:
    """What a signal found: its words as triage wrote them, and how teams and services are called by their codes."""

    detail: Sequence[str]
    names: Mapping[str, str]

    def __str__(self) -> str:
        return ", ".join(self.detail)

    def either(self) -> str:
        return get_text_list([self.called(one) for one in self.detail], pgettext("between two names", "and"))

    def matters(self) -> str:
        return wording.private_matters(self.detail)

    def called(self, code: str) -> str:
        return self.names.get(code, code)


def _alike(found: _Found) -> str:
    code, times, share = found.detail
    words = {"times": times, "place": found.called(code), "share": share}
    return (
        ngettext(
            "Like %(times)s earlier post in %(place)s, %(share)s %%.",
            "Like %(times)s earlier posts in %(place)s, %(share)s %%.",
            int(times),
        )
        % words
    )


def _kind(found: _Found) -> str:
    kind, share, *spoken = found.detail
    words = {"kind": Kind(kind).label, "share": share, "words": ", ".join(spoken)}
    if spoken:
        return _("Taken for %(kind)s, %(share)s %%: %(words)s.") % words
    return _("Taken for %(kind)s, %(share)s %%.") % words


def _rule(found: _Found) -> str:
    """What one of the town's rules did."""
    name, effect = (*found.detail, "team")[:2]
    sentences = {
        "team": _("The town's rule “%(name)s” sends it here."),
        "urgent": _("By the town's rule “%(name)s” it cannot wait."),
        "calm": _("By the town's rule “%(name)s” it can wait, whatever its words."),
        "private": _("The town's rule “%(name)s” keeps it from the public."),
    }
    return sentences.get(effect, sentences["team"]) % {"name": name}


_SENTENCES: Mapping[str, Callable[[_Found], str]] = {
    # whose work it is
    "address": lambda found: _("It names %(found)s.") % {"found": found},
    "hashtag": lambda found: _("It carries %(found)s.") % {"found": found},
    "rule": _rule,
    "words": lambda found: _("Words: %(found)s.") % {"found": found},
    "alike": _alike,
    "torn": lambda found: _("Torn between %(found)s, so a person decides.") % {"found": found.either()},
    "nothing": lambda _found: _("Nothing in it names a team, so a person decides."),
    "chosen": lambda _found: _("Its author chose the service."),
    "by_hand": lambda _found: _("Opened by hand."),
    "done": lambda found: _("%(found)s did it and said so on the network.") % {"found": found},
    "in_confidence": lambda found: (
        _("Said in confidence below No. %(found)s.") % {"found": found} if found.detail else _("Said in confidence.")
    ),
    "kept_apart": lambda found: (
        _("Kept apart from No. %(found)s, which everybody may read.") % {"found": found}
        if found.detail
        else _("Kept apart from what everybody may read.")
    ),
    # what it wants
    "kind": _kind,
    "empty": lambda _found: _("It has no words."),
    # who may read it
    "private": lambda found: _("Private: %(matters)s.") % {"matters": found.matters()},
    "offensive": lambda found: _("Insults or threats: %(found)s.") % {"found": found},
    "disclosed": lambda _found: _("A colleague looked at it, and took the lock off."),
    "folded": lambda _found: _("A colleague folded it: it insults or threatens somebody."),
    "reworded": lambda _found: _("Its author took the insult out, so it is shown again."),
    "lifted": lambda _found: _("A colleague looked at it, and shows it again."),
    # whether it can wait
    "danger": lambda found: _("Words of danger: %(found)s. It does not wait for opening hours.") % {"found": found},
}


@dataclass(frozen=True, slots=True)
class Why:
    """A sentence for each piece of evidence, and the teams it was nearly sent to: the second guess."""

    sentences: Sequence[str]
    guesses: Sequence[Queue]


def why(
    evidence: Sequence[Mapping[str, Any]], *, queues: Iterable[Queue], services: Iterable[Service], now_with: Queue
) -> Why:
    """`queues`: every team; the one that has it already is no guess."""
    teams = {queue.code: queue for queue in queues}
    torn = [str(code) for piece in evidence if piece["signal"] == "torn" for code in piece.get("detail", ())]
    names = {one.code: one.name for one in services} | {one.code: one.name for one in teams.values()}
    return Why(reasons(evidence, names=names), [teams[one] for one in torn if one in teams and one != now_with.code])


def reasons(evidence: Iterable[Mapping[str, Any]], *, names: Mapping[str, str]) -> list[str]:
    """One sentence for each piece of evidence; `names` calls a team or a service by its code."""
    evidence = list(evidence)
    rude = {str(one) for piece in evidence if piece["signal"] == "offensive" for one in piece["detail"]}
    return [
        _sentence(str(piece["signal"]), _Found([_shy(str(one), rude) for one in piece.get("detail", ())], names))
        for piece in evidence
    ]


def _shy(found: str, rude: Set[str]) -> str:
    """What is folded in the thread is not spelt out beside it."""
    return f"{found[0]}…" if found in rude or not rude.isdisjoint(found.split()) else found


def _sentence(signal: str, found: _Found) -> str:
    known = _SENTENCES.get(signal)
    # A signal that joined later still says its name.
    return known(found) if known else f"{signal}: {found}"
