"""What a person decides about a message that did not leave: send it again, say it in other words, or give it up."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app.models import Event, Reply, ReplyStatus, ServiceRequest, Verb
from requests_app.models.reply import STUCK
from requests_app.workflow.moves import MoveNotAllowed, Refusal, touch
from requests_app.workflow.outcomes import lock_request
from requests_app.workflow.speech import prepare, share_photos


@transaction.atomic
def send_again(reply: Reply, *, by: User) -> None:
    """Once more, as it is; what was to follow it goes along again."""
    fresh, row = _lock(reply)
    _require_its_line(row)
    waiting = Reply.objects.filter(follows=row, status=ReplyStatus.REFUSED, rule="relay", given_up_at=None)
    for chosen in (Reply.objects.filter(pk=row.pk), waiting):
        chosen.update(status=ReplyStatus.QUEUED, next_attempt_at=timezone.now(), error="", rule="", looks=0, resends=0)
    _tell(fresh, row, Verb.NOTED, by=by, text=_("Sent again."))


@transaction.atomic
def edit_and_resend(reply: Reply, *, text: str, by: User, accepts_link_price: bool = False) -> Reply:
    """Gives the old words up and says the new ones in their place, at once. Raises MessageRefused too."""
    if not text.strip():
        raise Refusal(_("An answer needs words."))
    fresh, old = _lock(reply)
    _require_its_line(old)
    line, follower = old.follows, Reply.objects.filter(follows=old).first()
    new = Reply(
        service_request=fresh, post=old.post, account=old.account, by=by, copy_of=old.copy_of, follows=line,
        text=text.strip(), language=old.language, status=ReplyStatus.QUEUED, next_attempt_at=timezone.now(),
    )  # fmt: skip
    prepare(new, accepts_link_price=accepts_link_price)
    # One message follows another, and one only.
    Reply.objects.filter(pk=old.pk).update(given_up_at=timezone.now(), follows=None)
    new.save()
    old.copies.update(copy_of=new)
    share_photos(old.photos.held(), among=[new])
    if follower is not None:
        _follow(new, follower)
    if old.copy_of is None and follower is None:
        _tell(fresh, new, Verb.ANSWERED, by=by)
    else:
        _tell(fresh, new, Verb.NOTED, by=by, text=_("Said in other words."))
    return new


@transaction.atomic
def give_up(reply: Reply, *, by: User) -> None:
    """It will not be sent."""
    fresh, row = _lock(reply)
    Reply.objects.filter(pk=row.pk).update(given_up_at=timezone.now())
    _tell(fresh, row, Verb.NOTED, by=by, text=_("Gave up sending."))


def _lock(reply: Reply) -> tuple[ServiceRequest, Reply]:
    """Both rows, while the message is stuck and nobody has dealt with it. Raises MoveNotAllowed."""
    fresh = lock_request(reply.service_request_id)
    rows = Reply.objects.select_related("account", "post__author", "follows__account", "copy_of", "by")
    row = rows.select_for_update(of=("self",)).get(pk=reply.pk)
    if row.status not in STUCK or row.given_up_at is not None:
        raise MoveNotAllowed(_("Somebody dealt with this message already."))
    row.service_request = fresh
    return fresh, row


def _require_its_line(row: Reply) -> None:
    """A message that follows another cannot leave before it does. Raises MoveNotAllowed."""
    line = row.follows
    if line is not None and line.status in (*STUCK, ReplyStatus.WITHDRAWN):
        raise MoveNotAllowed(_("It follows another message that did not leave: send that one again first."))


def _follow(line: Reply, follower: Reply) -> None:
    """What was to follow the old words follows the new ones, unless somebody gave it up meanwhile."""
    Reply.objects.filter(pk=follower.pk).update(follows=line)
    waiting = Reply.objects.filter(pk=follower.pk, status=ReplyStatus.REFUSED, rule="relay", given_up_at=None)
    waiting.update(status=ReplyStatus.QUEUED, next_attempt_at=timezone.now(), error="", rule="")


def _tell(fresh: ServiceRequest, reply: Reply, verb: Verb, *, by: User, text: str = "") -> None:
    now = timezone.now()
    Event.objects.create(service_request=fresh, verb=verb, at=now, by=by, reply=reply, text=text)
    touch(fresh, at=now, told=verb != Verb.NOTED)
    fresh.save(update_fields=["version", "changed_at", "told_at"])
