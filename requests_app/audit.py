"""Audit: who chose what in the settings, in the log that Django's own administration keeps and shows."""

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet


def write(model: type[Model], message: str, *, by: User, number: str = "", name: str = "", flag: int = CHANGE) -> None:
    """One line. `number` and `name`: of the row it is about; without one it is about all of them."""
    LogEntry.objects.create(
        user=by,
        content_type=ContentType.objects.get_for_model(model),
        object_id=number,
        object_repr=name or message,
        action_flag=flag,
        change_message=message,
    )


def lines(model: type[Model]) -> QuerySet[LogEntry]:
    """Newest first, each with who wrote it."""
    found = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(model))
    return found.select_related("user").order_by("-action_time", "-id")
