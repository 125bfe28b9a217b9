"""A photo taken on the spot is taken down: a face or a plate is on it, or it shows another corner."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app.models import Event, Photo, Verb
from requests_app.models.reply import IN_FLIGHT, TO_SEND
from requests_app.workflow.moves import Refusal
from requests_app.workflow.outcomes import lock_request


@transaction.atomic
def remove_photo(photo: Photo, *, by: User) -> None:
    """Neither here nor below the answers that showed it; its files are removed within seconds.

    What stands on a network stays there, and what failed is sent again without it. `photo` has its file and its
    request. It is in nobody's way, so the version stays.
    """
    fresh, now = lock_request(photo.service_request_id or 0), timezone.now()
    everywhere = Photo.objects.filter(image=photo.image.name)
    if everywhere.filter(reply__status__in=(*TO_SEND, *IN_FLIGHT)).exists():
        raise Refusal(_("A message with this photo is on its way: take that back first."))
    if everywhere.take_back(now):
        fresh.changed_at = now
        fresh.save(update_fields=["changed_at"])
        Event.objects.create(service_request=fresh, verb=Verb.PHOTO_REMOVED, at=now, by=by)
