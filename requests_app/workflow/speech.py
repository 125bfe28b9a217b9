"""What is said in public: through which account, to whom, in which words."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import cast
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from requests_app.models import Photo, Post, Reply, ReplyStatus, ServiceRequest
from requests_app.networks.contract import Connector, Parent
from requests_app.wording import request_number
from requests_app.workflow.moves import Refusal
from requests_app.workflow.reporters import language_for
from requests_app.workflow.voices import Address, Audience, Voice, audience, rules_of

# `{{like this}}`: what the sender of a template still has to say.
BLANK = re.compile(r"\{\{.*?\}\}", re.DOTALL)


class MessageRefused(Refusal):
    """The message would break a rule of its network (`rule`, as the connector names it), or nobody may speak there."""

    def __init__(self, sentence: str, *, rule: str = "") -> None:
        super().__init__(sentence)
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Message:
    """What a person wants to say; `photo` is JPEG bytes already stripped, `account_id` chooses the voice."""

    text: str
    account_id: int | None = None
    photo: bytes | None = None
    photo_alt: str = ""
    # The same in other languages of the people who asked; without one they read `text`.
    texts: Mapping[str, str] = field(default_factory=dict)
    # False: only to whoever the chosen account answers, not to the others who asked the same.
    everybody: bool = True
    # The chosen account was not named: another one that was names it first.
    relay: bool = False
    # Whoever wrote it saw what X charges for a message with a link.
    accepts_link_price: bool = False


def say(service_request: ServiceRequest, message: Message, *, by: User | None) -> Reply:
    """Writes a reply to everybody who asked, held for the undo window, and returns the first. Raises MessageRefused.

    `by` is None for what a machine says.
    """
    require_no_blanks(message.photo_alt)
    line, first, copies = compose(audience(service_request, by=by), message, by=by)
    for reply in filter(None, (line, first, *copies)):
        prepare(reply, accepts_link_price=message.accepts_link_price)
    for reply in filter(None, (line, first)):
        reply.save()
    Reply.objects.bulk_create(copies)
    if message.photo:
        photo = Photo(reply=first, alt=message.photo_alt)
        photo.hold(message.photo)
        share_photos([photo], among=copies)
    return first


def compose(heard: Audience, message: Message, *, by: User | None) -> tuple[Reply | None, Reply, list[Reply]]:
    """Unsaved, and not fitted to their networks yet: the line before, the answer, its copies. Raises MessageRefused."""
    voice = _choose(heard, message)
    line = _line(heard, voice, by=by) if voice.through else None
    first = _reply(heard.address(voice.answers, voice.account), message, heard=heard, by=by)
    first.follows = line
    copies = [_reply(address, message, heard=heard, by=by) for address in heard.others(voice) if message.everybody]
    for copy in copies:
        copy.copy_of = first
    return line, first, copies


def prepare(reply: Reply, *, accepts_link_price: bool) -> None:
    """Freezes an unsaved reply's words for its network. Raises MessageRefused."""
    require_no_blanks(reply.text)
    connector = rules_of(reply.account)
    payload = payload_of(
        reply.text,
        service_request=reply.service_request,
        by=reply.by,
        language=language_for(reply.post, of=reply.service_request),
    )
    parent, repeats = parent_of(reply), reply.copy_of is not None
    prepared = connector.prepare(payload, parent=parent, key=str(uuid4()), now=timezone.now(), repeats=repeats)
    _object(reply, connector, prepared.text, accepts_link_price=accepts_link_price)
    reply.payload, reply.frozen = prepared.text, dict(prepared.frozen)


def require_no_blanks(text: str) -> None:
    """Raises MessageRefused while a template's blank is unfilled: nobody shall read it."""
    if found := BLANK.search(text):
        raise MessageRefused(_("There is still a blank to fill in: %(blank)s") % {"blank": found[0]}, rule="blank")


def payload_of(text: str, *, service_request: ServiceRequest, by: User | None, language: str = "") -> str:
    """The very bytes that go out: the text, who speaks, and the number, in the resident's language."""
    with translation.override(language or service_request.language):
        number = request_number(service_request.pk)
    signature = " · ".join(part for part in (by.first_name if by else "", number) if part)
    return f"{text}\n— {signature}"


def line_of(voice: Voice, *, language: str, earlier: int) -> str:
    """The words with which one account hands over to another: "@barrendera_alameda lo mira".

    X refuses an account the same words twice: after `earlier` ones below the same request they are others.
    """
    names = {"account": voice.connector().tag(voice.account.handle), "number": earlier + 1}
    with translation.override(language):
        return (_("%(account)s answers (%(number)s)") if earlier else _("%(account)s is looking at it")) % names


def parent_of(reply: Reply) -> Parent:
    """What a reply answers on the network: the resident's post, or the message of ours that it follows."""
    if reply.follows is None:
        return parent_for(reply.post)
    line = reply.follows
    return Parent(
        external_id=line.external_id,
        author_id=line.account.external_id,
        handle=line.account.handle,
        conversation_id=reply.post.conversation_id,
        mentions=[reply.account.external_id],
        reference=line.reference,
    )


def share_photos(photos: Iterable[Photo], *, among: Iterable[Reply]) -> None:
    """The same pictures to others: a row for each message, one file for all."""
    photos = list(photos)
    Photo.objects.bulk_create(
        Photo(reply=reply, image=photo.image.name, width=photo.width, height=photo.height, alt=photo.alt)
        for reply in among
        for photo in photos
    )


def parent_for(post: Post) -> Parent:
    """A resident's post as connectors know what is answered."""
    return Parent(
        external_id=post.external_id,
        author_id=post.author.external_id,
        handle=post.author.handle,
        conversation_id=post.conversation_id,
        mentions=post.mentions,
        reference=post.reference,
    )


def _choose(heard: Audience, message: Message) -> Voice:
    """The voice that was asked for, else the likeliest that may answer by itself."""
    for voice in heard.voices:
        wanted = message.account_id in (None, voice.account.pk)
        if wanted and (voice.post is not None or message.relay and message.account_id and voice.through):
            return voice
    raise MessageRefused(_("This account may not answer that post: its author did not name it, or deleted the post."))


def _line(heard: Audience, voice: Voice, *, by: User | None) -> Reply:
    """The named account tags the one that will answer."""
    address = heard.address(voice.answers, cast(Voice, voice.through).account)
    said = Reply.objects.filter(service_request=heard.service_request, account=voice.account, follows__isnull=False)
    earlier = said.exclude(status=ReplyStatus.WITHDRAWN).count()
    return _reply(address, Message(line_of(voice, language=address.language, earlier=earlier)), heard=heard, by=by)


def _reply(address: Address, message: Message, *, heard: Audience, by: User | None) -> Reply:
    """Unsaved. Where nobody wrote words in that language, people read the ones there are."""
    translated = message.texts.get(address.language, "").strip()
    text = translated or message.text.strip()
    main = heard.main_language
    return Reply(
        service_request=heard.service_request,
        post=address.post,
        account=address.account,
        by=by,
        text=text,
        language=address.language if translated else main,
        next_attempt_at=timezone.now() + timedelta(seconds=settings.UNDO_SECONDS),
    )


def _object(reply: Reply, connector: Connector, payload: str, *, accepts_link_price: bool) -> None:
    """Raises MessageRefused where the network would."""
    rule, limit = connector.objection(payload), connector.capabilities.limit
    if rule == "link" and accepts_link_price:
        # A connector names one rule; the other may be broken as well.
        rule = "too_long" if limit and connector.length(payload) > limit else ""
    if rule == "link":
        raise MessageRefused(
            _("It carries a link, and X charges twenty times the price for it: leave it out, or accept the price."),
            rule="link",
        )
    if rule == "too_long":
        over = connector.length(payload) - (limit or 0)
        raise MessageRefused(_too_long(reply) % {"over": over, "handle": reply.post.author.handle}, rule=rule)
    if rule:
        raise MessageRefused(_("The network does not take that message (%(rule)s).") % {"rule": rule}, rule=rule)


def _too_long(reply: Reply) -> str:
    if reply.copy_of is None:
        return _("The message is %(over)s characters too long for the network.")
    return _("The message to @%(handle)s is %(over)s characters too long for their network.")
