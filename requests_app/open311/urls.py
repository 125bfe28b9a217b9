"""The town's doors for machines: Open311 GeoReport v2, each thing once as JSON and once as XML."""

from django.urls import URLPattern, path, re_path

from requests_app.open311 import views
from requests_app.open311.doors import Door, Nothing
from requests_app.open311.openapi import JsonDescription, YamlDescription
from requests_app.open311.renderers import Json, Xml


def in_both(address: str, door: type[Door], name: str) -> list[URLPattern]:
    """`name_json` and `name_xml`."""
    return [
        path(f"{address}.{shape.format}", door.as_view(renderer_classes=[shape]), name=f"open311_{name}_{shape.format}")
        for shape in (Json, Xml)
    ]


doors = [
    *in_both("v2/services", views.Services, "services"),
    *in_both("v2/services/<str:service_code>", views.Definition, "definition"),
    *in_both("v2/requests", views.ServiceRequests, "requests"),
    *in_both("v2/requests/<str:service_request_id>", views.OneRequest, "request"),
    *in_both("v2/tokens/<str:token>", views.Token, "token"),
    *in_both("v2/discovery", views.Discovery, "discovery"),
]

urlpatterns = [
    *doors,
    # Where the standard looks for it: outside of any version.
    *in_both("discovery", views.Discovery, "stable_discovery"),
    path("v2/openapi.json", JsonDescription.as_view(), name="open311_openapi_json"),
    path("v2/openapi.yaml", YamlDescription.as_view(), name="open311_openapi_yaml"),
    re_path(r"^v2/.*\.json$", Nothing.as_view(renderer_classes=[Json])),
    re_path(r"^v2/", Nothing.as_view(renderer_classes=[Xml])),
]
