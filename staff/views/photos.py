"""A photo that a colleague took on the spot is taken down, at the desk or in the street."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from requests_app import workflow
from requests_app.models import Photo
from staff import access


@require_POST
@access.desk
def remove(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """For whoever works the request; back to the page on which it was pressed."""
    user = access.person(request)
    photo = get_object_or_404(Photo.objects.held(), uuid=uuid, service_request__isnull=False)
    service_request = access.seen_request(user, photo.service_request_id or 0)
    access.require_work(user, service_request)
    try:
        workflow.remove_photo(photo, by=user)
    except workflow.Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The photo is gone from here. What stands on a network stays there."))
    page = "street_request" if "street" in request.POST else "desk_request"
    return redirect(page, number=service_request.merged_into_id or service_request.pk)
