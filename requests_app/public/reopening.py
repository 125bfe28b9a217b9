"""Not fixed? For two weeks after it was closed one tap opens it again, with a line that everybody reads."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from requests_app import workflow
from requests_app.masking import mask
from requests_app.models import DeclineReason, Event, ServiceRequest, Status, Verb
from requests_app.public.limits import DAY, is_within, may
from requests_app.public.reactions import public_row
from requests_app.triage.confidential import secret
from requests_app.triage.offensive import offence
from requests_app.triage.words import look

WITHIN = timedelta(days=14)
# By whomever: what is opened again and again needs people who speak to each other.
MOST_A_DAY = 3
TEXT_MAX = 500
# "We looked and found nothing" can be wrong; what the rules do not allow stays so however often somebody taps.
OF_FACT = (DeclineReason.NOT_FOUND, DeclineReason.NOTHING_TO_DO)


def closed_at(row: ServiceRequest) -> datetime | None:
    """When it was closed in a way that residents can contradict; None where there is nothing to contradict."""
    if row.status == Status.RESOLVED:
        return row.resolved_at
    if row.status == Status.DECLINED and row.decline_reason in OF_FACT:
        declined = Event.objects.filter(service_request=row, verb=Verb.DECLINED, undone_by=None).order_by("-id")
        return declined.values_list("at", flat=True).first()
    return None


def may_reopen(row: ServiceRequest, *, closed: datetime | None) -> bool:
    return closed is not None and timezone.now() - closed < WITHIN


def stamp(closed: datetime | None) -> str:
    """Names one closing, so that a page left open does not undo the next one."""
    return str(int(closed.timestamp())) if closed else ""


@login_not_required
@require_POST
def not_fixed(request: HttpRequest, number: int) -> HttpResponse:
    """Opens it again, or says why not; either way the page tells how things stand."""
    row = public_row(number)
    response = redirect("request", number=row.pk)
    text = mask(request.POST.get("text", "").replace("\0", "").strip()[:TEXT_MAX])
    if not (may(request, "not-fixed") and is_within(f"reopened:{row.pk}", most=MOST_A_DAY, seconds=DAY)):
        messages.error(request, _("This was said several times just now. Please write to us, with the number."))
    elif offence(look(text)):
        messages.error(request, _("Please say it without insults or threats: everybody reads it."))
    elif secret(look(text)):
        messages.error(request, _("That is not for everybody to read: please write to us, with the number."))
    elif _reopen(row, closing=request.POST.get("closing", ""), text=text):
        messages.success(request, _("It is open again, and the people who had it see what you said."))
    else:
        messages.info(request, _("It was not opened: something changed since you looked. This is how it stands now."))
    return response


@transaction.atomic
def _reopen(row: ServiceRequest, *, closing: str, text: str) -> bool:
    fresh = ServiceRequest.objects.select_for_update().get(pk=row.pk)
    closed = closed_at(fresh)
    if fresh.is_private or not may_reopen(fresh, closed=closed) or closing != stamp(closed):
        return False
    try:
        workflow.reopen(fresh, by=None, text=text)
    except workflow.Refusal:
        return False
    return True
