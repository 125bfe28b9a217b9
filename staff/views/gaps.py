"""Stretches of time that nobody could read."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from requests_app.models import Gap
from staff import access


@require_POST
@access.dispatcher
def acknowledge_gap(request: HttpRequest, gap: int) -> HttpResponse:
    """Somebody has looked there by hand."""
    get_object_or_404(Gap, pk=gap).acknowledge(by=access.person(request))
    messages.success(request, _("Noted: you have looked there."))
    return redirect("desk")
