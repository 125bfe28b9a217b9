"""Who may answer whom: the town's accounts, the people who asked, and why an account may not speak here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from requests_app.models import Account, Network, Post, ServiceRequest
from requests_app.networks import connect
from requests_app.networks.contract import Connector
from requests_app.workflow.reporters import Reporter, language_for, reporters


@dataclass(frozen=True, slots=True)
class Voice:
    """An account and the post that it may answer. Without a post it may not, and `why` says so in words.

    `through`: the account that the author did name, and that may name this one first; then this one may answer that.
    """

    account: Account
    post: Post | None
    why: str = ""
    through: "Voice | None" = None

    @property
    def answers(self) -> Post:
        """The resident's post that it is about, whichever way it answers."""
        post = self.post or (self.through.post if self.through else None)
        if post is None:
            raise ValueError("a voice that may not speak here answers nothing")
        return post

    def connector(self) -> Connector:
        """For its rules only: what it may say, and to whom."""
        return rules_of(self.account)


@dataclass(frozen=True, slots=True)
class Address:
    """One person to be answered: by this account, below this post of theirs, in this language."""

    account: Account
    post: Post
    language: str


@dataclass(frozen=True)
class Audience:
    """Everybody who asked, and every account that might speak to them, the likeliest first."""

    service_request: ServiceRequest
    reporters: Sequence[Reporter]
    accounts: Sequence[Account]

    @cached_property
    def voices(self) -> list[Voice]:
        """Those that may answer whoever opened it come first, then those that may answer others, then the rest."""
        direct = [self._voice(account) for account in self.accounts]
        able = [voice for voice in direct if voice.post is not None]
        order = [reporter.author.pk for reporter in self.reporters]
        able.sort(key=lambda voice: order.index(voice.post.author_id) if voice.post else len(order))
        relayed = [self._relayed(voice, able) for voice in direct if voice.post is None]
        return [*able, *sorted(relayed, key=lambda voice: voice.through is None)]

    @property
    def main_language(self) -> str:
        """That of whoever opened it: what a person writes without choosing a language."""
        return language_for(self.service_request.opening_post, of=self.service_request)

    def address(self, post: Post, account: Account) -> Address:
        return Address(account, post, language_for(post, of=self.service_request))

    def others(self, voice: Voice) -> list[Address]:
        """Where the same words go besides: to each other person, by the same account if it may, else the likeliest."""
        first = voice.answers.author_id
        accounts = [voice.account, *self.accounts]
        found = (self._reach(person, accounts) for person in self.reporters if person.author.pk != first)
        return [address for address in found if address]

    def unreached(self) -> list[Reporter]:
        """People whom no account may answer."""
        return [person for person in self.reporters if self._reach(person, self.accounts) is None]

    def why_not(self, person: Reporter, account: Account | None = None) -> str:
        """Why nobody (or this account) may answer a person."""
        if account is not None and account.network != person.author.network:
            return _("it is on another network")
        if person.opted_out:
            return _("the author asked not to be written to")
        if not person.posts:
            return _("the author deleted the post")
        return _("the author did not name this account") if account else _("the author named no account in use")

    def _reach(self, person: Reporter, accounts: Iterable[Account]) -> Address | None:
        for account in accounts:
            post = self._answerable(person, account)
            if post is not None:
                return self.address(post, account)
        return None

    def _answerable(self, person: Reporter, account: Account) -> Post | None:
        """The newest post of theirs that the account may answer."""
        if account.network != person.author.network or not account.is_active:
            return None
        line = self.rules(account)
        return next((post for post in person.posts if line.may_answer(post.mentions)), None)

    def _voice(self, account: Account) -> Voice:
        posts = (self._answerable(person, account) for person in self.reporters)
        post = next((post for post in posts if post is not None), None)
        return Voice(account, post, why="" if post else self._why(account))

    def _why(self, account: Account) -> str:
        if not account.is_active:
            return _("an administrator paused it")
        near = [person for person in self.reporters if person.author.network == account.network]
        # Where one deleted the post and another did not name the account, the second is what can be mended.
        with_posts = [person for person in near if person.posts]
        person = next(iter(with_posts or near or self.reporters), None)
        return self.why_not(person, account) if person else _("nobody asked, a colleague told of it")

    def _relayed(self, voice: Voice, able: Iterable[Voice]) -> Voice:
        """Where a network wants to see an account named, another of ours that was named may do that."""
        account = voice.account
        if not account.is_active:
            return voice
        for named in able:
            if named.account.network == account.network and self.rules(account).may_answer([account.external_id]):
                return Voice(account, None, voice.why, through=named)
        return voice

    def rules(self, account: Account) -> Connector:
        """Its connector, for what it may say and to whom; made once."""
        return self._connectors[account.pk]

    @cached_property
    def _connectors(self) -> dict[int, Connector]:
        """Of the accounts that have somebody to answer."""
        here = {person.author.network for person in self.reporters}
        return {account.pk: rules_of(account) for account in self.accounts if account.network in here}


def audience(service_request: ServiceRequest, *, by: User | None) -> Audience:
    """Two queries. `by`: whose own account comes first; None for what nobody wrote."""
    people = reporters(service_request)
    here = {person.author.network for person in people} | {service_request.opening_post.network}
    accounts = [account for account in Account.objects.order_by("network", "pk") if _is_ours(account, here=here)]
    accounts.sort(key=lambda account: _closeness(account, service_request=service_request, by=by))
    return Audience(service_request, people, accounts)


def voices(service_request: ServiceRequest, *, by: User | None) -> list[Voice]:
    """Every account of the town's, the likeliest to answer first; those that may not come last and say why."""
    return audience(service_request, by=by).voices


def rules_of(account: Account) -> Connector:
    """An account's connector for its rules: nothing is asked of the network."""
    return connect(
        account.network, external_id=account.external_id, credentials=account.credentials, server=account.server
    )


def _is_ours(account: Account, *, here: set[str]) -> bool:
    """In use, or paused (its keys are kept). The town's own site only answers those who wrote there."""
    if account.network == Network.PLAZA:
        return account.is_active and account.network in here
    return account.is_active or bool(account.credentials)


def _closeness(account: Account, *, service_request: ServiceRequest, by: User | None) -> int:
    """The person's own account, then their team's, then the town hall's, then any other."""
    if by is not None and account.person_id == by.pk:
        return 0
    if account.queue_id == service_request.queue_id:
        return 1
    return 2 if account.queue_id is None and account.person_id is None else 3
