"""Learns once more from what the town's people said of posts, and keeps the better model."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from requests_app.models import Training
from requests_app.triage.learned import nights
from requests_app.triage.learned.relearning import learn


class Command(BaseCommand):
    help = (
        "Trains a model on Plaza's texts and on what the town's people said of posts, compares it with the one in use "
        "on posts that neither has seen, and uses the better one. Done by itself every night."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--training", type=int, help="the training to carry out, as the worker says it")

    def handle(self, *args: Any, **options: Any) -> None:
        training = self._training(options["training"])
        try:
            ended = learn(training)
        except Exception as error:
            # Whatever it was: the page says that it failed, by its kind only.
            nights.fail(training, error=type(error).__name__)
            raise
        figures = ended.classifier.figures if ended.classifier else {}
        self.stdout.write(json.dumps({"outcome": ended.outcome, **ended.labels, **figures}, indent=2))

    def _training(self, number: int | None) -> Training:
        if number is not None:
            return Training.objects.open().get(pk=number)
        now = timezone.now()
        nights.give_up_the_dead(now=now)
        if Training.objects.open().exists():
            raise CommandError("One is waiting or under way already.")
        return Training.objects.create(asked_at=now, began_at=now)
