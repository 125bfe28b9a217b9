"""Two requests that may be the same: joined, told apart, or suggested again, at the desk and in the street."""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from requests_app import workflow
from requests_app.models import Resemblance, ServiceRequest
from requests_app.wording import request_number
from staff import access
from staff.desk import panes

Act = Callable[[HttpRequest, Resemblance, ServiceRequest], int]


@require_POST
@access.desk
def alike(request: HttpRequest, number: int, resemblance: int, act: str) -> HttpResponse:
    """From the page of `number`; a second click changes nothing and leads to the same page."""
    user = access.person(request)
    here = access.seen_request(user, number)
    access.require_verb(user, "merge", here)
    rows = Resemblance.objects.select_related("one__merged_into", "other__merged_into")
    row = get_object_or_404(rows, pk=resemblance)
    _require_both(user, row, here=here)
    if act not in ACTS:
        raise Http404
    try:
        number = ACTS[act](request, row, here)
    except workflow.Refusal as refusal:
        messages.error(request, str(refusal))
    if "street" in request.POST:
        return redirect("street_request", number=number)
    return redirect(reverse("desk_request", args=[number]) + panes.carried(request))


def _require_both(user: User, row: Resemblance, *, here: ServiceRequest) -> None:
    """Raises 404 unless the page's request is one of the two, and the user may see the other."""
    sides = {side.merged_into_id or side.pk for side in (row.one, row.other)} | {row.one_id, row.other_id}
    if here.pk not in sides:
        raise Http404
    for side in sides - {here.pk}:
        access.seen_request(user, side)


def _join(request: HttpRequest, row: Resemblance, here: ServiceRequest) -> int:
    stays = workflow.make_one(row, by=access.person(request))
    if stays.pk != here.pk:
        names = {"this": request_number(here.pk), "other": request_number(stays.pk)}
        messages.success(request, _("%(this)s is part of %(other)s now.") % names)
    return stays.pk


def _tell_apart(request: HttpRequest, row: Resemblance, here: ServiceRequest) -> int:
    workflow.tell_apart(row, by=access.person(request), seen_on=here.pk)
    return here.pk


def _suggest_again(request: HttpRequest, row: Resemblance, here: ServiceRequest) -> int:
    workflow.suggest_again(row, by=access.person(request))
    return here.pk


ACTS: Mapping[str, Act] = {"join": _join, "apart": _tell_apart, "again": _suggest_again}
