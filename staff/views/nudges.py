"""The mayor asks how a late request stands, in one tap, and may take the question back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from requests_app import workflow
from requests_app.models import Event, Verb
from staff import access
from staff.window.needs import needs, owner


@require_POST
@access.mayor
def nudge(request: HttpRequest, number: int) -> HttpResponse:
    """Once, whoever taps twice."""
    user = access.person(request)
    service_request = access.seen_request(user, number)
    try:
        workflow.nudge(service_request, by=user)
    except workflow.Refusal as refusal:
        return _back(request, str(refusal), number=number)
    return _back(request, _("%(name)s will see that you asked.") % {"name": owner(service_request)}, number=number)


@require_POST
@access.mayor
def undo_nudge(request: HttpRequest, event: int) -> HttpResponse:
    """As if nobody had asked, while the moment to undo lasts."""
    user = access.person(request)
    act = get_object_or_404(Event, pk=event, verb=Verb.NUDGED)
    access.require_own_act(user, act)
    try:
        workflow.undo(act, by=user)
    except workflow.Refusal as refusal:
        return _back(request, str(refusal), number=act.service_request_id)
    return _back(request, _("Taken back."), number=act.service_request_id)


def _back(request: HttpRequest, said: str, *, number: int) -> HttpResponse:
    """The card as it is now for a script; else the whole page, at the same line."""
    if request.htmx:  # type: ignore[attr-defined]
        shown = {
            "needs": needs(by=access.person(request), now=timezone.now()),
            "said": said,
            "period": _period(request),
        }
        return render(request, "staff/dashboard/needs.html", shown)
    messages.info(request, said)
    return redirect(f"{reverse('dashboard')}{_period(request)}#need-{number}")


def _period(request: HttpRequest) -> str:
    """Which period was being looked at, as the card's forms carry it."""
    query = request.GET.urlencode()
    return f"?{query}" if query else ""
