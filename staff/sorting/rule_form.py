"""The form of one rule: what a post must hold, and what then becomes of it, in plain words."""

import re
from collections.abc import Iterable, Mapping
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from requests_app.models import Queue, Rule, Service, Urgency, Weekday
from requests_app.plan import area_name, areas
from requests_app.triage.words import folded, look, split_weight
from staff.sorting.rules import stamp

# A rule with more of one sort is two rules.
MOST = 60
_BETWEEN = re.compile(r"[\s,;]+")
_BETWEEN_PHRASES = re.compile(r"[\n,;]+")
_ACCOUNT = re.compile(r"[\w.-]+(?:@[\w.-]+)?")


class RuleForm(forms.Form):
    """One condition at least, and one effect; of each condition any one entry is enough."""

    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("Colleagues read it as the reason, below every post it catches.")
    )
    words = forms.CharField(
        label=_("Holds one of these words"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line, or a few words together. Each is found in all its forms, with and without accents."),
    )
    hashtags = forms.CharField(
        label=_("Carries one of these hashtags"), required=False, help_text=_("With a space between: #feria #verbena")
    )
    authors = forms.CharField(
        label=_("Is by one of these accounts"), required=False, help_text=_("With a space between: @diario @radio")
    )
    addressed = forms.CharField(
        label=_("Names one of these accounts"), required=False, help_text=_("With a space between: @diario @radio")
    )
    areas = forms.MultipleChoiceField(
        label=_("Is about one of these parts of town"), required=False, widget=forms.CheckboxSelectMultiple
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Was posted on one of these days"),
        required=False,
        coerce=int,
        choices=Weekday.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    begins = forms.TimeField(label=_("Was posted from"), required=False)
    ends = forms.TimeField(label=_("until"), required=False)
    goes_to = forms.ChoiceField(label=_("Whose work it is"), required=False)
    urgency = forms.ChoiceField(
        label=_("Whether it can wait"),
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Thanks can always wait. Of two rules that disagree, the one that says it cannot wait is right."),
    )
    makes_private = forms.BooleanField(label=_("It is not for the public"), required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None, *, rule: Rule | None = None) -> None:
        super().__init__(data, initial=_initial(rule))
        self.rule = rule
        self.queues = {queue.code: queue for queue in Queue.objects.in_order()}
        rows = Service.objects.offered().select_related("queue").order_by("queue__position", "code")
        self.services = {service.code: service for service in rows}
        if rule is not None and rule.service is not None:
            # What the town offers no longer can stay chosen until somebody chooses anew.
            self.services.setdefault(rule.service.code, rule.service)
        for field, choices in self._choices().items():
            self.fields[field].choices = choices  # type: ignore[attr-defined]
        for field in ("begins", "ends"):
            self.fields[field].widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
            self.fields[field].error_messages["invalid"] = _now("Write a time, as 22:00.")
        self.fields["name"].error_messages["required"] = _now("Give it a name.")
        self.fields["areas"].error_messages["invalid_choice"] = _now("The town has no part called “%(value)s”.")
        self.fields["goes_to"].error_messages["invalid_choice"] = _now("The town has no such team or service any more.")

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"]).strip()
        same = Rule.objects.filter(name__iexact=name)
        if (same.exclude(pk=self.rule.pk) if self.rule else same).exists():
            raise forms.ValidationError(_now("Another rule has that name."))
        return name

    def clean_words(self) -> list[str]:
        words = _entries(self.cleaned_data["words"], between=_BETWEEN_PHRASES)
        for word in words:
            if not look(split_weight(word)[0]).words:
                raise forms.ValidationError(_now("“%(word)s” holds no word.") % {"word": word})
            if len(word) > 80:
                raise forms.ValidationError(_now("“%(word)s…” is too long: at most 80 letters.") % {"word": word[:20]})
        return words

    def clean_hashtags(self) -> list[str]:
        tags = [one.lstrip("#") for one in _entries(self.cleaned_data["hashtags"], between=_BETWEEN)]
        for tag in tags:
            if not folded(tag) or len(tag) > 80:
                raise forms.ValidationError(_now("“%(word)s” is no hashtag.") % {"word": tag[:20]})
        return tags

    def clean_authors(self) -> list[str]:
        return _accounts(self.cleaned_data["authors"])

    def clean_addressed(self) -> list[str]:
        return _accounts(self.cleaned_data["addressed"])

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        begins, ends = cleaned.get("begins"), cleaned.get("ends")
        if (begins is None) != (ends is None) and not {"begins", "ends"} & set(self.errors):
            self.add_error(
                "begins" if begins is None else "ends", _now("A stretch of the day has a beginning and an end.")
            )
        elif begins is not None and begins == ends:
            self.add_error("ends", _now("It ends when it begins: leave both empty for the whole day."))
        conditions = ("words", "hashtags", "authors", "addressed", "areas", "weekdays", "begins", "ends")
        if not any(cleaned.get(field) not in (None, "", []) or field in self.errors for field in conditions):
            self.add_error(None, _now("Say which posts it is for: it asks for nothing yet, and would catch them all."))
        effects = ("goes_to", "urgency", "makes_private")
        if not any(cleaned.get(field) or field in self.errors for field in effects):
            self.add_error(None, _now("Say what becomes of them: it changes nothing yet."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """The fields of a `Rule`."""
        cleaned = self.cleaned_data
        sort, _colon, code = cleaned["goes_to"].partition(":")
        given = ("name", "words", "hashtags", "authors", "addressed", "areas", "weekdays", "begins", "ends")
        return {
            **{field: cleaned[field] for field in (*given, "urgency", "makes_private")},
            "queue": self.queues[code] if sort == "team" else None,
            "service": self.services[code] if sort == "service" else None,
        }

    def _choices(self) -> dict[str, list[Any]]:
        known = {area.code: area.name for area in areas()}
        kept = {code: area_name(code) for code in (self.rule.areas if self.rule else ())}
        teams = [
            (
                queue.name,
                [
                    (f"team:{queue.code}", _now("%(team)s: whichever of its services") % {"team": queue.name}),
                    *((f"service:{one.code}", one.name) for one in self.services.values() if one.queue_id == queue.pk),
                ],
            )
            for queue in self.queues.values()
        ]
        return {
            "areas": list((known | kept).items()),
            "goes_to": [("", pgettext("whose work it is", "As it is sorted otherwise")), *teams],
            "urgency": [
                ("", _now("As its words say")),
                (Urgency.URGENT.value, _now("It cannot wait")),
                (Urgency.CALM.value, _now("It can wait, whatever its words")),
            ],
        }


def _initial(rule: Rule | None) -> dict[str, Any]:
    if rule is None:
        return {}
    goes_to = f"service:{rule.service.code}" if rule.service else f"team:{rule.queue.code}" if rule.queue else ""
    return {
        "name": rule.name,
        "words": "\n".join(rule.words),
        "hashtags": " ".join(f"#{tag}" for tag in rule.hashtags),
        "authors": " ".join(f"@{one}" for one in rule.authors),
        "addressed": " ".join(f"@{one}" for one in rule.addressed),
        "areas": rule.areas,
        "weekdays": rule.weekdays,
        "begins": _minutes(rule.begins),
        "ends": _minutes(rule.ends),
        "goes_to": goes_to,
        "urgency": rule.urgency,
        "makes_private": rule.makes_private,
        "seen": stamp(rule),
    }


def _minutes(at: time | None) -> str:
    return at.strftime("%H:%M") if at else ""


def _entries(written: str, *, between: re.Pattern[str]) -> list[str]:
    """What was written, each once."""
    found = list(dict.fromkeys(filter(None, (one.strip() for one in between.split(written)))))
    if len(found) > MOST:
        raise forms.ValidationError(_now("At most %(most)s: make two rules of it.") % {"most": MOST})
    return found


def _accounts(written: str) -> list[str]:
    return list(_checked(one.removeprefix("@") for one in _entries(written, between=_BETWEEN)))


def _checked(accounts: Iterable[str]) -> Iterable[str]:
    for one in accounts:
        if not _ACCOUNT.fullmatch(one) or len(one) > 200:
            raise forms.ValidationError(_now("“%(word)s” is no account: write it as @alameda.") % {"word": one[:40]})
        yield one
