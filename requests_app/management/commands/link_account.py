"""Links one of the town's accounts: checks its keys with the network, gives it a voice, and reads once for a test."""

import getpass
import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, no_translations

from requests_app import glance, linking
from requests_app.linking import CannotLink, Voice
from requests_app.models import Account, Network, Queue
from requests_app.networks.contract import IncomingAuthor, Linked, NetworkUnavailable

ACCESS, REFRESH = "X_ACCESS_TOKEN", "X_REFRESH_TOKEN"
MASTODON, BLUESKY = "MASTODON_ACCESS_TOKEN", "BLUESKY_APP_PASSWORD"
BLUESKY_SERVER = "https://bsky.social"


class Command(BaseCommand):
    help = (
        f"Links an account of the town's. Its keys are read from the environment ({ACCESS} and {REFRESH}, {MASTODON} or "
        f"{BLUESKY}) or asked for; never give them as arguments, which other people on the machine can see. "
        "Run it again to change keys or voice."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("network", choices=Network.values, help="plaza is the town's own site")
        parser.add_argument("handle", help="the account's name, with or without @")
        parser.add_argument("--server", help="where it lives on Mastodon, or on a Bluesky server of one's own")
        voice = parser.add_mutually_exclusive_group()
        voice.add_argument("--queue", help="code of the team that speaks through it")
        voice.add_argument("--person", help="sign-in name of the person who speaks through it")
        parser.add_argument("--name", help="the name people read beside it")
        parser.add_argument(
            "--since",
            choices=["now"],
            help="leave out what was written to it before; an account in use goes on where it was",
        )
        parser.add_argument("--no-test", action="store_true", help="do not read once at the end")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        network, handle = options["network"], options["handle"].strip().removeprefix("@")
        voice = Voice(queue=_queue(options["queue"]), person=_person(options["person"]))
        try:
            linked = _linked(network, handle, server=options["server"], name=options["name"])
        except CannotLink as refusal:
            raise CommandError(str(refusal)) from None
        _require_owner(linked, handle)
        account, is_new = linking.store(
            linked,
            network=network,
            since_now=bool(options["since"]),
            voice=voice if voice != Voice() else None,
            name=options["name"] or "",
        )
        self.stdout.write(f"{account} is {'linked' if is_new else 'linked anew'}. {_speaks_for(account)}")
        if network != Network.PLAZA:
            self._look(account, test=not options["no_test"])

    def _look(self, account: Account, *, test: bool) -> None:
        if not linking.accept_everybody(account):
            self.stdout.write("The server could not be told to show what strangers write to the account.")
        if not test:
            return
        try:
            seen = glance.glance(account)
        except NetworkUnavailable as failure:
            self.stdout.write(f"The test read failed. {glance.why_not(account, failure)}")
        else:
            self.stdout.write(f"Test read: {seen.count} written to it in the last 24 hours.")


def _linked(network: str, handle: str, *, server: str | None, name: str | None) -> Linked:
    """Raises CannotLink."""
    if network == Network.PLAZA:
        return Linked(owner=IncomingAuthor("plaza", handle, name or settings.TOWN_NAME), credentials={})
    if network == Network.X:
        access_token = _secret(ACCESS, "Access token: ")
        refresh_token = _secret(REFRESH, "Refresh token (empty when there is none): ")
        return linking.by_tokens(network, access_token=access_token, refresh_token=refresh_token)
    if network == Network.BLUESKY:
        return linking.sign_in(
            handle, _secret(BLUESKY, "App password: "), server_url=_address(server or BLUESKY_SERVER)
        )
    if not server:
        raise CommandError("Say where it lives: --server mastodon.example")
    return linking.by_tokens(network, access_token=_secret(MASTODON, "Access token: "), server_url=_address(server))


def _require_owner(linked: Linked, handle: str) -> None:
    """A handle without its server is enough where handles have one."""
    known = linked.owner.handle.lower()
    if handle.lower() not in (known, known.split("@")[0]):
        raise CommandError(f"These tokens belong to @{linked.owner.handle}, not to @{handle}.")


def _address(server: str) -> str:
    return (server if "://" in server else f"https://{server}").rstrip("/")


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


def _speaks_for(account: Account) -> str:
    if account.queue:
        return f"It speaks for {account.queue.name}."
    return f"It speaks for {account.person}." if account.person else "It speaks for the town hall."
