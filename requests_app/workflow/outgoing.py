"""What exactly would leave, to whom, and at which price: asked before anybody sends it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.contrib.auth.models import User
from django.utils import timezone

from requests_app.models import Reply
from requests_app.networks.contract import Connector
from requests_app.workflow.reporters import language_for
from requests_app.workflow.speech import Message, compose, parent_of, payload_of
from requests_app.workflow.voices import Audience, rules_of


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message as its network would show it. `room`: for a person's own words; None where nobody counts."""

    reply: Reply
    payload: str
    room: int | None
    left: int | None
    unit: str
    # The language of whoever reads it.
    reads: str
    # US dollars; None where nothing is billed.
    price: Decimal | None
    # It only hands over to the account that answers.
    is_line: bool = False

    @property
    def is_too_long(self) -> bool:
        return self.left is not None and self.left < 0


def outgoing(heard: Audience, message: Message, *, by: User, photos: int = 0) -> Sequence[Outgoing]:
    """Everything that `say` would write. Raises MessageRefused where nobody may speak."""
    line, first, copies = compose(heard, message, by=by)
    found = [_outgoing(reply, photos=photos) for reply in (first, *copies)]
    return [_outgoing(line, photos=0, is_line=True), *found] if line else found


def _outgoing(reply: Reply, *, photos: int, is_line: bool = False) -> Outgoing:
    rules = rules_of(reply.account)
    limit = rules.capabilities.limit
    payload = _prepared(reply, rules, text=reply.text)
    added = rules.length(_prepared(reply, rules, text=""))
    return Outgoing(
        reply,
        payload,
        room=None if limit is None else limit - added,
        left=None if limit is None else limit - rules.length(payload),
        unit=rules.capabilities.unit,
        reads=language_for(reply.post, of=reply.service_request),
        price=_price(reply, rules, payload=payload, photos=photos),
        is_line=is_line,
    )


def _prepared(reply: Reply, rules: Connector, *, text: str) -> str:
    language = language_for(reply.post, of=reply.service_request)
    words = payload_of(text, service_request=reply.service_request, by=reply.by, language=language)
    repeats = reply.copy_of is not None
    return rules.prepare(words, parent=parent_of(reply), key="", now=timezone.now(), repeats=repeats).text


def _price(reply: Reply, rules: Connector, *, payload: str, photos: int) -> Decimal | None:
    """As the network bills it: an answer to whoever called us is cheaper than a post, a link is dear."""
    prices = rules.capabilities.prices
    if not prices:
        return None
    called = rules.may_answer(parent_of(reply).mentions)
    resource = "link" if rules.objection(payload) == "link" else "answer" if called else "post"
    return Decimal(prices.get(resource, "0")) + photos * Decimal(prices.get("media", "0"))
