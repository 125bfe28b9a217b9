"""How posts are sorted: one list of all that an administrator may say about it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from staff import access

PAGE = {"section": "settings", "part": "sorting", "sees_dashboard": True}


@require_safe
@access.administrator
def sorting(request: HttpRequest) -> HttpResponse:
    return render(request, "staff/sorting/sorting.html", PAGE)
