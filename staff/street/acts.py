"""Acts that come from a phone, maybe hours later and maybe twice: each is done once, and answered each time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.models import User
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from requests_app.models import ServiceRequest, Verb
from requests_app.photos import NotAPhoto
from requests_app.roles import may_see
from requests_app.workflow import Refusal
from staff.case.history import sentence
from staff.models import SentAct

# How long an act may wait on a phone, and how long its number is remembered.
KEPT = timedelta(days=30)
# As a form says "no team's at all".
NOBODYS = "nobodys"


class Kind(models.TextChoices):
    ON_IT = "on_it", gettext_lazy("On it")
    DONE = "done", pgettext_lazy("street", "Done")
    NOT_OURS = "not_ours", gettext_lazy("Not ours")
    HELP = "help", gettext_lazy("Need help")
    PHOTO = "photo", pgettext_lazy("street", "Photo")


class Outcome(models.TextChoices):
    DONE = "done"
    # Somebody else acted on the request since the phone saw it.
    CHANGED = "changed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Act:
    """`to`: a team's code, or nothing for nobody's; `seen`: the newest line of the history that the phone knew."""

    id: UUID
    number: int
    kind: Kind
    at: datetime
    seen: int | None = None
    text: str = ""
    promise: str = ""
    to: str = ""
    side: str = ""
    photo: bytes | None = None
    photo_alt: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the phone is told, in words."""

    outcome: str
    told: str


Doing = Callable[[ServiceRequest, Act, User], str]

# Lines of others that an act must know of, and those of them that are in no act's way.
MOVED = frozenset((
    Verb.ACCEPTED, Verb.TRANSFERRED, Verb.WAITING, Verb.RESOLVED, Verb.DECLINED, Verb.REOPENED, Verb.MERGED, Verb.ASSIGNED,
))  # fmt: skip
# Work that was done is done, whoever else meant to do it. A photo shows what it shows.
IGNORES = {Kind.DONE: frozenset((Verb.ACCEPTED, Verb.WAITING, Verb.ASSIGNED)), Kind.PHOTO: MOVED}


class Changed(Refusal):
    """Somebody else acted on the request since the phone saw it."""


def carry_out(act: Act, *, by: User, doing: Doing) -> Answer:
    """Does it, unless an act of that number came before: then that one's answer. `doing` raises Refusal."""
    now = timezone.now()
    SentAct.objects.filter(at__lt=now - KEPT).delete()
    sent = SentAct.objects.filter(pk=act.id).first()
    if sent is not None:
        return _answer(sent, by=by)
    service_request = ServiceRequest.objects.filter(pk=act.number).first()
    if service_request is None or not may_see(by, service_request):
        # As if it did not exist: even its number tells something.
        return Answer(Outcome.REFUSED, _("It is not with you any more."))
    try:
        with transaction.atomic():
            # A second arrival at the same moment waits here for the first.
            sent = SentAct(id=act.id, user=by, service_request=service_request, verb=act.kind, at=now)
            sent.outcome = Outcome.DONE
            sent.save(force_insert=True)
            sent.outcome, sent.told = _try(act, by=by, doing=doing)
            sent.save(update_fields=["outcome", "told"])
    except IntegrityError:
        sent = SentAct.objects.filter(pk=act.id).first()
        if sent is None:
            raise
    return _answer(sent, by=by)


def _try(act: Act, *, by: User, doing: Doing) -> tuple[str, str]:
    try:
        with transaction.atomic():
            fresh = ServiceRequest.objects.select_for_update(of=("self",)).get(pk=act.number)
            _require_unmoved(fresh, act, by=by)
            return Outcome.DONE, doing(fresh, act, by)
    except Changed as changed:
        return Outcome.CHANGED, str(changed)
    except (Refusal, NotAPhoto) as refusal:
        return Outcome.REFUSED, str(refusal)


def _require_unmoved(service_request: ServiceRequest, act: Act, *, by: User) -> None:
    if act.seen is None:
        return
    since = service_request.events.filter(pk__gt=act.seen, verb__in=MOVED - IGNORES.get(act.kind, frozenset()))
    others = (
        since.filter(undone_by=None).exclude(by=by).select_related("by", "post__author", "post__written_by", "queue")
    )
    last = others.order_by("-pk").first()
    if last is not None:
        raise Changed(_("Meanwhile: %(what)s") % {"what": sentence(last)})


def _answer(sent: SentAct, *, by: User) -> Answer:
    if sent.user_id != by.pk:
        return Answer(Outcome.REFUSED, _("It is not with you any more."))
    return Answer(sent.outcome, sent.told)
