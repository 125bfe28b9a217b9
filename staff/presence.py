"""Who else looks at a request now, and whether they have typed something that is not sent yet."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.utils import timezone

from requests_app.models import ServiceRequest
from staff.models import Presence

# A closed page says so itself; a phone that went dark does not.
GONE_AFTER = timedelta(seconds=40)
# An open page asks oftener than this; its row is written no oftener.
WRITE_EVERY = timedelta(seconds=15)


def look(service_request: ServiceRequest, *, by: User, has_unsent_text: bool) -> None:
    """`by` has that page open. One statement where nothing new is to be said."""
    now = timezone.now()
    known = Presence.objects.filter(user=by, service_request=service_request, has_unsent_text=has_unsent_text)
    if known.filter(seen_at__gt=now - WRITE_EVERY).exists():
        return
    here = Presence(user=by, service_request=service_request, has_unsent_text=has_unsent_text, seen_at=now)
    Presence.objects.bulk_create(
        [here],
        update_conflicts=True,
        unique_fields=["user"],
        update_fields=["service_request", "has_unsent_text", "seen_at"],
    )


def leave(service_request: ServiceRequest, *, by: User) -> None:
    """The page was closed; another request that was opened meanwhile keeps its mark."""
    Presence.objects.filter(user=by, service_request=service_request).delete()


def looking(numbers: Iterable[int], *, besides: User) -> dict[int, list[Presence]]:
    """Who has these requests open, by their number; those with unsent text first. One query."""
    here = Presence.objects.filter(service_request__in=list(numbers), seen_at__gt=_since()).exclude(user=besides)
    found: dict[int, list[Presence]] = defaultdict(list)
    for one in here.select_related("user").order_by("-has_unsent_text", "user__first_name", "user_id"):
        found[one.service_request_id].append(one)
    return dict(found)


def everywhere() -> list[tuple[int, int, bool]]:
    """Who has what open, and whether they write: person, request, unsent text. One query."""
    here = Presence.objects.filter(seen_at__gt=_since()).order_by("user")
    return list(here.values_list("user", "service_request", "has_unsent_text"))


def _since() -> datetime:
    return timezone.now() - GONE_AFTER
