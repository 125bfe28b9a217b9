"""Shifts: from one tap to another, what is left for whoever comes next, and the thanks that came meanwhile."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.utils import timezone

from requests_app.models import Post, Reaction
from requests_app.roles import is_dispatcher, queues_of
from staff.models import Shift

# What somebody left behind longer ago is no news any more.
NEWS = timedelta(days=3)
# Before a first shift; thanks do not grow old so soon.
FIRST = timedelta(days=7)
SHOWN = 3


def on_duty(user: User) -> Shift | None:
    """The shift that the person is on."""
    return Shift.objects.filter(user=user, ended_at=None).first()


def start(user: User) -> tuple[Shift, bool]:
    """On duty from now; a second tap begins no second shift. True where this tap began it."""
    return Shift.objects.get_or_create(user=user, ended_at=None, defaults={"started_at": timezone.now()})


def end(user: User, *, handover: str = "") -> bool:
    """Off duty from now, with a word for whoever comes next; False where that was so already."""
    open_shift = Shift.objects.filter(user=user, ended_at=None)
    return bool(open_shift.update(ended_at=timezone.now(), handover=handover.strip()))


def last_ended(user: User) -> datetime | None:
    """When the person's last shift was over."""
    ended = Shift.objects.filter(user=user, ended_at__isnull=False).order_by("-started_at")
    return ended.values_list("ended_at", flat=True).first()


def handovers(user: User, *, now: datetime) -> list[Shift]:
    """What colleagues of one's teams left since one's own last shift, the newest first. Two queries."""
    ended = last_ended(user)
    since = max(ended, now - NEWS) if ended else now - NEWS
    left = Shift.objects.filter(started_at__gte=since - timedelta(days=1), ended_at__gt=since).exclude(handover="")
    if not is_dispatcher(user):
        left = left.filter(user__queues__in=queues_of(user)).distinct()
    return list(left.exclude(user=user).select_related("user").order_by("-ended_at")[:SHOWN])


def thanks(user: User, *, since: datetime | None, now: datetime) -> int:
    """How many people said thanks, in words or with a tap, under what is the person's. Two queries."""
    since = since or now - FIRST
    said = Post.objects.thanks_between(since, now).filter(service_request__assignee=user, written_by=None)
    tapped = Reaction.objects.thanks_since(since).filter(service_request__assignee=user)
    return said.count() + tapped.count()
