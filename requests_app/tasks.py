"""Ticks: thin, repeatable, safe to overlap. Each asks its room what is due."""

import logging
from collections.abc import Callable
from functools import wraps
from threading import BoundedSemaphore, Lock

from celery import shared_task
from celery.app.task import Task
from django.conf import settings
from django.utils import timezone
from kombu.exceptions import OperationalError

from requests_app import inbox, letters, outbox, photos, workflow
from requests_app import recheck as looking_again
from requests_app import triage as sorting
from requests_app.models import Account
from requests_app.triage.learned import nights
from requests_app.triage.resembling import compare

log = logging.getLogger(__name__)

# How many threads of a worker may do it at once: these wait for networks, or for a process of its own. Each tick that
# meets one more account that hangs takes one more thread, and without a bound none would be left to send, or to sort
# what came in. All of them together are one fewer than a worker's threads.
SEATS = {"collect": 2, "publish": 2, "settle": 1, "fetch_photos": 1, "recheck": 1, "send_letters": 1, "learn": 1}
THREADS = sum(SEATS.values()) + 1
_comparing = Lock()


def seated(tick: Callable[[], None]) -> Callable[[], None]:
    """Does nothing where every seat is taken: the next tick asks the same question again."""
    free = BoundedSemaphore(SEATS[tick.__name__])

    @wraps(tick)
    def sit() -> None:
        if free.acquire(blocking=False):
            try:
                tick()
            finally:
                free.release()

    return sit


@shared_task
@seated
def collect() -> None:
    """Reads every inbox that is due; one after the other, since the slowest part is the network's."""
    now = timezone.now()
    count = sum(inbox.collect(account) for account in Account.objects.due_for_collect(now))
    count += sum(inbox.collect_own(account) for account in Account.objects.due_for_own(now))
    if count:
        nudge(triage)


@shared_task
def triage() -> None:
    """Sorts until nothing is left to sort, looks again at what was edited since, and for what was told twice."""
    while sorting.sort():
        pass
    while sorting.look_again():
        pass
    # One batch a tick, in one thread, and none while others still sort many: what comes in goes first.
    if not sorting.is_busy() and _comparing.acquire(blocking=False):
        try:
            compare()
        finally:
            _comparing.release()


@shared_task
@seated
def publish() -> None:
    outbox.publish()


@shared_task
@seated
def settle() -> None:
    outbox.settle()


@shared_task
@seated
def fetch_photos() -> None:
    """And away with those that their authors took back."""
    photos.remove_erased()
    photos.fetch_due(then=workflow.place_by_photo)


@shared_task
@seated
def recheck() -> None:
    looking_again.recheck(timezone.now())


@shared_task
@seated
def send_letters() -> None:
    if settings.MAILS:
        letters.send_due()


@shared_task
@seated
def learn() -> None:
    """Once a night, and whenever an administrator asked for it."""
    training = nights.claim(now=timezone.now())
    if training is not None:
        nights.carry_out(training)


def nudge(task: Task[[], None]) -> None:
    """Makes a tick come now instead of within its second. Without a broker the row still waits for the tick."""
    try:
        task.delay()
    except OperationalError:
        log.warning("no broker to nudge", extra={"task": task.name})
