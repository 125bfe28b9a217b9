"""To whom a request can be given: oneself, the people of its team, the dispatchers."""

from typing import Any

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q

from requests_app.models import Queue
from requests_app.roles import DISPATCHER

NOBODY = "nobody"


def name_of(user: User) -> str:
    """As colleagues call each other."""
    return user.first_name or user.username


def candidates(queue: Queue, *, by: User) -> list[User]:
    """`by` first, then the team, then those who work every queue. One query."""
    team = Queue.members.through.objects.filter(queue=queue, user=OuterRef("pk"))
    found = User.objects.filter(is_active=True).annotate(in_team=Exists(team))
    people: list[Any] = list(found.filter(Q(in_team=True) | Q(groups__name=DISPATCHER) | Q(pk=by.pk)).distinct())
    people.sort(key=lambda one: (one.pk != by.pk, not one.in_team, name_of(one).casefold(), one.pk))
    return people


def colleagues() -> list[User]:
    """Everybody with a team or who works every one, by name. One query."""
    found = User.objects.filter(is_active=True).filter(Q(queues__isnull=False) | Q(groups__name=DISPATCHER)).distinct()
    return sorted(found, key=lambda one: (name_of(one).casefold(), one.pk))
