"""The standard's shapes, field by field and in its order."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from requests_app.models import Service
from requests_app.models.text import in_readers_language
from requests_app.triage.words import split_weight


class Moment(serializers.Field[datetime, str, str, Any]):
    """W3C date and time with its zone, by the town's clock."""

    def to_representation(self, value: datetime) -> str:
        return timezone.localtime(value).isoformat(timespec="seconds")


extend_schema_field({"type": "string", "format": "date-time"})(Moment)


class ServiceShape(serializers.Serializer[Service]):
    service_code = serializers.CharField(source="code")
    service_name = serializers.CharField(source="name")
    description = serializers.CharField()
    metadata = serializers.SerializerMethodField()
    type = serializers.SerializerMethodField()
    keywords = serializers.SerializerMethodField()
    group = serializers.CharField()

    def get_metadata(self, service: Service) -> bool:
        """Whether it has a definition: questions of its own."""
        return bool(service.attributes)

    def get_type(self, service: Service) -> str:
        """The number is known at once."""
        return "realtime"

    def get_keywords(self, service: Service) -> str:
        """As people write them, without triage's weights."""
        words = in_readers_language(service.keywords) if service.keywords else ()
        return ", ".join(dict.fromkeys(split_weight(word)[0] for word in words))


class ValueShape(serializers.Serializer[dict[str, Any]]):
    key = serializers.CharField()
    name = serializers.SerializerMethodField()

    def get_name(self, value: dict[str, Any]) -> str:
        return in_readers_language(value["name"])


class AttributeShape(serializers.Serializer[dict[str, Any]]):
    variable = serializers.SerializerMethodField()
    code = serializers.CharField()
    datatype = serializers.CharField()
    required = serializers.SerializerMethodField()  # type: ignore[assignment]
    datatype_description = serializers.SerializerMethodField()
    order = serializers.SerializerMethodField()
    description = serializers.SerializerMethodField()
    values = serializers.SerializerMethodField()

    def get_variable(self, attribute: dict[str, Any]) -> bool:
        return bool(attribute.get("variable", True))

    def get_required(self, attribute: dict[str, Any]) -> bool:
        return bool(attribute.get("required", False))

    def get_datatype_description(self, attribute: dict[str, Any]) -> str:
        return in_readers_language(attribute.get("datatype_description", {}))

    def get_order(self, attribute: dict[str, Any]) -> int:
        return int(attribute["order"])

    def get_description(self, attribute: dict[str, Any]) -> str:
        return in_readers_language(attribute.get("description", {}))

    @extend_schema_field(ValueShape(many=True))
    def get_values(self, attribute: dict[str, Any]) -> list[dict[str, Any]]:
        return list(ValueShape(attribute.get("values", ()), many=True).data)


class DefinitionShape(serializers.Serializer[Service]):
    service_code = serializers.CharField(source="code")
    attributes = serializers.SerializerMethodField()

    @extend_schema_field(AttributeShape(many=True))
    def get_attributes(self, service: Service) -> list[dict[str, Any]]:
        # The town writes them in the order of asking; the standard wants a number on each.
        numbered = [{"order": place, **one} for place, one in enumerate(service.attributes, start=1)]
        return list(AttributeShape(numbered, many=True).data)  # type: ignore[arg-type]


class NoteShape(serializers.Serializer[Any]):
    datetime = Moment()
    description = serializers.CharField()
    type = serializers.CharField()


class AnswerShape(serializers.Serializer[Any]):
    code = serializers.CharField()
    values = serializers.ListField(child=serializers.CharField())


class RequestShape(serializers.Serializer[Any]):
    """`status` is `open` or `closed`; `status_notes` begins with how it stands in two or three fixed words."""

    service_request_id = serializers.CharField()
    status = serializers.ChoiceField(choices=["open", "closed"])
    status_notes = serializers.CharField(allow_null=True)
    service_name = serializers.CharField(allow_null=True)
    service_code = serializers.CharField(allow_null=True)
    description = serializers.CharField(allow_null=True)
    agency_responsible = serializers.CharField()
    service_notice = serializers.CharField(allow_null=True)
    requested_datetime = Moment()
    updated_datetime = Moment()
    expected_datetime = Moment(allow_null=True)
    address = serializers.CharField(allow_null=True)
    address_id = serializers.CharField(allow_null=True)
    zipcode = serializers.CharField(allow_null=True)
    lat = serializers.FloatField(allow_null=True)
    long = serializers.FloatField(allow_null=True)
    media_url = serializers.CharField(allow_null=True)


class ExtendedRequestShape(RequestShape):
    """With `extensions=true`: the public answers to the service's questions, and the public history."""

    attributes = AnswerShape(many=True)
    notes = NoteShape(many=True)


class ReceiptShape(serializers.Serializer[Any]):
    """The number; or, when it takes a moment longer, a token to ask for it with."""

    service_request_id = serializers.CharField(required=False)
    token = serializers.CharField(required=False)
    service_notice = serializers.CharField(allow_null=True)
    account_id = serializers.CharField(allow_null=True)


class TokenShape(serializers.Serializer[Any]):
    service_request_id = serializers.CharField(allow_null=True)
    token = serializers.CharField()


class ErrorShape(serializers.Serializer[Any]):
    code = serializers.IntegerField()
    description = serializers.CharField()


class EndpointShape(serializers.Serializer[Any]):
    specification = serializers.CharField()
    url = serializers.CharField()
    changeset = Moment()
    type = serializers.CharField()
    formats = serializers.ListField(child=serializers.CharField())


class DiscoveryShape(serializers.Serializer[Any]):
    changeset = Moment()
    contact = serializers.CharField()
    key_service = serializers.CharField()
    endpoints = EndpointShape(many=True)
