"""The photo door: JPEGs of what everybody may see, and for those who may see more, that too."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import parse_etags, urlencode
from django.views.decorators.http import require_safe

from requests_app.masking import mask
from requests_app.models import Photo, ReplyStatus, ServiceRequest
from requests_app.photos import Address, ShownPhoto, smaller
from requests_app.roles import is_mayor, may_see

# A photo of a private request opens from its follow page only, and only for a while.
SALT = "photo of a private request"
OPEN_FOR_SECONDS = 3600
SMALL = "small"
# Not for ever: a post may be deleted and a request may become private.
PUBLIC = "public, max-age=600"
PRIVATE = "private, no-store"


def shown(photo: Photo, *, taken_at: datetime | None = None, alt: str = "", key: bool = False) -> ShownPhoto:
    """`alt` where nobody described it; `key` lets whoever holds this page see it although its request is private."""
    url, query = reverse("photo", args=[photo.uuid]), {}
    if key:
        _uuid, _sep, query["key"] = signing.TimestampSigner(salt=SALT).sign(str(photo.uuid)).partition(":")
    return ShownPhoto(
        image=Address(f"{url}?{urlencode(query)}" if query else url),
        alt=mask(photo.alt) or alt,
        width=photo.width,
        height=photo.height,
        small=f"{url}?{urlencode(query | {'size': SMALL})}",
        taken_at=taken_at,
    )


@login_not_required
@require_safe
def photo(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The file, or 404: for a private request, a deleted post, an answer that has not left, a file that is not there."""
    row = get_object_or_404(Photo.objects.held().with_request(), uuid=uuid)
    is_public = _is_public(row)
    if not is_public and not _opens_with_key(request, row) and not _opens_for_staff(request, row):
        raise Http404
    size = request.GET.get("size") if request.GET.get("size") == SMALL else "whole"
    etag = f'"{uuid}-{size}"'
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = _file(row, small=size == SMALL)
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = PUBLIC if is_public else PRIVATE
    return response


def _file(row: Photo, *, small: bool) -> HttpResponse:
    """Read at once: a clean photo is a few hundred kilobytes, a small one a tenth of it."""
    try:
        content = _small(row) if small else _whole(row)
    except OSError as missing:
        raise Http404 from missing
    headers = {"X-Content-Type-Options": "nosniff", "Content-Disposition": "inline"}
    return HttpResponse(content, content_type="image/jpeg", headers=headers)


def _whole(row: Photo) -> bytes:
    with row.image.open("rb") as file:
        content: bytes = file.read()
    return content


def _small(row: Photo) -> bytes:
    """Made when it is first asked for, and kept beside the whole one."""
    place = row.places[1]
    if not default_storage.exists(place):
        default_storage.save(place, ContentFile(smaller(_whole(row))))
    with default_storage.open(place) as file:
        content: bytes = file.read()
    return content


def _request_of(row: Photo) -> ServiceRequest | None:
    said = row.post or row.reply
    return said.service_request if said else row.service_request


def _stands(row: Photo) -> bool:
    """Neither deleted by its author nor still on its way out."""
    if row.post is not None:
        return row.post.deleted_at is None
    if row.reply is not None:
        return row.reply.status == ReplyStatus.PUBLISHED
    return row.service_request is not None


def _is_public(row: Photo) -> bool:
    service_request = _request_of(row)
    if service_request is None or not _stands(row):
        return False
    into = service_request.merged_into
    insults = row.post is not None and row.post.is_offensive
    return not (insults or service_request.is_private or (into and into.is_private))


def _opens_with_key(request: HttpRequest, row: Photo) -> bool:
    try:
        signing.TimestampSigner(salt=SALT).unsign(f"{row.uuid}:{request.GET.get('key', '')}", max_age=OPEN_FOR_SECONDS)
    except signing.BadSignature:
        return False
    return _stands(row)


def _opens_for_staff(request: HttpRequest, row: Photo) -> bool:
    """Staff see what has not left yet, but not what its author deleted."""
    deleted = row.post is not None and row.post.deleted_at is not None
    if deleted or not request.user.is_authenticated:
        return False
    service_request = _request_of(row)
    return may_see(request.user, service_request) if service_request else is_mayor(request.user)
