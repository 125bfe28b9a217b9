"""What the answer box offers: who may speak, to whom it goes, in which languages, and how much room there is."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import get_language_info

from requests_app import workflow
from requests_app.models import Account


@dataclass(frozen=True, slots=True)
class Choice:
    """An account one may answer as, as a form sends it. `line`: what the named account says first.

    `to`: whom it answers, where that is not whoever comes first.
    """

    value: str
    account: Account
    to: str = ""
    through: Account | None = None
    line: str = ""


@dataclass(frozen=True, slots=True)
class Unable:
    """An account that may not answer by itself, and why; `offer`: how it may all the same."""

    account: Account
    why: str
    offer: Choice | None = None


@dataclass(frozen=True, slots=True)
class Box:
    """One more place to write, for people who read another language than the first."""

    language: str
    name: str
    handles: Sequence[str]
    room: int | None


@dataclass(frozen=True)
class Composer:
    """As one person finds it below one request."""

    audience: workflow.Audience
    by: User
    # How many follow it by e-mail.
    followers: int = 0
    # How often each account (id) answered here below a line by another.
    relayed_before: Mapping[int, int] = field(default_factory=dict)

    @cached_property
    def able(self) -> list[Choice]:
        able = [voice for voice in self.audience.voices if voice.post]
        first = able[0].answers.author if able else None
        names = ["" if voice.answers.author == first else str(voice.answers.author) for voice in able]
        return [Choice(f"{voice.account.pk}", voice.account, to=to) for voice, to in zip(able, names, strict=True)]

    @property
    def answers_one(self) -> bool:
        """Whichever account one chooses, it answers the same person."""
        return not any(choice.to for choice in self.able)

    @cached_property
    def relayed(self) -> list[Choice]:
        """Accounts that may answer after a line by one that was named."""
        return [self._relay(voice) for voice in self.audience.voices if voice.through]

    @cached_property
    def unable(self) -> list[Unable]:
        offers = {choice.account.pk: choice for choice in self.relayed}
        rest = (voice for voice in self.audience.voices if voice.post is None)
        return [Unable(voice.account, voice.why, offers.get(voice.account.pk)) for voice in rest]

    @cached_property
    def silent(self) -> list[Unable]:
        """Those that may not answer at all."""
        return [one for one in self.unable if one.offer is None]

    @property
    def silence(self) -> str:
        """Why nobody at all may answer, where it is the same for every account."""
        reasons = {one.why for one in self.unable}
        return reasons.pop() if len(reasons) == 1 else ""

    @cached_property
    def first(self) -> workflow.Address | None:
        """Whom the likeliest account answers."""
        voice = next((voice for voice in self.audience.voices if voice.post), None)
        return self.audience.address(voice.answers, voice.account) if voice else None

    @cached_property
    def others(self) -> list[workflow.Address]:
        """Who else reads it, unless one chooses otherwise."""
        voice = next((voice for voice in self.audience.voices if voice.post), None)
        return self.audience.others(voice) if voice else []

    @property
    def unreached(self) -> list[tuple[str, str]]:
        """People whom nobody may answer, and why."""
        if self.first is None:
            return []
        lost = self.audience.unreached()
        return [(str(person.author), self.audience.why_not(person)) for person in lost]

    @cached_property
    def boxes(self) -> list[Box]:
        """A box a language, in the order of the town's."""
        found = {
            language: [one for one in self.others if one.language == language] for language, _name in settings.LANGUAGES
        }
        return [
            Box(language, language_name(language), [str(one.post.author) for one in people], self._room(people))
            for language, people in found.items()
            if people and language != self.language
        ]

    @property
    def language(self) -> str:
        return self.first.language if self.first else self.audience.main_language

    @property
    def language_name(self) -> str:
        """What the first of them reads, in the reader's own words."""
        return language_name(self.language)

    @cached_property
    def signature(self) -> str:
        """What is added under every message: who speaks, and the number."""
        return self._added(self.language).strip()

    @cached_property
    def room(self) -> int | None:
        """How many characters are left for a person's own words, as the networks count; None for no limit.

        Of those who get the same words, whoever's network has the least room counts.
        """
        return self._room(address for address in (self.first, *self.others) if address)

    @cached_property
    def nothing_yet(self) -> Sequence[workflow.Outgoing]:
        """The messages that an answer will be, before a word of it is written."""
        return self.outgoing({})

    def outgoing(self, fields: Mapping[str, str], *, photos: int = 0) -> Sequence[workflow.Outgoing]:
        """What leaves with these fields of a form, as the browser sends them; nothing where nobody may speak."""
        account_id, relay = voice_of(fields.get("account", ""))
        message = workflow.Message(
            text=fields.get("text", ""),
            account_id=account_id,
            relay=relay,
            texts={name.removeprefix("text_"): words for name, words in fields.items() if name.startswith("text_")},
            everybody="only_first" not in fields,
        )
        try:
            return workflow.outgoing(self.audience, message, by=self.by, photos=photos)
        except workflow.Refusal:
            return []

    @cached_property
    def told(self) -> list[tuple[str, int]]:
        """How many people hear of an answer, by network."""
        networks = [one.post.get_network_display() for one in (self.first, *self.others) if one]
        return list(Counter(networks).items())

    @property
    def link_price(self) -> float:
        """US dollars that X charges for a message with a link."""
        return float(settings.X_PRICES["link"])

    def _room(self, addresses: Iterable[workflow.Address]) -> int | None:
        rooms = (self._room_at(address) for address in addresses)
        return min((room for room in rooms if room is not None), default=None)

    def _room_at(self, address: workflow.Address) -> int | None:
        """Without what the network's own rules put around the words, such as the name of whom they are for."""
        rules = self.audience.rules(address.account)
        limit = rules.capabilities.limit
        if limit is None:
            return None
        added = self._added(address.language)
        parent, repeats = workflow.parent_for(address.post), address != self.first
        prepared = rules.prepare(added, parent=parent, key="", now=timezone.now(), repeats=repeats)
        return limit - rules.length(prepared.text)

    def _added(self, language: str) -> str:
        return workflow.payload_of("", service_request=self.audience.service_request, by=self.by, language=language)

    def _relay(self, voice: workflow.Voice) -> Choice:
        named = voice.through
        language = workflow.language_for(voice.answers, of=self.audience.service_request)
        earlier = self.relayed_before.get(voice.account.pk, 0)
        words = workflow.line_of(voice, language=language, earlier=earlier) + self._added(language)
        return Choice(f"relay-{voice.account.pk}", voice.account, through=named.account if named else None, line=words)


def voice_of(value: str) -> tuple[int | None, bool]:
    """`12`: that account; `relay-12`: that account, after a line by one that was named; nothing: whichever is likeliest."""
    number = value.removeprefix("relay-")
    return (int(number), value.startswith("relay-")) if number.isdecimal() else (None, False)


def language_name(code: str) -> str:
    """In the reader's own words."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code
