"""Photos: recognised by content, kept as they came (a phone's EXIF included, so that others must strip it)."""

from __future__ import annotations

import io

from PIL import Image

from .records import Photo
from .store import Store

MAX_BYTES = 5 * 1024 * 1024
# A picture that unpacks to gigabytes is an attack, not a photo.
MAX_PIXELS = 60_000_000
KINDS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}


class NotAPhoto(ValueError):
    """The bytes are not a picture that X takes."""


def keep(content: bytes, *, owner: int, store: Store, alt: str = "") -> Photo:
    mime, size = _recognise(content)
    return store.add_photo(content, owner=owner, mime=mime, size=size, alt=alt)


def _recognise(content: bytes) -> tuple[str, tuple[int, int]]:
    if len(content) > MAX_BYTES:
        raise NotAPhoto("the photo is larger than 5 MB")
    try:
        with Image.open(io.BytesIO(content), formats=list(KINDS)) as image:
            kind, size = str(image.format), image.size
            image.verify()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise NotAPhoto("the bytes are not a JPEG, PNG, WebP or GIF picture") from error
    if size[0] * size[1] > MAX_PIXELS:
        raise NotAPhoto("the picture has too many pixels")
    return KINDS[kind], size
