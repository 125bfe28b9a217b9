"""Seals every account's keys anew, with the CREDENTIALS_KEY of today."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from requests_app.models import Account


class Command(BaseCommand):
    help = (
        "Seals every account's keys anew, after CREDENTIALS_KEY was changed and the one of before put into "
        "CREDENTIALS_OLD_KEYS. Afterwards the old one may be forgotten."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--forget",
            action="store_true",
            help="the old key is lost: erase what it sealed, so that those accounts can be linked anew",
        )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        # Locked, so that no worker keeps renewed keys in between.
        sealed = Account.objects.select_for_update(of=("self",)).exclude(credentials="")
        readable, lost = _sorted_by_key(list(sealed.values_list("pk", flat=True)))
        if lost and not options["forget"]:
            raise CommandError(
                f"Keys of {len(lost)} accounts were sealed with a CREDENTIALS_KEY that is not known any more. Put it "
                "into CREDENTIALS_OLD_KEYS, or give --forget and link those accounts anew. Nothing was changed."
            )
        for account in readable:
            account.save(update_fields=["credentials"])
        Account.objects.filter(pk__in=lost).update(credentials={}, keys_at=None, is_active=False)
        forgotten = f" Those of {len(lost)} are erased: link them anew." if lost else ""
        self.stdout.write(f"Keys of {len(readable)} accounts are sealed anew.{forgotten}")


def _sorted_by_key(numbers: list[int]) -> tuple[list[Account], list[int]]:
    """The accounts whose keys can be read, and the numbers of the others."""
    readable, lost = [], []
    for number in numbers:
        try:
            readable.append(Account.objects.get(pk=number))
        except ImproperlyConfigured:
            lost.append(number)
    return readable, lost
