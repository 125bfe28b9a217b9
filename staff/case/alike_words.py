"""What speaks for two requests being the same, in a colleague's words: "12 m away, 3 hours before; both say farola"."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from typing import Any

from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _

from requests_app import wording

# So near is the same spot: no phone knows its place better. Longer ago is told in days.
SPOT_METRES, HOURS = 8, 48


def alike_words(
    evidence: Iterable[Mapping[str, Any]], *, is_earlier: bool, names: Mapping[str, str], shows_words: bool = True
) -> str:
    """Half a sentence, to stand alone or behind a colon. `is_earlier`: the other one was told before; `names`: services by topic or code;
    `shows_words`: nobody folded them as an insult."""
    known = {str(piece["signal"]): [str(one) for one in piece["detail"]] for piece in evidence}
    if not shows_words:
        known.pop("words", None)
    if known.get("metres") == ["0"] and "street" in known:
        # Both stand where the plan has the name that both gave: nobody measured that.
        known.pop("metres")
    where = [words(known[signal], is_earlier) for signal, words in _WHERE.items() if signal in known]
    what = [words(known[signal], names) for signal, words in _WHAT.items() if signal in known]
    clauses = [clause for clause in (", ".join(filter(None, where)), *what) if clause]
    return reduce(lambda one, other: _("%(one)s; %(other)s") % {"one": one, "other": other}, clauses) if clauses else ""


def _metres(detail: Sequence[str], _is_earlier: bool) -> str:
    metres = int(detail[0])
    if metres <= SPOT_METRES:
        return _("at the same spot")
    return _("%(metres)s m away") % {"metres": wording.number(metres)}


def _hours(detail: Sequence[str], is_earlier: bool) -> str:
    hours = int(detail[0])
    if hours < 1:
        return _("within the hour")
    if hours < HOURS:
        before = ngettext("%(count)s hour before", "%(count)s hours before", hours)
        after = ngettext("%(count)s hour after", "%(count)s hours after", hours)
        return (before if is_earlier else after) % {"count": hours}
    days = round(hours / 24)
    before = ngettext("%(count)s day before", "%(count)s days before", days)
    after = ngettext("%(count)s day after", "%(count)s days after", days)
    return (before if is_earlier else after) % {"count": days}


def _language(detail: Sequence[str], is_earlier: bool) -> str:
    if not is_earlier:
        return _("in another language")
    try:
        name = get_language_info(detail[0])["name_translated"].lower()
    except KeyError:
        return _("in another language")
    return _("in %(language)s") % {"language": name}


def _topic(detail: Sequence[str], names: Mapping[str, str]) -> str:
    name = names.get(detail[0])
    return _("both are about “%(name)s”") % {"name": name} if name else ""


_WHERE: Mapping[str, Callable[[Sequence[str], bool], str]] = {
    "metres": _metres,
    "hours": _hours,
    "language": _language,
    "author": lambda _detail, _is_earlier: _("by the same person"),
}
_WHAT: Mapping[str, Callable[[Sequence[str], Mapping[str, str]], str]] = {
    "street": lambda detail, _names: _("both name %(street)s") % {"street": ", ".join(detail)},
    "number": lambda detail, _names: _("both give the number %(number)s") % {"number": ", ".join(detail)},
    "topic": _topic,
    "words": lambda detail, _names: _("both say %(words)s") % {"words": ", ".join(detail)},
}
