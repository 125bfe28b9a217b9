"""What a person decides about a message: take it back, send it again, say it in other words, give it up."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from requests_app import tasks, workflow
from requests_app.models import Event, Reply
from staff import access, drafts
from staff.case.speech_forms import TEXT_MAX
from staff.case.story import read_story
from staff.desk import panes
from staff.views.service_requests import SENT, page


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
        sent = request.session.pop(SENT, {})
        drafts.bring_back(act, by=user, sent=sent["fields"] if sent.get("event") == act.pk else None)
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


@require_http_methods(["GET", "HEAD", "POST"])
@access.desk
def edit_and_resend(request: HttpRequest, reply: int) -> HttpResponse:
    """The request's page with the message to be said in other words, and the words themselves when they come."""
    user = access.person(request)
    said = _worked_on(request, reply)
    service_request = access.seen_request(user, said.service_request_id)
    story = read_story(service_request, by=user)
    editing = story.stuck(said.pk)
    if editing is None:
        messages.error(request, _("Somebody dealt with this message already."))
        return _back(request, said)
    if request.method != "POST":
        return page(request, service_request, story=story, editing=editing)
    text = request.POST.get("text", "")[:TEXT_MAX]
    try:
        workflow.edit_and_resend(said, text=text, by=user, accepts_link_price="accepts_link_price" in request.POST)
    except workflow.Refusal as refusal:
        return page(request, service_request, story=story, editing=editing, edited_text=text, refusal=refusal)
    tasks.nudge(tasks.publish)
    messages.success(request, _("It is being sent in other words."))
    return _back(request, said)


def _decide(request: HttpRequest, number: int, verb: Callable[..., None], *, told: str) -> HttpResponse:
    reply = _worked_on(request, number)
    try:
        verb(reply, by=access.person(request))
    except workflow.Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, told)
    return _back(request, reply)


def _worked_on(request: HttpRequest, number: int) -> Reply:
    """A message of a request that is the user's to work."""
    user = access.person(request)
    reply = get_object_or_404(Reply.objects.select_related("service_request"), pk=number)
    access.require_work(user, access.seen_request(user, reply.service_request_id))
    return reply


def _back(request: HttpRequest, reply: Reply) -> HttpResponse:
    return redirect(reverse("desk_request", args=[reply.service_request_id]) + panes.carried(request))
