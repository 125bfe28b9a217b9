"""The wall: the screen in the council chamber. Today in large figures, the latest answers and repairs, and thanks; never a name of a resident."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from requests_app import response_times
from requests_app.models import Post, Reaction, ServiceRequest
from requests_app.public.answerers import with_answerer
from requests_app.public.cards import Card, cards
from requests_app.public.copies import public_post
from requests_app.public.memory import remembered
from requests_app.response_times import Figures, Period

THEMES = ("light", "dark")
# What is read from five metres away; of so many of the newest, those with a pair of photos come first.
SHOWN, LOOKED_AT, THANKS = 3, 9, 3
REMEMBER_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Wall:
    """What is public of today, and of the newest answers whatever their day."""

    at: datetime
    today: Figures
    cards: Sequence[Card]
    thanks: Sequence[Post]
    taps: int


@login_not_required
@require_safe
@gzip_page
def wall(request: HttpRequest) -> HttpResponse:
    """`?theme=dark` or `light`; `?pause=1` stands still where no script runs."""
    theme = request.GET.get("theme", "")
    context = {
        "wall": _wall(timezone.now()),
        "theme": theme if theme in THEMES else "",
        "is_paused": bool(request.GET.get("pause")),
    }
    response = render(request, "public/wall.html", context)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _wall(now: datetime) -> Wall:
    period = Period.named("today", now)
    return Wall(
        at=now,
        today=remembered("wall", lambda: _today(period), seconds=REMEMBER_SECONDS),
        cards=_cards(),
        thanks=_thanks(period),
        taps=Reaction.objects.thanks_since(period.start).count(),
    )


def _today(period: Period) -> Figures:
    (town,) = response_times.figures(period, public_only=True)
    return town


def _cards() -> list[Card]:
    """The newest that were answered, in their order, but first of all those that show a repair."""
    answered = ServiceRequest.objects.public().answered().filter(opening_post__deleted_at=None).newest_told_first()
    found = [card for card in cards(list(with_answerer(answered.with_row())[:LOOKED_AT])) if card.answer]
    found.sort(key=lambda card: not (card.before and card.after))
    return found[:SHOWN]


def _thanks(period: Period) -> list[Post]:
    """In the words of those who said it under what everybody may see, masked and without their names."""
    said = Post.objects.thanks_in_public(period.start, period.end).select_related("service_request__queue")
    return [public_post(post) for post in said[: 2 * THANKS] if not post.is_confidential][:THANKS]
