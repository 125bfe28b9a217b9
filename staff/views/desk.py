"""The desk: queues and lists, what just arrived, search."""

import re

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe
from django_htmx.http import trigger_client_event

from requests_app.models import Queue
from requests_app.roles import seen_by
from staff import access
from staff.desk import lists, panes
from staff.desk.lists import DeskList
from staff.desk.pulse import fingerprint


@require_safe
@access.desk
def desk(request: HttpRequest) -> HttpResponse:
    """Where a day begins: the list that is most a person's own."""
    user = access.person(request)
    return _show(request, lists.watched(lists.first_list(user), user=user))


@require_safe
@access.desk
def desk_queue(request: HttpRequest, code: str) -> HttpResponse:
    """A team's list; or a watch of that name, when no team has it."""
    user = access.person(request)
    queue = Queue.objects.filter(code=code).first()
    if queue is None and code in lists.WATCHES:
        return _show(request, lists.watched(code, user=user))
    if queue is None:
        raise Http404
    return _show(request, lists.of_queue(queue, user=user))


@require_safe
@access.desk
def desk_watch(request: HttpRequest, code: str) -> HttpResponse:
    """A list across teams."""
    if code not in lists.WATCHES:
        raise Http404
    return _show(request, lists.watched(code, user=access.person(request)))


@require_safe
@access.desk
def desk_search(request: HttpRequest) -> HttpResponse:
    """By number, whatever else is chosen; or by words in any post."""
    user, words = access.person(request), request.GET.get("q", "").strip()[:200]
    number = re.fullmatch(r"(?:n[oº]?\.?\s*º?\s*|#)?(\d{1,9})", words, re.IGNORECASE)
    if number and seen_by(user).filter(pk=number[1]).exists():
        return redirect("desk_request", number=number[1])
    if not words:
        return redirect("desk")
    return _show(request, lists.found(words, user=user))


@require_safe
@login_not_required
def desk_poll(request: HttpRequest) -> HttpResponse:
    """204 while nothing changed. Tells only that something did, so it reads the session (a cache) and not the user."""
    if SESSION_KEY not in request.session:
        return HttpResponseForbidden()
    now = fingerprint()
    if request.GET.get("seen") == now:
        return HttpResponse(status=204)
    return trigger_client_event(render(request, "staff/desk/pulse.html", {"pulse": now}), "desk-changed")


def _show(request: HttpRequest, shown: DeskList) -> HttpResponse:
    pane = panes.list_pane(request, shown)
    template = "staff/desk/live.html" if request.htmx else "staff/desk/desk.html"  # type: ignore[attr-defined]
    return render(request, template, pane)
