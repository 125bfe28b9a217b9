"""What triage learned from the town, in plain words: what is in use, how it fared, and whose posts it learns from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.admin.models import LogEntry
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from requests_app import wording
from requests_app.models import Classifier, LearningSource, Network, Training, TrainingOutcome
from requests_app.models.classifier import NEVER_UNASKED
from requests_app.triage.learned import nights
from requests_app.triage.learned.labels import corrections_since

# Of the history the newest; all older are there no more than a few weeks.
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Past:
    """One training as the history tells it."""

    training: Training
    figures: Sequence[str]
    classifier: Classifier | None
    may_be_used: bool

    @property
    def told(self) -> str:
        return told(self.training)

    @property
    def is_in_use(self) -> bool:
        return self.classifier is not None and self.classifier.is_in_use


@dataclass(frozen=True, slots=True)
class Source:
    """A network, and whether its posts are learned from. `ends`: what is in use would go with it."""

    network: Network
    is_used: bool
    asks_first: bool
    choice: LearningSource | None
    ends: bool


@dataclass(frozen=True, slots=True)
class Learning:
    """`in_use`: None where it is Plaza's own. `open`: waiting or under way. `newest`: the last that is over."""

    in_use: Classifier | None
    figures: Sequence[str]
    corrections: int
    open: Training | None
    newest: Training | None
    is_missed: bool
    history: Sequence[Past]
    sources: Sequence[Source]
    lately: Sequence[tuple[str, LogEntry]]

    @property
    def has_failed(self) -> bool:
        return self.newest is not None and self.newest.outcome == TrainingOutcome.FAILED


def read_learning(*, now: datetime) -> Learning:
    """The whole page's reading; the weights stay where they are."""
    nights.give_up_the_dead(now=now)
    rows = Training.objects.over().select_related("asked_by", "classifier__chosen_by").defer("classifier__weights")
    usable = nights.usable()
    history = [_past(row, usable=usable) for row in rows[:SHOWN]]
    in_use = Classifier.objects.defer("weights").filter(is_in_use=True).select_related("chosen_by").first()
    # What nobody could learn from yet: since the last one looked.
    looked = [past.training.asked_at for past in history if past.training.outcome != TrainingOutcome.FAILED]
    return Learning(
        in_use=in_use,
        figures=figures(in_use) if in_use else (),
        corrections=corrections_since(looked[0] if looked else None),
        open=Training.objects.open().select_related("asked_by").first(),
        newest=history[0].training if history else None,
        is_missed=nights.is_missed(now=now),
        history=history,
        sources=list(_sources(in_use)),
        lately=[(line(change), change) for change in nights.changed_lately()],
    )


def figures(classifier: Classifier) -> list[str]:
    """How it fared on posts that it had never seen, a sentence a question, with the one that was in use then."""
    kept = classifier.figures
    sentences = {
        "queue": _("The right team for %(right)s of %(asked)s posts it had never seen; the one before for %(before)s."),
        "kind": _("What it is for %(right)s of %(asked)s; the one before for %(before)s."),
        "urgent": _("Whether it can wait for %(right)s of %(asked)s; the one before for %(before)s."),
    }
    return [
        sentence % {part: wording.number(kept.get(part, {}).get(question, 0)) for part in ("right", "asked", "before")}
        for question, sentence in sentences.items()
        if kept.get("asked", {}).get(question)
    ]


def line(change: LogEntry) -> str:
    """What somebody chose."""
    what, _space, how = change.change_message.partition(" ")
    if what == "classifier":
        trained_at = parse_datetime(how)
        if trained_at is None:
            return _("Plaza's own sorts again")
        return _("the one of %(time)s sorts again") % {"time": wording.clock(trained_at, now=change.action_time)}
    words = {"network": Network(what).label}
    return _("learns from %(network)s") % words if how == "on" else _("does not learn from %(network)s") % words


def told(training: Training) -> str:
    """Why it was kept or not."""
    labels = training.labels
    match training.outcome:
        case TrainingOutcome.KEPT:
            return _("Better than the one before, so it was put to use.")
        case TrainingOutcome.NOT_BETTER:
            return _("Not better than the one before, so that stayed in use.")
        case TrainingOutcome.TOO_FEW:
            return ngettext(
                "Too few to compare on: %(held)s post is held back for that, %(enough)s are needed.",
                "Too few to compare on: %(held)s posts are held back for that, %(enough)s are needed.",
                labels.get("held_back", 0),
            ) % {"held": wording.number(labels.get("held_back", 0)), "enough": wording.number(nights.ENOUGH)}
        case TrainingOutcome.NOTHING_NEW:
            return _("Nobody corrected or closed anything since the one before.")
        case TrainingOutcome.OVERTAKEN:
            return _("Somebody chose another while it learned, so it was not put to use.")
    return _("It failed (%(error)s). What sorted before goes on sorting.") % {"error": training.error}


def _past(training: Training, *, usable: frozenset[int]) -> Past:
    row = training.classifier
    return Past(training, figures(row) if row else (), row, row is not None and row.pk in usable)


def _sources(in_use: Classifier | None) -> Iterator[Source]:
    used = set(LearningSource.objects.networks())
    choices = {choice.network: choice for choice in LearningSource.objects.select_related("chosen_by")}
    learned = set(in_use.labels.get("networks", ())) if in_use else set()
    for network in Network:
        yield Source(network, network in used, network in NEVER_UNASKED, choices.get(network), network in learned)
