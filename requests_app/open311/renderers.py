"""The two dresses of an answer: JSON without its wrapper, XML with it, exactly as the standard sews them."""

import json
import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

from rest_framework.renderers import BaseRenderer

# What each element of a list is called in XML.
ITEMS = {
    "attributes": "attribute",
    "endpoints": "endpoint",
    "errors": "error",
    "formats": "format",
    "notes": "note",
    "service_requests": "request",
    "services": "service",
    "values": "value",
}
# Residents' phones send them now and then, and XML has no way to write them.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class Json(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = "utf-8"

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        """UTF-8 as it is, so that a person can read it too."""
        return json.dumps(data, ensure_ascii=False).encode()


class Xml(BaseRenderer):
    media_type = "text/xml"
    format = "xml"
    charset = "utf-8"

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        """The root is the door's own, or `errors` when something went wrong."""
        context = renderer_context or {}
        root = "errors" if context["response"].exception else context["view"].xml_root
        written: bytes = ElementTree.tostring(_element(root, data), encoding="utf-8", xml_declaration=True)
        return written


def _element(name: str, value: Any) -> ElementTree.Element:
    element = ElementTree.Element(name)
    match value:
        case None:
            pass
        case dict():
            element.extend(_element(key, one) for key, one in value.items())
        case list() | tuple():
            element.extend(_element(ITEMS[name], one) for one in value)
        case bool():
            element.text = "true" if value else "false"
        case _:
            element.text = UNWRITABLE.sub("", str(value))
    return element
