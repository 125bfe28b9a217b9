"""Ticks: thin, repeatable, safe to overlap. Each asks its room what is due."""

import logging

from celery import shared_task
from celery.app.task import Task
from django.utils import timezone
from kombu.exceptions import OperationalError

from requests_app import inbox, outbox, photos
from requests_app import recheck as looking_again
from requests_app import triage as sorting
from requests_app.models import Account

log = logging.getLogger(__name__)


@shared_task
def collect() -> None:
    """Reads every inbox that is due; one after the other, since the slowest part is the network's."""
    now = timezone.now()
    count = sum(inbox.collect(account) for account in Account.objects.due_for_collect(now))
    count += sum(inbox.collect_own(account) for account in Account.objects.due_for_own(now))
    if count:
        nudge(triage)


@shared_task
def triage() -> None:
    """Sorts until nothing is left to sort."""
    while sorting.sort():
        pass


@shared_task
def publish() -> None:
    outbox.publish()


@shared_task
def settle() -> None:
    outbox.settle()


@shared_task
def fetch_photos() -> None:
    """And away with those that their authors took back."""
    photos.remove_erased()
    photos.fetch_due()


@shared_task
def recheck() -> None:
    looking_again.recheck(timezone.now())


def nudge(task: Task[[], None]) -> None:
    """Makes a tick come now instead of within its second. Without a broker the row still waits for the tick."""
    try:
        task.delay()
    except OperationalError:
        log.warning("no broker to nudge", extra={"task": task.name})
