"""The square on other people's pages: a page of its own for a frame, and the line of HTML that puts it there."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext

from csp.constants import SELF
from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from requests_app.public.answerers import with_answerer
from requests_app.public.cards import cards
from requests_app.public.filters import Choice, Filters

THEMES = ("light", "dark")
COUNTS = ("3", "5", "10", "20")
USUAL_COUNT = "5"
KEEP_SECONDS = 60
# Of the frame, in the line that is copied: three cards or so, and then it scrolls.
HEIGHT = 640


@login_not_required
@require_safe
@gzip_page
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
def embed(request: HttpRequest) -> HttpResponse:
    """Some cards without anything around them. It sets no cookie, and its links open in the whole window."""
    with _speaking(_one_of(request, "lang", tuple(dict(settings.LANGUAGES)))):
        response = _embed(request, theme=_one_of(request, "theme", THEMES))
        response.headers["Content-Language"] = get_language() or ""
    response.headers["Cache-Control"] = f"public, max-age={KEEP_SECONDS}"
    return response


@login_not_required
@require_safe
@gzip_page
@csp_update({"frame-src": [SELF]})
def embed_code(request: HttpRequest) -> HttpResponse:
    """Choose what to show, see it, copy the line."""
    filters = Filters.read(request.GET)
    if "" in request.GET.values():
        also = {name: request.GET.get(name, "") for name in ("theme", "lang", "count")}
        return redirect(filters.address("embed_code", **also))
    also = {
        "theme": _one_of(request, "theme", THEMES),
        "lang": _one_of(request, "lang", tuple(dict(settings.LANGUAGES))),
        "count": _one_of(request, "count", COUNTS),
    }
    address = filters.address("embed", **also)
    context = {
        "section": "embed",
        "filters": filters,
        "door_url": reverse("embed_code"),
        "choices": [*filters.choices(), *_choices(also)],
        "address": address,
        "line": _line(settings.PUBLIC_URL + address, filters=filters, language=also["lang"]),
        "height": HEIGHT,
        "feed": filters.address("feed"),
        "json_feed": filters.address("json_feed"),
    }
    return render(request, "public/embed_code.html", context)


def _speaking(language: str) -> AbstractContextManager[None]:
    """`""`: the reader's own."""
    return translation.override(language) if language else nullcontext()


def _embed(request: HttpRequest, *, theme: str) -> HttpResponse:
    filters = Filters.read(request.GET)
    count = int(_one_of(request, "count", COUNTS) or USUAL_COUNT)
    rows = with_answerer(filters.requests.with_row())[:count]
    context = {
        "filters": filters,
        "cards": cards(list(rows)),
        "theme": theme,
        "square": settings.PUBLIC_URL + filters.address(),
        "report": settings.PUBLIC_URL + reverse("report"),
    }
    return render(request, "public/embed.html", context)


def _one_of(request: HttpRequest, name: str, allowed: Sequence[str]) -> str:
    value = request.GET.get(name, "")
    return value if value in allowed else ""


def _choices(chosen: dict[str, str]) -> list[Choice]:
    themes = {"light": _("Light"), "dark": _("Dark")}
    languages = dict(settings.LANGUAGES)
    counts = {count: count for count in COUNTS if count != USUAL_COUNT}
    lists = (
        ("theme", _("Colours"), _("As the reader's device is set"), themes),
        ("lang", _("Language"), _("The reader's own"), languages),
        ("count", _("How many"), USUAL_COUNT, counts),
    )
    return [
        Choice(field, label, [("", str(usual)), *((value, str(name)) for value, name in named.items())], chosen[field])
        for field, label, usual, named in lists
    ]


def _line(address: str, *, filters: Filters, language: str) -> str:
    """As the other page needs it, in the language of the frame; the help page escapes it once more to show it."""
    with _speaking(language):
        title = _("%(town)s answers") % {"town": settings.TOWN_NAME}
        if filters.title:
            title = f"{title} · {filters.title}"
    return (
        f'<iframe src="{escape(address)}" title="{escape(title)}" width="100%" height="{HEIGHT}" loading="lazy" '
        'style="border:0"></iframe>'
    )
