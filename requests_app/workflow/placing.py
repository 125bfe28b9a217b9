"""Where a request is: what a colleague says holds; a photo tells it only where nobody did."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app.locating import Point, beside
from requests_app.models import Event, Photo, PlaceSource, ServiceRequest, Verb
from requests_app.plan import area_of, spot_on_plan
from requests_app.workflow.moves import Refusal, lock, touch

_FIELDS = ("address", "latitude", "longitude", "area", "place_from")


@transaction.atomic
def place(
    service_request: ServiceRequest, *, by: User, address: str, point: Point | None, version: int | None = None
) -> ServiceRequest:
    """It is there. Raises Refusal where nothing is said, or nothing new."""
    fresh = lock(service_request, verb="place", version=version)
    address = address.strip()
    if not address and point is None:
        raise Refusal(_("Say where it is."))
    if (address, point) == (fresh.address, fresh.point):
        raise Refusal(_("That is where it is already."))
    before = {name: getattr(fresh, name) for name in _FIELDS}
    _put(fresh, address=address, point=point, source=PlaceSource.PERSON)
    # There it may be the same as others.
    fresh.compared_at = None
    now = timezone.now()
    touch(fresh, at=now, told=False)
    fresh.save(update_fields=[*_FIELDS, "compared_at", "version", "changed_at"])
    data = {"before": before, "version": fresh.version, "address": address}
    Event.objects.create(service_request=fresh, verb=Verb.PLACED, at=now, by=by, data=data)
    return fresh


def place_by_photo(photo: Photo) -> bool:
    """Where nobody and nothing said where it is, the photo does. Whether it did."""
    number = photo.service_request_id or (photo.post.service_request_id if photo.post else None)
    if number is None or photo.taken_where is None or not spot_on_plan(*photo.taken_where):
        return False
    with transaction.atomic():
        row = (
            ServiceRequest.objects.select_for_update(of=("self",)).filter(pk=number, address="", latitude=None).first()
        )
        if row is None or row.place_from == PlaceSource.PERSON:
            return False
        _put(row, address=beside(photo.taken_where), point=photo.taken_where, source=PlaceSource.PHOTO)
        row.changed_at, row.compared_at = timezone.now(), None
        row.save(update_fields=[*_FIELDS, "changed_at", "compared_at"])
    return True


def _put(row: ServiceRequest, *, address: str, point: Point | None, source: PlaceSource) -> None:
    row.address, row.place_from = address, source
    row.latitude, row.longitude = point or (None, None)
    row.area = area_of(*point) if point else ""
