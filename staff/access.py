"""At the staff's doors: who comes in. The rules themselves are in `requests_app.roles`."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_cache_control, patch_vary_headers

from requests_app import workflow
from requests_app.models import Event, ServiceRequest
from requests_app.roles import is_administrator, is_dispatcher, is_mayor, is_staff_member, may_see, may_use, may_work

View = Callable[..., HttpResponseBase]


def person(request: HttpRequest) -> User:
    """Whoever is signed in; the login-required middleware lets nobody else this far."""
    return cast(User, request.user)


def desk(view: View) -> View:
    """Anybody with a place in the town hall; others read, kindly, that they have none yet."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_staff_member(person(request)):
            return render(request, "staff/no_place.html", status=403)
        return _fresh(view(request, *args, **kwargs))

    return guarded


def dispatcher(view: View) -> View:
    """Those who may work every queue."""
    return _only(view, is_dispatcher)


def mayor(view: View) -> View:
    """Those who see how the town is doing: mayor and dispatchers."""
    return _only(view, is_mayor)


def administrator(view: View) -> View:
    """Those who hold the keys of the town's accounts."""
    return _only(view, is_administrator)


def seen_request(user: User, number: int) -> ServiceRequest:
    """The request of that number with all its page shows of it; 404 when there is none that the user may see."""
    rows = ServiceRequest.objects.select_related("opening_post__author", "queue", "service", "assignee", "merged_into")
    service_request = get_object_or_404(rows, pk=number)
    if not may_see(user, service_request):
        # As if it did not exist: even its number tells something.
        raise Http404
    return service_request


def verbs_for(user: User, service_request: ServiceRequest) -> list[str]:
    """The verbs a page offers this person: allowed by the request's state and by their role."""
    return [verb for verb in workflow.moves_from(service_request) if may_use(user, verb, service_request)]


def require_work(user: User, service_request: ServiceRequest) -> None:
    """Raises PermissionDenied unless the request is among those the user works."""
    if not may_work(user, service_request):
        raise PermissionDenied


def require_own_act(user: User, act: Event) -> None:
    """Raises PermissionDenied unless the user did it, or answers for the whole desk."""
    if act.by_id != user.pk and not is_dispatcher(user):
        raise PermissionDenied


def require_verb(user: User, verb: str, service_request: ServiceRequest) -> None:
    """Raises PermissionDenied when the role does not allow the verb here; the state is the verb's own matter."""
    if not may_use(user, verb, service_request):
        raise PermissionDenied


def _only(view: View, allowed: Callable[[User], bool]) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_staff_member(person(request)):
            return render(request, "staff/no_place.html", status=403)
        if not allowed(person(request)):
            raise PermissionDenied
        return _fresh(view(request, *args, **kwargs))

    return guarded


def _fresh(response: HttpResponseBase) -> HttpResponseBase:
    """Nobody's cache keeps it, and a fragment never stands in for its page."""
    patch_cache_control(response, private=True, no_cache=True)
    patch_vary_headers(response, ["HX-Request"])
    return response
