"""Rules: the town's own, asked in their order; pure functions over a text and who wrote it, where and when."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from functools import cached_property
from itertools import chain
from typing import Self

from django.utils import timezone

from requests_app import gazetteer
from requests_app.models import Post, Rule, Urgency
from requests_app.triage.languages import guess_language
from requests_app.triage.little_words import LANGUAGES
from requests_app.triage.words import PhraseBook, TextView, folded

A_WEEK = 7


@dataclass(frozen=True, slots=True)
class TownRule:
    """One rule as triage asks it; hashable, so that a book of them is compiled once. What is empty asks nothing."""

    name: str
    words: tuple[str, ...] = ()
    hashtags: frozenset[str] = frozenset()
    authors: frozenset[str] = frozenset()
    addressed: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    weekdays: frozenset[int] = frozenset()
    begins: time | None = None
    ends: time | None = None
    queue: str | None = None
    service: str | None = None
    urgency: str = ""
    makes_private: bool = False

    @classmethod
    def of(
        cls, rule: Rule, *, queue: str | None, service: str | None, called: Mapping[str, Iterable[str]] | None = None
    ) -> Self:
        """`queue`, `service`: codes of where it sends; `called`: by which other names the networks know a handle."""
        handles = [handle_of(one) for one in rule.addressed]
        return cls(
            name=rule.name,
            words=tuple(rule.words),
            hashtags=frozenset(folded(tag) for tag in rule.hashtags),
            authors=frozenset(handle_of(one) for one in rule.authors),
            addressed=frozenset(chain(handles, *((called or {}).get(one, ()) for one in handles))),
            areas=frozenset(rule.areas),
            weekdays=frozenset(rule.weekdays),
            begins=rule.begins,
            ends=rule.ends,
            queue=queue,
            service=service,
            urgency=rule.urgency,
            makes_private=rule.makes_private,
        )

    @property
    def asks(self) -> bool:
        """A rule without a condition would be every post's."""
        named = self.words or self.hashtags or self.authors or self.addressed or self.areas or self.weekdays
        return bool(named) or self.begins is not None


@dataclass(frozen=True, slots=True)
class Applied:
    """The rules that hold for one post, in their order."""

    rules: tuple[TownRule, ...] = ()

    @property
    def decider(self) -> TownRule | None:
        """The first that says whose work it is."""
        return next((rule for rule in self.rules if rule.queue is not None), None)

    @property
    def is_urgent(self) -> bool:
        """One that says so outweighs any that says the contrary: better a call too many."""
        return any(rule.urgency == Urgency.URGENT for rule in self.rules)

    @property
    def is_calm(self) -> bool:
        return not self.is_urgent and any(rule.urgency == Urgency.CALM for rule in self.rules)

    @property
    def is_private(self) -> bool:
        return any(rule.makes_private for rule in self.rules)

    def saying(self, urgency: Urgency) -> Iterator[str]:
        """The names of those that say so."""
        return (rule.name for rule in self.rules if rule.urgency == urgency)

    def hiding(self) -> Iterator[str]:
        """The names of those that keep it from the public."""
        return (rule.name for rule in self.rules if rule.makes_private)


NONE_APPLIED = Applied()


class Rulebook:
    """Rules in their order, compiled so that all their words are looked for in one pass."""

    def __init__(self, rules: Iterable[TownRule] = ()) -> None:
        self.rules = tuple(rule for rule in rules if rule.asks)
        # In every language: nobody says which one a rule's words are in, and a text is searched in its own alone.
        # The same word is found whatever it is taken for; "papeles" is no "papelera" but to a French stemmer.
        self._phrases = PhraseBook(
            (str(place), language, word)
            for place, rule in enumerate(self.rules)
            for word in rule.words
            for language in LANGUAGES
        )
        self.asks_who_wrote = any(rule.authors for rule in self.rules)

    def applied(self, post: Post, *, view: TextView) -> Applied:
        """Those that hold. The post's author is looked at only where a rule asks, see `asks_who_wrote`."""
        if not self.rules:
            return NONE_APPLIED
        language = guess_language(view, post.language)
        spoken = {match.phrase.label for match in self._phrases.find(view, languages=(language,))}
        told = _Told(post, view)
        return Applied(
            tuple(
                rule
                for place, rule in enumerate(self.rules)
                if (not rule.words or str(place) in spoken) and told.meets(rule)
            )
        )


NO_RULES = Rulebook()


def handle_of(written: str) -> str:
    """A handle as handles are compared: "@Lucia_RM " is "lucia_rm"."""
    return written.strip().removeprefix("@").lower()


@dataclass(frozen=True)
class _Told:
    """What a post tells besides its words; what is dear to find out is found out when a rule asks for it."""

    post: Post
    view: TextView

    def meets(self, rule: TownRule) -> bool:
        """Every condition that is given, the cheap ones first."""
        return (
            (not rule.hashtags or not rule.hashtags.isdisjoint(self.view.hashtags))
            and (not rule.addressed or not rule.addressed.isdisjoint((*self.view.mentions, *self.view.handles)))
            and (not rule.authors or self.author in rule.authors)
            and _in_hours(self.at, rule)
            and (not rule.areas or self.area in rule.areas)
        )

    @cached_property
    def author(self) -> str:
        return handle_of(self.post.author.handle) if self.post.author_id else ""

    @cached_property
    def at(self) -> datetime | None:
        """When it was posted, by the town's clock."""
        posted = self.post.posted_at
        return timezone.localtime(posted, timezone.get_default_timezone()) if posted else None

    @cached_property
    def area(self) -> str:
        post = self.post
        return gazetteer.locate(post.text, address=post.address, latitude=post.latitude, longitude=post.longitude).area


def _in_hours(at: datetime | None, rule: TownRule) -> bool:
    """A stretch past midnight belongs to the day it begins: two in the morning of Saturday is Friday's night."""
    if not rule.weekdays and rule.begins is None:
        return True
    if at is None:
        return False
    day, now = at.weekday(), at.time()
    if rule.begins is not None and rule.ends is not None:
        if rule.begins < rule.ends:
            inside = rule.begins <= now < rule.ends
        else:
            inside = now >= rule.begins or now < rule.ends
            day = day if now >= rule.begins else (day - 1) % A_WEEK
        if not inside:
            return False
    return not rule.weekdays or day in rule.weekdays
