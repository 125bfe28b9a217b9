"""Lists that somebody keeps under a name."""

from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from staff import access
from staff.desk import lists
from staff.desk.filters import filters_of
from staff.models import SavedQueue

NAME_MAX, MOST = 60, 20


@require_POST
@access.desk
def save_list(request: HttpRequest) -> HttpResponse:
    """Keeps a list with its filters; a name that is taken means the new one from now on."""
    user, name = access.person(request), request.POST.get("name", "").strip()[:NAME_MAX]
    asked = dict(parse_qsl(request.POST.get("query", "")[:500]))
    shown = lists.chosen(asked.get("in", ""), user=user)
    if shown is None:
        return redirect("desk")
    shown = shown.narrowed(filters_of(asked), user=user)
    if not name:
        messages.error(request, _("Give the list a name."))
    elif SavedQueue.objects.filter(user=user).exclude(name=name).count() >= MOST:
        messages.error(request, _("You keep %(most)s lists already: remove one first.") % {"most": MOST})
    else:
        query = urlencode({"in": shown.key, **(shown.filters.values if shown.filters else {})})
        SavedQueue.objects.update_or_create(user=user, name=name, defaults={"query": query})
        messages.success(request, _("Kept as “%(name)s”.") % {"name": name})
    return redirect(shown.address)


@require_POST
@access.desk
def forget_list(request: HttpRequest) -> HttpResponse:
    """Removes one of one's own; the requests in it stay where they are."""
    user, name = access.person(request), request.POST.get("name", "")
    if SavedQueue.objects.filter(user=user, name=name).delete()[0]:
        messages.success(request, _("“%(name)s” is removed from your lists.") % {"name": name})
    return redirect("desk")
