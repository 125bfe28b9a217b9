"""What browsers fetch to keep the street on a phone: worker, manifest, icons. They tell nothing of anybody."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from staff.street import worker


@login_not_required
@require_safe
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """sw.js: it stands at the root and is registered for the street alone."""
    return HttpResponse(worker.service_worker(), content_type="text/javascript; charset=utf-8")


@login_not_required
@require_safe
@cache_control(public=True, max_age=3600)
def manifest(request: HttpRequest) -> HttpResponse:
    """manifest.webmanifest"""
    return JsonResponse(worker.manifest(), content_type="application/manifest+json")


@login_not_required
@require_safe
@cache_control(public=True, max_age=86400)
def street_icon(request: HttpRequest, size: int) -> HttpResponse:
    """The icon on the phone's first screen."""
    if size not in worker.SIZES:
        raise Http404
    return HttpResponse(worker.icon(size), content_type="image/png")
