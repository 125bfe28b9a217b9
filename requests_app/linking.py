"""Linking: one of the town's accounts gets its keys and its place here, and is let go again."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app.lines import open_line
from requests_app.models import Account, Network, Queue, Reply, ReplyStatus
from requests_app.models.reply import TO_SEND
from requests_app.models.sealed import Secrets
from requests_app.networks.contract import Begun, Linked, NetworkUnavailable, Unauthorized

log = logging.getLogger(__name__)

# The networks' own way of linking, by name: each brings a large library along that only a town on that network needs.
ROOMS = {
    Network.X: "requests_app.networks.x_linking",
    Network.MASTODON: "requests_app.networks.mastodon_linking",
    Network.BLUESKY: "requests_app.networks.bluesky_linking",
}
# Where the account is allowed on the network's own site; Bluesky has app passwords instead.
BY_OAUTH = (Network.X, Network.MASTODON)
# Where it can be marked as a bot through the API; on X its people do that in its settings.
WITH_BOT_MARK = (Network.MASTODON, Network.BLUESKY)


class CannotLink(Exception):
    """A sentence for whoever links; nothing was changed here."""


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks through an account: a team, a person, or (neither) the town hall as a whole."""

    queue: Queue | None = None
    person: User | None = None


def begin(network: str, *, callback: str, server_url: str = "", name: str = "") -> Begun:
    """Where the administrator allows it on the network. Raises CannotLink."""
    if network == Network.X and not settings.X_CLIENT_ID:
        raise CannotLink(_("The town has no app on X yet: the operator's guide says how to make one."))
    try:
        if network == Network.X:
            begun: Begun = _room(network).begin(callback=callback)
        else:
            begun = _room(network).begin(server_url, callback=callback, name=name)
    except NetworkUnavailable as failure:
        raise CannotLink(_why_not_asked(network, failure, at=server_url)) from failure
    except ValueError as failure:
        raise CannotLink(_not_an_address()) from failure
    return begun


def complete(
    network: str, keep: Mapping[str, str], *, code: str, state: str, callback: str, server_url: str = ""
) -> Linked:
    """Back from the network with a code. Raises CannotLink."""
    try:
        linked: Linked = _room(network).complete(keep, code=code, state=state, callback=callback)
    except Unauthorized as failure:
        sentence = _("%(network)s did not accept what came back (%(reason)s). Nothing was linked: please begin again.")
        raise CannotLink(sentence % {"network": Network(network).label, "reason": str(failure)}) from failure
    except NetworkUnavailable as failure:
        raise CannotLink(_why_not_asked(network, failure, at=server_url)) from failure
    _require_one_server(linked, network=network)
    return linked


def by_tokens(network: str, *, access_token: str, refresh_token: str = "", server_url: str = "") -> Linked:
    """With tokens that somebody made by hand. Raises CannotLink."""
    try:
        if network == Network.X:
            linked: Linked = _room(network).link_tokens(access_token, refresh_token)
        else:
            linked = _room(network).link_token(server_url, access_token)
    except Unauthorized as failure:
        sentence = _("%(network)s does not accept this access token. Make a new pair and try again.")
        raise CannotLink(sentence % {"network": Network(network).label}) from failure
    except NetworkUnavailable as failure:
        raise CannotLink(_why_not_asked(network, failure, at=server_url)) from failure
    except ValueError as failure:
        raise CannotLink(_not_an_address()) from failure
    _require_one_server(linked, network=network)
    return linked


def sign_in(handle: str, app_password: str, *, server_url: str) -> Linked:
    """On Bluesky, with a password made for Plaza. Raises CannotLink."""
    try:
        linked: Linked = _room(Network.BLUESKY).sign_in(handle, app_password, server_url=server_url)
    except Unauthorized as failure:
        # Bluesky's room says what to do, in the reader's language.
        raise CannotLink(str(failure)) from failure
    except NetworkUnavailable as failure:
        raise CannotLink(_why_not_asked(Network.BLUESKY, failure, at=server_url)) from failure
    return linked


@transaction.atomic
def store(
    linked: Linked,
    *,
    network: str,
    since_now: bool,
    voice: Voice | None = None,
    name: str = "",
    begins: bool = True,
) -> tuple[Account, bool]:
    """The account with its keys, and whether it is a new one. A `voice` replaces the one it had.

    `since_now` leaves out what was written to it before; an account that is being read goes on where it was, so that
    new keys lose nothing. A new one that does not begin at once waits for `resume`.
    """
    now = timezone.now()
    owner = linked.owner
    account, is_new = Account.objects.select_for_update(of=("self",)).get_or_create(
        network=network, external_id=owner.external_id, defaults={"handle": owner.handle, "is_active": False}
    )
    if since_now and not (account.is_active and account.collected_at):
        # To the second, since some networks tell no finer time.
        account.cursor, account.own_cursor, account.reads_from = "", "", now.replace(microsecond=0)
    account.handle = owner.handle
    account.display_name = name or owner.display_name or account.display_name
    account.credentials, account.keys_at = Secrets(linked.credentials), now if linked.credentials else None
    account.server = dict(linked.server)
    if voice:
        account.queue, account.person = voice.queue, voice.person
    account.is_active = begins or not is_new
    account.collect_error = account.collect_cause = ""
    account.next_collect_at = account.own_collect_at = now
    if account.deferred_cause == "credentials":
        account.deferred_until, account.deferred_cause = None, ""
    account.save()
    log.info("linked", extra={"account": account.pk, "network": network, "anew": not is_new})
    return account, is_new


def accept_everybody(account: Account) -> bool:
    """Whether the server agreed to show what strangers write: by its own policy Mastodon may keep that apart."""
    if account.network != Network.MASTODON:
        return True
    return _asked(account, "accept_everybody")


def mark_as_bot(account: Account) -> bool:
    """Whether the network now says beside the account's name that machines write there too."""
    return account.network in WITH_BOT_MARK and _asked(account, "mark_as_bot")


def give_voice(account: Account, voice: Voice) -> None:
    """Whose voice it is from now on."""
    account.queue, account.person = voice.queue, voice.person
    account.save(update_fields=["queue", "person"])


def read_own(account: Account, reads_own: bool) -> None:
    """Whether what its people write there with the network's own app is read back."""
    Account.objects.filter(pk=account.pk).update(reads_own=reads_own, own_collect_at=timezone.now())


def pause(account: Account) -> None:
    """Neither read nor written with until it is resumed; what is due to leave waits."""
    Account.objects.filter(pk=account.pk).update(is_active=False)


def resume(account: Account) -> None:
    """Goes on where it was, at once."""
    now = timezone.now()
    Account.objects.filter(pk=account.pk).exclude(credentials="").update(
        is_active=True, next_collect_at=now, own_collect_at=now
    )


@transaction.atomic
def unlink(account: Account) -> None:
    """Its keys are erased and it is not used any more; what was read and said through it stays.

    What still waits to leave through it is handed back to the desk, where another account can say it; so is what nobody
    can look for any more.
    """
    locked = Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    locked.credentials, locked.keys_at, locked.is_active = Secrets(), None, False
    locked.save(update_fields=["credentials", "keys_at", "is_active"])
    handed_back = {"status": ReplyStatus.FAILED, "next_attempt_at": None}
    replies = Reply.objects.filter(account=locked)
    replies.filter(status__in=TO_SEND).update(error=_("its account was unlinked"), **handed_back)
    replies.filter(status=ReplyStatus.IN_DOUBT).update(
        error=_("its account was unlinked before we knew whether it arrived: look there first"), **handed_back
    )
    log.info("unlinked", extra={"account": account.pk, "network": account.network})


def _room(network: str) -> Any:
    return import_module(ROOMS[Network(network)])


def _asked(account: Account, what: str) -> bool:
    """Whether the network did it."""
    try:
        with open_line(account):
            # The line keeps its keys fresh. Some rooms answer False where a server knows no such thing.
            return getattr(_room(account.network), what)(account.credentials, account.server) is not False
    except NetworkUnavailable as failure:
        log.warning("not done", extra={"account": account.pk, "what": what, "cause": failure.cause})
        return False


def _require_one_server(linked: Linked, *, network: str) -> None:
    """Ids on Mastodon are a server's own: those of two servers could not be told apart."""
    others = Account.objects.filter(network=Network.MASTODON).exclude(server={})
    other = others.exclude(server__url=linked.server.get("url")).first() if network == Network.MASTODON else None
    if other is not None:
        sentence = _("The town's accounts on Mastodon live on %(server)s, and Plaza reads one server.")
        raise CannotLink(sentence % {"server": other.server["url"]})


def _not_an_address() -> str:
    return _("That is not the address of a server: it begins with https://.")


def _why_not_asked(network: str, failure: NetworkUnavailable, *, at: str) -> str:
    words = {"network": Network(network).label, "address": at or settings.X_BASE_URL, "reason": str(failure)}
    if failure.retry_at:
        return _("%(network)s asks for a pause. Try again in a quarter of an hour.") % words
    return _("%(network)s could not be asked at %(address)s: %(reason)s. Nothing was linked.") % words
