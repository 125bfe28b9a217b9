"""Every address of the site."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from civic import errors, health, look, styleguide

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("crest", look.crest_file, name="crest"),
    path("town.css", look.colours_file, name="town_colours"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("language/", login_not_required(set_language), name="set_language"),
    path("admin/", admin.site.urls),
    path("open311/", include("requests_app.open311.urls")),
    path("", include("staff.urls")),
    path("", include("requests_app.public.urls")),
]

handler500 = errors.broken
