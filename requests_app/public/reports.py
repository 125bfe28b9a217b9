"""Writing to the town hall without an account: a number and a private link in return."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_safe

from requests_app import inbox, triage
from requests_app.models import Kind, Network, Post
from requests_app.public.forms import ReportForm
from requests_app.public.limits import is_too_large, may_report


@login_not_required
@never_cache
@gzip_page
@require_http_methods(["GET", "HEAD", "POST"])
@csrf_exempt  # The check reads the body, and the size comes first; `_report` is protected.
def report(request: HttpRequest) -> HttpResponse:
    """The form, and what was written in it."""
    if is_too_large(request):
        return render(request, "public/too_large.html", status=413)
    return _report(request)


@login_not_required
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """For words that ask for nothing: they are read, and there is nothing to follow."""
    return render(request, "public/thanks.html", {"section": "report", "of_thanks": "said" in request.GET})


@csrf_protect
def _report(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _form(request, ReportForm())
    if not may_report(request):
        # Before the photos are read: that is what a flood would cost us.
        return _form(request, ReportForm(initial=request.POST.dict()), status=429, flooded=True)
    form = ReportForm(request.POST, request.FILES)
    if form.is_from_a_machine:
        return redirect("thanks")
    if not form.is_valid():
        return _form(request, form, status=422)
    return _answer(_deliver(form))


def _form(request: HttpRequest, form: ReportForm, *, status: int = 200, **more: Any) -> HttpResponse:
    return render(request, "public/report.html", {"section": "report", "form": form, **more}, status=status)


def _deliver(form: ReportForm) -> Post:
    """Stored, then sorted; a form that comes a second time leads to what the first made."""
    data, once = form.cleaned_data, f"form-{form.cleaned_data['once']}"
    address, point = form.place()
    try:
        post = inbox.deliver(
            data["text"], language=get_language() or "", service=data["service"], contact=data["contact"],
            address=address, point=point, photos=data["photos"], external_id=once,
        )  # fmt: skip
    except IntegrityError:
        post = Post.objects.get(network=Network.PLAZA, external_id=once)
    triage.sort_now(post)
    return post


def _answer(post: Post) -> HttpResponseRedirect:
    """To another address, so that a reload sends nothing."""
    if post.service_request is not None and post.service_request.follow_token:
        return redirect(reverse("follow", args=[post.service_request.follow_token]) + "?sent")
    said = "?said" if post.kind == Kind.THANKS else ""
    return redirect(reverse("thanks") + said)
