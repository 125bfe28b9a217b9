"""Who may do what: members work their queues, dispatchers every queue, the mayor reads it all, administrators set it up."""

from django.contrib.auth.models import AnonymousUser, User

from requests_app.models import ServiceRequest

DISPATCHER = "dispatcher"
MAYOR = "mayor"


def groups_of(user: User | AnonymousUser) -> set[str]:
    """Names of the user's groups, read once for a user object."""
    if not hasattr(user, "_group_names"):
        user._group_names = set(user.groups.values_list("name", flat=True))  # type: ignore[union-attr]
    names: set[str] = user._group_names  # type: ignore[union-attr]
    return names


def is_dispatcher(user: User | AnonymousUser) -> bool:
    """Works every queue."""
    return bool(user.is_superuser) or DISPATCHER in groups_of(user)


def is_mayor(user: User | AnonymousUser) -> bool:
    """Sees how the town is doing; dispatchers do too."""
    return is_dispatcher(user) or MAYOR in groups_of(user)


def is_staff_member(user: User | AnonymousUser) -> bool:
    """Anybody with a place in the town hall: a queue, a role, or the keys."""
    return is_mayor(user) or (user.is_authenticated and user.queues.exists())


def may_work(user: User, service_request: ServiceRequest) -> bool:
    """Whether the verbs are theirs to use: their queue's, their own, or any for a dispatcher or the mayor."""
    mine = service_request.assignee_id == user.pk
    return mine or is_mayor(user) or user.queues.filter(pk=service_request.queue_id).exists()
