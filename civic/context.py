"""What every page knows about the town."""

from django.conf import settings
from django.http import HttpRequest


def town(request: HttpRequest) -> dict[str, object]:
    """`town.name`, `town.emergency_number` for templates."""
    return {"town": {"name": settings.TOWN_NAME, "emergency_number": settings.EMERGENCY_NUMBER}}
