"""Who may read it: kept from the public, or shown again, by whoever works on it."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from requests_app import workflow
from requests_app.models import Post
from requests_app.roles import is_dispatcher
from staff import access


@require_POST
@access.desk
def lift(request: HttpRequest, post: int) -> HttpResponse:
    """A folded or hidden post is shown again."""
    return _on_post(request, post, act=workflow.lift, done=_("Its words are shown again."))


@require_POST
@access.desk
def withhold(request: HttpRequest, post: int) -> HttpResponse:
    """A post is folded as an insult, or hidden as nobody else's business."""
    if request.POST.get("why") == "private":
        return _on_post(request, post, act=workflow.hide, done=_("Residents do not see that message any more."))
    return _on_post(request, post, act=workflow.fold, done=_("It is folded, and residents do not see it any more."))


@require_POST
@access.desk
def disclose(request: HttpRequest, number: int) -> HttpResponse:
    """A private request becomes everybody's to read."""
    user = access.person(request)
    service_request = access.seen_request(user, number)
    access.require_work(user, service_request)
    try:
        workflow.disclose(service_request, by=user, version=_version(request))
    except workflow.Refusal as refusal:
        messages.info(request, str(refusal))
    else:
        messages.success(request, _("It stands on the square now."))
    return _back(request, number)


@require_POST
@access.desk
def conceal(request: HttpRequest, number: int) -> HttpResponse:
    """What everybody could read becomes private, for the reason chosen."""
    user = access.person(request)
    service_request = access.seen_request(user, number)
    access.require_work(user, service_request)
    why = [request.POST["why"]] if request.POST.get("why") else []
    try:
        workflow.conceal(service_request, by=user, why=why)
    except workflow.Refusal as refusal:
        messages.info(request, str(refusal))
    else:
        messages.success(request, _("It is private now. What stands on a network stands there still."))
    return _back(request, number)


def _on_post(request: HttpRequest, number: int, *, act: Callable[..., None], done: str) -> HttpResponseRedirect:
    """Back to the page on which it was pressed."""
    user = access.person(request)
    found = get_object_or_404(Post.objects.visible().filter(written_by=None, triaged_at__isnull=False), pk=number)
    if found.service_request_id is None:
        if not is_dispatcher(user):
            raise PermissionDenied
        back = redirect("desk_chatter")
    else:
        own = access.seen_request(user, found.service_request_id)
        access.require_work(user, own)
        back = _back(request, own.merged_into_id or own.pk)
    try:
        act(found, by=user)
    except workflow.Refusal as refusal:
        messages.info(request, str(refusal))
    else:
        messages.success(request, done)
    return back


def _version(request: HttpRequest) -> int | None:
    version = request.POST.get("version", "")
    return int(version) if version.isdecimal() else None


def _back(request: HttpRequest, number: int) -> HttpResponseRedirect:
    return redirect("street_request" if "street" in request.POST else "desk_request", number=number)
