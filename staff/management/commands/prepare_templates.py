"""Templates for a town that has none yet: Alameda's, for the demo."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from staff.case import templates

TOWN: Path = settings.BASE_DIR / "requests_app" / "management" / "alameda_templates.json"


class Command(BaseCommand):
    help = "Gives a town without templates those of the fictional town of Alameda."

    def handle(self, *args: Any, **options: Any) -> None:
        made = templates.fill(json.loads(TOWN.read_text(encoding="utf-8")))
        self.stdout.write(f"{made} templates written.")
