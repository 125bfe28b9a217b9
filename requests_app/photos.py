"""Photos: read by their content, turned upright, made smaller, stripped of where and by whom they were taken."""

import io
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import requests
import urllib3
from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from requests_app.downloads import NotPublic, download
from requests_app.models import Network, Photo, Post, ServiceRequest
from requests_app.models.photo import CleanPhoto

log = logging.getLogger(__name__)

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
LONGEST_SIDE = 1600
CARD_SIDE = 640
# A small file can claim to be a huge picture; phones take about 50 megapixels today.
MAX_PIXELS = 80_000_000
BATCH = 20
TRIES = 5
# Longer than one download. A worker that dies with a photo leaves it to the next one after this.
LEASE = timedelta(minutes=5)
# Files of erased photos removed at once; and how long their rows are kept to remove them once more.
REMOVE = 1000
SETTLED_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Address:
    url: str


@dataclass(frozen=True, slots=True)
class ShownPhoto:
    """What `components/photo.html` draws of a photo: where its door is, and the words under it."""

    image: Address
    alt: str
    width: int | None
    height: int | None
    # For cards; the whole one opens from it.
    small: str = ""
    caption: str = ""
    # When it was taken, or first shown: what a pair says below it.
    taken_at: datetime | None = None


class NotAPhoto(ValueError):
    """The bytes are no picture that Plaza takes; the text is one sentence for whoever sent them."""


def clean(content: bytes) -> CleanPhoto:
    """JPEG bytes, upright, at most 1,600 pixels wide or high, without any metadata. Raises NotAPhoto."""
    if len(content) > settings.PHOTO_MAX_BYTES:
        raise NotAPhoto(_("The photo is larger than %(size)s MB.") % {"size": settings.PHOTO_MAX_BYTES // 1024**2})
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise NotAPhoto(_("The photo has too many pixels."))
            taken_where = _taken_where(image)
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        if isinstance(error, NotAPhoto):
            raise
        raise NotAPhoto(_("That file is not a photo we can read. Send a JPEG, PNG, WebP or GIF.")) from error
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    # A new image carries no EXIF, no GPS position, no comment.
    bare = Image.new("RGB", upright.size)
    bare.paste(upright)
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=82, optimize=True)
    photo = CleanPhoto(out.getvalue())
    photo.taken_where = taken_where
    return photo


def _taken_where(image: Image.Image) -> tuple[float, float] | None:
    """Latitude and longitude as the camera wrote them; None where it did not, or wrote nonsense."""
    gps = image.getexif().get_ifd(ExifTags.IFD.GPSInfo)
    try:
        latitude = _degrees(
            gps[ExifTags.GPS.GPSLatitude], south_or_west=gps[ExifTags.GPS.GPSLatitudeRef] in ("S", b"S")
        )
        longitude = _degrees(
            gps[ExifTags.GPS.GPSLongitude], south_or_west=gps[ExifTags.GPS.GPSLongitudeRef] in ("W", b"W")
        )
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    # A camera that does not know writes noughts; NaN compares with nothing.
    known = abs(latitude) <= 90 and abs(longitude) <= 180 and (latitude, longitude) != (0, 0)
    return (latitude, longitude) if known else None


def _degrees(told: Sequence[float], *, south_or_west: bool) -> float:
    """From degrees, minutes and seconds."""
    degrees, minutes, seconds = (float(part) for part in told)
    return (degrees + minutes / 60 + seconds / 3600) * (-1 if south_or_west else 1)


def smaller(content: bytes) -> bytes:
    """A clean photo, small enough for a card on a telephone."""
    with Image.open(io.BytesIO(content), formats=FORMATS[:1]) as image:
        image.thumbnail((CARD_SIDE, CARD_SIDE))
        out = io.BytesIO()
        image.save(out, "JPEG", quality=75, optimize=True)
    return out.getvalue()


def take(
    service_request: ServiceRequest,
    content: bytes,
    *,
    side: str,
    by: User,
    at: datetime,
    alt: str = "",
    uuid: UUID | None = None,
) -> Photo:
    """Keeps what a colleague photographed on the spot, cleaned as every photo; `at`: when, by their phone. Raises NotAPhoto."""
    now = timezone.now()
    photo = Photo(service_request=service_request, side=side, taken_by=by, taken_at=min(at, now), alt=alt)
    photo.uuid = uuid or photo.uuid
    photo.hold(clean(content))
    # Open pages look again. It is in nobody's way, so the version stays.
    ServiceRequest.objects.filter(pk=service_request.pk).update(changed_at=now)
    return photo


def fetch_due(*, then: Callable[[Photo], object] = bool) -> int:
    """Downloads photos that are still only links, and returns how many were tried. `then`: told each that we have."""
    due = Photo.objects.due_for_download(timezone.now()).select_related("post__account")
    mine = (photo for photo in due[:BATCH] if _claim(photo))
    return sum(_fetch(photo, then=then) for photo in mine)


def remove_erased() -> int:
    """Removes the files of photos whose authors took them back, then the rows; returns how many were dealt with.

    The files first, so that a process that dies in between leaves a row that says what is still to be done. And twice:
    a page may have been making the small one, or a download ended, while the row was emptied.
    """
    erased = list(Photo.objects.erased()[:REMOVE])
    for photo in erased:
        for place in photo.places:
            default_storage.delete(place)
    settled = timezone.now() - SETTLED_AFTER
    Photo.objects.erased().filter(pk__in=[photo.pk for photo in erased], erased_at__lt=settled).delete()
    return len(erased)


def _claim(photo: Photo) -> bool:
    """Compare-and-set, and what holds if nobody comes back: a server that hangs keeps one worker, and none again and again."""
    same = Photo.objects.filter(pk=photo.pk, image="", next_attempt_at=photo.next_attempt_at)
    photo.attempts += 1
    again = timezone.now() + LEASE if photo.attempts < TRIES else None
    return bool(same.update(attempts=photo.attempts, next_attempt_at=again))


def _fetch(photo: Photo, *, then: Callable[[Photo], object]) -> bool:
    try:
        home = _home(photo.post) if photo.post else ""
        content = clean(download(photo.source_url, most=settings.PHOTO_MAX_BYTES, home=home))
    except (requests.RequestException, urllib3.exceptions.HTTPError, ValueError) as failure:
        _try_later(photo, failure)
        return True
    with transaction.atomic():
        # Its author may have taken it back meanwhile.
        row = Photo.objects.select_for_update().filter(pk=photo.pk, image="", erased_at=None).first()
        if row is not None:
            row.next_attempt_at, row.error = None, ""
            row.hold(content)
    if row is not None:
        then(row)
    return True


def _home(post: Post) -> str:
    """Where the post's network lives, which may well be next door: the pretend X, a server of the town's own."""
    return settings.X_BASE_URL if post.network == Network.X else str(post.account.server.get("url", ""))


def _try_later(photo: Photo, failure: Exception) -> None:
    again = timezone.now() + timedelta(minutes=2**photo.attempts)
    is_final = photo.attempts >= TRIES or isinstance(failure, NotAPhoto | NotPublic)
    error = type(failure).__name__
    Photo.objects.filter(pk=photo.pk, image="", erased_at=None).update(
        next_attempt_at=None if is_final else again, error=error
    )
    log.warning("photo not fetched", extra={"photo": photo.pk, "error": error})
