"""Proof: how it was and how it is, from whoever photographed it first and last."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app import wording
from requests_app.models import Photo, Side
from requests_app.photos import ShownPhoto
from requests_app.public.pairs import pair
from requests_app.public.photos import shown
from requests_app.public.thread import Said

Moment = tuple[datetime, ShownPhoto]


@dataclass(frozen=True, slots=True)
class Proof:
    """`more`: what colleagues photographed on the spot besides the pair."""

    before: ShownPhoto | None
    after: ShownPhoto | None
    more: Sequence[ShownPhoto]

    @property
    def any(self) -> bool:
        return self.after is not None or bool(self.more)


def proof(said: Sequence[Said], *, of: Collection[int], since: datetime | None, key: bool = False) -> Proof:
    """For the thread of the requests `of` (ids); `since`: when it was opened again, and what was shown proved nothing."""
    taken = list(Photo.objects.held().taken_for(of))
    spot = {side: [_spot(photo, key=key) for photo in taken if photo.side == side] for side in Side.values}
    theirs = [(one.at, photo) for one in said if _is_residents(one) for photo in one.photos]
    ours = [(one.at, photo) for one in said if not _is_residents(one) for photo in one.photos]
    before, after = pair(theirs, ours, spot, since=since)
    # Alone, what a resident sent or an answer showed stands in the conversation already.
    if before is None and after not in spot[Side.AFTER]:
        after = None
    if after is None:
        before = None
    shown_already = [one for one in (before, after) if one]
    return Proof(
        before=_captioned(before, Side.BEFORE) if before else None,
        after=_captioned(after, Side.AFTER) if after else None,
        more=[_captioned(one, side) for side in Side.values for one in spot[side] if one not in shown_already],
    )


def _is_residents(said: Said) -> bool:
    return said.post is not None and said.post.written_by_id is None


def _spot(photo: Photo, *, key: bool) -> Moment:
    was = _("How it was, photographed by the town hall")
    alt = was if photo.side == Side.BEFORE else _("How it is now, photographed by the town hall")
    # A photo taken on the spot has its moment: the database sees to it.
    return photo.taken_at, shown(photo, alt=alt, key=key)  # type: ignore[return-value]


def _captioned(one: Moment, side: str) -> ShownPhoto:
    at, photo = one
    words = {"time": wording.clock(at, now=timezone.now())}
    return replace(photo, caption=(_("before · %(time)s") if side == Side.BEFORE else _("after · %(time)s")) % words)
