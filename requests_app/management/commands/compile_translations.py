"""Compiles the message catalogues, checks that they are whole, or writes new words into them."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from requests_app.management.catalogues import CatalogueError, Catalogues


class Command(BaseCommand):
    help = "Compiles the translations that changed. The words in the code are English, so English has no catalogue."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--check", action="store_true", help="list what is missing or wrong, and fail if anything is")
        what.add_argument("--update", action="store_true", help="write new words into the catalogues, drop unused ones")
        parser.add_argument("--root", type=Path, default=settings.BASE_DIR, help="the folder of the code")

    def handle(self, *args: Any, **options: Any) -> None:
        languages = tuple(code for code, _name in settings.LANGUAGES if code != "en")
        catalogues = Catalogues(root=options["root"], languages=languages)
        try:
            if options["check"]:
                self._check(catalogues)
            elif options["update"]:
                self._update(catalogues)
            else:
                self._compile(catalogues)
        except CatalogueError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename} cannot be written: {error.strerror}.") from error

    def _compile(self, catalogues: Catalogues) -> None:
        done = catalogues.compile()
        self.stdout.write(f"Compiled {', '.join(done)}." if done else "The translations are up to date.")

    def _update(self, catalogues: Catalogues) -> None:
        for language, (new, dropped) in catalogues.update().items():
            self.stdout.write(f"{language}: {new} new, {dropped} dropped")

    def _check(self, catalogues: Catalogues) -> None:
        problems = catalogues.problems()
        for problem in problems:
            self.stderr.write(problem)
        if problems:
            raise CommandError(
                f"{len(problems)} things to translate or mend; --update writes new words into the catalogues."
            )
        self.stdout.write("Every word is translated.")
