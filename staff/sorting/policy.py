"""What the town lets Plaza do by itself, and how exactly it says in public where something is: the form, and who chose."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from requests_app import audit, precision
from requests_app.models import Policy, Precision
from requests_app.triage.alike import JOINS_FROM

_SHOWN = 20


class PolicyForm(forms.Form):
    """Where joining was not measured to be right often enough, it cannot be chosen."""

    joins_alike = forms.BooleanField(
        label=_("Join two requests that are the same beyond doubt"),
        required=False,
        help_text=_(
            "On the sets that Plaza was measured on, 99 of 100 it joins by itself are the same. The history says that a machine did it and why, and anybody at the desk separates them again."
        ),
    )
    answers_urgent = forms.BooleanField(
        label=_("Acknowledge urgent posts too"),
        required=False,
        help_text=_(
            "Where the automatic acknowledgement of a network is on, it then also goes to whoever writes of a danger, with the emergency number. Otherwise only a person answers them."
        ),
    )
    precision = forms.ChoiceField(
        label=_("In public, the place of a request is"),
        choices=Precision.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "Colleagues always see the exact place. The words of a post stay as its author wrote them: whoever names a house number in them has said it."
        ),
    )

    def __init__(self, data: Mapping[str, Any] | None, *, policy: Policy) -> None:
        super().__init__(data, initial={field: getattr(policy, field) for field in self.base_fields})
        if JOINS_FROM is None:
            del self.fields["joins_alike"]


@transaction.atomic
def keep(form: PolicyForm, *, by: User) -> bool:
    """Whether it changed anything; who chose what is written down."""
    if not form.changed_data:
        return False
    Policy.objects.update_or_create(only=1, defaults={**form.cleaned_data, "changed_by": by})
    transaction.on_commit(precision.forget)
    for field in form.changed_data:
        audit.write(Policy, f"{field} {form.cleaned_data[field]}", by=by)
    return True


def changed_lately() -> list[tuple[str, LogEntry]]:
    """What was chosen, in words, and by whom; newest first."""
    return [(_told(line.change_message), line) for line in audit.lines(Policy)[:_SHOWN]]


def _told(message: str) -> str:
    field, _space, value = message.partition(" ")
    if field == "precision":
        return _now("in public, a place is %(precision)s") % {"precision": Precision(value).label}
    sentences = {
        ("joins_alike", "True"): _now("joins the same thing by itself"),
        ("joins_alike", "False"): _now("joins nothing by itself"),
        ("answers_urgent", "True"): _now("acknowledges urgent posts by itself"),
        ("answers_urgent", "False"): _now("urgent posts are answered by people only"),
    }
    return sentences.get((field, value), message)
