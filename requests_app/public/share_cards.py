"""Share cards: the picture that goes with a link to a request, or to the square."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone, translation
from django.utils.http import parse_etags
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from requests_app import memory, response_times, wording
from requests_app.discretion import public_summary
from requests_app.models import ServiceRequest, Status
from requests_app.precision import precision, public_place
from requests_app.public.answerers import with_answerer
from requests_app.public.drawing import Drawn, drawable, png
from requests_app.public.reactions import public_row
from requests_app.ribbon import due_tone, ribbon

# An open request's ribbon grows; so long may a picture of it be behind.
KEEP_SECONDS = 600
BADGES = {
    Status.NEW: "blue",
    Status.ACCEPTED: "ochre",
    Status.WAITING: "soft",
    Status.RESOLVED: "olive",
    Status.DECLINED: "soft",
}


@login_not_required
@require_safe
def request_card(request: HttpRequest, number: int) -> HttpResponse:
    """Of a public request, in its own language; of what its author deleted no word is left."""
    lead = public_row(number)
    language = language_of(lead)
    # An insult is folded without a new version.
    words = "folded" if lead.opening_post.is_offensive else "said"
    name = f"card:{lead.pk}:{lead.version}:{words}:{precision()}:{language}:{_now_bucket(lead)}"
    return _answer(request, name, lambda: _draw_request(lead.pk, language=language))


@login_not_required
@require_safe
def square_card(request: HttpRequest) -> HttpResponse:
    return _answer(request, f"card:square:{get_language()}:{_bucket()}", _draw_square)


def language_of(row: ServiceRequest) -> str:
    """The request's own, where Plaza speaks it."""
    return row.language if row.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _bucket() -> int:
    return int(timezone.now().timestamp()) // KEEP_SECONDS


def _now_bucket(row: ServiceRequest) -> int:
    """What is closed does not grow any more."""
    return _bucket() if row.is_open else 0


def _answer(request: HttpRequest, name: str, draw: Callable[[], bytes]) -> HttpResponse:
    etag = f'"{name}"'
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(memory.remembered(name, draw, seconds=KEEP_SECONDS), content_type="image/png")
        response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["ETag"] = etag
    # Not for ever: a request may become private, and a post be deleted.
    response.headers["Cache-Control"] = f"public, max-age={KEEP_SECONDS}"
    return response


def _draw_request(number: int, *, language: str) -> bytes:
    row = with_answerer(ServiceRequest.objects.with_row()).get(pk=number)
    now = timezone.now()
    with translation.override(language):
        about = row.service.name if row.service else row.queue.name
        said = "" if row.opening_post.deleted_at else drawable(public_summary(row.opening_post))
        place = drawable(public_place(row, exactly=precision()).address)
        tone = "wine" if due_tone(row, now=now) == "late" else BADGES[Status(row.status)]
        card = Drawn(
            town=_town(),
            accent=settings.TOWN_ACCENT,
            words=said or about,
            below=" · ".join(part for part in (wording.request_number(row.pk), place, about if said else "") if part),
            badge=(capfirst(row.get_status_display()), tone),
            ribbon=ribbon(row, now=now, by=drawable(row.answered_by)),  # type: ignore[attr-defined]
        )
    return png(card)


def _draw_square() -> bytes:
    (town,) = response_times.figures(response_times.Period.named("30d"))
    half = wording.duration(town.answer.median)
    return png(
        Drawn(
            town=_town(),
            accent=settings.TOWN_ACCENT,
            words=_("You say it here. We fix it here."),
            below=_("What people tell the town hall, who answers, and how long it took."),
            figure=(half, _("and half have their answer")) if half else None,
        )
    )


def _town() -> str:
    return _("%(town)s answers") % {"town": settings.TOWN_NAME}
