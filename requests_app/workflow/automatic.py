"""Automatic messages: nothing leaves without a person, until an administrator switched it on for a network."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from requests_app.models import (
    Account,
    Author,
    AutomaticMessage,
    Network,
    Occasion,
    Policy,
    Reply,
    ReplyStatus,
    ServiceRequest,
)
from requests_app.models.reply import TO_SEND
from requests_app.models.text import validate_texts
from requests_app.networks.contract import Connector
from requests_app.wording import request_number
from requests_app.workflow.moves import Refusal
from requests_app.workflow.speech import parent_of, require_no_blanks
from requests_app.workflow.voices import rules_of

log = logging.getLogger(__name__)

# Whoever wrote longer ago has waited for a person, not for a machine.
RECENT = timedelta(hours=1)
# No town will ever reach it: whether a text fits is asked with it.
LONGEST_NUMBER = 9_999_999


def acknowledge(opened: Sequence[ServiceRequest], *, messages: Mapping[str, AutomaticMessage], now: datetime) -> None:
    """One reply to each post that opened a request, where that is switched on; two queries, and one to write them."""
    due = [request for request in opened if _is_due(request, messages.get(request.opening_post.network), now=now)]
    if any(request.is_urgent for request in due) and not Policy.objects.of_the_town().answers_urgent:
        due = [request for request in due if not request.is_urgent]
    if not due:
        return
    authors = Author.objects.in_bulk({request.opening_post.author_id for request in due})
    speakers = _Speakers({request.opening_post.network for request in due})
    replies = []
    for request in due:
        post = request.opening_post
        post.author = authors[post.author_id]
        if post.author.opted_out_at is None:
            replies.append(_reply(request, messages[post.network], speakers=speakers, now=now))
    # A post that was sorted again has its reply already: see `one_automatic_reply_per_post`.
    Reply.objects.bulk_create((reply for reply in replies if reply), ignore_conflicts=True)


def messages_on() -> dict[str, AutomaticMessage]:
    """What is switched on, by network."""
    on = AutomaticMessage.objects.filter(occasion=Occasion.RECEIVED, on_since__isnull=False)
    return {message.network: message for message in on}


def withdraw_unwanted(reply: Reply) -> bool:
    """Asked just before an automatic reply leaves, which may have waited long: whether nobody wants it any more."""
    is_on = AutomaticMessage.objects.filter(network=reply.account.network, on_since__isnull=False).exists()
    is_unwanted = not is_on or Author.objects.filter(posts=reply.post_id, opted_out_at__isnull=False).exists()
    if not is_unwanted and _may_speak_to_danger(reply):
        return False
    _withdraw(Reply.objects.filter(pk=reply.pk))
    return True


@transaction.atomic
def switch_on(network: str, *, texts: Mapping[str, str], by: User, rules_read: bool) -> AutomaticMessage:
    """Raises Refusal unless `by` has read the network's `rules` and the texts keep them."""
    if network == Network.PLAZA or network not in Network:
        raise Refusal(_("There is nothing to send automatically there."))
    if not rules_read:
        raise Refusal(_("Read the network's rules first, and say that you did."))
    texts = {language: text.strip() for language, text in texts.items() if text.strip()}
    _check(network, texts)
    message, _made = AutomaticMessage.objects.update_or_create(
        network=network,
        occasion=Occasion.RECEIVED,
        defaults={"texts": texts, "on_since": timezone.now(), "switched_on_by": by},
    )
    log.info("automatic message switched on", extra={"network": network, "user": by.pk})
    return message


@transaction.atomic
def switch_off(network: str) -> None:
    """At once: what has not left yet stays."""
    AutomaticMessage.objects.filter(network=network).update(on_since=None, switched_on_by=None)
    count = _withdraw(Reply.objects.filter(account__network=network))
    log.info("automatic message switched off", extra={"network": network, "withdrawn": count})


def rules(network: str) -> list[str]:
    """What whoever switches it on must know of the network, a sentence each."""
    name = Network(network).label
    words = ", ".join(settings.OPT_OUT_WORDS)
    sentences = [
        _(
            "%(network)s takes one automatic reply to each thing that somebody writes to you. Plaza never sends a second."
        ),
        _("The profile of the account must say that it is partly a bot, and who runs it. Set that on %(network)s."),
        _("Whoever writes only one of these words gets no more automatic messages from that moment: %(words)s."),
        _(
            "The same text may not leave from several accounts. Every message carries its own number, and goes out once."
        ),
        _("It says that it is automatic. It does not count as an answer: the clock runs until a person writes."),
    ]
    return [sentence % {"network": name, "words": words} for sentence in sentences]


def _may_speak_to_danger(reply: Reply) -> bool:
    """Whether it says nothing to somebody in danger, or the town wants that and it says first whom to call.

    Danger may have been found after the words were ready, in it or in what it became part of.
    """
    urgent = Q(is_urgent=True) | Q(merged_into__is_urgent=True)
    if not ServiceRequest.objects.filter(urgent, pk=reply.service_request_id).exists():
        return True
    return _call(reply.language) in reply.text and Policy.objects.of_the_town().answers_urgent


def _withdraw(replies: QuerySet[Reply]) -> int:
    return replies.filter(by=None, status__in=TO_SEND).update(status=ReplyStatus.WITHDRAWN, next_attempt_at=None)


class _Speakers:
    """The accounts that may speak on some networks, with their rules; one query."""

    def __init__(self, networks: Iterable[str]) -> None:
        accounts = Account.objects.linked().filter(network__in=networks).order_by("pk")
        self._lines = [(account, rules_of(account)) for account in accounts]

    def for_request(self, request: ServiceRequest) -> tuple[Account, Connector] | None:
        """The team's own before the town hall's; a person's only where no other was named."""
        post = request.opening_post
        able = [
            (account, line)
            for account, line in self._lines
            if account.network == post.network and line.may_answer(post.mentions)
        ]
        return min(able, key=lambda one: _distance(one[0], request), default=None)


def _distance(account: Account, request: ServiceRequest) -> int:
    if account.queue_id is not None:
        return 0 if account.queue_id == request.queue_id else 2
    return 1 if account.person_id is None else 3


def _is_due(request: ServiceRequest, message: AutomaticMessage | None, *, now: datetime) -> bool:
    if message is None or message.on_since is None or request.is_private:
        return False
    post = request.opening_post
    is_recent = post.posted_at >= now - RECENT and post.received_at >= message.on_since
    return is_recent and post.written_by_id is None and post.deleted_at is None


def _reply(request: ServiceRequest, message: AutomaticMessage, *, speakers: _Speakers, now: datetime) -> Reply | None:
    speaker = speakers.for_request(request)
    if speaker is None:
        return None
    account, line = speaker
    language = _language(message.texts, request.language)
    reply = Reply(
        service_request=request, post=request.opening_post, account=account, by=None, language=language,
        status=ReplyStatus.QUEUED, next_attempt_at=now,
    )  # fmt: skip
    for text in _sayings(message.texts[language], request=request, language=language):
        payload = _payload(text, language=language, number=request.pk)
        prepared = line.prepare(payload, parent=parent_of(reply), key=str(uuid4()), now=now)
        rule = line.objection(prepared.text)
        if not rule:
            reply.text, reply.payload, reply.frozen = text, prepared.text, dict(prepared.frozen)
            return reply
    log.warning("automatic message not sent", extra={"request": request.pk, "rule": rule})
    return None


def _sayings(text: str, *, request: ServiceRequest, language: str) -> list[str]:
    """What may be said, the first that fits: to somebody in danger whom to call, and thanks where there is room."""
    call = _call(language)
    return [f"{call}\n{text}", call] if request.is_urgent else [text]


def _language(texts: Mapping[str, str], language: str) -> str:
    """The resident's, else the town's, else any."""
    return next((one for one in (language, settings.LANGUAGE_CODE) if one in texts), next(iter(texts)))


def _call(language: str) -> str:
    """The first line of what is said to somebody in danger."""
    with translation.override(language):
        return _("Somebody in danger? Call %(number)s, do not write.") % {"number": settings.EMERGENCY_NUMBER}


def _payload(text: str, *, language: str, number: int) -> str:
    with translation.override(language):
        line = _("automatic · %(number)s · reply STOP to stop these") % {"number": request_number(number)}
    return f"{text}\n— {line}"


def _check(network: str, texts: Mapping[str, str]) -> None:
    try:
        validate_texts(texts)
    except ValidationError as error:
        raise Refusal(" ".join(error.messages)) from error
    account = Account.objects.filter(network=network).order_by("-is_active", "pk").first()
    if account is None:
        raise Refusal(_("Link an account of that network first."))
    line = rules_of(account)
    for language, text in texts.items():
        require_no_blanks(text)
        _object(line.objection(_payload(text, language=language, number=LONGEST_NUMBER)), text=text)


def _object(rule: str, *, text: str) -> None:
    if rule == "too_long":
        raise Refusal(_("This is too long for the network: “%(text)s”") % {"text": text})
    if rule:
        raise Refusal(_("The network's rules do not allow this text: “%(text)s”") % {"text": text})
