"""What search engines may read."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

# Everything public, but neither the form nor what is somebody's own.
CLOSED = ("/follow/", "/report/", "/thanks/", "/desk/", "/street/", "/mayor/", "/admin/", "/sign-in/", "/open311/")


@login_not_required
@require_safe
@cache_control(public=True, max_age=86400)
def robots(request: HttpRequest) -> HttpResponse:
    """robots.txt"""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED), ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
