"""In and out."""

from typing import Any

from django.conf import settings
from django.contrib.auth.views import LoginView
from django.urls import reverse

from requests_app.roles import is_dispatcher, is_mayor


class SignIn(LoginView):
    """Django's own, except that the mayor begins with the figures and everybody else at the desk."""

    template_name = "registration/login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(demo=settings.DEMO, **more)

    def get_default_redirect_url(self) -> str:
        user = self.request.user
        if is_mayor(user) and not is_dispatcher(user):
            return reverse("dashboard")
        return reverse("desk")
