"""Who may do what: members work their queues, dispatchers every queue, the mayor reads it all, administrators set it up."""

from django.contrib.auth.models import AnonymousUser, User

from requests_app.models import ServiceRequest
from requests_app.models.service_request_queries import ServiceRequestQuerySet

DISPATCHER = "dispatcher"
MAYOR = "mayor"
MAYORS_VERBS = frozenset({"answer", "transfer", "note"})


def groups_of(user: User | AnonymousUser) -> set[str]:
    """Names of the user's groups, read once for a user object."""
    if not hasattr(user, "_group_names"):
        user._group_names = set(user.groups.values_list("name", flat=True))  # type: ignore[union-attr]
    names: set[str] = user._group_names  # type: ignore[union-attr]
    return names


def is_administrator(user: User | AnonymousUser) -> bool:
    """Holds the keys: links accounts, and says what may leave without a person."""
    return bool(user.is_active and user.is_superuser)


def is_dispatcher(user: User | AnonymousUser) -> bool:
    """Works every queue."""
    return bool(user.is_superuser) or DISPATCHER in groups_of(user)


def is_mayor(user: User | AnonymousUser) -> bool:
    """Sees how the town is doing; dispatchers do too."""
    return is_dispatcher(user) or MAYOR in groups_of(user)


def is_staff_member(user: User | AnonymousUser) -> bool:
    """Anybody with a place in the town hall: a queue, a role, or the keys."""
    return is_mayor(user) or bool(queues_of(user))


def queues_of(user: User | AnonymousUser) -> set[int]:
    """Ids of the queues the user works, read once for a user object."""
    if not hasattr(user, "_queue_ids"):
        user._queue_ids = set(user.queues.values_list("pk", flat=True)) if user.is_authenticated else set()  # type: ignore[union-attr]
    ids: set[int] = user._queue_ids  # type: ignore[union-attr]
    return ids


def may_work(user: User, service_request: ServiceRequest) -> bool:
    """Whether the verbs are theirs to use: their queue's, their own, or any for a dispatcher or the mayor."""
    # Nobody signed in has no key, and a request of nobody's has none either: that is no match.
    mine = service_request.assignee_id is not None and service_request.assignee_id == user.pk
    return mine or is_mayor(user) or service_request.queue_id in queues_of(user)


def may_see(user: User, service_request: ServiceRequest) -> bool:
    """Whatever is public, and the private cases of those who may work them. See also: `seen_by`."""
    return not service_request.is_private or may_work(user, service_request)


def seen_by(user: User) -> ServiceRequestQuerySet:
    """Every standing request the user may see. See also: `may_see`."""
    standing = ServiceRequest.objects.standing()
    return standing if is_mayor(user) else standing.public_or_worked_by(user, queues=queues_of(user))


def worked_by(user: User) -> ServiceRequestQuerySet:
    """The standing requests whose lists are the user's: their queues', or every one for a dispatcher or the mayor."""
    standing = ServiceRequest.objects.standing()
    return standing if is_mayor(user) else standing.of_queues(queues_of(user))


def may_use(user: User, verb: str, service_request: ServiceRequest) -> bool:
    """Whether that verb is theirs to use here: the mayor speaks and passes on, and leaves the work to the teams."""
    if not may_work(user, service_request):
        return False
    only_mayor = not is_dispatcher(user) and service_request.queue_id not in queues_of(user)
    return verb in MAYORS_VERBS or not only_mayor or service_request.assignee_id == user.pk
