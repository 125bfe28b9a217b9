"""A request as a program sends it: read, checked, and delivered like any other post."""

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError, IntegrityError
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from rest_framework import serializers
from rest_framework.request import Request

from requests_app import inbox, photos, triage
from requests_app.models import ApiKey, Network, Post, Service, ServiceRequest
from requests_app.open311 import attributes
from requests_app.open311.doors import MAX_PHOTOS
from requests_app.open311.errors import Problem, Refused, wrong
from requests_app.open311.keys import form_of

log = logging.getLogger(__name__)

CONTACT_LENGTH = 254


class Form(serializers.Serializer[Any]):
    """The standard's fields. What a person wrote about themselves stays with the staff."""

    service_code = serializers.CharField(max_length=60)
    lat = serializers.FloatField(required=False, min_value=-90, max_value=90)
    long = serializers.FloatField(required=False, min_value=-180, max_value=180)
    address_string = serializers.CharField(required=False, max_length=300)
    address_id = serializers.CharField(
        required=False, help_text=gettext_lazy("The town keeps no list of addresses: ignored.")
    )
    description = serializers.CharField(required=False, max_length=4000)
    email = serializers.EmailField(required=False, max_length=CONTACT_LENGTH)
    phone = serializers.CharField(required=False, max_length=40)
    first_name = serializers.CharField(required=False, max_length=100)
    last_name = serializers.CharField(required=False, max_length=99)
    media_url = serializers.CharField(
        required=False, help_text=gettext_lazy("Not fetched: send photos as files in media.")
    )
    media = serializers.ListField(
        child=serializers.FileField(), required=False, max_length=MAX_PHOTOS,
        help_text=gettext_lazy("JPEG, PNG, WebP or GIF, in a multipart form."),
    )  # fmt: skip
    device_id = serializers.CharField(required=False, help_text=gettext_lazy("Ignored."))
    account_id = serializers.CharField(required=False, help_text=gettext_lazy("Ignored."))
    jurisdiction_id = serializers.CharField(
        required=False, help_text=gettext_lazy("Not needed: there is one town here.")
    )
    client_request_id = serializers.CharField(
        required=False, max_length=200,
        help_text=gettext_lazy("Your own number for it: sent twice, it makes one request."),
    )  # fmt: skip
    api_key = serializers.CharField(required=False, help_text=gettext_lazy("Or the header X-Api-Key."))

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        """One of the two ways to say where."""
        point = [values.get("lat"), values.get("long")]
        if point.count(None) == 1:
            raise serializers.ValidationError(_("lat and long go together."))
        if None in point and "address_string" not in values:
            raise serializers.ValidationError(_("Say where it is: lat and long, or address_string."))
        if any(degrees is not None and math.isnan(degrees) for degrees in point):
            raise serializers.ValidationError(_("lat and long are numbers."))
        return values


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything is known to be right."""

    service: Service
    values: dict[str, Any]
    answers: attributes.Answers
    photos: Sequence[bytes]
    language: str

    @property
    def text(self) -> str:
        """Without a description the service's own name has to do."""
        return str(self.values.get("description") or self.service.name)

    @property
    def contact(self) -> str:
        told = [self.values[field] for field in ("email", "phone") if field in self.values]
        return " · ".join(told)[:CONTACT_LENGTH]

    @property
    def name(self) -> str:
        return " ".join(self.values[field] for field in ("first_name", "last_name") if field in self.values)

    @property
    def point(self) -> tuple[float, float] | None:
        return (self.values["lat"], self.values["long"]) if "lat" in self.values else None


def read(request: Request) -> Draft:
    """Raises Refused with everything that is wrong, so that nobody has to try five times."""
    sent = form_of(request)
    fields = set(Form().fields) - {"media"}
    # Missing and empty mean the same.
    form = Form(data={name: value for name, value in sent.items() if name in fields and str(value).strip()})
    problems = [] if form.is_valid() else wrong(form.errors)
    service = _service(str(sent.get("service_code", "")), problems=problems)
    answers, faults = attributes.check(attributes.given(sent), questions=service.attributes) if service else ({}, [])
    problems.extend(Problem(400, fault) for fault in faults)
    files = [(name, file) for name in request.FILES for file in request.FILES.getlist(name)]
    clean = _clean(files, problems=problems) if not problems else []
    if problems or service is None:
        raise Refused(*problems)
    language = request.query_params.get("lang", "")
    language = language if language in dict(settings.LANGUAGES) else ""
    return Draft(service=service, values=form.validated_data, answers=answers, photos=clean, language=language)


def deliver(draft: Draft, *, key: ApiKey) -> tuple[Post, bool]:
    """The post, and whether it is new: a program that lost our answer may send the same thing again."""
    number = _number(draft, key=key)
    known = Post.objects.filter(network=Network.PLAZA, external_id=number) if number else Post.objects.none()
    if post := known.first():
        return post, False
    try:
        post = inbox.deliver(
            draft.text, language=draft.language, service=draft.service, name=draft.name, contact=draft.contact,
            address=draft.values.get("address_string", ""), point=draft.point, attributes=draft.answers,
            photos=draft.photos, external_id=number,
        )  # fmt: skip
    except IntegrityError:
        # The same thing twice at the same time: the other one was quicker.
        return known.get(), False
    log.info("delivered through the API", extra={"api_key": key.pk, "post": post.pk})
    return post, True


def sort(post: Post) -> ServiceRequest | None:
    """The request it became; None when that has to wait for the next tick."""
    try:
        return triage.sort_now(post)
    except DatabaseError:
        log.exception("not sorted at once", extra={"post": post.pk})
        return None


def _number(draft: Draft, *, key: ApiKey) -> str | None:
    """The post's id, from the client's own: nobody else can guess it or come across it."""
    theirs = draft.values.get("client_request_id")
    return salted_hmac("open311", f"{key.pk}:{theirs}", algorithm="sha256").hexdigest()[:43] if theirs else None


def _service(code: str, *, problems: list[Problem]) -> Service | None:
    if not code:
        return None
    service = Service.objects.offered().filter(code=code.strip()).first() if "\0" not in code else None
    if service is None:
        problems.append(Problem(404, _("There is no service “%(code)s”.") % {"code": code}))
    return service


def _clean(files: Sequence[tuple[str, "UploadedFile[Any]"]], *, problems: list[Problem]) -> list[bytes]:
    if len(files) > MAX_PHOTOS:
        most = ngettext("At most %(count)s photo.", "At most %(count)s photos.", MAX_PHOTOS)
        problems.append(Problem(400, most % {"count": MAX_PHOTOS}))
        return []
    clean: list[bytes] = []
    for name, file in files:
        try:
            clean.append(photos.clean(file.read()))
        except photos.NotAPhoto as refusal:
            problems.append(Problem(400, f"{name}: {refusal}"))
    return clean
