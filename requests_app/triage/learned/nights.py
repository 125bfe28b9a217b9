"""Nights: when it is time to learn from the town, who asked for it, and what is in use. Learns nothing itself."""

import logging
import subprocess
import sys
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from requests_app import audit
from requests_app.models import Classifier, LearningSource, Training, TrainingOutcome

log = logging.getLogger(__name__)

# So many posts held back are compared on; on fewer, one post more or less would decide.
ENOUGH = 30
# By the town's clock: few write then, and nobody waits.
NIGHT_BEGINS, NIGHT_ENDS = 3, 6
# It takes seconds; what takes so long has died.
LONGEST = timedelta(minutes=30)
# The newest trainings that are remembered, and of how many the weights, which are megabytes.
REMEMBERED, WEIGHED = 60, 10
# A night without a training is missed once the next day is half over.
MISSED_AFTER = timedelta(hours=36)


def ask(*, by: User) -> Training:
    """Puts one in the queue, unless one is there already: that one then."""
    try:
        with transaction.atomic():
            return Training.objects.create(asked_at=timezone.now(), asked_by=by)
    except IntegrityError:
        return Training.objects.open().get()


def claim(*, now: datetime) -> Training | None:
    """The training to do now, asked for by somebody or by the night; None: nothing to do."""
    give_up_the_dead(now=now)
    if is_night(now) and not Training.objects.of_the_night(since=_night_of(now)).exists():
        try:
            with transaction.atomic():
                Training.objects.create(asked_at=now)
        except IntegrityError:
            log.info("the night's training waits for one that somebody asked for")
    waiting = Training.objects.waiting().first()
    # Compare and set: of two workers one does it.
    if waiting is None or not Training.objects.waiting().filter(pk=waiting.pk).update(began_at=now):
        return None
    waiting.refresh_from_db()
    return waiting


def carry_out(training: Training) -> None:
    """In a process of its own: what trains is a hundred megabytes, and the worker lives for months."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "learn_from_town", "--training", str(training.pk)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=LONGEST.total_seconds(), check=False)  # noqa: S603 (our own command)
    except subprocess.TimeoutExpired:
        fail(training, error="TimeoutExpired")
        return
    if done.returncode:
        log.error("training ended badly", extra={"training": training.pk, "code": done.returncode})
    # Where it could say so itself, this changes nothing.
    fail(training, error=f"exit {done.returncode}")


def fail(training: Training, *, error: str) -> None:
    """Unless it is over already."""
    ended = {"ended_at": timezone.now(), "outcome": TrainingOutcome.FAILED, "error": error[:100]}
    if Training.objects.open().filter(pk=training.pk).update(**ended):
        log.error("training failed", extra={"training": training.pk, "error": error})


def give_up_the_dead(*, now: datetime) -> None:
    """Begun, and never heard of again: the machine was switched off meanwhile."""
    for dead in Training.objects.open().filter(began_at__lt=now - LONGEST - timedelta(minutes=1)):
        fail(dead, error="never ended")


def is_missed(*, now: datetime) -> bool:
    """No night has learned for so long that something is wrong; nothing is where nobody ever has."""
    nights = Training.objects.filter(asked_by=None)
    newest = nights.order_by("-id").values_list("asked_at", flat=True).first()
    return newest is not None and newest < now - MISSED_AFTER


def is_night(now: datetime) -> bool:
    return NIGHT_BEGINS <= timezone.localtime(now).hour < NIGHT_ENDS


@transaction.atomic
def use(classifier: Classifier | None, *, by: User | None) -> bool:
    """From now on this one; None: the one that Plaza ships. False: it cannot be used any more."""
    rows = {row.pk: row for row in Classifier.objects.select_for_update().defer("weights")}
    chosen = rows.get(classifier.pk) if classifier else None
    if classifier and (chosen is None or chosen.pk not in usable()):
        return False
    Classifier.objects.filter(is_in_use=True).update(is_in_use=False)
    if chosen:
        Classifier.objects.filter(pk=chosen.pk).update(is_in_use=True, chosen_by=by)
    if by:
        audit.write(
            LearningSource, f"classifier {chosen.trained_at.isoformat()}" if chosen else "classifier own", by=by
        )
    return True


def usable() -> frozenset[int]:
    """Those (ids) that are kept whole, and learned from nobody's posts that may not be learned from today."""
    allowed = set(LearningSource.objects.networks())
    whole = Classifier.objects.with_weights().values_list("pk", "labels")
    return frozenset(pk for pk, labels in whole if set(labels.get("networks", ())) <= allowed)


@transaction.atomic
def choose_source(network: str, *, is_used: bool, by: User) -> bool:
    """Whether its posts may be learned from. True: what was in use had learned from them, and is not in use any more."""
    LearningSource.objects.update_or_create(network=network, defaults={"is_used": is_used, "chosen_by": by})
    audit.write(LearningSource, f"{network} {'on' if is_used else 'off'}", by=by)
    current = Classifier.objects.defer("weights").filter(is_in_use=True).first()
    if is_used or current is None or current.pk in usable():
        return False
    use(None, by=by)
    return True


def changed_lately() -> list[LogEntry]:
    """Who chose what, newest first. `change_message`: "x on", "classifier own", or with its moment."""
    return list(audit.lines(LearningSource)[:20])


def forget_old() -> None:
    """Of the oldest the weights, then all."""
    newest = list(Classifier.objects.order_by("-id").values_list("pk", flat=True)[:WEIGHED])
    Classifier.objects.with_weights().exclude(pk__in=newest).exclude(is_in_use=True).update(weights=b"")
    old = list(Training.objects.over().values_list("pk", "classifier")[REMEMBERED:])
    in_use = set(Classifier.objects.filter(is_in_use=True).values_list("pk", flat=True))
    Training.objects.filter(pk__in=[pk for pk, classifier in old if classifier not in in_use]).delete()
    Classifier.objects.filter(training=None, is_in_use=False).delete()
    # A quiet year would be a page of nothing but quiet nights: of these the newest says enough.
    for outcome in (TrainingOutcome.TOO_FEW, TrainingOutcome.NOTHING_NEW):
        quiet = list(Training.objects.over().filter(outcome=outcome).values_list("pk", flat=True))
        Training.objects.filter(pk__in=quiet[1:]).delete()


def _night_of(now: datetime) -> datetime:
    return timezone.localtime(now).replace(hour=NIGHT_BEGINS, minute=0, second=0, microsecond=0)
