"""Proof: how it was and how it is, from whoever photographed it first and last."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from requests_app import wording
from requests_app.models import Photo, Side
from requests_app.photos import ShownPhoto
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


def proof(said: Sequence[Said], *, of: Collection[int], key: bool = False) -> Proof:
    """For the thread of the requests `of` (ids). Two pictures taken on the spot show the same corner: they come first."""
    taken = list(Photo.objects.held().taken_for(of))
    spot = {side: [_spot(photo, key=key) for photo in taken if photo.side == side] for side in Side.values}
    theirs = [(one.at, photo) for one in said if _is_residents(one) for photo in one.photos]
    ours = [(one.at, photo) for one in said if not _is_residents(one) for photo in one.photos]
    before = (spot[Side.BEFORE][:1] if spot[Side.AFTER] else []) or theirs[:1] or spot[Side.BEFORE][:1]
    after = spot[Side.AFTER][-1:] or ours[-1:]
    pair = {photo.image.url for _at, photo in (*before, *after)}
    more = [_captioned(one, side) for side in Side.values for one in spot[side] if one[1].image.url not in pair]
    is_pair = bool(before and after)
    return Proof(
        before=_captioned(before[0], Side.BEFORE) if is_pair else None,
        after=_captioned(after[0], Side.AFTER) if after and (is_pair or spot[Side.AFTER]) else None,
        more=more if is_pair or not before or before[0] not in spot[Side.BEFORE] else [_captioned(before[0], Side.BEFORE), *more],
    )  # fmt: skip


def _is_residents(said: Said) -> bool:
    return said.post is not None and said.post.written_by_id is None


def _spot(photo: Photo, *, key: bool) -> Moment:
    was = _("How it was, photographed by the town hall")
    alt = was if photo.side == Side.BEFORE else _("How it is now, photographed by the town hall")
    # A photo taken on the spot has its moment: the database sees to it.
    return photo.taken_at, shown(photo, alt=alt, key=key)  # type: ignore[return-value]


def _captioned(one: Moment, side: str) -> ShownPhoto:
    at, photo = one
    time = wording.clock(at, now=timezone.now())
    before = pgettext("photo", "before %(time)s") % {"time": time}
    return replace(
        photo, caption=before if side == Side.BEFORE else pgettext("photo", "after %(time)s") % {"time": time}
    )
