"""The ground of the desk's forms: what every verb carries, and what everything said in public carries."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from requests_app import photos, workflow
from requests_app.models import ServiceRequest
from staff.case.composer import Box, Composer, voice_of

TEXT_MAX = 5000


class VerbForm(forms.Form):
    """`version` and `seen` (the last line of the history that was shown) tell whether somebody acted meanwhile."""

    verb = ""
    version = forms.IntegerField(widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, service_request: ServiceRequest, composer: Composer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Every form of the page has a version: their fields need ids of their own.
        self.auto_id = f"{self.verb}-%s"
        self.service_request = service_request
        self.fit(composer)

    def fit(self, composer: Composer) -> None:
        """Offers what this request allows."""

    def show_before(self, composer: Composer) -> None:
        """Looks up what would leave with what the form holds, for its page."""

    def act(self, service_request: ServiceRequest, *, by: User, version: int) -> ServiceRequest:
        """Carries the verb out; returns the request to look at next. Raises workflow.Refusal."""
        raise NotImplementedError


class PhotoField(forms.FileField):
    """A photo as clean JPEG bytes, read by its content."""

    widget = forms.FileInput(attrs={"accept": "image/*"})

    def clean(self, data: "UploadedFile[bytes] | None", initial: Any = None) -> bytes | None:
        upload = super().clean(data, initial)
        if not upload:
            return None
        try:
            return photos.clean(upload.read())
        except photos.NotAPhoto as error:
            raise forms.ValidationError(str(error), code="not_a_photo") from error


class MessageForm(VerbForm):
    """With something said to the resident, in public."""

    text = forms.CharField(
        label=_("What do you say?"), required=False, max_length=TEXT_MAX, widget=forms.Textarea(attrs={"rows": 3})
    )
    account = forms.TypedChoiceField(label=_("Answer as"), required=False, coerce=voice_of, empty_value=None)
    only_first = forms.BooleanField(label=_("Only to one"), required=False)
    accepts_link_price = forms.BooleanField(label=_("Send the link all the same"), required=False)
    photo = PhotoField(label=_("Photo"), required=False)
    photo_alt = forms.CharField(
        label=_("What the photo shows"), required=False, max_length=1000, help_text=_("For people who cannot see it.")
    )

    def fit(self, composer: Composer) -> None:
        offered = [*composer.able, *composer.relayed]
        self.fields["account"].choices = [(choice.value, f"@{choice.account.handle}") for choice in offered]  # type: ignore[attr-defined]
        if composer.able:
            self.fields["account"].initial = composer.able[0].value
        self.languages = composer.boxes
        for box in self.languages:
            self.fields[f"text_{box.language}"] = forms.CharField(label=box.name, required=False, max_length=TEXT_MAX)

    def show_before(self, composer: Composer) -> None:
        typed = self.data if self.is_bound else {name: str(value) for name, value in self.initial.items()}
        self.shown_before = self.is_bound and "preview" in self.data
        words = any(name.startswith("text") and value for name, value in typed.items())
        self.leaving = composer.outgoing(typed) if words else composer.nothing_yet

    @property
    def boxes(self) -> list[tuple[Box, forms.BoundField]]:
        """A text box for each other language among those who asked."""
        return [(box, self[f"text_{box.language}"]) for box in self.languages]

    def clean(self) -> dict[str, Any] | None:
        translated = any(self.cleaned_data.get(f"text_{box.language}", "").strip() for box in self.languages)
        if translated and not self.cleaned_data.get("text", "").strip():
            self.add_error("text", _now("Write it for whoever asked first, too."))
        if self.cleaned_data.get("photo"):
            self._clean_photo()
        return self.cleaned_data

    def _clean_photo(self) -> None:
        if not self.cleaned_data.get("photo_alt"):
            self.add_error("photo_alt", _now("Say in a few words what the photo shows."))
        if not self.cleaned_data.get("text", "").strip():
            self.add_error("text", _now("A photo needs a few words with it."))

    def message(self) -> workflow.Message:
        data = self.cleaned_data
        account_id, relay = data["account"] or (None, False)
        return workflow.Message(
            text=data["text"],
            account_id=account_id,
            relay=relay,
            texts={box.language: data[f"text_{box.language}"] for box in self.languages},
            everybody=not data["only_first"],
            accepts_link_price=data["accepts_link_price"],
            photo=data["photo"],
            photo_alt=data["photo_alt"],
        )
