"""Who answers: each team with its people, its hours, what it has on its hands and how long it takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from requests_app import response_times
from requests_app.models import Account, Queue, Reaction, ServiceRequest, Status
from requests_app.models.queue import QueueQuerySet
from requests_app.public import hours
from requests_app.public.answerers import with_answerer
from requests_app.public.cards import Card, cards
from requests_app.public.figures import USUAL, counted
from requests_app.public.gratitude import Thanks, thanks_to
from requests_app.public.memory import remembered
from requests_app.public.voices import Voice, accounts_of, voice
from requests_app.response_times import Figures, Period

# What each team carries; a town that names its teams otherwise shows people.
SIGNS = {"sweeper": "broom", "police": "shield", "maintenance": "wrench", "townhall": "hall"}
# Among how many of the last repairs those with a pair of photos are looked for, and how many are shown.
LOOK_AT, SHOWN = 24, 4
LOAD_SECONDS = 60
TAPS_WITHIN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Team:
    """`typical` counts every request of the month; `load` only what everybody may see, so that it is what its link shows."""

    code: str
    name: str
    description: str
    sign: str
    people: Sequence[str]
    hours: Sequence[str]
    now: str
    is_open: bool
    voices: Sequence[Voice]
    open_url: str
    typical: Figures | None
    load: Figures | None


@login_not_required
@require_safe
@gzip_page
def teams(request: HttpRequest) -> HttpResponse:
    """Every team on one page."""
    queues = list(_queues())
    context = {"section": "teams", "teams": _teams(queues)}
    return render(request, "public/teams.html", context)


@login_not_required
@require_safe
@gzip_page
def team(request: HttpRequest, code: str) -> HttpResponse:
    """One team: times by both clocks, the last repairs, what people thanked it for."""
    queue = get_object_or_404(_queues(), code=code)
    (shown,) = _teams([queue])
    now = timezone.now()
    taps = Reaction.objects.thanks_since(now - TAPS_WITHIN).filter(service_request__queue=queue).count()
    context = {
        "section": "teams",
        "team": shown,
        "repairs": _repairs(queue),
        "repairs_url": f"{reverse('timeline')}?{urlencode({'queue': queue.code, 'state': Status.RESOLVED})}",
        "thanks": _thanks(queue, now=now),
        "taps": taps,
    }
    return render(request, "public/team.html", context)


def _queues() -> QueueQuerySet:
    working = User.objects.filter(is_active=True).exclude(first_name="").order_by("id")
    accounts = Account.objects.on_networks()
    return Queue.objects.in_order().prefetch_related(
        "opening_hours",
        Prefetch("members", queryset=working.prefetch_related(Prefetch("accounts", queryset=accounts))),
        Prefetch("accounts", queryset=accounts),
    )


def _teams(queues: Sequence[Queue]) -> list[Team]:
    typical = {one.key: one for one in counted(USUAL)}
    load = {one.key: one for one in remembered("load", _load, seconds=LOAD_SECONDS)}
    now = timezone.now()
    return [_team(queue, typical=typical.get(queue.code), load=load.get(queue.code), now=now) for queue in queues]


def _load() -> list[Figures]:
    """What everybody can see waiting."""
    return response_times.figures(Period.named("today"), by="queue", public_only=True)


def _team(queue: Queue, *, typical: Figures | None, load: Figures | None, now: datetime) -> Team:
    week = queue.week()
    return Team(
        code=queue.code,
        name=queue.name,
        description=queue.description,
        sign=SIGNS.get(queue.code, "hall" if queue.is_fallback else "people"),
        people=list(dict.fromkeys(person.first_name for person in queue.members.all())),
        hours=hours.lines(week),
        now=hours.now_words(week, now=now),
        is_open=hours.is_open(week, now=now),
        voices=[voice(account) for account in accounts_of(queue)],
        open_url=f"{reverse('timeline')}?{urlencode({'queue': queue.code, 'state': 'open'})}",
        typical=typical,
        load=load,
    )


def _repairs(queue: Queue) -> list[Card]:
    """The last with a pair of photos; where there is none, simply the last."""
    done = ServiceRequest.objects.public().of_queues([queue.pk]).in_statuses([Status.RESOLVED]).newest_told_first()
    found = cards(list(with_answerer(done.with_row())[:LOOK_AT]))
    return [card for card in found if card.after][:SHOWN] or found[: SHOWN - 1]


def _thanks(queue: Queue, *, now: datetime) -> list[Thanks]:
    return thanks_to(queue.pk, accounts=accounts_of(queue), now=now)
