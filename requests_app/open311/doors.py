"""What every door of the API has in common: its language, its limits, its errors, and a shape by its suffix."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser, FormParser, MultiPartParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from requests_app.open311 import errors
from requests_app.open311.renderers import Json
from requests_app.open311.throttles import PerAddress

# A resident sends a photo or two.
MAX_PHOTOS = 3


class BySuffix(BaseContentNegotiation):
    """The address says `.json` or `.xml`; what the client's Accept header says does not matter."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        media_type = request.content_type.partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == media_type), None)

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        (renderer,) = renderers
        return renderer, renderer.media_type or ""


class Door(APIView):
    """Open to everybody; each address made with `as_view(renderer_classes=[…])` answers in that shape."""

    # The element around an XML answer.
    xml_root = ""
    renderer_classes = [Json]
    parser_classes = [FormParser, MultiPartParser]
    content_negotiation_class = BySuffix
    throttle_classes = [PerAddress]
    http_method_names = ["get", "head", "post"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Within the language of `?lang=`, else the browser's."""
        asked = request.GET.get("lang", "")
        language = asked if asked in dict(settings.LANGUAGES) else translation.get_language()
        with translation.override(language):
            response = super().dispatch(request, *args, **kwargs)
        response.headers["Content-Language"] = language or settings.LANGUAGE_CODE
        # What is public may be read by the pages of other sites.
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        _refuse_large(request)
        _refuse_nul(request)
        super().initial(request, *args, **kwargs)

    def get_exception_handler(self) -> Callable[..., Response | None]:
        return errors.answer


class Nothing(Door):
    """Every other address below the API's: its 404 has the standard's shape too."""

    schema = None

    def get(self, request: Request, **kwargs: Any) -> Response:
        raise errors.missing(errors.nothing_here())

    post = get


def _refuse_nul(request: Request) -> None:
    """PostgreSQL has no such character."""
    if any("\0" in text for text in (request.path, *request.query_params.values())):
        raise ParseError


def _refuse_large(request: Request) -> None:
    """Before a byte is read: DRF's own form parser would take any length into memory."""
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if request.content_type.startswith(MultiPartParser.media_type):
        limit += MAX_PHOTOS * settings.PHOTO_MAX_BYTES
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > limit:
        raise RequestDataTooBig
