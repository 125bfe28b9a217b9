"""Writing to the town hall without an account: a number and a private link in return."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from redis.exceptions import RedisError

from requests_app import inbox, triage, wording
from requests_app.models import Kind, Network, Photo, Post
from requests_app.public.forms import ReportForm
from requests_app.public.guessing import Guess
from requests_app.public.limits import is_too_large, may

# So long the same words from the same browser are the same report.
SAME_SECONDS = 3600


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
@never_cache
@require_POST
def guess(request: HttpRequest) -> HttpResponse:
    """What the form makes of the words while they are typed: a piece of page. Nothing is stored."""
    if not may(request, "guesses"):
        return HttpResponse(status=429)
    form = ReportForm(request.POST)
    form.is_valid()
    return render(request, "public/guess.html", {"guess": form.guess()})


@login_not_required
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """For words that ask for nothing: they are read, and there is nothing to follow."""
    return render(
        request,
        "public/thanks.html",
        {"section": "report", "of_thanks": "said" in request.GET, "of_insult": "folded" in request.GET},
    )


@csrf_protect
def _report(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _form(request, ReportForm(initial={"text": _about(request)}))
    if not may(request, "reports"):
        # Before the photos are read: that is what a flood would cost us.
        return _form(request, ReportForm(initial=request.POST.dict()), status=429, flooded=True)
    form = ReportForm(request.POST, request.FILES)
    if form.is_from_a_machine:
        return redirect("thanks")
    if not form.is_valid():
        return _form(request, form, status=422, again=_had_photos(request))
    if not form.cleaned_data["looked"] and (guessed := _to_look_at(form)):
        return _form(request, form, guess=guessed, asks=True, again=_had_photos(request))
    return _answer(_deliver(form, browser=request.META.get("CSRF_COOKIE") or ""))


def _form(request: HttpRequest, form: ReportForm, *, status: int = 200, **more: Any) -> HttpResponse:
    return render(request, "public/report.html", {"section": "report", "form": form, **more}, status=status)


def _about(request: HttpRequest) -> str:
    """`?about=12`: what it goes on from."""
    number = request.GET.get("about", "")
    return f"{wording.request_number(int(number))}: " if number.isdecimal() and len(number) < 10 else ""


def _had_photos(request: HttpRequest) -> bool:
    """A browser does not keep them for the next try."""
    return any(file.name for file in request.FILES.getlist("photos"))


def _to_look_at(form: ReportForm) -> Guess | None:
    """Without script the guesses are seen before it is sent; with photos, which would be lost, only where they warn."""
    guessed = form.guess()
    return guessed if guessed and (guessed.warns or not form.cleaned_data["photos"]) else None


def _deliver(form: ReportForm, *, browser: str) -> Post:
    """Stored, then sorted; what comes a second time leads to what the first made, whichever form it comes from."""
    data = form.cleaned_data
    once = _once(form, browser=browser)
    address, point = form.place()
    try:
        post = inbox.deliver(
            data["text"], language=get_language() or "", service=data["service"], contact=data["contact"],
            address=address, point=point, photos=data["photos"], external_id=once,
        )  # fmt: skip
    except IntegrityError:
        post = Post.objects.get(network=Network.PLAZA, external_id=once)
        if not post.photos.exists():
            # Sent again because the photo was forgotten.
            for content in data["photos"]:
                Photo(post=post).hold(content)
    triage.sort_now(post)
    return post


def _once(form: ReportForm, *, browser: str) -> str:
    """Names the report: the same form twice is one, and so are the same words from the same browser within the hour.

    Whoever goes back after sending finds a fresh form with the old words in it.
    """
    data, own = form.cleaned_data, f"form-{form.cleaned_data['once']}"
    said = "|".join(str(part) for part in (browser, data["text"], *form.place(), data["contact"]))
    key = "said:" + salted_hmac("requests_app.public.reports", said, algorithm="sha256").hexdigest()
    try:
        return own if not browser or cache.add(key, own, SAME_SECONDS) else cache.get(key) or own
    except RedisError:
        return own


def _answer(post: Post) -> HttpResponseRedirect:
    """To another address, so that a reload sends nothing."""
    if post.service_request is not None and post.service_request.follow_token:
        return redirect(reverse("follow", args=[post.service_request.follow_token]) + "?sent")
    told = [name for name, holds in (("said", post.kind == Kind.THANKS), ("folded", post.is_offensive)) if holds]
    return redirect(reverse("thanks") + ("?" + "&".join(told) if told else ""))
