"""Residents' doors."""

from django.urls import path

from requests_app.public.feeds import feed
from requests_app.public.figures import figures
from requests_app.public.photos import photo
from requests_app.public.reports import report, thanks
from requests_app.public.robots import robots
from requests_app.public.service_requests import follow, service_request
from requests_app.public.timeline import timeline

urlpatterns = [
    path("", timeline, name="timeline"),
    path("requests/<int:number>/", service_request, name="request"),
    path("report/", report, name="report"),
    path("thanks/", thanks, name="thanks"),
    path("follow/<slug:token>/", follow, name="follow"),
    path("feed.atom", feed, name="feed"),
    path("figures/", figures, name="figures"),
    path("photos/<uuid:uuid>.jpg", photo, name="photo"),
    path("robots.txt", robots, name="robots"),
]
