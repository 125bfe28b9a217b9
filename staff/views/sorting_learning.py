"""What triage learned from the town: looked at, asked for, taken back, and whose posts it may learn from."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from requests_app import tasks
from requests_app.models import Classifier, Network
from requests_app.models.classifier import NEVER_UNASKED
from requests_app.triage.learned import nights
from staff import access
from staff.sorting.learning import read_learning

PAGE = {"section": "settings", "part": "sorting", "sees_dashboard": True}


@require_safe
@access.administrator
def learning(request: HttpRequest) -> HttpResponse:
    context = {**PAGE, "learning": read_learning(now=timezone.now())}
    return render(request, "staff/sorting/learning.html", context)


@require_POST
@access.administrator
def learn_now(request: HttpRequest) -> HttpResponse:
    nights.ask(by=access.person(request))
    tasks.nudge(tasks.learn)
    messages.success(request, _("It will learn within a minute. Look here again then."))
    return redirect("learning")


@require_POST
@access.administrator
def learning_use(request: HttpRequest, classifier: int) -> HttpResponse:
    """Back to an earlier one, or on to one that was not better."""
    row = get_object_or_404(Classifier.objects.defer("weights"), pk=classifier)
    if nights.use(row, by=access.person(request)):
        messages.success(request, _("It sorts what is written from now on."))
    else:
        messages.error(request, _("That one cannot be used any more."))
    return redirect("learning")


@require_POST
@access.administrator
def learning_own(request: HttpRequest) -> HttpResponse:
    nights.use(None, by=access.person(request))
    messages.success(request, _("Plaza's own sorts what is written from now on."))
    return redirect("learning")


@require_POST
@access.administrator
def learning_source(request: HttpRequest, network: str) -> HttpResponse:
    """Switched on, after its terms were read where they forbid it, or off."""
    if network not in Network.values:
        raise Http404
    is_used, by = "off" not in request.POST, access.person(request)
    words = {"network": Network(network).label}
    if is_used and network in NEVER_UNASKED and "terms_read" not in request.POST:
        messages.error(request, _("Not switched on: tick that your contract allows it."))
    elif nights.choose_source(network, is_used=is_used, by=by):
        messages.warning(
            request, _("Off. What was in use had learned from %(network)s: Plaza's own sorts from now on.") % words
        )
    elif is_used:
        messages.success(request, _("On: from the next time it learns from %(network)s too.") % words)
    else:
        messages.success(request, _("Off: it learns nothing from %(network)s any more.") % words)
    return redirect("learning")
