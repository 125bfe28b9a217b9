"""One request for feed readers: each line of its history is an entry."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import http_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from requests_app import wording
from requests_app.models import Event
from requests_app.public.feeds import NOT_XML, feed_id
from requests_app.public.reactions import public_row
from requests_app.story import Line, state_of, story

ENTRIES = 50


@login_not_required
@require_safe
@gzip_page
def request_feed(request: HttpRequest, number: int) -> HttpResponse:
    """The newest line first. A private request does not exist here; a merged one goes on as the other."""
    row = public_row(number)
    told = story(Event.objects.told_of(row.pk))
    address = settings.PUBLIC_URL + reverse("request", args=[row.pk])
    title = _("%(number)s in %(town)s") % {"number": wording.request_number(row.pk), "town": settings.TOWN_NAME}
    atom = Atom1Feed(
        title=title,
        link=address,
        feed_url=address + "feed.atom",
        description=state_of(row),
        language=get_language(),
        feed_guid=feed_id(f"request/{row.pk}/feed"),
    )
    for line in reversed(told[-ENTRIES:]):
        _add(atom, line, link=address)
    response = HttpResponse(atom.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=60"
    newest = int(row.told_at.timestamp())
    response.headers["Last-Modified"] = http_date(newest)
    return get_conditional_response(request, last_modified=newest, response=response) or response


def _add(atom: Atom1Feed, line: Line, *, link: str) -> None:
    atom.add_item(
        title=NOT_XML.sub("", line.sentence),
        link=link,
        description=NOT_XML.sub("", line.words),
        unique_id=feed_id(f"line/{line.number}"),
        pubdate=line.at,
        updateddate=line.at,
    )
