"""The bar below a list: one act on all that is ticked, and the whole of it taken back."""

from datetime import timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from requests_app import rising, workflow
from staff import access
from staff.desk import bulk, panes


@require_POST
@access.desk
def desk_bulk(request: HttpRequest) -> HttpResponse:
    """Does it, and goes back to the list, which tells what came of it; what would be billed is told first."""
    user, choice = access.person(request), request.POST.get("act", "")
    numbers = [int(value) for value in request.POST.getlist("pick") if value.isdecimal() and len(value) < 10]
    cost = bulk.cost(choice, numbers, by=user)
    if cost.price and request.POST.get("priced") != cost.priced:
        return redirect(_asked_first(request, choice, numbers))
    try:
        outcome = bulk.act(choice, numbers, by=user)
    except workflow.Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        rising.forget()
        request.session[panes.KEPT_OUTCOME] = outcome.as_data() | {"until": _until()}
    return redirect(panes.way_back(request))


@require_POST
@access.desk
def desk_bulk_undo(request: HttpRequest) -> HttpResponse:
    """Takes back what of it still can be."""
    request.session.pop(panes.KEPT_OUTCOME, None)
    events = [int(value) for value in request.POST.getlist("event") if value.isdecimal() and len(value) < 19]
    rising.forget()
    outcome = bulk.undo(events, by=access.person(request))
    if outcome.done:
        count = len(outcome.done)
        told = ngettext("%(count)s act was taken back.", "%(count)s acts were taken back.", count)
        messages.success(request, told % {"count": count})
    for number, reason in outcome.refused:
        messages.error(request, _("No. %(number)s: %(reason)s") % {"number": number, "reason": reason})
    return redirect(panes.way_back(request))


def _asked_first(request: HttpRequest, choice: str, numbers: list[int]) -> str:
    """The list with the same ticks and the same choice, where the price stands beside the button."""
    back = panes.way_back(request)
    return f"{back}{'&' if '?' in back else '?'}{urlencode({'act': choice, 'pick': numbers}, doseq=True)}"


def _until() -> str:
    """When the last of it cannot be taken back any more."""
    return (timezone.now() + timedelta(seconds=settings.UNDO_SECONDS)).isoformat()
