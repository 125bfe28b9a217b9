"""Opinions: what the model and the town's own keywords together say of each team and service."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from requests_app.triage.learned import pieces
from requests_app.triage.seen import Evidence, Seen, Snapshot
from requests_app.triage.words import Match, Phrase, TextView

# What one of the town's own keywords, of usual weight, adds to a team in the scale of the model (logits).
_KEYWORD = 0.5
# So little a team that the model gives nothing may still have.
_FAINT = 0.01


@dataclass(frozen=True)
class Opinion:
    """What the model and the keywords together say of each team and service."""

    seen: Seen
    tally: "Tally"

    @classmethod
    def of(cls, seen: Seen) -> Self:
        return cls(seen, _tally(seen.view, seen.snapshot))

    @cached_property
    def ranked(self) -> list[tuple[str, float]]:
        """Every queue with its share of 1, likeliest first."""
        snapshot = self.seen.snapshot
        shares: dict[str, float] = dict.fromkeys((*snapshot.queue_of.values(), snapshot.fallback), _FAINT)
        for label, share in self.seen.likely.topic.items():
            codes = snapshot.services_of.get(label, ())
            for code in codes:
                shares[snapshot.queue_of[code]] += share / len(codes)
            if not codes:
                shares[snapshot.fallback] += share
        named = dict(self.tally.queues())
        scores = {queue: math.log(share) + _KEYWORD * named.get(queue, 0.0) for queue, share in shares.items()}
        whole = sum(math.exp(score) for score in scores.values())
        return sorted(((queue, math.exp(score) / whole) for queue, score in scores.items()), key=lambda one: -one[1])

    def service(self, queue: str) -> str | None:
        """The queue's likeliest service; of equals, the one the town lists first; None where the post is nobody's in
        particular."""
        snapshot = self.seen.snapshot
        scores = {code: _FAINT for code, owner in snapshot.queue_of.items() if owner == queue}
        whole = 0.0
        for label, share in self.seen.likely.topic.items():
            codes = snapshot.services_of.get(label, ())
            if not codes and queue == snapshot.fallback:
                whole += share
            for code in codes:
                if code in scores:
                    scores[code] += share
        named = dict(self.tally.services())
        best = max(scores, key=lambda code: scores[code] * math.exp(_KEYWORD * named.get(code, 0.0)), default=None)
        return None if best is None or (scores[best] < whole and best not in named) else best

    def evidence(self, queue: str, service: str | None) -> tuple[Evidence, ...]:
        """The words that decided it, the town's keywords first, and how many posts were like it."""
        snapshot, likely = self.seen.snapshot, self.seen.likely.topic
        label = max(snapshot.labels_of(queue), key=lambda one: likely[one], default=None)
        words = self.tally.words(queue)
        if label is None:
            return (Evidence("words", words),)
        learned = snapshot.model.words_for(self.seen.view, head="topic", label=label)
        words = words or learned
        alike = snapshot.model.alike(learned[:1], label)
        share = round(100 * dict(self.ranked)[queue])
        like = (Evidence("alike", (service or queue, str(alike), str(share))),) if alike else ()
        return (*((Evidence("words", words),) if words else ()), *like)


@dataclass(frozen=True, slots=True)
class Tally:
    """The keywords found in a text, weighed per service and per queue."""

    found: tuple[tuple[Match, float], ...]
    queue_of: Mapping[str, str]

    def queues(self) -> list[tuple[str, float]]:
        """The queues by weight, heaviest first; a word counts once for a queue however many services share it."""
        return _ranked(self.found, lambda phrase: self.queue_of[phrase.label])

    def services(self) -> list[tuple[str, float]]:
        """The services by weight, heaviest first."""
        return _ranked(self.found, lambda phrase: phrase.label)

    def evidence(self, queue: str | None = None) -> tuple[Evidence, ...]:
        """The keywords that speak for a queue, or all of them, as a reason; nothing where there are none."""
        written = self.words(queue)
        return (Evidence("words", written),) if written else ()

    def words(self, queue: str | None = None) -> tuple[str, ...]:
        """The weightiest keyword at each place of the text."""
        spoken: dict[int, Phrase] = {}
        for match, _ in self._of(queue):
            best = spoken.setdefault(match.position, match.phrase)
            if match.phrase.weight > best.weight:
                spoken[match.position] = match.phrase
        return tuple(dict.fromkeys(phrase.written for phrase in spoken.values()))

    def _of(self, queue: str | None) -> list[tuple[Match, float]]:
        return [found for found in self.found if queue is None or self.queue_of[found[0].phrase.label] == queue]


def _tally(view: TextView, snapshot: Snapshot) -> Tally:
    told = pieces.emphasis(view.tokens)
    found = tuple((match, match.phrase.weight * told.get(match.word, 1.0)) for match in snapshot.keywords.find(view))
    return Tally(found=found, queue_of=snapshot.queue_of)


def _ranked(found: Iterable[tuple[Match, float]], label: Callable[[Phrase], str]) -> list[tuple[str, float]]:
    """Labels by weight: the same word twice is one reason, and a longer phrase beats its first word."""
    weights: dict[str, dict[str, float]] = {}
    for match, weight in found:
        words = weights.setdefault(label(match.phrase), {})
        words[match.word] = max(weight, words.get(match.word, 0))
    totals = [(name, sum(words.values())) for name, words in weights.items()]
    return sorted(totals, key=lambda total: -total[1])
