"""Makes a key for a program that writes through Open311, and shows its secret this once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from requests_app.models import ApiKey


class Command(BaseCommand):
    help = "Makes an API key for Open311. The secret is shown once: Plaza keeps only its fingerprint."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="who uses it, for example: Neighbours' app")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["name"].strip()
        longest = ApiKey._meta.get_field("name").max_length or 0
        if not 0 < len(name) <= longest:
            raise CommandError(f"Give the key a name of 1 to {longest} characters.")
        if ApiKey.objects.filter(name=name, is_active=True).exists():
            raise CommandError(
                f"“{name}” has a key already. Take another name, or switch the old key off in the admin pages first."
            )
        key, secret = ApiKey.make(name=name)
        self.stdout.write(f"The key of {key.name}, shown only now:\n{secret}")
