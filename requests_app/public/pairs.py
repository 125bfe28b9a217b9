"""Which two pictures show what a repair changed."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from requests_app.models import Side

Picture = TypeVar("Picture")


def pair(
    theirs: Sequence[Picture], ours: Sequence[Picture], spot: Mapping[str, Sequence[Picture]]
) -> tuple[Picture | None, Picture | None]:
    """How it was first and how it is last, from residents, from the town's answers, and from colleagues on the spot.

    Each comes oldest first. Two pictures taken on the spot show the same corner, so they go together.
    """
    before, after = spot[Side.BEFORE], spot[Side.AFTER]
    befores = (before if after else ()) or theirs or before
    afters = after or ours
    return (befores[0] if befores else None), (afters[-1] if afters else None)
