"""What a person may fill in at the desk: one form a verb, which knows how to carry itself out."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from requests_app import photos, workflow
from requests_app.models import DeclineReason, ServiceRequest
from requests_app.roles import seen_by
from staff.composer import Box, Composer
from staff.people import NOBODY, candidates, name_of
from staff.places import choices, places
from staff.promises import OWN, offers, parse

TEXT_MAX = 5000


def voice_of(value: str) -> tuple[int, bool]:
    """`12`: that account; `relay-12`: that account, after a line by one that was named."""
    return int(value.removeprefix("relay-")), value.startswith("relay-")


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

    def act(self, service_request: ServiceRequest, *, by: User, version: int) -> ServiceRequest:
        """Carries the verb out; returns the request to look at next. Raises workflow.Refusal."""
        raise NotImplementedError


class MessageForm(VerbForm):
    """With something said to the resident, in public."""

    text = forms.CharField(
        label=_("What do you say?"), required=False, max_length=TEXT_MAX, widget=forms.Textarea(attrs={"rows": 3})
    )
    account = forms.TypedChoiceField(label=_("Answer as"), required=False, coerce=voice_of, empty_value=None)
    only_first = forms.BooleanField(label=_("Only to one"), required=False)
    accepts_link_price = forms.BooleanField(label=_("Send the link all the same"), required=False)

    def fit(self, composer: Composer) -> None:
        offered = [*composer.able, *composer.relayed]
        self.fields["account"].choices = [(choice.value, f"@{choice.account.handle}") for choice in offered]  # type: ignore[attr-defined]
        if composer.able:
            self.fields["account"].initial = composer.able[0].value
        self.languages = composer.boxes
        for box in self.languages:
            self.fields[f"text_{box.language}"] = forms.CharField(label=box.name, required=False, max_length=TEXT_MAX)

    @property
    def boxes(self) -> list[tuple[Box, forms.BoundField]]:
        """A text box for each other language among those who asked."""
        return [(box, self[f"text_{box.language}"]) for box in self.languages]

    def clean(self) -> dict[str, Any] | None:
        translated = any(self.cleaned_data.get(f"text_{box.language}", "").strip() for box in self.languages)
        if translated and not self.cleaned_data.get("text", "").strip():
            self.add_error("text", _now("Write it for whoever asked first, too."))
        return self.cleaned_data

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
            photo=data.get("photo"),
            photo_alt=data.get("photo_alt", ""),
        )


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


class AcceptForm(MessageForm):
    verb = "accept"
    promise = forms.CharField(label=_("Promise"), required=False, widget=forms.Select)
    moment = forms.DateTimeField(
        label=_("By when"), required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip

    def fit(self, composer: Composer) -> None:
        super().fit(composer)
        chosen = self.data.get("promise", "") if self.is_bound else ""
        self.fields["promise"].widget.choices = offers(chosen=chosen)

    def clean(self) -> dict[str, Any] | None:
        super().clean()
        if (
            self.cleaned_data.get("promise") == OWN
            and not self.cleaned_data.get("moment")
            and "moment" not in self.errors
        ):
            self.add_error("moment", _now("Choose the day and the time."))
        return self.cleaned_data

    def promised_for(self) -> datetime | None:
        choice: str = self.cleaned_data["promise"]
        moment: datetime | None = self.cleaned_data["moment"]
        return moment if choice == OWN else parse(choice)

    def act(self, service_request: ServiceRequest, *, by: User, version: int) -> ServiceRequest:
        return workflow.accept(
            service_request, by=by, promised_for=self.promised_for(), message=self.message(), version=version
        )


class AnswerForm(MessageForm):
    verb = "answer"

    def act(self, service_request: ServiceRequest, *, by: User, version: int) -> ServiceRequest:
        return workflow.answer(service_request, by=by, message=self.message(), version=version)


class TransferForm(MessageForm):
    """One choice: a team, or a service with its team."""

    verb = "transfer"
    to = forms.ChoiceField(label=_("To whom"))

    def fit(self, composer: Composer) -> None:
        super().fit(composer)
        self.places = places()
        self.fields["to"].choices = [("", _now("Choose a team or a service")), *choices(self.places)]  # type: ignore[attr-defined]

    def act(self, service_request: ServiceRequest, *, by: User, version: int) -> ServiceRequest:
        place = self.places[self.cleaned_data["to"]]
        return workflow.transfer(
            service_request, by=by, queue=place.queue, service=place.service, message=self.message(), version=version
        )


class WaitForm(MessageForm):
    verb = "wait"
    waits_for = forms.CharField(label=_("Whom do we wait for?"), max_length=500, help_text=_("Residents read this."))

    def act(self, service_request: ServiceRequest, *, by: User, version: int) -> ServiceRequest:
        return workflow.wait(
            service_request, by=by, text=self.cleaned_data["waits_for"], message=self.message(), version=version
        )


class ResolveForm(MessageForm):
    verb = "resolve"
    photo = PhotoField(label=_("Photo of the work"), required=False)
    photo_alt = forms.CharField(
        label=_("What the photo shows"), required=False, max_length=1000, help_text=_("For people who cannot see it.")
    )

    def clean(self) -> dict[str, Any] | None:
        super().clean()
        if self.cleaned_data.get("photo") and not self.cleaned_data.get("photo_alt"):
            self.add_error("photo_alt", _now("Say in a few words what the photo shows."))
        return self.cleaned_data

    def act(self, service_request: ServiceRequest, *, by: User, version: int) -> ServiceRequest:
        return workflow.resolve(service_request, by=by, message=self.message(), version=version)


class DeclineForm(MessageForm):
    verb = "decline"
    reason = forms.ChoiceField(label=_("Why"), choices=[("", _("Choose the reason")), *DeclineReason.choices])

    def act(self, service_request: ServiceRequest, *, by: User, version: int) -> ServiceRequest:
        return workflow.decline(
            service_request, by=by, reason=self.cleaned_data["reason"], message=self.message(), version=version
        )


class AssignForm(VerbForm):
    """Whose it is; `nobody` gives it back to the team."""

    verb = "assign"
    to = forms.ChoiceField(label=_("With whom"))

    def fit(self, composer: Composer) -> None:
        self.people = candidates(self.service_request.queue, by=composer.by)
        offered = [(str(one.pk), name_of(one)) for one in self.people if one.pk != self.service_request.assignee_id]
        if self.service_request.assignee_id is not None:
            offered.append((NOBODY, _now("Nobody: back to the team")))
        self.fields["to"].choices = offered  # type: ignore[attr-defined]

    def act(self, service_request: ServiceRequest, *, by: User, version: int) -> ServiceRequest:
        chosen = next((one for one in self.people if str(one.pk) == self.cleaned_data["to"]), None)
        return workflow.assign(service_request, by=by, to=chosen, version=version)


class ReopenForm(MessageForm):
    verb = "reopen"
    why = forms.CharField(
        label=_("Why it opens again"), max_length=500, required=False, help_text=_("Residents read this.")
    )

    def act(self, service_request: ServiceRequest, *, by: User, version: int) -> ServiceRequest:
        return workflow.reopen(
            service_request, by=by, text=self.cleaned_data["why"], message=self.message(), version=version
        )


class MergeForm(VerbForm):
    verb = "merge"
    into = forms.IntegerField(
        label=_("Number of the other request"), min_value=1, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )

    def act(self, service_request: ServiceRequest, *, by: User, version: int) -> ServiceRequest:
        into = seen_by(by).filter(pk=self.cleaned_data["into"]).first()
        if into is None:
            raise workflow.Refusal(_now("There is no request of that number."))
        return workflow.merge(service_request, into=into, by=by, version=version)


class UnmergeForm(VerbForm):
    verb = "unmerge"

    def act(self, service_request: ServiceRequest, *, by: User, version: int) -> ServiceRequest:
        return workflow.unmerge(service_request, by=by)


class NoteForm(VerbForm):
    verb = "note"
    text = forms.CharField(
        label=_("For colleagues only"), max_length=TEXT_MAX, widget=forms.Textarea(attrs={"rows": 3})
    )

    def act(self, service_request: ServiceRequest, *, by: User, version: int) -> ServiceRequest:
        return workflow.note(service_request, by=by, text=self.cleaned_data["text"])


FORMS: dict[str, type[VerbForm]] = {
    form.verb: form
    for form in (
        AcceptForm, AnswerForm, TransferForm, WaitForm, ResolveForm, DeclineForm, ReopenForm, AssignForm, MergeForm, UnmergeForm, NoteForm,
    )
}  # fmt: skip
