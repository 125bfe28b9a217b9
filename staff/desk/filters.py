"""What narrows a list of the desk: chosen in a form, written in the address, shown as chips."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from requests_app.models import Network, Photo, Post, Queue, Service, Status
from requests_app.models.service_request_queries import ServiceRequestQuerySet
from requests_app.plan import areas
from staff.people import colleagues, name_of

ME, NOBODY = "me", "nobody"
# Longer ago than this, as people choose it.
AGES = {"1": _("older than a day"), "7": _("older than a week"), "30": _("older than a month")}


class FilterForm(forms.Form):
    """Every field may be left open. A value that is not offered narrows nothing and is said."""

    team = forms.ChoiceField(label=_("Team"), required=False)
    service = forms.ChoiceField(label=_("Service"), required=False)
    status = forms.ChoiceField(label=_("Status"), required=False, choices=[("", _("any")), *Status.choices])
    who = forms.ChoiceField(label=_("With whom"), required=False)
    network = forms.ChoiceField(label=_("Network"), required=False, choices=[("", _("any")), *Network.choices])
    language = forms.ChoiceField(label=_("Language"), required=False)
    area = forms.ChoiceField(label=_("Part of town"), required=False)
    place = forms.CharField(label=_("Street or place"), required=False, max_length=100)
    age = forms.ChoiceField(label=_("Age"), required=False, choices=[("", _("any")), *AGES.items()])
    urgent = forms.BooleanField(label=_("Urgent only"), required=False)
    photo = forms.BooleanField(label=_("With a photo"), required=False)

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        # The desk has other forms beside it.
        self.auto_id = "filter-%s"
        anything = [("", _now("any"))]
        offered = {
            "team": [(queue.code, queue.name) for queue in Queue.objects.in_order()],
            "service": [(service.code, service.name) for service in Service.objects.order_by("code")],
            "who": [(ME, _now("me")), (NOBODY, _now("nobody")), *((str(one.pk), name_of(one)) for one in colleagues())],
            "language": list(settings.LANGUAGES),
            "area": [(area.code, area.name) for area in areas()],
        }
        for name, choices in offered.items():
            self.fields[name].choices = [*anything, *choices]  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter in words; `without`: the query that is left when it is taken away."""

    words: str
    without: str


@dataclass(frozen=True)
class Filters:
    """What somebody chose; `values` holds only what is offered, as the address carries it."""

    values: Mapping[str, str]
    form: FilterForm | None = None

    @property
    def query(self) -> str:
        return urlencode(self.values)

    @property
    def chips(self) -> list[Chip]:
        return [Chip(self._words(name), urlencode(_without(self.values, name))) for name in self.values]

    @property
    def is_wrong(self) -> bool:
        """The address carries something that is not offered (any more)."""
        return bool(self.form and self.form.errors)

    def narrow(self, requests: ServiceRequestQuerySet, *, user: User) -> ServiceRequestQuerySet:
        for name, value in self.values.items():
            requests = NARROW[name](requests, value, user)
        return requests

    def _words(self, name: str) -> str:
        field = FilterForm.base_fields[name] if self.form is None else self.form.fields[name]
        if isinstance(field, forms.BooleanField):
            return str(field.label)
        names: dict[str, str] = dict(getattr(field, "choices", ()))
        told = names.get(self.values[name], self.values[name])
        return f"{field.label}: {told}"


def filters_of(data: Mapping[str, Any]) -> Filters:
    """Reads an address. Three queries."""
    form = FilterForm(data)
    form.is_valid()
    kept = {name: form.cleaned_data.get(name) for name in form.fields}
    values = {name: "1" if value is True else str(value).strip() for name, value in kept.items() if value}
    return Filters({name: value for name, value in values.items() if value}, form)


def filters_kept(data: Mapping[str, str]) -> Filters:
    """Reads what was written down when it was chosen. No query."""
    return Filters({name: value for name, value in data.items() if name in NARROW})


def _without(values: Mapping[str, str], name: str) -> dict[str, str]:
    return {other: value for other, value in values.items() if other != name}


def _team(requests: ServiceRequestQuerySet, value: str, _user: User) -> ServiceRequestQuerySet:
    return requests.filter(queue__code=value)


def _service(requests: ServiceRequestQuerySet, value: str, _user: User) -> ServiceRequestQuerySet:
    return requests.filter(service__code=value)


def _status(requests: ServiceRequestQuerySet, value: str, _user: User) -> ServiceRequestQuerySet:
    return requests.in_statuses([value])


def _who(requests: ServiceRequestQuerySet, value: str, user: User) -> ServiceRequestQuerySet:
    if value == NOBODY:
        return requests.unassigned()
    return requests.filter(assignee=user.pk if value == ME else int(value))


def _network(requests: ServiceRequestQuerySet, value: str, _user: User) -> ServiceRequestQuerySet:
    return requests.filter(opening_post__network=value)


def _language(requests: ServiceRequestQuerySet, value: str, _user: User) -> ServiceRequestQuerySet:
    return requests.filter(language=value)


def _area(requests: ServiceRequestQuerySet, value: str, _user: User) -> ServiceRequestQuerySet:
    return requests.filter(area=value)


def _place(requests: ServiceRequestQuerySet, value: str, _user: User) -> ServiceRequestQuerySet:
    return requests.filter(address__icontains=value)


def _age(requests: ServiceRequestQuerySet, value: str, _user: User) -> ServiceRequestQuerySet:
    return requests.filter(posted_at__lt=timezone.now() - timedelta(days=int(value)))


def _urgent(requests: ServiceRequestQuerySet, _value: str, _user: User) -> ServiceRequestQuerySet:
    return requests.filter(is_urgent=True)


def _photo(requests: ServiceRequestQuerySet, _value: str, _user: User) -> ServiceRequestQuerySet:
    posts = Post.objects.visible().filter(service_request=OuterRef("id"), photos__isnull=False)
    taken = Photo.objects.filter(service_request=OuterRef("id"))
    return requests.filter(Q(Exists(posts)) | Q(Exists(taken)))


NARROW: dict[str, Callable[[ServiceRequestQuerySet, str, User], ServiceRequestQuerySet]] = {
    "team": _team, "service": _service, "status": _status, "who": _who, "network": _network, "language": _language,
    "area": _area, "place": _place, "age": _age, "urgent": _urgent, "photo": _photo,
}  # fmt: skip
