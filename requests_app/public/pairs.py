"""Which two pictures show what a repair changed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from requests_app.models import Side

Picture = TypeVar("Picture")
Moment = tuple[datetime, Picture]


def pair(
    theirs: Sequence[Moment[Picture]],
    ours: Sequence[Moment[Picture]],
    spot: Mapping[str, Sequence[Moment[Picture]]],
    *,
    since: datetime | None,
) -> tuple[Moment[Picture] | None, Moment[Picture] | None]:
    """How it was first and how it is last, from residents, from the town's answers, and from colleagues on the spot.

    Each comes oldest first. Two pictures taken on the spot show the same corner, so they go together. `since`: when it
    was opened again; what was photographed before that shows a repair that did not hold.
    """
    before, after = spot[Side.BEFORE], _since(since, spot[Side.AFTER])
    befores = (before if after else ()) or theirs or before
    afters = after or _since(since, ours)
    return (befores[0] if befores else None), (afters[-1] if afters else None)


def _since(since: datetime | None, pictures: Sequence[Moment[Picture]]) -> Sequence[Moment[Picture]]:
    return [one for one in pictures if since is None or one[0] > since]
