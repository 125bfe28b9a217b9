"""What the settings show of each account: whose voice, how it fares, what it costs, what it still may."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app import channels, ledger
from requests_app.linking import WITH_BOT_MARK
from requests_app.models import Account, Gap, Network, RateLimit, Reply
from requests_app.models.reply import TO_SEND

# The contract's verbs, as people call them.
CALLS = {
    "fetch": gettext_lazy("readings of the inbox"),
    "fetch_own": gettext_lazy("readings of its own posts"),
    "name": gettext_lazy("readings of names"),
    "owner": gettext_lazy("questions whose keys these are"),
    "publish": gettext_lazy("messages"),
    "find": gettext_lazy("searches for a message"),
    "check": gettext_lazy("looks at posts again"),
    "delete": gettext_lazy("messages taken back"),
    "upload": gettext_lazy("photos"),
}


# A state in a word, and how it looks.
STATES = {
    "credentials": (gettext_lazy("keys refused"), "late"),
    "money": (gettext_lazy("out of money"), "late"),
    "unread": (gettext_lazy("not read"), "late"),
    "gap": (gettext_lazy("gap"), "late"),
    "quiet": (gettext_lazy("quiet"), "waiting"),
    "limited": (gettext_lazy("limited"), "waiting"),
    "slow": (gettext_lazy("slow"), "waiting"),
    "paused": (gettext_lazy("paused"), "waiting"),
    "fine": (gettext_lazy("fine"), "resolved"),
}
STANDINGS = {
    "unlinked": (gettext_lazy("unlinked"), "declined"),
    "waiting": (gettext_lazy("not begun"), "new"),
    "paused": STATES["paused"],
}


@dataclass(frozen=True, slots=True)
class Limit:
    """`12 of 300 messages left until 22:48`."""

    call: str
    left: int
    of: int
    anew_at: datetime


@dataclass(frozen=True, slots=True)
class Shown:
    """One account, without its keys. `standing`: "running", "waiting" (linked, not begun), "paused" or "unlinked"."""

    account: Account
    standing: str
    state: channels.State | None
    spent: Decimal | None
    limits: Sequence[Limit]
    gaps: Sequence[Gap]
    unsent: int

    @property
    def voice(self) -> str:
        if self.account.queue:
            return self.account.queue.name
        person = self.account.person
        return person.first_name or person.get_username() if person else _("the town hall as a whole")

    @property
    def badge(self) -> tuple[str, str]:
        """Its state in a word, and the tone of it."""
        code = self.state.code if self.state else "fine"
        words, tone = STANDINGS.get(self.standing) or STATES[code]
        return str(words), tone

    @property
    def trouble(self) -> str:
        """The state in a sentence, when there is something to say."""
        wanted = self.standing == "running" and self.state and self.state.code not in ("fine", "gap")
        return self.state.sentence if wanted and self.state else ""

    @property
    def has_bot_mark(self) -> bool:
        """Whether its network lets Plaza say that machines write there."""
        return self.account.network in WITH_BOT_MARK


@dataclass(frozen=True, slots=True)
class Section:
    """The accounts of one network, and its bill where it sends one."""

    network: str
    accounts: Sequence[Shown]
    bill: ledger.Spend | None = field(default=None)


def sections() -> list[Section]:
    """Every account of the town by network; a constant number of queries."""
    accounts = list(_accounts())
    bill = ledger.spend(timezone.now())
    shown = _shown(accounts, bill=bill)
    networks = dict.fromkeys(account.network for account in accounts)
    return [
        Section(
            network=network,
            accounts=[one for one in shown if one.account.network == network],
            bill=bill if network == Network.X else None,
        )
        for network in networks
    ]


def shown(account: Account) -> Shown:
    """One of them."""
    (found,) = _shown([account], bill=ledger.spend(timezone.now()))
    return found


def standing(account: Account) -> str:
    if not account.credentials:
        return "unlinked"
    if account.is_active:
        return "running"
    return "paused" if account.collected_at else "waiting"


def _accounts() -> Iterable[Account]:
    rows = Account.objects.exclude(network=Network.PLAZA).select_related("queue", "person")
    return sorted(rows, key=lambda account: (Network.values.index(account.network), account.pk))


def _shown(accounts: Sequence[Account], *, bill: ledger.Spend) -> list[Shown]:
    states = {state.account.pk: state for state in channels.states()}
    limits = _limits(accounts)
    gaps = list(Gap.objects.unseen().filter(account__in=accounts).order_by("begins_at"))
    unsent = dict(
        Reply.objects.filter(account__in=accounts, status__in=TO_SEND)
        .order_by()
        .values_list("account")
        .annotate(count=Count("pk"))
    )
    return [
        Shown(
            account=account,
            standing=standing(account),
            state=states.get(account.pk),
            spent=bill.by_account.get(account.pk, Decimal(0)) if account.network == Network.X else None,
            limits=limits.get(account.pk, ()),
            gaps=[gap for gap in gaps if gap.account_id == account.pk],
            unsent=unsent.get(account.pk, 0),
        )
        for account in accounts
    ]


def _limits(accounts: Sequence[Account]) -> dict[int, list[Limit]]:
    """What the networks last said; what is whole again is not worth a line."""
    found: dict[int, list[Limit]] = {}
    standing = RateLimit.objects.filter(account__in=accounts, resets_at__gt=timezone.now()).order_by("account", "verb")
    for one in standing:
        limit = Limit(str(CALLS.get(one.verb, one.verb)), one.remaining, one.limit, one.resets_at)
        found.setdefault(one.account_id, []).append(limit)
    return found
