"""What an open request's page tells while somebody is at it: what is typed, and that they are here."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from requests_app import wording
from requests_app.models import ServiceRequest
from staff import access, drafts, presence
from staff.case.story import read_composer
from staff.desk import panes
from staff.models import Draft


@require_POST
@access.desk
def draft(request: HttpRequest, number: int, form: str) -> HttpResponse:
    """Keeps what a form holds, or discards it; tells what would leave, and of a newer draft from another window."""
    user = access.person(request)
    service_request = _worked_on(request, number)
    if form not in drafts.LEAVE:
        raise Http404
    if "discard" in request.POST:
        drafts.drop(service_request, form, by=user)
        presence.look(service_request, by=user, has_unsent_text=False)
        # A page with script stays where it is; its `fetch` follows no redirect.
        return redirect(reverse("desk_request", args=[number]) + panes.carried(request))
    fields = drafts.fields_of(request.POST.dict())
    seen = request.POST.get("seen", "")
    result = drafts.keep(
        service_request, form, fields, by=user, over=request.POST.get("over", ""),
        seen=int(seen) if seen.isdecimal() else 0,
    )  # fmt: skip
    presence.look(service_request, by=user, has_unsent_text=result.draft is not None)
    told = _told(result.draft)
    if not result.is_ours:
        return JsonResponse({**told, "lost": True, "fields": result.draft.fields if result.draft else {}})
    return JsonResponse({**told, "lost": False, "outgoing": _outgoing(request, service_request, form)})


@require_POST
@access.desk
def here(request: HttpRequest, number: int) -> HttpResponse:
    """Somebody has the page open, or leaves it; who else is here, and how one's own drafts stand by now."""
    user = access.person(request)
    service_request = access.seen_request(user, number)
    if "leaving" in request.POST:
        presence.leave(service_request, by=user)
        return HttpResponse(status=204)
    presence.look(service_request, by=user, has_unsent_text=request.POST.get("unsent") == "1")
    others = presence.looking([number], besides=user).get(number, [])
    kept = drafts.kept(service_request, by=user)
    return JsonResponse(
        {
            "here": render_to_string("staff/requests/here.html", {"others_here": others}),
            "drafts": {form: {**_told(one), "fields": one.fields} for form, one in kept.items()},
        }
    )


def _worked_on(request: HttpRequest, number: int) -> ServiceRequest:
    user = access.person(request)
    service_request = access.seen_request(user, number)
    access.require_work(user, service_request)
    return service_request


def _told(draft: Draft | None) -> dict[str, Any]:
    if draft is None:
        return {"saved": "", "clock": ""}
    return {"saved": drafts.stamp(draft.saved_at), "clock": wording.clock(draft.saved_at, now=timezone.now())}


def _outgoing(request: HttpRequest, service_request: ServiceRequest, form: str) -> str:
    """The messages as they would leave now, for the page that asked for them."""
    if form == "note" or "outgoing" not in request.POST:
        return ""
    composer = read_composer(service_request, by=access.person(request))
    messages = composer.outgoing(request.POST.dict(), photos=int("photo_chosen" in request.POST))
    return render_to_string("staff/requests/outgoing.html", {"messages": messages, "id": form}, request=request)
