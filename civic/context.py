"""What every page knows about the town."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from civic import look


@dataclass(frozen=True, slots=True)
class Hands:
    """Of the clock on the square: angles in degrees from twelve."""

    hour: int
    minute: int


def town(request: HttpRequest | None = None) -> dict[str, object]:
    """`town.name`, `town.emergency_number`, its crest, its colours and its clock for templates."""
    crest = look.crest()
    return {
        "town": {
            "name": settings.TOWN_NAME,
            "emergency_number": settings.EMERGENCY_NUMBER,
            "violence_number": settings.VIOLENCE_NUMBER,
            "crest": f"{reverse('crest')}?v={crest.version}",
            "has_crest": crest.is_own,
            "colours": f"{reverse('town_colours')}?v={look.version_of_colours()}" if look.has_own_colours() else "",
            "hands": _hands,
        }
    }


def _hands() -> Hands:
    now = timezone.localtime()
    return Hands(hour=now.hour % 12 * 30 + now.minute // 2, minute=now.minute * 6)
