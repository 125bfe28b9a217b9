"""A request's own page, and the private page of whoever reported it."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from requests_app import wording
from requests_app.models import Event, Post, Precision, ServiceRequest, Verb
from requests_app.models.post import VIOLENCE
from requests_app.plan import plan, spot_on_plan
from requests_app.precision import BESIDE_PINS, precision
from requests_app.public.answerers import with_answerer
from requests_app.public.copies import public_request
from requests_app.public.guessing import usual_wait
from requests_app.public.proof import proof
from requests_app.public.reactions import taps
from requests_app.public.reopening import WITHIN, closed_at, may_reopen, stamp
from requests_app.public.share_cards import language_of
from requests_app.public.thread import MOST, Said, thread
from requests_app.roles import may_see
from requests_app.story import state_of, story

# How things stand; a merged request's own columns stopped when it was merged.
STANDING = (
    "status", "queue", "assignee", "answered_at", "resolved_at", "promised_for", "due_at", "decline_reason",
    "answered_by",
)  # fmt: skip


@login_not_required
@require_safe
@gzip_page
def service_request(request: HttpRequest, number: int) -> HttpResponse:
    """What happened to one thing somebody asked for. A private one does not exist here."""
    row = get_object_or_404(with_answerer(ServiceRequest.objects.with_row()), pk=number)
    if row.is_private:
        return _private(request, row)
    if row.merged_into_id:
        # Not for ever: people can be wrong about what is the same, and take it back.
        return redirect("request", number=row.merged_into_id)
    return render(request, "public/request.html", _page(row, request=request))


@login_not_required
@require_safe
@gzip_page
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """The same for whoever holds the link they were given, private or not."""
    own = get_object_or_404(with_answerer(ServiceRequest.objects.with_row()), follow_token=token)
    standing = with_answerer(ServiceRequest.objects.with_row())
    leads = standing.get(pk=own.merged_into_id) if own.merged_into_id else own
    matters = own.opening_post.private_matters if own.is_private else []
    context = _private_page(own, leads) if leads.is_private else _page(leads, request=request, is_own=True)
    context |= {
        "own": own,
        "why_private": [wording.private_matter(one) for one in matters],
        "is_violence": not VIOLENCE.isdisjoint(matters),
        "left_contact": bool(own.opening_post.author.contact),
        "link": settings.PUBLIC_URL + request.path,
        "sent": "sent" in request.GET,
        "usual": usual_wait(leads.queue, service=leads.service).median if "sent" in request.GET else None,
    }
    response = render(request, "public/follow.html", context)
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    # The address is the key: no link tells it. Not `no-referrer`, with which browsers send `Origin: null` and no form works.
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _private(request: HttpRequest, row: ServiceRequest) -> HttpResponse:
    """As if it did not exist: even its number tells something. Staff who may see it are shown the way."""
    if not request.user.is_authenticated or not may_see(request.user, row):
        raise Http404
    return render(request, "public/private.html", {"service_request": row})


def _page(row: ServiceRequest, *, request: HttpRequest, is_own: bool = False) -> dict[str, Any]:
    merged = list(ServiceRequest.objects.merged_into_any([row.pk]).order_by("id").values_list("pk", flat=True))
    said = thread(row.thread[:MOST], of=[row.pk, *merged], language=row.language)
    closed = closed_at(row)
    return _context(row, said, of=[row.pk, *merged]) | {
        "merged": merged,
        "taps": taps(row, request=request, is_own=is_own),
        "closing": stamp(closed),
        "may_reopen": may_reopen(row, closed=closed),
        "may_reopen_until": closed + WITHIN if closed else None,
        "mails": settings.MAILS,
        **_shared(row),
    }


def _shared(row: ServiceRequest) -> dict[str, str]:
    """What a network shows of a link, in the request's own language: whoever fetches it speaks none."""
    with translation.override(language_of(row)):
        return {
            "shared_language": language_of(row),
            "shared_state": state_of(row),
            "shared_url": settings.PUBLIC_URL + reverse("request_card", args=[row.pk]) + f"?v={row.version}",
        }


def _private_page(own: ServiceRequest, leads: ServiceRequest) -> dict[str, Any]:
    """Only what they wrote themselves, with how things stand: what was merged with it is other people's secret."""
    for name in STANDING:
        setattr(own, name, getattr(leads, name))
    posts = Post.objects.filter(service_request=own).select_related("author", "written_by").order_by("posted_at", "id")
    said = thread(posts[:MOST], of=[own.pk], language=own.language, key=True)
    return _context(own, said, of=[own.pk], key=True)


def _context(row: ServiceRequest, said: list[Said], *, of: list[int], key: bool = False) -> dict[str, Any]:
    lines = story(Event.objects.told_of(row.pk))
    # Their own page says to its author what they said.
    exactly = Precision.EXACT if key else precision()
    again = next((line for line in reversed(lines) if line.verb == Verb.REOPENED), None)
    return {
        "opening": next((one for one in said if one.post and one.post.pk == row.opening_post_id), None),
        "said": [one for one in said if not one.post or one.post.pk != row.opening_post_id],
        "is_masked": any(one.is_masked for one in said),
        "lines": lines,
        "again": again if row.is_open else None,
        "proof": proof(said, of=of, since=again.at if again else None, key=key),
        "state": state_of(row),
        "service_request": public_request(row, exactly=exactly),
        "canonical": settings.PUBLIC_URL + reverse("request", args=[row.pk]),
        "plan": plan(),
        # Of the public copy above, whose point is the one that may be shown.
        "pin": spot_on_plan(row.latitude, row.longitude),
        "beside_pins": BESIDE_PINS.get(exactly, ""),
    }
