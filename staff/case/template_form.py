"""The form of one template: a name and a text per language, for one team or for all."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from requests_app.models import Queue
from staff.case.composer import language_name
from staff.case.speech_forms import TEXT_MAX
from staff.models import Template

EVERY_TEAM = ""


class TemplateForm(forms.Form):
    """Each language may be left empty, but not all of them; a name without a text (or the reverse) is half a template."""

    queue = forms.ChoiceField(label=_("For which team"), required=False)

    def __init__(self, data: Mapping[str, Any] | None, *, template: Template | None = None) -> None:
        super().__init__(data, initial=_initial(template))
        self.queues = {str(queue.pk): queue for queue in Queue.objects.in_order()}
        every = (EVERY_TEAM, _now("Every team"))
        self.fields["queue"].choices = [every, *((number, queue.name) for number, queue in self.queues.items())]  # type: ignore[attr-defined]
        for code, _name in settings.LANGUAGES:
            name = language_name(code).capitalize()
            self.fields[f"name_{code}"] = forms.CharField(label=_now("Name"), required=False, max_length=80)
            self.fields[f"text_{code}"] = forms.CharField(
                label=name,
                required=False,
                max_length=TEXT_MAX,
                widget=forms.Textarea(attrs={"rows": 3, "lang": code, "dir": "auto"}),
            )

    @property
    def languages(self) -> list[tuple[str, str, forms.BoundField, forms.BoundField]]:
        """Code, name of the language, the two fields."""
        codes = [code for code, _name in settings.LANGUAGES]
        return [(code, language_name(code), self[f"name_{code}"], self[f"text_{code}"]) for code in codes]

    def clean(self) -> dict[str, Any] | None:
        texts, names = self._given("text"), self._given("name")
        if not texts:
            self.add_error(None, _now("Write it in one language at least."))
        for code in set(texts) ^ set(names):
            half = "name" if code in texts else "text"
            self.add_error(f"{half}_{code}", _now("Every language needs a name and a text, or neither."))
        return self.cleaned_data

    def shown(self, *, by: User) -> list[tuple[str, str, int]]:
        """Language, the words with the line that is added to every message, their number of characters."""
        added = f"\n— {by.first_name} · N.º 1234"
        given = ((code, self.data.get(f"text_{code}", "").strip()) for code, _name in settings.LANGUAGES)
        return [(language_name(code), text + added, len(text + added)) for code, text in given if text]

    def save(self, template: Template | None) -> Template:
        row = template or Template(position=Template.objects.count())
        row.names, row.texts = self._given("name"), self._given("text")
        row.queue = self.queues.get(self.cleaned_data["queue"])
        row.save()
        return row

    def _given(self, kind: str) -> dict[str, str]:
        values = {code: self.cleaned_data.get(f"{kind}_{code}", "").strip() for code, _name in settings.LANGUAGES}
        return {code: value for code, value in values.items() if value}


def _initial(template: Template | None) -> dict[str, Any]:
    if template is None:
        return {}
    names = {f"name_{code}": name for code, name in template.names.items()}
    texts = {f"text_{code}": text for code, text in template.texts.items()}
    return {"queue": str(template.queue_id or EVERY_TEAM), **names, **texts}
