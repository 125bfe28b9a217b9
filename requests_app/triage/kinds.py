"""Kinds: what a post wants: problem, question, proposal, complaint, thanks or other; learned, and able to say why."""

from requests_app.models import Kind
from requests_app.triage.seen import Evidence, Seen


def likeliest(seen: Seen) -> Kind:
    """What the model takes it for."""
    likely = seen.likely.kind
    return Kind(max(likely, key=lambda one: likely[one]))


def kind_of(seen: Seen, *, alarm: Evidence | None) -> tuple[Kind, float, Evidence]:
    """The likeliest kind, how likely it is (0 to 1), and the words that say so. `alarm`: the words of danger, if any."""
    if not seen.view.words:
        return Kind.OTHER, 1.0, Evidence("empty")
    likely, kind = seen.likely.kind, likeliest(seen)
    if alarm is not None and kind in (Kind.THANKS, Kind.OTHER):
        # "Hay un incendio" is short and nobody's service, but it is no remark.
        return Kind.PROBLEM, likely[Kind.PROBLEM], alarm
    words = seen.snapshot.model.words_for(seen.view, head="kind", label=kind)
    return kind, likely[kind], Evidence("kind", (kind, str(round(100 * likely[kind])), *words))
