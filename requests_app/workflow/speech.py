"""What is said in public: through which account, to which post, in which words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import cast
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from requests_app.models import Account, Photo, Post, Reply, ServiceRequest
from requests_app.networks import connect
from requests_app.networks.contract import Connector, Parent
from requests_app.wording import request_number
from requests_app.workflow.moves import Refusal


class MessageRefused(Refusal):
    """The message would break a rule of its network, or nobody may speak there."""


@dataclass(frozen=True, slots=True)
class Message:
    """What a person wants to say; `photo` is JPEG bytes already stripped, `account_id` chooses the voice."""

    text: str
    account_id: int | None = None
    photo: bytes | None = None
    photo_alt: str = ""


@dataclass(frozen=True, slots=True)
class Voice:
    """An account and the post of the thread that it may answer; without a post it may not speak here."""

    account: Account
    post: Post | None

    def connector(self) -> Connector:
        """For its rules only: what it may say, and to whom."""
        return connect(
            self.account.network,
            external_id=self.account.external_id,
            credentials=self.account.credentials,
            server=self.account.server,
        )


def voices(service_request: ServiceRequest, *, by: User) -> list[Voice]:
    """Every linked account of the request's network, the likeliest first; two queries."""
    opening = service_request.opening_post
    posts = list(
        Post.objects.visible()
        .filter(service_request=service_request, author=opening.author_id, written_by=None)
        .select_related("author")
        .order_by("-posted_at", "-id")
    )
    accounts = sorted(
        Account.objects.linked().filter(network=opening.network),
        key=lambda account: _closeness(account, service_request=service_request, by=by),
    )
    return sorted((_voice(account, posts) for account in accounts), key=lambda voice: voice.post is None)


def say(service_request: ServiceRequest, message: Message, *, by: User) -> Reply:
    """Writes the reply, held for the undo window. Raises MessageRefused."""
    voice = _choose(service_request, message, by=by)
    text = message.text.strip()
    payload = payload_of(text, service_request=service_request, by=by)
    connector, now = voice.connector(), timezone.now()
    post = cast(Post, voice.post)
    prepared = connector.prepare(payload, parent=_parent(post), key=str(uuid4()), now=now)
    _object(connector, prepared.text)
    reply = Reply.objects.create(
        service_request=service_request,
        post=post,
        account=voice.account,
        by=by,
        text=text,
        payload=prepared.text,
        frozen=dict(prepared.frozen),
        language=service_request.language,
        next_attempt_at=now + timedelta(seconds=settings.UNDO_SECONDS),
    )
    if message.photo:
        Photo(reply=reply, alt=message.photo_alt).hold(message.photo)
    return reply


def payload_of(text: str, *, service_request: ServiceRequest, by: User) -> str:
    """The very bytes that go out: the text, who speaks, and the number, in the resident's language."""
    with translation.override(service_request.language):
        number = request_number(service_request.pk)
    signature = " · ".join(part for part in (by.first_name, number) if part)
    return f"{text}\n— {signature}"


def parent_of(reply: Reply) -> Parent:
    """What a reply answers on the network: the resident's post, or the message of ours that it follows."""
    if reply.follows is None:
        return _parent(reply.post)
    line = reply.follows
    return Parent(
        external_id=line.external_id,
        author_id=line.account.external_id,
        handle=line.account.handle,
        conversation_id=reply.post.conversation_id,
        mentions=[reply.account.external_id],
        reference=line.reference,
    )


def _parent(post: Post) -> Parent:
    return Parent(
        external_id=post.external_id,
        author_id=post.author.external_id,
        handle=post.author.handle,
        conversation_id=post.conversation_id,
        mentions=post.mentions,
        reference=post.reference,
    )


def _voice(account: Account, posts: Sequence[Post]) -> Voice:
    connector = Voice(account, None).connector()
    return Voice(account, next((post for post in posts if connector.may_answer(post.mentions)), None))


def _closeness(account: Account, *, service_request: ServiceRequest, by: User) -> int:
    """The person's own account, then their team's, then the town hall's, then any other."""
    if account.person_id == by.pk:
        return 0
    if account.queue_id == service_request.queue_id:
        return 1
    return 2 if account.queue_id is None and account.person_id is None else 3


def _choose(service_request: ServiceRequest, message: Message, *, by: User) -> Voice:
    able: Iterator[Voice] = (voice for voice in voices(service_request, by=by) if voice.post is not None)
    if message.account_id is not None:
        able = (voice for voice in able if voice.account.pk == message.account_id)
    voice = next(able, None)
    if voice is None:
        raise MessageRefused(
            _("This account may not answer that post: its author did not name it, or deleted the post.")
        )
    return voice


def _object(connector: Connector, payload: str) -> None:
    match connector.objection(payload):
        case "too_long":
            over = connector.length(payload) - (connector.capabilities.limit or 0)
            raise MessageRefused(_("The message is %(over)s characters too long for the network.") % {"over": over})
        case "link":
            raise MessageRefused(_("Please leave the link out: X charges twenty times the price for it."))
