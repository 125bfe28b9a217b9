"""The reports of the last hours, read in a fixed number of queries however many requests there are."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from requests_app.likeness import words_of
from requests_app.memory import forgotten, remembered
from requests_app.models import CLOSED, Account, Kind, Post, Reaction, ReactionKind
from requests_app.plan import area_name
from requests_app.rising.finding import LOOK_BACK, MOST, Cluster, Report, clusters
from requests_app.rising.usual import Habits

# As long as an open desk, which asks every two seconds, may be told what was found before.
REMEMBER_SECONDS = 20
NAME = "rising"
# "Calle del Olmo 14", "Calle Larga, 3 bis": a street is one place, whatever the number.
HOUSE = re.compile(r"[\s,]+(?:n\.?[º°o]\s*)?\d.*$")
WORD = re.compile(r"[^\W_]+")
# Of such posts nobody is warned.
NO_NEWS = (Kind.THANKS, Kind.PROPOSAL)


def rising() -> list[Cluster]:
    """What grows now, the largest first; remembered for some seconds."""
    return remembered(NAME, _found, seconds=REMEMBER_SECONDS)


def forget() -> None:
    """After an act that changes what is rising."""
    forgotten(NAME)


def gathered(*, now: datetime) -> list[Report]:
    """Residents' words on what is still open and no secret, and their taps on "I have this too". Three queries."""
    since = now - LOOK_BACK
    # By their numbers, so that each account is a stretch of the index `post_heard`.
    accounts = list(Account.objects.values_list("pk", flat=True))
    heard = Post.objects.visible().filter(account__in=accounts, written_by=None, received_at__gte=since)
    about = heard.filter(service_request__isnull=False, service_request__is_private=False, posted_at__gte=since)
    standing = about.exclude(kind__in=NO_NEWS).annotate(
        stands=Coalesce("service_request__merged_into", "service_request")
    )
    found = standing.exclude(_closed("service_request")).order_by("-received_at")
    rows = found.values_list("posted_at", "author", "stands", *_facts("service_request"), "text")[:MOST]
    return [*(_report(*row) for row in rows), *_taps(since)]


def as_written(word: str, texts: Iterable[str]) -> str:
    """A cluster's word, which is a stem, as most people wrote it."""
    written = Counter(one.lower() for text in texts for one in WORD.findall(text) if words_of(one) == {word})
    return written.most_common(1)[0][0] if written else ""


def _taps(since: datetime) -> Iterable[Report]:
    taps = Reaction.objects.filter(kind=ReactionKind.ME_TOO, at__gte=since, service_request__is_private=False)
    standing = taps.annotate(stands=Coalesce("service_request__merged_into", "service_request"))
    rows = (
        standing.exclude(_closed("service_request"))
        .order_by("-at")
        .values_list("at", "visitor", "stands", *_facts("service_request"))[:MOST]
    )
    return [_report(*row) for row in rows]


def _closed(of: str) -> Q:
    return Q(**{f"{of}__status__in": CLOSED}) | Q(**{f"{of}__merged_into__status__in": CLOSED})


def _facts(of: str) -> list[str]:
    return [f"{of}__{name}" for name in ("service__code", "address", "area", "latitude", "longitude")]


def _report(
    at: datetime,
    person: object,
    request: int,
    service: str | None,
    address: str,
    area: str,
    latitude: float | None,
    longitude: float | None,
    text: str = "",
) -> Report:
    return Report(
        at=at,
        person=str(person),
        request=request,
        topic=service or "",
        street=HOUSE.sub("", address),
        area=area,
        point=None if latitude is None or longitude is None else (latitude, longitude),
        # A street's name is said of everything that happens there.
        words=words_of(text) - words_of(f"{address} {area_name(area)}"),
    )


def _found() -> list[Cluster]:
    now = timezone.now()
    return clusters(gathered(now=now), usual=Habits(now), now=now)
