"""Queues with their opening hours and members, and the services of the town."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from requests_app.models import OpeningHours, Queue, Service

DATATYPES = ("string", "number", "datetime", "text", "singlevaluelist", "multivaluelist")


class OpeningHoursInline(admin.TabularInline):  # type: ignore[type-arg]
    model = OpeningHours
    extra = 0
    ordering = ("weekday", "opens")


@admin.register(Queue)
class QueueAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("code", "__str__", "position", "is_fallback")
    ordering = ("position", "code")
    search_fields = ("code",)
    filter_horizontal = ("members",)
    inlines = (OpeningHoursInline,)


class ServiceForm(forms.ModelForm):  # type: ignore[type-arg]
    """A question that Open311 could not describe would break its door."""

    def clean_attributes(self) -> list[dict[str, Any]]:
        questions = self.cleaned_data["attributes"]
        if not isinstance(questions, list) or not all(_is_question(one) for one in questions):
            raise ValidationError(
                _(
                    'Write a list of questions, each with "code", "datatype" (%(datatypes)s) and "description"; lists with "values".'
                )
                % {"datatypes": ", ".join(DATATYPES)}
            )
        return questions


@admin.register(Service)
class ServiceAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    form = ServiceForm
    list_display = ("code", "__str__", "queue", "answer_target", "resolve_target", "is_private", "is_active")
    list_filter = ("is_active", "is_private", "queue")
    list_select_related = ("queue",)
    ordering = ("code",)
    search_fields = ("code",)
    readonly_fields = ("changed_at",)


def _is_question(question: object) -> bool:
    if not isinstance(question, dict) or not isinstance(question.get("code"), str) or not question["code"]:
        return False
    datatype, texts, values = question.get("datatype"), question.get("description"), question.get("values", [])
    is_described = datatype in DATATYPES and isinstance(texts, dict) and isinstance(values, list)
    return (
        is_described
        and all(_is_value(value) for value in values)
        and (bool(values) or "valuelist" not in str(datatype))
    )


def _is_value(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("key"), str) and isinstance(value.get("name"), dict)
