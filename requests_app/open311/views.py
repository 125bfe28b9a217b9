"""The doors of Open311 GeoReport v2: services, requests, tokens, discovery."""

from typing import Any

from django.conf import settings
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BooleanField

from requests_app.models import Network, Post, Service, ServiceRequest
from requests_app.open311 import drafts, keys, shapes
from requests_app.open311.asking import Asked, Filters, by_numbers
from requests_app.open311.doors import Door
from requests_app.open311.errors import missing
from requests_app.open311.reading import tell
from requests_app.open311.renderers import Json, Xml
from requests_app.open311.throttles import PerAddress, PerKey

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
FORMATS = (Xml.media_type, Json.media_type)
LANGUAGE = OpenApiParameter("lang", str, description="es, en or fr; else as Accept-Language says.")
EXTENSIONS = OpenApiParameter("extensions", bool, description="Public answers and history too.")
NOT_FOUND = {404: shapes.ErrorShape(many=True)}


class Services(Door):
    xml_root = "services"

    @extend_schema(parameters=[LANGUAGE], responses=shapes.ServiceShape(many=True))
    def get(self, request: Request) -> Response:
        """What residents may ask of the town today."""
        services = Service.objects.offered().order_by("code")
        return Response(shapes.ServiceShape(list(services), many=True).data)  # type: ignore[arg-type]


class Definition(Door):
    xml_root = "service_definition"

    @extend_schema(parameters=[LANGUAGE], responses={200: shapes.DefinitionShape, **NOT_FOUND})
    def get(self, request: Request, service_code: str) -> Response:
        """The questions of one service that has some (`metadata`)."""
        service = Service.objects.offered().filter(code=service_code).first()
        if service is None:
            raise missing(_("There is no service “%(code)s”.") % {"code": service_code})
        if not service.attributes:
            raise missing(_("The service “%(code)s” asks no questions of its own.") % {"code": service_code})
        return Response(shapes.DefinitionShape(service).data)


class ServiceRequests(Door):
    xml_root = "service_requests"
    throttle_classes = [PerAddress, PerKey]

    @extend_schema(
        parameters=[Filters],
        responses={200: shapes.ExtendedRequestShape(many=True), 400: shapes.ErrorShape(many=True), **NOT_FOUND},
    )
    def get(self, request: Request) -> Response:
        """Public requests: of the last 90 days, the first 1,000, newest first, unless asked otherwise."""
        asked = Asked.read(request.query_params)
        return _told(asked.found(), extended=asked.extended)

    @extend_schema(
        parameters=[LANGUAGE],
        request={"application/x-www-form-urlencoded": drafts.Form, "multipart/form-data": drafts.Form},
        responses={
            201: shapes.ReceiptShape(many=True),
            200: OpenApiResponse(shapes.ReceiptShape(many=True), description="client_request_id was here before."),
            **{code: shapes.ErrorShape(many=True) for code in (400, 403, 404, 429)},
        },
    )
    def post(self, request: Request) -> Response:
        """Makes a request; answers to a service's questions come as `attribute[code]=value`. Needs a key."""
        key = keys.check(request)
        draft = drafts.read(request)
        post, is_new = drafts.deliver(draft, key=key)
        receipt = _receipt(post, drafts.sort(post), draft=draft)
        return Response([receipt], status=201 if is_new else 200)


class OneRequest(Door):
    xml_root = "service_requests"

    @extend_schema(
        parameters=[LANGUAGE, EXTENSIONS], responses={200: shapes.ExtendedRequestShape(many=True), **NOT_FOUND}
    )
    def get(self, request: Request, service_request_id: str) -> Response:
        """One public request, in a list of one; merged ones say of which other they are a duplicate."""
        found = list(by_numbers([service_request_id]).with_post())
        if not found:
            raise missing(_("There is no public request %(number)s.") % {"number": service_request_id})
        return _told(found, extended=request.query_params.get("extensions") in BooleanField.TRUE_VALUES)


class Token(Door):
    xml_root = "service_requests"

    @extend_schema(responses={200: shapes.TokenShape(many=True), **NOT_FOUND})
    def get(self, request: Request, token: str) -> Response:
        """The number of the request that a token was given for; null until it has one."""
        post = (
            Post.objects.visible()
            .filter(network=Network.PLAZA, external_id=token)
            .select_related("service_request")
            .first()
        )
        found = post.service_request if post else ServiceRequest.objects.filter(follow_token=token).first()
        if (post is None and found is None) or (found and found.is_private):
            raise missing(_("This token is not known."))
        number = str(found.pk) if found else None
        return Response(shapes.TokenShape([{"service_request_id": number, "token": token}], many=True).data)


class Discovery(Door):
    xml_root = "discovery"

    @extend_schema(parameters=[LANGUAGE], responses=shapes.DiscoveryShape)
    def get(self, request: Request) -> Response:
        """Where the API is, who answers for it, and when its services changed last."""
        changed_at = Service.objects.aggregate(changed_at=Max("changed_at"))["changed_at"]
        town, home = settings.TOWN_NAME, settings.PUBLIC_URL
        endpoint = {
            "specification": SPECIFICATION,
            "url": home + reverse("open311_services_xml").removesuffix("/services.xml"),
            "changeset": changed_at,
            "type": "test" if settings.DEBUG else "production",
            "formats": FORMATS,
        }
        told = {
            "changeset": changed_at,
            "contact": _("The town hall of %(town)s, at %(url)s") % {"town": town, "url": home},
            "key_service": _("Ask the town hall of %(town)s for a key, at %(url)s") % {"town": town, "url": home},
            "endpoints": [endpoint],
        }
        return Response(shapes.DiscoveryShape(told).data)


def _told(requests: list[ServiceRequest], *, extended: bool) -> Response:
    shape = shapes.ExtendedRequestShape if extended else shapes.RequestShape
    return Response(shape(tell(requests, extended=extended), many=True).data)


def _receipt(post: Post, service_request: ServiceRequest | None, *, draft: drafts.Draft) -> dict[str, Any]:
    notices = []
    if draft.service.is_private:
        notices.append(_("It is private: it is not shown in public, nor told here."))
    if "media_url" in draft.values:
        notices.append(_("The picture behind media_url was not fetched: send it as a file in media."))
    number = {"service_request_id": str(service_request.pk)} if service_request else {"token": post.external_id}
    return {**number, "service_notice": " ".join(notices) or None, "account_id": None}
