"""Trains the model that Plaza ships, from the texts that it ships."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from requests_app.triage.learned import corpus, using
from requests_app.triage.learned.training import cross_validated, train


class Command(BaseCommand):
    help = "Trains the model that Plaza ships, from the texts in requests_app/triage/corpus, and writes it with its figures."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            examples = corpus.texts()
        except corpus.BadLine as line:
            raise CommandError(
                f"{line}: not kind, topic, urgency (0 or 1) and text, with a tab between each."
            ) from line
        facts = {
            "corpus": corpus.fingerprint(),
            "texts": len(examples),
            "cross_validated": cross_validated(examples, taught=corpus.taught()),
        }
        using.STARTER.write_bytes(train([*examples, *corpus.taught()], facts=facts).to_bytes())
        self.stdout.write(json.dumps(facts, indent=2))
