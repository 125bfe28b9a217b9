"""One thing said twice: two requests become one, and can be separated again."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app.models import Event, ServiceRequest, Verb
from requests_app.workflow.moves import MoveNotAllowed, lock, touch


@transaction.atomic
def merge(
    service_request: ServiceRequest, *, into: ServiceRequest, by: User, version: int | None = None
) -> ServiceRequest:
    """`service_request` becomes part of `into`, which is returned. Its posts stay its own, so that undo is exact."""
    if service_request.pk == into.pk:
        raise MoveNotAllowed(_("A request cannot be merged into itself."))
    # In the order of their numbers, so that two people who merge crosswise cannot lock each other out.
    first, second = sorted((service_request, into), key=lambda one: one.pk or 0)
    locked = {one.pk: _lock(one, version=version if one.pk == service_request.pk else None) for one in (first, second)}
    source, target = locked[service_request.pk], locked[into.pk]
    if source.is_private != target.is_private:
        raise MoveNotAllowed(_("One of them is private and the other is not: they stay apart."))
    brought = list(source.merged.values_list("pk", flat=True))
    source.merged.update(merged_into=target)
    source.merged_into = target
    _save(source, target, verb=Verb.MERGED, by=by, data={"merged": source.pk, "into": target.pk, "brought": brought})
    return target


@transaction.atomic
def unmerge(service_request: ServiceRequest, *, by: User) -> ServiceRequest:
    """Takes a merged request out again, with what it had brought along; it is returned, as it was."""
    # Both, in the order of their numbers as everybody locks them, so that nobody waits for each other.
    into = ServiceRequest.objects.values_list("merged_into", flat=True).get(pk=service_request.pk)
    both = ServiceRequest.objects.filter(pk__in={service_request.pk, into or service_request.pk}).order_by("pk")
    locked = {one.pk: one for one in both.select_for_update(of=("self",))}
    source = locked[service_request.pk]
    target = locked.get(source.merged_into_id or 0)
    if target is None:
        raise MoveNotAllowed(_("It is not merged into another request."))
    merged = source.events.filter(verb=Verb.MERGED, data__merged=source.pk).latest("id")
    ServiceRequest.objects.filter(pk__in=merged.data["brought"], merged_into=target).update(merged_into=source)
    source.merged_into = None
    _save(source, target, verb=Verb.UNMERGED, by=by, data={"merged": source.pk, "into": target.pk})
    return source


def _lock(service_request: ServiceRequest, *, version: int | None) -> ServiceRequest:
    return lock(service_request, verb="merge", version=version)


def _save(source: ServiceRequest, target: ServiceRequest, *, verb: Verb, by: User, data: dict[str, object]) -> None:
    now = timezone.now()
    for one in (source, target):
        touch(one, at=now, told=False)
        one.save(update_fields=["merged_into", "version", "changed_at"])
    Event.objects.bulk_create(
        Event(service_request=one, verb=verb, at=now, by=by, data=data) for one in (source, target)
    )
