"""Atom: the timeline for programs, with the same filters in the same address."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import http_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from requests_app import wording
from requests_app.models import ServiceRequest
from requests_app.public.cards import Card, cards
from requests_app.public.filters import Filters
from requests_app.story import state_of

ENTRIES = 30
# What XML 1.0 cannot hold, escaped or not.
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# When the town's square began to have ids; part of every id, so it never changes.
SINCE = "2026"


class Feed(Atom1Feed):
    """With each resident's own language on their words."""

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["words"], {"type": "text", "xml:lang": item["language"]})


@login_not_required
@require_safe
@gzip_page
def feed(request: HttpRequest) -> HttpResponse:
    """The newest of what the timeline shows at the same filters."""
    filters = Filters.read(request.GET)
    rows = list(filters.requests.with_row()[:ENTRIES])
    atom = _atom(filters)
    for card in cards(rows):
        _add(atom, card)
    response = HttpResponse(atom.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=60"
    newest = int(rows[0].told_at.timestamp()) if rows else None
    if newest is not None:
        response.headers["Last-Modified"] = http_date(newest)
    return get_conditional_response(request, last_modified=newest, response=response) or response


def _atom(filters: Filters) -> Feed:
    title = _("%(town)s answers") % {"town": settings.TOWN_NAME}
    return Feed(
        title=_plain(f"{title} · {filters.title}" if filters.title else title),
        link=settings.PUBLIC_URL + filters.address(),
        feed_url=settings.PUBLIC_URL + filters.address("feed"),
        description=_("What people tell the town hall, who answers, and how long it took."),
        language=get_language(),
        feed_guid=feed_id(filters.address("feed")),
    )


def _add(atom: Feed, card: Card) -> None:
    row, post = card.service_request, card.service_request.opening_post
    atom.add_item(
        title=_plain(_title(row)),
        link=settings.PUBLIC_URL + card.url,
        description=None,  # type: ignore[arg-type]
        unique_id=feed_id(f"request/{row.pk}"),
        pubdate=row.posted_at,
        updateddate=row.told_at,
        author_name=_plain(_("Somebody") if post.deleted_at else post.author.public_name),
        categories=[row.queue.name, str(row.get_status_display())],
        words=_plain(_words(card)),
        language=row.language,
    )


def _title(row: ServiceRequest) -> str:
    said = _("Its author deleted this post.") if row.opening_post.deleted_at else row.opening_post.summary
    return _("%(number)s: %(words)s") % {"number": wording.request_number(row.pk), "words": said}


def _words(card: Card) -> str:
    """What was said, what was answered, and how things stand."""
    row, answer = card.service_request, card.answer
    parts = [_("Its author deleted this post.") if row.opening_post.deleted_at else row.opening_post.text, row.address]
    if answer:
        speaker = answer.by.first_name if answer.by else ""
        parts.append(_("%(name)s: %(words)s") % {"name": speaker or f"@{answer.account.handle}", "words": answer.text})
    return "\n\n".join(part for part in [*parts, state_of(row)] if part)


def feed_id(name: str) -> str:
    """A tag URI: the same for ever, wherever the page may move."""
    return f"tag:{urlsplit(settings.PUBLIC_URL).hostname},{SINCE}:{name}"


def _plain(text: str) -> str:
    return NOT_XML.sub("", text)
