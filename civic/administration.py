"""The administrators' site: Django's, behind the town's own sign-in, for administrators only."""

from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _


class Administration(AdminSite):
    site_title = _("Administration")
    site_header = _("Administration of the town")
    index_title = _("What can be set up and looked at")

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff who work queues have the desk; this is for those who hold the keys."""
        user = request.user
        return user.is_active and user.is_staff and user.is_superuser

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Not a second door to guess passwords at: strangers go to the sign-in, others are told no."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or request.path.removesuffix("login/"), settings.LOGIN_URL)
