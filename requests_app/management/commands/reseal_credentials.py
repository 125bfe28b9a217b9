"""Seals every account's keys anew, with the CREDENTIALS_KEY of today."""

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

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            # Locked, so that no worker keeps renewed keys in between.
            accounts = list(Account.objects.select_for_update(of=("self",)).exclude(credentials=""))
        except ImproperlyConfigured:
            raise CommandError(
                "Some keys were sealed with a CREDENTIALS_KEY that is not known any more: put it into "
                "CREDENTIALS_OLD_KEYS, or link those accounts anew. Nothing was changed."
            ) from None
        for account in accounts:
            account.save(update_fields=["credentials"])
        self.stdout.write(f"Keys of {len(accounts)} accounts are sealed anew.")
