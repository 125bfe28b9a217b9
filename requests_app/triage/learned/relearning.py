"""Learning from the town: one more model, compared with the one in use on posts that neither has seen. Needs scikit-learn."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils import timezone

from requests_app.models import Classifier, Training, TrainingOutcome
from requests_app.triage import kinds
from requests_app.triage.dangers import URGENT
from requests_app.triage.deciding import Desk
from requests_app.triage.learned import corpus, nights
from requests_app.triage.learned.labels import Label, fingerprint, town_labels
from requests_app.triage.learned.model import Model
from requests_app.triage.learned.topics import TOPICS
from requests_app.triage.learned.training import Example, train
from requests_app.triage.learned.using import model_in_use, starter
from requests_app.triage.seen import Seen, Snapshot
from requests_app.triage.signals import by_likeness
from requests_app.triage.words import TextView, look

# What the town calls its own and Plaza knows nothing of is learned as a topic once so many posts tell of it.
OWN_TOPIC = 10

Counts = dict[str, int]


def learn(training: Training, *, texts: Sequence[Example] | None = None) -> Training:
    """Carries it out and writes down what came of it. `texts`: what is learned beside the town's, Plaza's own as a rule."""
    desk, labels = Desk.today(), town_labels()
    held, shown = [one for one in labels if one.is_held_back], [one for one in labels if not one.is_held_back]
    mark = fingerprint(labels, corpus.fingerprint(), desk.snapshot.services_of)
    told = {"town": len(labels), "held_back": len(held), "fingerprint": mark}
    if len(held) < nights.ENOUGH:
        return _end(training, TrainingOutcome.TOO_FEW, labels=told)
    if _is_known(mark):
        return _end(training, TrainingOutcome.NOTHING_NEW, labels=told)
    own = [*corpus.texts(), *corpus.taught()] if texts is None else texts
    learned = {"starter": len(own), "town": len(shown), "networks": sorted({one.network for one in shown})}
    examples = [*own, *as_examples(shown, snapshot=desk.snapshot)]
    # As it will be read: what is measured is what is kept.
    weights = train(examples, facts={"corpus": corpus.fingerprint(), **learned}).to_bytes()
    before = Classifier.objects.filter(is_in_use=True).values_list("pk", flat=True).first()
    asked, right = found(held, snapshot=replace(desk.snapshot, model=Model.from_bytes(weights)))
    _asked, was_right = found(held, snapshot=replace(desk.snapshot, model=model_in_use()))
    figures = {"asked": asked, "right": right, "before": was_right}
    return _keep(training, weights, labels=learned, told=told, figures=figures, over=before)


def as_examples(labels: Sequence[Label], *, snapshot: Snapshot) -> list[Example]:
    """What a model of topics learns from people who speak of services and teams."""
    own = Counter(one.service for one in labels)
    return [
        Example(
            text=one.text,
            kind=one.kind,
            topic=_topic(one, snapshot=snapshot, own=own),
            urgent=one.urgent,
            language=one.language,
            weight=one.weight,
        )
        for one in labels
    ]


def found(labels: Iterable[Label], *, snapshot: Snapshot) -> tuple[Counts, Counts]:
    """Of how many posts people said each thing, and of how many of these the model says the same."""
    asked, right = Counter[str](), Counter[str]()
    for label in labels:
        seen = Seen(look(label.text), snapshot)
        routing = by_likeness(seen)
        urgent = seen.likely.urgent
        guesses = {
            "queue": routing.guesses[0] if routing and routing.guesses else snapshot.fallback,
            "kind": str(kinds.likeliest(seen)),
            "urgent": "yes" if urgent["yes"] >= URGENT else "no",
        }
        said = {
            "queue": label.queue,
            "kind": label.kind,
            "urgent": "" if label.urgent is None else "yes" if label.urgent else "no",
        }
        asked.update(question for question, answer in said.items() if answer)
        right.update(question for question, answer in said.items() if answer and answer == guesses[question])
    return dict(asked), {question: right[question] for question in asked}


def is_better(right: Mapping[str, int], *, before: Mapping[str, int]) -> bool:
    """Worse in nothing, and better in whose work it is or in what it is."""
    is_worse = any(right.get(question, 0) < count for question, count in before.items())
    return not is_worse and any(right.get(question, 0) > before.get(question, 0) for question in ("queue", "kind"))


def _topic(label: Label, *, snapshot: Snapshot, own: Mapping[str, int]) -> str:
    """The topic of the service that a person named; of a team alone the one of its topics that the words are likest."""
    if label.service:
        codes = snapshot.services_of.items()
        topics = [topic for topic, services in codes if label.service in services and topic in TOPICS]
        if topics:
            return _likest(look(label.text), topics)
        if own[label.service] >= OWN_TOPIC:
            return label.service
    return _likest(look(label.text), _topics_of(label.queue, snapshot=snapshot)) if label.queue else ""


def _topics_of(queue: str, *, snapshot: Snapshot) -> list[str]:
    """What a team works on; those who take the rest, also what no service claims."""
    owners = {topic: {snapshot.queue_of[code] for code in codes} for topic, codes in snapshot.services_of.items()}
    unclaimed = [topic for topic in TOPICS if topic not in owners] if queue == snapshot.fallback else []
    return [topic for topic in TOPICS if owners.get(topic) == {queue}] + unclaimed


def _likest(view: TextView, topics: Sequence[str]) -> str:
    """By Plaza's own model, so that no mistake is learned from itself night after night."""
    if not topics:
        return ""
    likely = starter().likelihoods(view).topic
    return max(topics, key=lambda topic: likely.get(topic, 0.0))


def _is_known(mark: str) -> bool:
    """The newest comparison was of the very same."""
    compared = Training.objects.over().filter(classifier__isnull=False)
    newest = compared.values_list("labels", flat=True).first()
    return newest is not None and newest.get("fingerprint") == mark


@transaction.atomic
def _keep(
    training: Training, weights: bytes, *, labels: Mapping[str, Any], told: Mapping[str, Any],
    figures: Mapping[str, Counts], over: int | None,
) -> Training:  # fmt: skip
    """Both stay in the history; the new one is used if it is better, and nobody chose another meanwhile."""
    row = Classifier.objects.create(
        trained_at=timezone.now(), weights=weights, labels=dict(labels), figures=dict(figures)
    )
    training.classifier = row
    outcome = TrainingOutcome.NOT_BETTER
    if is_better(figures["right"], before=figures["before"]):
        in_use = Classifier.objects.select_for_update().filter(is_in_use=True).values_list("pk", flat=True).first()
        is_used = in_use == over and nights.use(row, by=None)
        outcome = TrainingOutcome.KEPT if is_used else TrainingOutcome.OVERTAKEN
    return _end(training, outcome, labels=told)


def _end(training: Training, outcome: TrainingOutcome, *, labels: Mapping[str, Any]) -> Training:
    training.outcome, training.ended_at, training.labels = outcome, timezone.now(), dict(labels)
    training.save(update_fields=["outcome", "ended_at", "labels", "classifier"])
    nights.forget_old()
    return training
