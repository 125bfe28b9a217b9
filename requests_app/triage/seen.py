"""What is seen: one text, with what the town knows and what the model makes of it; and the reasons drawn from it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

from requests_app.triage.learned.model import Likelihoods, Model
from requests_app.triage.learned.topics import TOPICS
from requests_app.triage.rules import NONE_APPLIED, Applied
from requests_app.triage.words import PhraseBook, TextView, folded


@dataclass(frozen=True, slots=True)
class ServiceWords:
    """What a service is known by: its keywords, each with its language, and its hashtags; hashable, to be cached."""

    code: str
    queue: str
    keywords: tuple[tuple[str, str], ...]
    hashtags: tuple[str, ...] = ()
    # Which of the model's topics it is; "" for its code's, where that is one.
    topic: str = ""

    @classmethod
    def of(
        cls,
        code: str,
        *,
        queue: str,
        keywords: Mapping[str, Sequence[str]],
        hashtags: Sequence[str] = (),
        topic: str = "",
    ) -> Self:
        """From keywords by language, as the town writes them: {"es": ["farola", "calle sin luz", "agua^1"]}."""
        pairs = tuple((language, keyword) for language, written in keywords.items() for keyword in written)
        return cls(code=code, queue=queue, keywords=pairs, hashtags=tuple(hashtags), topic=topic)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason, kept as data: ("address", ("@manto_alameda",)), ("words", ("farola", "luz")), ("nothing", ())."""

    signal: str
    detail: tuple[str, ...] = ()


# Not `slots`: what is derived is kept.
@dataclass(frozen=True)
class Snapshot:
    """The town's services and accounts, compiled once for thousands of posts."""

    queue_of: Mapping[str, str]
    accounts: Mapping[str, str | None]
    hashtags: Mapping[str, str]
    # Whose is what is nobody's service.
    fallback: str
    # The services that each label of the model stands for.
    services_of: Mapping[str, tuple[str, ...]]
    keywords: PhraseBook = field(repr=False, compare=False)
    model: Model = field(repr=False, compare=False)

    def labels_of(self, queue: str) -> Sequence[str]:
        """What a team works on, as the model calls it."""
        return self._labels.get(queue, ())

    @cached_property
    def _labels(self) -> Mapping[str, Sequence[str]]:
        labels: dict[str, dict[str, None]] = {}
        for label in self.model.heads["topic"].labels:
            # What is nobody's service is theirs who take the rest.
            for queue in [self.queue_of[code] for code in self.services_of.get(label, ())] or [self.fallback]:
                labels.setdefault(queue, {})[label] = None
        return {queue: tuple(names) for queue, names in labels.items()}


@dataclass(frozen=True)
class Seen:
    """One text with what the model makes of it, worked out once."""

    view: TextView
    snapshot: Snapshot
    # Which of the town's rules hold for it.
    applied: Applied = NONE_APPLIED

    @cached_property
    def likely(self) -> Likelihoods:
        return self.snapshot.model.likelihoods(self.view)


def compile_snapshot(
    services: Iterable[ServiceWords], accounts: Mapping[str, str | None], *, fallback: str, model: Model
) -> Snapshot:
    """Compile what triage knows; the town lists its services in the order that settles a tie within a queue."""
    services = tuple(services)
    services_of: dict[str, tuple[str, ...]] = {}
    for service in services:
        for label in {service.code, service.topic or (service.code if service.code in TOPICS else "")} - {""}:
            services_of[label] = (*services_of.get(label, ()), service.code)
    return Snapshot(
        fallback=fallback,
        services_of=services_of,
        model=model,
        queue_of={service.code: service.queue for service in services},
        accounts={name.lower().removeprefix("@"): queue for name, queue in accounts.items()},
        hashtags={folded(hashtag): service.code for service in reversed(services) for hashtag in service.hashtags},
        keywords=PhraseBook(
            (service.code, language, keyword) for service in services for language, keyword in service.keywords
        ),
    )
