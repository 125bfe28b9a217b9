"""Photos: read by their content, turned upright, made smaller, stripped of where and by whom they were taken."""

import io
import logging
from dataclasses import dataclass
from datetime import timedelta

import requests
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from requests_app.models import Photo

log = logging.getLogger(__name__)

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
LONGEST_SIDE = 1600
CARD_SIDE = 640
# A small file can claim to be a huge picture; phones take about 50 megapixels today.
MAX_PIXELS = 80_000_000
TIMEOUT = (3.05, 20)
BATCH = 20
TRIES = 5
CHUNK = 64 * 1024
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


class NotAPhoto(ValueError):
    """The bytes are no picture that Plaza takes; the text is one sentence for whoever sent them."""


def clean(content: bytes) -> bytes:
    """JPEG bytes, upright, at most 1,600 pixels wide or high, without any metadata. Raises NotAPhoto."""
    if len(content) > settings.PHOTO_MAX_BYTES:
        raise NotAPhoto(_("The photo is larger than %(size)s MB.") % {"size": settings.PHOTO_MAX_BYTES // 1024**2})
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise NotAPhoto(_("The photo has too many pixels."))
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
    return out.getvalue()


def smaller(content: bytes) -> bytes:
    """A clean photo, small enough for a card on a telephone."""
    with Image.open(io.BytesIO(content), formats=FORMATS[:1]) as image:
        image.thumbnail((CARD_SIDE, CARD_SIDE))
        out = io.BytesIO()
        image.save(out, "JPEG", quality=75, optimize=True)
    return out.getvalue()


def fetch_due() -> int:
    """Downloads photos that are still only links, and returns how many were tried."""
    due = list(Photo.objects.due_for_download(timezone.now())[:BATCH])
    for photo in due:
        _fetch(photo)
    return len(due)


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


def _fetch(photo: Photo) -> None:
    try:
        content = clean(_download(photo.source_url))
    except (requests.RequestException, NotAPhoto) as failure:
        _try_later(photo, failure)
        return
    with transaction.atomic():
        # Its author may have taken it back meanwhile.
        row = Photo.objects.select_for_update().filter(pk=photo.pk, image="", erased_at=None).first()
        if row is not None:
            row.next_attempt_at, row.error = None, ""
            row.hold(content)


def _download(url: str) -> bytes:
    with requests.get(url, timeout=TIMEOUT, stream=True) as answer:
        answer.raise_for_status()
        content = bytearray()
        for chunk in answer.iter_content(CHUNK):
            content += chunk
            if len(content) > settings.PHOTO_MAX_BYTES:
                break
    return bytes(content)


def _try_later(photo: Photo, failure: Exception) -> None:
    photo.attempts += 1
    again = timezone.now() + timedelta(minutes=2**photo.attempts)
    photo.next_attempt_at = again if photo.attempts < TRIES and not isinstance(failure, NotAPhoto) else None
    photo.error = type(failure).__name__
    Photo.objects.filter(pk=photo.pk, erased_at=None).update(
        attempts=photo.attempts, next_attempt_at=photo.next_attempt_at, error=photo.error
    )
    log.warning("photo not fetched", extra={"photo": photo.pk, "error": photo.error})
