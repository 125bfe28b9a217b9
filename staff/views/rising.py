"""An early warning's own list, and "I know"."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from requests_app import rising
from requests_app.plan import MapPoint
from requests_app.roles import seen_by
from staff import access
from staff.desk import bulk, panes
from staff.desk.lists import DeskList
from staff.rising import Warning, warning_of, warnings


@require_safe
@access.desk
def desk_rising(request: HttpRequest, number: int) -> HttpResponse:
    """Exactly the requests of the warning that this one is part of."""
    user = access.person(request)
    warning = warning_of(number, warnings(user))
    if warning is None:
        messages.info(request, _("It has calmed down: nobody writes about it any more, or it is done."))
        return redirect("desk")
    requests = seen_by(user).filter(pk__in=warning.cluster.requests)
    shown = DeskList(code="rising", title=warning.title, url=warning.url, requests=requests, by_due=False)
    pane = panes.list_pane(request, shown)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "staff/desk/live.html", pane | {"opened_warning": warning})
    rows = list(warning.requests.values())
    context = {
        "opened_warning": warning,
        "points": _points(warning),
        "answers": bulk.answers(),
        "may_join": sum("merge" in access.verbs_for(user, one) for one in rows) > 1,
    }
    return render(request, "staff/desk/rising_page.html", pane | context)


@require_POST
@access.dispatcher
def know_rising(request: HttpRequest, number: int) -> HttpResponse:
    """Not told at the desk again until it has grown by half."""
    user = access.person(request)
    warning = warning_of(number, warnings(user))
    if warning is not None:
        rising.know(warning.cluster, by=user)
        messages.success(request, _("Noted: you know. It is told again when half as many people more have written."))
    return redirect(panes.way_back(request))


@require_safe
@access.mayor
def dashboard_rising(request: HttpRequest) -> HttpResponse:
    """The mayor's band alone, which an open window asks for."""
    return render(request, "staff/dashboard/rising.html", {"warnings": warnings(access.person(request))})


def _points(warning: Warning) -> list[MapPoint]:
    placed = [one for one in warning.requests.values() if one.point]
    return [
        MapPoint(
            one.point[0], one.point[1], title=f"{one.number} · {one.address}", tone="hot", url=f"#row-{one.number}"
        )
        for one in placed
        if one.point
    ]
