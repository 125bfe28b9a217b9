"""Reads every linked account's inbox once, now, and sorts what came in."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from requests_app import inbox, triage
from requests_app.models import Account, Network


class Command(BaseCommand):
    help = "Reads every linked account once and says what came in."

    def handle(self, *args: Any, **options: Any) -> None:
        for account in Account.objects.linked().exclude(network=Network.PLAZA).order_by("pk"):
            Account.objects.filter(pk=account.pk).update(next_collect_at=timezone.now())
            count = inbox.collect(account)
            account.refresh_from_db()
            outcome = f"failed: {account.collect_error}" if account.collect_error else f"{count} new posts"
            self.stdout.write(f"{account}: {outcome}")
        sorted_posts = 0
        while batch := triage.sort():
            sorted_posts += batch
        self.stdout.write(f"{sorted_posts} posts sorted")
