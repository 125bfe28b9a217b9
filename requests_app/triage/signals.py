"""Signals: whose work a post is, and why; pure functions over a text and a snapshot of the town's services."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from requests_app.triage.opinions import Opinion
from requests_app.triage.seen import Evidence, Seen

# From this likelihood on the first guess is taken; below it the dispatcher decides. See docs/triage.md.
SURE = 0.56
# Of a text that knows fewer of its words the model says nothing: it is in another language, or noise.
_KNOWN = 0.34


@dataclass(frozen=True, slots=True)
class Routing:
    """Where a post goes; no queue means that the dispatcher decides, between `guesses` (queues, likeliest first)."""

    service: str | None
    queue: str | None
    evidence: tuple[Evidence, ...]
    confidence: float
    guesses: tuple[str, ...] = ()


Signal = Callable[[Seen], Routing | None]


def by_address(seen: Seen) -> Routing | None:
    """The one team whose own account was mentioned; its service by what the post says."""
    view, snapshot = seen.view, seen.snapshot
    queues = {queue for name in view.mentions if (queue := snapshot.accounts.get(name)) is not None}
    if len(queues) != 1:
        return None
    (queue,) = queues
    # The network may name the account by its number: people read the handle.
    names = [name for name in dict.fromkeys((*view.handles, *view.mentions)) if snapshot.accounts.get(name) == queue]
    handles = tuple(f"@{name}" for name in names if not name.isdigit()) or tuple(names)
    opinion = Opinion.of(seen)
    evidence = (Evidence("address", handles), *opinion.tally.evidence(queue))
    return Routing(opinion.service(queue), queue, evidence, confidence=1.0, guesses=(queue,))


def by_hashtag(seen: Seen) -> Routing | None:
    """The one team whose hashtags the post carries."""
    snapshot = seen.snapshot
    services = {tag: snapshot.hashtags[tag] for tag in seen.view.hashtags if tag in snapshot.hashtags}
    queues = {snapshot.queue_of[service] for service in services.values()}
    if len(queues) != 1:
        return None
    (queue,) = queues
    service = next(code for code in snapshot.queue_of if code in services.values())
    evidence = Evidence("hashtag", tuple(f"#{tag}" for tag in services))
    return Routing(service, queue, (evidence,), confidence=0.9, guesses=(queue,))


def by_rule(seen: Seen) -> Routing | None:
    """The team that the town's own rule sends it to; its service by what the post says where the rule names none."""
    rule = seen.applied.decider
    if rule is None or rule.queue is None:
        return None
    service = rule.service or Opinion.of(seen).service(rule.queue)
    return Routing(service, rule.queue, (Evidence("rule", (rule.name, "team")),), confidence=1.0, guesses=(rule.queue,))


def by_likeness(seen: Seen) -> Routing | None:
    """The team whose earlier posts it is most like, the town's own keywords counting too."""
    opinion = Opinion.of(seen)
    if not opinion.tally.found and seen.snapshot.model.share_known(seen.view) < _KNOWN:
        return None
    (queue, share), (rival, _) = (*opinion.ranked, ("", 0.0))[:2]
    guesses = tuple(name for name in (queue, rival) if name)
    service = opinion.service(queue)
    if share >= SURE:
        return Routing(service, queue, opinion.evidence(queue, service), round(share, 2), guesses)
    return Routing(None, None, (*opinion.tally.evidence(), Evidence("torn", guesses)), round(share, 2), guesses)


# In this order, the first that is sure wins.
SIGNALS: tuple[Signal, ...] = (by_address, by_hashtag, by_rule, by_likeness)


def route(seen: Seen, *, signals: Iterable[Signal] = SIGNALS) -> Routing:
    """Decide whose work a post is, or leave it to the dispatcher with the two best guesses."""
    opinions = (opinion for signal in signals if (opinion := signal(seen)) is not None)
    undecided = Routing(None, None, (Evidence("nothing"),), confidence=0.0)
    for opinion in opinions:
        if opinion.queue is not None:
            return opinion
        undecided = opinion
    return undecided


def hidden(seen: Seen) -> tuple[Evidence, ...]:
    """The town's rules that keep it from the public."""
    return tuple(Evidence("rule", (name, "private")) for name in seen.applied.hiding())
