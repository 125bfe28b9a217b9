"""Signals: whose work a post is, and why; pure functions over a text and a snapshot of the town's services."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from requests_app.triage.little_words import PLACING
from requests_app.triage.words import Match, Phrase, PhraseBook, TextView, folded, look

# From this confidence on, a signal's opinion is taken and the next signals are not asked.
SURE = 0.35
# "junto a la farola": so many words after a placing word a thing is still only a place.
_PLACING_REACH = 5


@dataclass(frozen=True, slots=True)
class ServiceWords:
    """What a service is known by: its keywords, each with its language, and its hashtags; hashable, to be cached."""

    code: str
    queue: str
    keywords: tuple[tuple[str, str], ...]
    hashtags: tuple[str, ...] = ()

    @classmethod
    def of(cls, code: str, *, queue: str, keywords: Mapping[str, Sequence[str]], hashtags: Sequence[str] = ()) -> Self:
        """From keywords by language, as the town writes them: {"es": ["farola", "calle sin luz", "agua^1"]}."""
        pairs = tuple((language, keyword) for language, written in keywords.items() for keyword in written)
        return cls(code=code, queue=queue, keywords=pairs, hashtags=tuple(hashtags))


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason, kept as data: ("address", ("@manto_alameda",)), ("words", ("farola", "luz")), ("nothing", ())."""

    signal: str
    detail: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Routing:
    """Where a post goes; no queue means that the dispatcher decides."""

    service: str | None
    queue: str | None
    evidence: tuple[Evidence, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The town's services and accounts, compiled once for thousands of posts."""

    queue_of: Mapping[str, str]
    accounts: Mapping[str, str | None]
    hashtags: Mapping[str, str]
    keywords: PhraseBook = field(repr=False, compare=False)


Signal = Callable[[TextView, Snapshot], Routing | None]


def compile_snapshot(services: Iterable[ServiceWords], accounts: Mapping[str, str | None]) -> Snapshot:
    """Compile what triage knows; the town lists its services in the order that settles a tie within a queue."""
    services = tuple(services)
    return Snapshot(
        queue_of={service.code: service.queue for service in services},
        accounts={name.lower().removeprefix("@"): queue for name, queue in accounts.items()},
        hashtags={folded(hashtag): service.code for service in reversed(services) for hashtag in service.hashtags},
        keywords=PhraseBook(
            (service.code, language, keyword) for service in services for language, keyword in service.keywords
        ),
    )


def by_address(view: TextView, snapshot: Snapshot) -> Routing | None:
    """The one team whose own account was mentioned; its service by the words."""
    queues = {queue for name in view.mentions if (queue := snapshot.accounts.get(name)) is not None}
    if len(queues) != 1:
        return None
    (queue,) = queues
    # The network may name the account by its number: people read the handle.
    names = [name for name in dict.fromkeys((*view.handles, *view.mentions)) if snapshot.accounts.get(name) == queue]
    handles = tuple(f"@{name}" for name in names if not name.isdigit()) or tuple(names)
    tally = _tally(view, snapshot, within=queue)
    evidence = (Evidence("address", handles), *tally.evidence())
    return Routing(service=tally.service(queue), queue=queue, evidence=evidence, confidence=1.0)


def by_hashtag(view: TextView, snapshot: Snapshot) -> Routing | None:
    """The one team whose hashtags the post carries."""
    services = {tag: snapshot.hashtags[tag] for tag in view.hashtags if tag in snapshot.hashtags}
    queues = {snapshot.queue_of[service] for service in services.values()}
    if len(queues) != 1:
        return None
    (queue,) = queues
    service = next(code for code in snapshot.queue_of if code in services.values())
    evidence = Evidence("hashtag", tuple(f"#{tag}" for tag in services))
    return Routing(service=service, queue=queue, evidence=(evidence,), confidence=0.9)


def by_words(view: TextView, snapshot: Snapshot) -> Routing | None:
    """The team whose services' keywords outweigh every other team's."""
    tally = _tally(view, snapshot)
    ranked = tally.queues()
    if not ranked:
        return None
    (queue, best), (rival, second) = ranked[0], (*ranked, ("", 0))[1]
    confidence = (best - second) / (best + 1)
    if confidence >= SURE:
        return Routing(tally.service(queue), queue, tally.evidence(queue), round(confidence, 2))
    torn = Evidence("torn", tuple(name for name in (queue, rival) if name))
    return Routing(None, None, (*tally.evidence(), torn), round(confidence, 2))


# In this order, the first that is sure wins: a learned classifier joins at the end of this list.
SIGNALS: tuple[Signal, ...] = (by_address, by_hashtag, by_words)


def route(
    text: str | TextView,
    mentions: Iterable[str],
    snapshot: Snapshot,
    *,
    signals: Iterable[Signal] = SIGNALS,
) -> Routing:
    """Decide whose work a post is, or leave it to the dispatcher with what was seen in it."""
    view = text if isinstance(text, TextView) else look(text, mentions=mentions)
    undecided = Routing(service=None, queue=None, evidence=(Evidence("nothing"),), confidence=0.0)
    for signal in signals:
        opinion = signal(view, snapshot)
        if opinion is None:
            continue
        if opinion.confidence >= SURE:
            return opinion
        undecided = Routing(service=None, queue=None, evidence=opinion.evidence, confidence=opinion.confidence)
    return undecided


@dataclass(frozen=True, slots=True)
class _Tally:
    """The keywords found in a text, weighed per service and per queue."""

    found: tuple[tuple[Match, float], ...]
    queue_of: Mapping[str, str]

    def queues(self) -> list[tuple[str, float]]:
        """The queues by weight, heaviest first; a word counts once for a queue however many services share it."""
        return _ranked(self.found, lambda phrase: self.queue_of[phrase.label])

    def service(self, queue: str) -> str | None:
        """The queue's heaviest service; of equals, the one the town lists first."""
        ranked = _ranked(self._of(queue), lambda phrase: phrase.label)
        if not ranked:
            return None
        heaviest = {service for service, weight in ranked if weight == ranked[0][1]}
        return next(service for service in self.queue_of if service in heaviest)

    def evidence(self, queue: str | None = None) -> tuple[Evidence, ...]:
        """The keywords that speak for a queue, or all of them: the weightiest at each place of the text."""
        spoken: dict[int, Phrase] = {}
        for match, _ in self._of(queue):
            best = spoken.setdefault(match.position, match.phrase)
            if match.phrase.weight > best.weight:
                spoken[match.position] = match.phrase
        written = tuple(dict.fromkeys(phrase.written for phrase in spoken.values()))
        return (Evidence("words", written),) if written else ()

    def _of(self, queue: str | None) -> list[tuple[Match, float]]:
        return [found for found in self.found if queue is None or self.queue_of[found[0].phrase.label] == queue]


def _tally(view: TextView, snapshot: Snapshot, *, within: str | None = None) -> _Tally:
    matches = snapshot.keywords.find(view)
    found = tuple(
        (match, _weight(match, view))
        for match in matches
        if within is None or snapshot.queue_of[match.phrase.label] == within
    )
    return _Tally(found=found, queue_of=snapshot.queue_of)


def _weight(match: Match, view: TextView) -> float:
    """A thing that only says where counts half."""
    before = view.words[max(0, match.position - _PLACING_REACH) : match.position]
    return match.phrase.weight if PLACING.isdisjoint(before) else match.phrase.weight / 2


def _ranked(found: Iterable[tuple[Match, float]], label: Callable[[Phrase], str]) -> list[tuple[str, float]]:
    """Labels by weight: the same word twice is one reason, and a longer phrase beats its first word."""
    weights: dict[str, dict[str, float]] = {}
    for match, weight in found:
        words = weights.setdefault(label(match.phrase), {})
        words[match.word] = max(weight, words.get(match.word, 0))
    totals = [(name, sum(words.values())) for name, words in weights.items()]
    return sorted(totals, key=lambda total: -total[1])
