"""The policy: what the town lets Plaza do by itself, chosen by an administrator."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from requests_app.models import Policy
from requests_app.triage.alike import JOINS_FROM
from staff import access
from staff.sorting.policy import PolicyForm, changed_lately, keep

PAGE = {"section": "settings", "part": "sorting", "sees_dashboard": True}


@require_http_methods(["GET", "HEAD", "POST"])
@access.administrator
def policy(request: HttpRequest) -> HttpResponse:
    form = PolicyForm(request.POST or None, policy=Policy.objects.of_the_town())
    if form.is_valid():
        if keep(form, by=access.person(request)):
            messages.success(request, _("Kept: it holds from now on."))
        else:
            messages.info(request, _("Nothing was changed."))
        return redirect("policy")
    context = {**PAGE, "form": form, "lately": changed_lately(), "joins": JOINS_FROM is not None}
    return render(request, "staff/sorting/policy.html", context, status=422 if form.is_bound else 200)
