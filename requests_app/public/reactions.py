"""One tap on a request's page: I have this too, thank you; and with the next one it is taken back."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from requests_app.models import Reaction, ReactionKind, ServiceRequest
from requests_app.public.limits import may
from requests_app.public.visitors import remember, visitor_of


@dataclass(frozen=True, slots=True)
class Taps:
    """What a page shows of one kind: how often, whether this browser did, and whether it may."""

    kind: str
    count: int
    mine: bool
    offered: bool


def taps(row: ServiceRequest, *, request: HttpRequest, is_own: bool = False) -> dict[str, Taps]:
    """By kind; one query. `is_own`: shown to whoever told of it, who counts already."""
    mine = visitor_of(request)
    found = list(Reaction.objects.filter(service_request=row).values_list("kind", "visitor"))
    return {
        kind: Taps(
            kind=kind,
            count=sum(one == kind for one, _visitor in found),
            mine=bool(mine) and (kind, mine) in found,
            offered=is_offered(row, kind) and not (is_own and kind == ReactionKind.ME_TOO),
        )
        for kind in ReactionKind.values
    }


def is_offered(row: ServiceRequest, kind: str) -> bool:
    """Having it too is for what is open; thanks are for what somebody answered or did."""
    if kind == ReactionKind.ME_TOO:
        return row.is_open
    return row.answered_at is not None or row.resolved_at is not None


def public_row(number: int) -> ServiceRequest:
    """The request itself, or the one that it was merged into. Http404 for what is not public."""
    found = ServiceRequest.objects.select_related("opening_post", "merged_into__opening_post")
    row = found.filter(pk=number).first()
    leads = (row.merged_into or row) if row else None
    if row is None or leads is None or row.is_private or leads.is_private:
        raise Http404
    return leads


@login_not_required
@require_POST
def me_too(request: HttpRequest, number: int) -> HttpResponse:
    return _tap(request, public_row(number), kind=ReactionKind.ME_TOO)


@login_not_required
@require_POST
def thank(request: HttpRequest, number: int) -> HttpResponse:
    return _tap(request, public_row(number), kind=ReactionKind.THANKS)


def _tap(request: HttpRequest, row: ServiceRequest, *, kind: str) -> HttpResponse:
    """The form says what is wanted, so that a double click is one tap."""
    response = redirect("request", number=row.pk)
    response.headers["Location"] += "#taps"
    if not may(request, "taps"):
        messages.error(request, _("Many taps came from your connection just now. Please wait ten minutes."))
        return response
    visitor = remember(request, response)
    if request.POST.get("take_back"):
        Reaction.objects.filter(service_request=row, kind=kind, visitor=visitor).delete()
    elif is_offered(row, kind):
        with transaction.atomic():
            Reaction.objects.bulk_create(
                [Reaction(service_request=row, kind=kind, visitor=visitor, at=timezone.now())], ignore_conflicts=True
            )
    return response
