"""One thing said twice: two requests (or several) become one, and can be separated again, exactly as they were."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app.models import Event, Resemblance, ServiceRequest, Verb
from requests_app.workflow.moves import MoveNotAllowed, due, lock, touch
from requests_app.workflow.separating import give_back


@transaction.atomic
def merge(
    service_request: ServiceRequest, *, into: ServiceRequest, by: User, version: int | None = None
) -> ServiceRequest:
    """`service_request` becomes part of `into`, which is returned. Its posts stay its own, so that undo is exact."""
    return _join([service_request], into=into, by=by, versions={service_request.pk: version})


@transaction.atomic
def join(
    others: Sequence[ServiceRequest],
    *,
    into: ServiceRequest,
    by: User | None,
    version: int | None = None,
    why: Mapping[str, Any] | None = None,
) -> ServiceRequest:
    """All of `others` become part of `into` (whose `version` it is), or none; taken back together.

    `by`: nobody, where Plaza did it by itself; `why`: what spoke for it, for the history.
    """
    return _join(others, into=into, by=by, versions={into.pk: version}, why=why or {})


@transaction.atomic
def unmerge(service_request: ServiceRequest, *, by: User) -> ServiceRequest:
    """Takes a merged request out again, with what it had brought along; it is returned, as it was."""
    # Both, in the order of their numbers as everybody locks them, so that nobody waits for each other.
    into = ServiceRequest.objects.values_list("merged_into", flat=True).get(pk=service_request.pk)
    locked = _locked({service_request.pk, into or service_request.pk})
    source = locked[service_request.pk]
    target = locked.get(source.merged_into_id or 0)
    if target is None:
        raise MoveNotAllowed(_("It is not merged into another request."))
    _separate(source, target)
    _save(source, target)
    data = {"merged": source.pk, "into": target.pk}
    Event.objects.bulk_create(_line(one, verb=Verb.UNMERGED, by=by, data=data) for one in (source, target))
    # Whoever separates them says that they are not the same: nobody is asked again, and no machine joins them.
    group = [target.pk, *target.merged.values_list("pk", flat=True)]
    Resemblance.objects.between(source.pk, group).filter(dismissed_at=None).update(
        dismissed_at=timezone.now(), dismissed_by=by
    )
    return source


def take_apart(merged: Event, *, by: User) -> ServiceRequest:
    """Undoes what `merged` (the newest line of the request that the others became part of) says, with all that was
    joined in the same act; that request is returned. Inside a transaction."""
    numbers: list[int] = merged.data["together"]
    locked = _locked({merged.service_request_id, *numbers})
    target = locked.pop(merged.service_request_id)
    sources = list(locked.values())
    if target.version != merged.data["version"] or any(one.merged_into_id != target.pk for one in sources):
        raise MoveNotAllowed(_("Something happened since: it cannot be undone any more."))
    said = [_separate(source, target) for source in sources]
    said += [_newest(target, source) for source in sources]
    _save(*sources, target)
    Event.objects.bulk_create(
        _line(locked.get(one.service_request_id, target), verb=Verb.UNDONE, by=by, undoes=one) for one in said
    )
    return target


def _join(
    others: Sequence[ServiceRequest],
    *,
    into: ServiceRequest,
    by: User | None,
    versions: Mapping[int, int | None],
    why: Mapping[str, Any] | None = None,
) -> ServiceRequest:
    if into.pk in [one.pk for one in others]:
        raise MoveNotAllowed(_("A request cannot be merged into itself."))
    # In the order of their numbers, so that two people who merge crosswise cannot lock each other out.
    every = sorted({into.pk: into, **{one.pk: one for one in others}}.items())
    locked = {number: lock(one, verb="merge", version=versions.get(number)) for number, one in every}
    target = locked.pop(into.pk)
    sources = list(locked.values())
    if any(source.is_private != target.is_private for source in sources):
        raise MoveNotAllowed(_("One of them is private and the other is not: they stay apart."))
    brought = {source.pk: list(source.merged.values_list("pk", flat=True)) for source in sources}
    ServiceRequest.objects.filter(merged_into__in=sources).update(merged_into=target)
    for source in sources:
        source.merged_into = target
    lifted = not target.is_urgent and any(source.is_urgent for source in sources)
    _set_urgency(target, is_urgent=target.is_urgent or lifted)
    _save(*sources, target)
    Event.objects.bulk_create(_lines(sources, target, brought=brought, by=by, more={**(why or {}), "lifted": lifted}))
    return target


def _lines(
    sources: Sequence[ServiceRequest],
    target: ServiceRequest,
    *,
    brought: Mapping[int, list[int]],
    by: User | None,
    more: Mapping[str, Any],
) -> Iterable[Event]:
    """A line on each side; those of the target say how the whole act is taken back."""
    together = [source.pk for source in sources]
    for source in sources:
        data = {**more, "merged": source.pk, "into": target.pk, "brought": brought[source.pk]}
        yield _line(source, verb=Verb.MERGED, by=by, data=data)
        undo = {"before": {}, "version": target.version, "together": together}
        yield _line(target, verb=Verb.MERGED, by=by, data=data | undo)


def _separate(source: ServiceRequest, target: ServiceRequest) -> Event:
    """Unsaved; returns the line that joined them."""
    merged = _newest(source, source)
    brought: list[int] = merged.data["brought"]
    ServiceRequest.objects.filter(pk__in=brought, merged_into=target).update(merged_into=source)
    source.merged_into = None
    give_back(source, target, brought=brought, since=merged.at)
    if merged.data.get("lifted") and source.is_urgent:
        # It was urgent by this one alone, unless another that is still part of it says so too.
        others = target.merged.exclude(pk__in=[source.pk, *brought])
        _set_urgency(target, is_urgent=others.filter(is_urgent=True).exists())
    return merged


def _set_urgency(one: ServiceRequest, *, is_urgent: bool) -> None:
    """Unsaved: what is owed, and when, follows from it."""
    if one.is_urgent != is_urgent:
        one.is_urgent, one.urgent_at = is_urgent, timezone.now()
        one.due_at = due(one)


def _newest(side: ServiceRequest, source: ServiceRequest) -> Event:
    return side.events.filter(verb=Verb.MERGED, data__merged=source.pk).latest("id")


def _locked(numbers: Iterable[int]) -> dict[int, ServiceRequest]:
    rows = ServiceRequest.objects.filter(pk__in=set(numbers)).order_by("pk").select_for_update(of=("self",))
    return {row.pk: row for row in rows}


def _save(*requests: ServiceRequest) -> None:
    now = timezone.now()
    for one in requests:
        touch(one, at=now, told=False)
        one.save(
            update_fields=[
                "merged_into", "is_urgent", "urgent_at", "due_at", "answered_at", "answered_in_hours", "version",
                "changed_at",
            ]
        )  # fmt: skip


def _line(one: ServiceRequest, *, verb: Verb, by: User | None, undoes: Event | None = None, **more: object) -> Event:
    return Event(service_request=one, verb=verb, at=one.changed_at, by=by, undoes=undoes, **more)
