"""A photo as staff see it: what residents wrote beside it unmasked, its door open to whoever may see the request."""

from django.urls import reverse

from requests_app.models import Photo
from requests_app.photos import Address, ShownPhoto


def shown(photo: Photo, *, caption: str = "") -> ShownPhoto:
    """Small on the page, whole behind it."""
    url = reverse("photo", args=[photo.uuid])
    return ShownPhoto(
        Address(url), photo.alt, photo.width, photo.height, small=f"{url}?size=small", caption=caption,
        taken_at=photo.taken_at,
    )  # fmt: skip
