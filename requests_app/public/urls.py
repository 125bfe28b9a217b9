"""Residents' doors."""

from django.urls import path

from requests_app.public.embed import embed, embed_code
from requests_app.public.feeds import feed, json_feed
from requests_app.public.figures import figures
from requests_app.public.following import follow_by_mail, leave, letters
from requests_app.public.map import town_map
from requests_app.public.photos import photo
from requests_app.public.reactions import me_too, thank
from requests_app.public.reopening import not_fixed
from requests_app.public.reports import guess, report, thanks
from requests_app.public.request_feed import request_feed
from requests_app.public.robots import robots
from requests_app.public.service_requests import follow, service_request
from requests_app.public.share_cards import request_card, square_card
from requests_app.public.teams import team, teams
from requests_app.public.timeline import timeline
from requests_app.public.wall import wall

urlpatterns = [
    path("", timeline, name="timeline"),
    path("requests/<int:number>/", service_request, name="request"),
    path("requests/<int:number>/card.png", request_card, name="request_card"),
    path("requests/<int:number>/feed.atom", request_feed, name="request_feed"),
    path("requests/<int:number>/me-too/", me_too, name="me_too"),
    path("requests/<int:number>/thanks/", thank, name="thank"),
    path("requests/<int:number>/not-fixed/", not_fixed, name="not_fixed"),
    path("requests/<int:number>/follow/", follow_by_mail, name="follow_by_mail"),
    path("letters/<slug:token>/", letters, name="letters"),
    path("letters/<slug:token>/leave/", leave, name="leave"),
    path("card.png", square_card, name="square_card"),
    path("report/", report, name="report"),
    path("report/guess/", guess, name="guess"),
    path("thanks/", thanks, name="thanks"),
    path("follow/<slug:token>/", follow, name="follow"),
    path("map/", town_map, name="map"),
    path("teams/", teams, name="teams"),
    path("teams/<slug:code>/", team, name="team"),
    path("embed/", embed, name="embed"),
    path("embed/code/", embed_code, name="embed_code"),
    path("feed.atom", feed, name="feed"),
    path("feed.json", json_feed, name="json_feed"),
    path("figures/", figures, name="figures"),
    path("photos/<uuid:uuid>.jpg", photo, name="photo"),
    path("wall/", wall, name="wall"),
    path("robots.txt", robots, name="robots"),
]
