"""The band of what cannot wait, which open pages ask for again and again."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from staff import access
from staff.alarms import alarms


@require_safe
@access.desk
def urgent(request: HttpRequest) -> HttpResponse:
    """The band alone; `?street`: its lines lead to the street's pages."""
    context = {"alarms": alarms(access.person(request)), "on_street": "street" in request.GET}
    return render(request, "staff/urgent/band.html", context)
