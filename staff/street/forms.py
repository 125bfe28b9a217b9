"""What a phone sends: one act, with the number that the phone gave it."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.models import Side
from staff.street.acts import KEPT, NOBODYS, Act, Kind

KINDS = [(kind, kind.label) for kind in Kind]
PROMISES = [(name, name) for name in ("", "today", "tomorrow", "week")]


class ActForm(forms.Form):
    """`seen`: the last line of the history that the phone had; `at`: when the person did it, by the phone's clock."""

    id = forms.UUIDField()
    number = forms.IntegerField(min_value=1, max_value=2**31 - 1)
    kind = forms.ChoiceField(choices=KINDS)
    at = forms.DateTimeField(required=False)
    seen = forms.IntegerField(required=False, min_value=0)
    text = forms.CharField(required=False, max_length=5000)
    promise = forms.ChoiceField(required=False, choices=PROMISES)
    to = forms.SlugField(required=False)
    side = forms.ChoiceField(required=False, choices=Side.choices)
    photo = forms.FileField(required=False, label=gettext_lazy("Photo"))
    photo_alt = forms.CharField(required=False, max_length=1000)

    def clean_at(self) -> datetime:
        """Not to come, and not older than anything that waits on a phone."""
        now = timezone.now()
        at: datetime = self.cleaned_data["at"] or now
        return min(max(at, now - KEPT), now)

    def clean_photo(self) -> bytes | None:
        upload: UploadedFile[bytes] | None = self.cleaned_data["photo"]
        return upload.read() if upload else None

    def clean(self) -> dict[str, Any]:
        data, kind = self.cleaned_data, self.cleaned_data.get("kind")
        if kind == Kind.PHOTO and not data.get("photo"):
            self.add_error("photo", _("Take a photo first."))
        if kind == Kind.PHOTO and not data.get("side"):
            data["side"] = Side.BEFORE
        if kind == Kind.NOT_OURS and not data.get("to"):
            self.add_error("to", _("Choose whose it is."))
        return data

    def act(self) -> Act:
        data = self.cleaned_data
        return Act(
            id=data["id"],
            number=data["number"],
            kind=Kind(data["kind"]),
            at=data["at"],
            seen=data["seen"],
            text=data["text"].strip(),
            promise=data["promise"],
            to="" if data["to"] == NOBODYS else data["to"],
            side=data["side"],
            photo=data["photo"],
            photo_alt=data["photo_alt"].strip(),
        )

    @property
    def complaint(self) -> str:
        """In one line, for a phone."""
        return " ".join(str(error) for errors in self.errors.values() for error in errors)
