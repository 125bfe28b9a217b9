"""What is usual: how often a topic or a word is heard at a place in a week. Asked only where many write at once."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import Count
from django.db.models.functions import ExtractHour, Round
from django.utils import timezone

from requests_app.likeness import words_of
from requests_app.memory import remembered
from requests_app.models import Post, ServiceRequest
from requests_app.rising.counted import DECIMALS, HOURS, NEVER, Counted, Spot
from requests_app.rising.finding import Report, Scale

LONG = timedelta(weeks=8)
# What comes now must not make itself usual.
NOW = timedelta(hours=6)
REMEMBER_SECONDS = 3600
# The newest texts tell which words are common.
TEXTS = 3000


class Habits:
    """Reads nothing until it is asked; then two queries an hour for the whole town, and one for its words."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def a_week(self, told: Sequence[Report], *, topic: str, word: str, scale: Scale) -> float | None:
        """Of the topic at the place of these reports; of the word in the whole town."""
        if not self._counted.is_known:
            return None
        return self._of_word(word) if word else self._counted.a_week(told, topic=topic, scale=scale)

    def of_hour(self, at: datetime) -> float:
        return self._counted.of_hour(timezone.localtime(at).hour)

    @cached_property
    def _counted(self) -> Counted:
        return remembered("rising:usual", lambda: _count(self.now), seconds=REMEMBER_SECONDS)

    @cached_property
    def _words(self) -> tuple[float, Counter[str]]:
        return remembered("rising:words", lambda: _count_words(self.now), seconds=REMEMBER_SECONDS)

    def _of_word(self, word: str) -> float:
        weeks, known = self._words
        return (known[word] + NEVER) / weeks


def _count(now: datetime) -> Counted:
    past = ServiceRequest.objects.posted_between(now - LONG, now - NOW)
    placed = past.annotate(
        hour=ExtractHour("posted_at"), south=Round("latitude", DECIMALS), west=Round("longitude", DECIMALS)
    ).order_by()
    rows = placed.values_list("service__code", "area", "south", "west", "hour").annotate(count=Count("id"))
    spots: Counter[Spot] = Counter()
    hours = [0] * HOURS
    for code, area, south, west, hour, count in rows:
        spots[code or "", area, south, west] += count
        hours[hour] += count
    first = past.order_by("posted_at").values_list("posted_at", flat=True).first()
    return Counted((now - first) / timedelta(weeks=1) if first else 0.0, dict(spots), tuple(hours))


def _count_words(now: datetime) -> tuple[float, Counter[str]]:
    """In how many posts each word stands, and in how many weeks these were written."""
    before = now - NOW
    heard = Post.objects.visible().filter(written_by=None, posted_at__lt=before).order_by("-id")
    rows = list(heard.values_list("posted_at", "text")[:TEXTS])
    weeks = max((before - min((at for at, _text in rows), default=before)) / timedelta(weeks=1), 1.0)
    return weeks, Counter(word for _at, text in rows for word in words_of(text))
