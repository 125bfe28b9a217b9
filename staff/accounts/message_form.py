"""The words of an automatic message, in each of the town's languages."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class MessageForm(forms.Form):
    """Each network's message has one on the page: their fields need ids of their own."""

    rules_read = forms.BooleanField(label=_("I have read these rules, and we keep them"), required=False)

    def __init__(self, *args: Any, network: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = f"{network}-%s"
        for code, name in settings.LANGUAGES:
            text = forms.CharField(
                label=name, required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2, "lang": code})
            )
            self.fields[f"text_{code}"] = text
        self.order_fields([f"text_{code}" for code, _name in settings.LANGUAGES])

    def texts(self) -> dict[str, str]:
        """By language, without those left empty."""
        given = {code: self.cleaned_data[f"text_{code}"].strip() for code, _name in settings.LANGUAGES}
        return {code: text for code, text in given.items() if text}
