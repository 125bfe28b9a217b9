"""What a person decides about a message: take it back, send it again, give it up."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from requests_app import tasks, workflow
from requests_app.models import Event, Reply
from staff import access, panes


@require_POST
@access.desk
def undo(request: HttpRequest, event: int) -> HttpResponse:
    """Takes one's own act back, with its message, while both are still here; dispatchers may take back anybody's."""
    user = access.person(request)
    act = get_object_or_404(Event, pk=event)
    service_request = access.seen_request(user, act.service_request_id)
    access.require_own_act(user, act)
    try:
        workflow.undo(act, by=user)
    except workflow.Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Taken back. Nothing was said in public."))
    return redirect(reverse("desk_request", args=[service_request.pk]) + panes.carried(request))


@require_POST
@access.desk
def send_again(request: HttpRequest, reply: int) -> HttpResponse:
    """Tries a stuck message once more, as it is."""
    done = _decide(request, reply, workflow.send_again, told=_("It is being sent again."))
    tasks.nudge(tasks.publish)
    return done


@require_POST
@access.desk
def give_up(request: HttpRequest, reply: int) -> HttpResponse:
    """Leaves a stuck message unsent."""
    return _decide(request, reply, workflow.give_up, told=_("It will not be sent."))


def _decide(request: HttpRequest, number: int, verb: Callable[..., None], *, told: str) -> HttpResponse:
    user = access.person(request)
    reply = get_object_or_404(Reply.objects.select_related("service_request"), pk=number)
    service_request = access.seen_request(user, reply.service_request_id)
    access.require_work(user, service_request)
    try:
        verb(reply, by=user)
    except workflow.Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, told)
    return redirect(reverse("desk_request", args=[service_request.pk]) + panes.carried(request))
