"""Following by e-mail: asked with a form, confirmed from the first letter, left with one press."""

import secrets

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from requests_app.models import Event, Follower, ServiceRequest
from requests_app.public.limits import DAY, is_within, may
from requests_app.public.reactions import public_row

# First letters to one address, whoever asks for them: nobody's mailbox is filled from here.
MOST_A_DAY = 4
EMAIL_MAX = 254


@login_not_required
@never_cache
@require_POST
def follow_by_mail(request: HttpRequest, number: int) -> HttpResponse:
    """Asks for a first letter. The answer is the same whoever follows already: it tells nobody who does."""
    if not settings.MAILS:
        raise Http404
    row = public_row(number)
    email = request.POST.get("email", "").strip()[: EMAIL_MAX + 1]
    context = {"service_request": row, "email": email}
    try:
        validate_email(email)
        is_email = len(email) <= EMAIL_MAX
    except ValidationError:
        is_email = False
    if not is_email:
        return render(request, "public/letters_asked.html", context | {"refused": "email"}, status=422)
    if not may(request, "letters"):
        return render(request, "public/letters_asked.html", context | {"refused": "flood"}, status=429)
    if is_within(f"letters-to:{email.lower()}", most=MOST_A_DAY, seconds=DAY):
        _ask(row, email=email)
    return render(request, "public/letters_asked.html", context)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def letters(request: HttpRequest, token: str) -> HttpResponse:
    """The page that letters lead to. Opening it changes nothing: programs that look for viruses open links."""
    follower = get_object_or_404(Follower.objects.select_related("service_request"), token=token)
    if request.method == "POST":
        _confirm(follower)
        return redirect("letters", token=token)
    return _discreet(render(request, "public/letters.html", {"follower": follower}))


@login_not_required
@never_cache
@csrf_exempt  # Mail programs press this button for people, without ever having seen the page (RFC 8058).
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """A button; and what it does, which may be done twice."""
    if request.method == "POST":
        Follower.objects.filter(token=token).delete()
        return _discreet(render(request, "public/letters.html", {"follower": None}))
    follower = get_object_or_404(Follower.objects.select_related("service_request"), token=token)
    return _discreet(render(request, "public/letters.html", {"follower": follower}))


def _ask(row: ServiceRequest, *, email: str) -> None:
    """Whoever asked and did not confirm gets the first letter anew; whoever confirmed gets none."""
    now = timezone.now()
    fresh = {"language": get_language() or settings.LANGUAGE_CODE, "asked_at": now, "next_attempt_at": now}
    follower, made = Follower.objects.get_or_create(
        service_request=row, email=email.lower(), defaults={"token": secrets.token_urlsafe(32), **fresh}
    )
    if not made:
        Follower.objects.filter(pk=follower.pk, confirmed_at=None).update(attempts=0, error="", **fresh)


@transaction.atomic
def _confirm(follower: Follower) -> None:
    """From here on they are told; what stands on the page already, they have read there."""
    newest = Event.objects.filter(service_request=follower.service_request).order_by("-id").first()
    Follower.objects.filter(pk=follower.pk, confirmed_at=None).update(
        confirmed_at=timezone.now(), told=newest, next_attempt_at=None, attempts=0, error=""
    )


def _discreet(response: HttpResponse) -> HttpResponse:
    """The address is the key: no search engine keeps it, no link tells it."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["Cache-Control"] = "private, no-store"
    return response
