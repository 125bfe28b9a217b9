"""Links one of the town's accounts: checks its tokens with the network, and gives it a voice."""

import getpass
import os
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from requests_app.models import Account, Network, Queue
from requests_app.networks.contract import IncomingAuthor, NetworkUnavailable, Unauthorized
from requests_app.networks.x_linking import link_tokens
from requests_app.networks.x_reading import snowflake

ACCESS, REFRESH = "X_ACCESS_TOKEN", "X_REFRESH_TOKEN"
# How long X's access tokens live; the true age of a given one is not known.
TOKEN_LIFE = timedelta(hours=2)


class Command(BaseCommand):
    help = (
        f"Links an account of the town's. Its tokens are read from the environment ({ACCESS}, {REFRESH}) or asked for; "
        "never give them as arguments, which other people on the machine can see. Run it again to change tokens or voice."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "network", choices=[Network.X.value, Network.PLAZA.value], help="plaza is the town's own site"
        )
        parser.add_argument("handle", help="the account's name, with or without @")
        voice = parser.add_mutually_exclusive_group()
        voice.add_argument("--queue", help="code of the team that speaks through it")
        voice.add_argument("--person", help="sign-in name of the person who speaks through it")
        parser.add_argument("--name", help="the name people read beside it")
        parser.add_argument(
            "--since",
            choices=["now"],
            help="leave out what was written to it before (but for the last quarter of an hour)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        handle = options["handle"].strip().removeprefix("@")
        voice = {"queue": _queue(options["queue"]), "person": _person(options["person"])}
        if options["network"] == Network.PLAZA:
            facts = {"external_id": "plaza", "handle": handle, "display_name": options["name"] or settings.TOWN_NAME}
        else:
            facts = self._facts_of_x(handle, name=options["name"])
        if options["since"]:
            facts["cursor"] = str(snowflake(timezone.now())) if options["network"] == Network.X else ""
        account, is_new = self._store(options["network"], facts, voice={k: v for k, v in voice.items() if v})
        self.stdout.write(f"{account} is {'linked' if is_new else 'linked anew'}. {_voice(account)}")

    def _facts_of_x(self, handle: str, *, name: str | None) -> dict[str, Any]:
        access_token = _secret(ACCESS, "Access token: ")
        refresh_token = _secret(REFRESH, "Refresh token (empty when there is none): ")
        owner = _ask_x(access_token)
        if owner.handle.lower() != handle.lower():
            raise CommandError(f"These tokens belong to @{owner.handle}, not to @{handle}.")
        credentials: dict[str, Any] = {"access_token": access_token}
        if refresh_token:
            credentials |= {"refresh_token": refresh_token, "expires_at": (timezone.now() + TOKEN_LIFE).timestamp()}
        return {
            "external_id": owner.external_id,
            "handle": owner.handle,
            "display_name": name or owner.display_name,
            "credentials": credentials,
        }

    def _store(self, network: str, facts: dict[str, Any], *, voice: dict[str, Any]) -> tuple[Account, bool]:
        """A voice replaces the other kind of voice; none given leaves it as it is."""
        if voice:
            voice = {"queue": None, "person": None, **voice}
        fresh = {"is_active": True, "collect_error": "", "next_collect_at": timezone.now()}
        return Account.objects.update_or_create(
            network=network, external_id=facts.pop("external_id"), defaults={**facts, **voice, **fresh}
        )


def _ask_x(access_token: str) -> IncomingAuthor:
    """Who X says the token belongs to."""
    try:
        return link_tokens(access_token, "").owner
    except Unauthorized:
        raise CommandError("X does not accept this access token. Make a new pair and try again.") from None
    except NetworkUnavailable as failure:
        if failure.retry_at:
            raise CommandError("X asks for a pause. Try again in a quarter of an hour.") from None
        raise CommandError(f"X could not be asked at {settings.X_BASE_URL}: {failure}. Nothing was linked.") from None


def _secret(name: str, question: str) -> str:
    """From the environment, else typed unseen."""
    if name in os.environ:
        return os.environ[name].strip()
    try:
        return getpass.getpass(question).strip()
    except EOFError:
        raise CommandError(f"There is nobody to ask: set {name} in the environment.") from None


def _queue(code: str | None) -> Queue | None:
    if code is None:
        return None
    queue = Queue.objects.filter(code=code).first()
    if queue is None:
        known = ", ".join(Queue.objects.in_order().values_list("code", flat=True)) or "none yet"
        raise CommandError(f"There is no queue “{code}”. The queues are: {known}.")
    return queue


def _person(name: str | None) -> User | None:
    if name is None:
        return None
    person = User.objects.filter(username=name, is_active=True).first()
    if person is None:
        raise CommandError(f"Nobody signs in as “{name}”.")
    return person


def _voice(account: Account) -> str:
    if account.queue:
        return f"It speaks for {account.queue.name}."
    return f"It speaks for {account.person}." if account.person else "It speaks for the town hall."
