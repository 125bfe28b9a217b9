"""Atom and JSON Feed: the timeline for programs, with the same filters in the same address."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed, rfc3339_date
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
# Who reads a feed less often than this reads it whole.
LATELY = timedelta(days=30)


class Feed(Atom1Feed):
    """With each resident's own language on their words."""

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["words"], {"type": "text", "xml:lang": item["language"]})


@dataclass(frozen=True, slots=True)
class Entry:
    """A request as both feeds tell it."""

    id: str
    url: str
    title: str
    words: str
    language: str
    author: str
    tags: Sequence[str]
    image: str
    published: datetime
    updated: datetime


@login_not_required
@require_safe
@gzip_page
def feed(request: HttpRequest) -> HttpResponseBase:
    """The newest of what the timeline shows at the same filters."""
    filters = Filters.read(request.GET)
    entries = _entries(filters)
    atom = Feed(
        title=_feed_title(filters),
        link=settings.PUBLIC_URL + filters.address(),
        feed_url=settings.PUBLIC_URL + filters.address("feed"),
        description=_("What people tell the town hall, who answers, and how long it took."),
        language=get_language(),
        feed_guid=feed_id(filters.address("feed")),
    )
    for entry in entries:
        atom.add_item(
            title=entry.title,
            link=entry.url,
            description=None,  # type: ignore[arg-type]
            unique_id=entry.id,
            pubdate=entry.published,
            updateddate=entry.updated,
            author_name=entry.author,
            categories=entry.tags,
            words=entry.words,
            language=entry.language,
        )
    response = HttpResponse(atom.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
    return _unless_known(request, response, entries)


@login_not_required
@require_safe
@gzip_page
def json_feed(request: HttpRequest) -> HttpResponseBase:
    """The same in JSON Feed 1.1."""
    filters = Filters.read(request.GET)
    entries = _entries(filters)
    told = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _feed_title(filters),
        "home_page_url": settings.PUBLIC_URL + filters.address(),
        "feed_url": settings.PUBLIC_URL + filters.address("json_feed"),
        "description": _("What people tell the town hall, who answers, and how long it took."),
        "language": get_language(),
        "items": [_item(entry) for entry in entries],
    }
    response = JsonResponse(told, content_type="application/feed+json; charset=utf-8")
    # Programs on other sites may read what everybody may.
    response.headers["Access-Control-Allow-Origin"] = "*"
    return _unless_known(request, response, entries)


def _item(entry: Entry) -> dict[str, Any]:
    item = {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "content_text": entry.words,
        "language": entry.language,
        "date_published": rfc3339_date(entry.published),
        "date_modified": rfc3339_date(entry.updated),
        "authors": [{"name": entry.author}],
        "tags": entry.tags,
    }
    return item | {"image": entry.image} if entry.image else item


def _unless_known(request: HttpRequest, response: HttpResponse, entries: Sequence[Entry]) -> HttpResponseBase:
    """Nothing but 304 where nothing was told since the program asked last."""
    response.headers["Cache-Control"] = "public, max-age=60"
    changed = [entry.updated for entry in entries[:1]]
    # What was made private is gone from the feed, and what was folded says less: neither makes an entry newer.
    changed += ServiceRequest.objects.withheld_since(timezone.now() - LATELY)
    newest = int(max(changed).timestamp()) if changed else None
    if newest is not None:
        response.headers["Last-Modified"] = http_date(newest)
    return get_conditional_response(request, last_modified=newest, response=response) or response


def _feed_title(filters: Filters) -> str:
    title = _("%(town)s answers") % {"town": settings.TOWN_NAME}
    return _plain(f"{title} · {filters.title}" if filters.title else title)


def _entries(filters: Filters) -> list[Entry]:
    """Newest told first."""
    return [_entry(card) for card in cards(list(filters.requests.with_row()[:ENTRIES]))]


def _entry(card: Card) -> Entry:
    row, post = card.service_request, card.service_request.opening_post
    return Entry(
        id=feed_id(f"request/{row.pk}"),
        url=settings.PUBLIC_URL + card.url,
        title=_plain(_title(row)),
        words=_plain(_words(card)),
        language=row.language,
        author=_plain(_("Somebody") if post.deleted_at else post.author.public_name),
        tags=[row.queue.name, str(row.get_status_display())],
        image=settings.PUBLIC_URL + card.after.small if card.after else "",
        published=row.posted_at,
        updated=row.told_at,
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
