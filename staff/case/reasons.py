"""Why a request is where it is: triage's evidence in a dispatcher's words."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from requests_app.models import Queue

_SENTENCES: Mapping[str, Callable[[str], str]] = {
    # whose work it is
    "address": lambda found: _("It names %(found)s.") % {"found": found},
    "hashtag": lambda found: _("It carries %(found)s.") % {"found": found},
    "words": lambda found: _("Words it was known by: %(found)s.") % {"found": found},
    "torn": lambda found: _("Torn between %(found)s, so a person decides.") % {"found": found},
    "nothing": lambda found: _("Nothing in it names a team, so a person decides."),
    "chosen": lambda found: _("Its author chose the service."),
    "by_hand": lambda found: _("Opened by hand."),
    "done": lambda found: _("%(found)s did it and said so on the network.") % {"found": found},
    "in_confidence": lambda found: (
        _("Said in confidence below No. %(found)s.") % {"found": found} if found else _("Said in confidence.")
    ),
    # what it wants
    "trouble": lambda found: (
        _("Words of trouble: %(found)s.") % {"found": found} if found else _("It reports a problem.")
    ),
    "demand": lambda found: _("It asks for something to be done: %(found)s.") % {"found": found},
    "question": lambda found: _("It asks: %(found)s.") % {"found": found},
    "proposal": lambda found: _("It proposes: %(found)s.") % {"found": found},
    "complaint": lambda found: _("It complains: %(found)s.") % {"found": found},
    "thanks": lambda found: _("It thanks: %(found)s.") % {"found": found},
    "news": lambda found: _("It reads like news: %(found)s.") % {"found": found},
    "chat": lambda found: _("It reads like chatter: %(found)s.") % {"found": found},
    "remark": lambda found: _("It reads like a remark."),
    "too little": lambda found: _("It says very little."),
    "empty": lambda found: _("It has no words."),
    "doubt": lambda found: _("Not sure what it wants: taken for a problem, so that a person reads it."),
    # whether it can wait
    "danger": lambda found: _("Words of danger: %(found)s. It does not wait for opening hours.") % {"found": found},
}


@dataclass(frozen=True, slots=True)
class Why:
    """A sentence for each piece of evidence, and the teams it was nearly sent to: the second guess."""

    sentences: Sequence[str]
    guesses: Sequence[Queue]


def why(evidence: Sequence[Mapping[str, Any]], *, queues: Iterable[Queue], now_with: Queue) -> Why:
    """`queues`: every team; the one that has it already is no guess."""
    teams = {queue.code: queue for queue in queues}
    torn = [str(code) for piece in evidence if piece["signal"] == "torn" for code in piece.get("detail", ())]
    return Why(
        reasons(evidence, queues={code: queue.name for code, queue in teams.items()}),
        [teams[code] for code in torn if code in teams and code != now_with.code],
    )


def reasons(evidence: Iterable[Mapping[str, Any]], *, queues: Mapping[str, str]) -> list[str]:
    """One sentence for each piece of evidence; `queues` gives a team's name by its code."""
    return [
        _sentence(str(piece["signal"]), [str(one) for one in piece.get("detail", ())], queues=queues)
        for piece in evidence
    ]


def _sentence(signal: str, detail: list[str], *, queues: Mapping[str, str]) -> str:
    names = [queues.get(one, one) for one in detail]
    found = get_text_list(names, pgettext("between two names", "and")) if signal == "torn" else ", ".join(detail)
    known = _SENTENCES.get(signal)
    # A signal that joined later still says its name.
    return known(found) if known else f"{signal}: {found}"
