"""Two requests that were taken for the same, and are not: said by a person, and taken back."""

from collections.abc import Iterable, Sequence

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from requests_app.models import Event, Resemblance, ServiceRequest, Verb


@transaction.atomic
def tell_apart(resemblance: Resemblance, *, by: User, seen_on: int) -> None:
    """They are not the same, nor is what became part of them: never suggested again. `seen_on`: the number of the page
    on which it is taken back.

    It overwrites nothing, so the versions stay: whoever is answering meanwhile is not held up.
    """
    _lock_both(*_sides(resemblance))
    rows = [row for row in _between(resemblance) if row.dismissed_at is None]
    for row in rows:
        row.dismissed_at, row.dismissed_by = timezone.now(), by
        row.save(update_fields=["dismissed_at", "dismissed_by"])
    if rows:
        # Else a second click, or a colleague who was quicker: it is so already.
        _tell(rows, by=by, seen_on=seen_on)


@transaction.atomic
def suggest_again(resemblance: Resemblance, *, by: User) -> None:
    """Whoever said so thought again, later than the moment to undo it."""
    _lock_both(*_sides(resemblance))
    rows = [row for row in _between(resemblance) if row.dismissed_at is not None]
    _recall(rows)
    if rows:
        _tell(rows, by=by, after_all=True)


def lock_sides(event: Event) -> None:
    """Before anything else is locked, where an act to be taken back is about two requests."""
    if event.verb == Verb.TOLD_APART:
        _lock_both(event.service_request_id, event.data["other"])


def one_after_all(event: Event, *, by: User) -> None:
    """What `event` told apart may be the same again: its line on the other side is taken back with it."""
    if event.verb != Verb.TOLD_APART:
        return
    # Of those whose author deleted their post nothing is left to suggest.
    _recall(
        Resemblance.objects.select_for_update(of=("self",)).filter(pk__in=event.data["resemblances"]).order_by("pk")
    )
    here, there = event.service_request_id, event.data["other"]
    twin = Event.objects.filter(service_request=there, verb=Verb.TOLD_APART, data__other=here, undone_by=None)
    line = twin.order_by("-pk").first()
    if line is not None:
        Event.objects.create(service_request_id=there, verb=Verb.UNDONE, at=timezone.now(), by=by, undoes=line)


def _sides(resemblance: Resemblance) -> tuple[int, int]:
    """The numbers under which people read of them."""
    one, other = (row.merged_into_id or row.pk for row in (resemblance.one, resemblance.other))
    return one, other


def _lock_both(*numbers: int) -> None:
    """In the order of their numbers and before what speaks for them, as everybody locks them."""
    rows = ServiceRequest.objects.filter(pk__in=numbers).order_by("pk")
    list(rows.values_list("pk").select_for_update(of=("self",), no_key=True))


def _between(resemblance: Resemblance) -> Sequence[Resemblance]:
    """All that speaks for the two, and for what is part of them, being the same."""
    one, other = _sides(resemblance)
    mine = Q(one=one) | Q(one__merged_into=one)
    theirs = Q(other=other) | Q(other__merged_into=other)
    crossed = (Q(one=other) | Q(one__merged_into=other)) & (Q(other=one) | Q(other__merged_into=one))
    rows = Resemblance.objects.filter(mine & theirs | crossed).select_related("one", "other")
    return list(rows.order_by("pk").select_for_update(of=("self",)))


def _recall(rows: Iterable[Resemblance]) -> None:
    for row in rows:
        row.dismissed_at = row.dismissed_by = None
        row.save(update_fields=["dismissed_at", "dismissed_by"])


def _tell(rows: Sequence[Resemblance], *, by: User, seen_on: int = 0, after_all: bool = False) -> None:
    """A line on each side, where people read it; the one that was looked at says how it is taken back."""
    now = timezone.now()
    one, other = _sides(rows[0])
    both = ServiceRequest.objects.filter(pk__in=[one, other])
    both.update(changed_at=now)
    for number, version in both.order_by("pk").values_list("pk", "version"):
        data = {"resemblances": [row.pk for row in rows], "other": other if number == one else one}
        data |= {"after_all": True} if after_all else {}
        undo = {"before": {}, "version": version} if number == seen_on and not after_all else {}
        Event.objects.create(service_request_id=number, verb=Verb.TOLD_APART, at=now, by=by, data=data | undo)
