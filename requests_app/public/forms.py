"""The report form: what a resident tells us without an account."""

from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from requests_app import photos
from requests_app.models import Service
from requests_app.plan import plan
from requests_app.public.guessing import Guess, guess

MOST_PHOTOS = 3
TEXT_MAX = 4000


class PhotosInput(forms.FileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Up to three photos, as clean JPEG bytes."""

    widget = PhotosInput(attrs={"accept": "image/*", "multiple": True})

    def clean(self, data: list[Any] | None, initial: Any = None) -> list[bytes]:
        uploads = data or []
        if len(uploads) > MOST_PHOTOS:
            raise forms.ValidationError(_now("Three photos at most: choose the three that tell most."), code="too_many")
        clean: list[bytes] = []
        errors = []
        for upload in uploads:
            try:
                # One byte more than is taken tells that it is too large, without reading a film to its end.
                clean.append(photos.clean(upload.read(settings.PHOTO_MAX_BYTES + 1)))
            except photos.NotAPhoto as error:
                errors.append(_now("%(name)s: %(words)s") % {"name": upload.name, "words": error})
        if errors:
            raise forms.ValidationError([*errors, _now("Please choose the photos again.")], code="not_a_photo")
        return clean


class ReportForm(forms.Form):
    text = forms.CharField(
        label=_("What happens?"),
        max_length=TEXT_MAX,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off"}),
        help_text=_(
            "In your own words, in any language. Everybody will be able to read it, so leave out telephones and names."
        ),
        error_messages={"required": _("Tell us in a few words what happens.")},
    )
    photos = PhotosField(
        label=_("Photos"), required=False, help_text=_("Up to three. Where and by whom they were taken is removed.")
    )
    address = forms.CharField(
        label=_("Where?"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("A street and a number, or what is next to it."),
    )
    spot = forms.ChoiceField(label=_("Or choose a place"), required=False)
    point = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    service = forms.ModelChoiceField(
        label=_("What is it about?"),
        queryset=Service.objects.none(),
        required=False,
        to_field_name="code",
        help_text=_("Your words find the right team; choose here if they did not."),
    )
    contact = forms.CharField(
        label=_("How can we reach you?"),
        required=False,
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "email"}),
        help_text=_("An e-mail or a telephone. Only the people who work on it see it; it is never published."),
    )
    # Names this very form: sent twice, it is one report.
    once = forms.UUIDField(widget=forms.HiddenInput)
    # Whether the guesses were seen: if not, they are shown once before anything is sent.
    looked = forms.BooleanField(required=False, widget=forms.HiddenInput)
    # Only machines fill in what nobody can see.
    leave_empty = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan()
        self.fields["once"].initial = uuid4
        self.fields["service"].queryset = Service.objects.offered()  # type: ignore[attr-defined]
        self.fields["service"].choices = _services()  # type: ignore[attr-defined]
        self.fields["spot"].choices = [("", _now("Not on the list")), *self._spots()]  # type: ignore[attr-defined]

    def clean_point(self) -> tuple[float, float] | None:
        """A pin that cannot be read was not stuck by a person: the words must do."""
        latitude, _sep, longitude = self.cleaned_data["point"].partition(",")
        try:
            point = float(latitude), float(longitude)
        except ValueError:
            return None
        return point if abs(point[0]) <= 90 and abs(point[1]) <= 180 else None

    @property
    def is_from_a_machine(self) -> bool:
        return bool(self.data.get("leave_empty"))

    def place(self) -> tuple[str, tuple[float, float] | None]:
        """Where it is, in words and as a point: the pin before the list, what was written before the list's name."""
        address: str = self.cleaned_data.get("address", "")
        pin: tuple[float, float] | None = self.cleaned_data.get("point")
        spot = self.plan.spot(self.cleaned_data.get("spot", "")) if self.plan else None
        if spot is None:
            return address, pin
        return address or spot.name, pin or (spot.latitude, spot.longitude)

    def guess(self) -> Guess | None:
        """What we make of it so far."""
        address, point = self.place()
        return guess(
            self.cleaned_data.get("text", ""), address=address, point=point, service=self.cleaned_data.get("service")
        )

    def _spots(self) -> list[tuple[str, str]]:
        return [(spot.code, spot.name) for spot in self.plan.spots] if self.plan else []


def _services() -> list[tuple[str, Any]]:
    """By team, in the town's order; one query."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for service in Service.objects.offered().select_related("queue").order_by("queue__position", "queue__code", "id"):
        groups.setdefault(service.queue.name, []).append((service.code, service.name))
    return [("", _now("I do not know: you choose")), *groups.items()]
