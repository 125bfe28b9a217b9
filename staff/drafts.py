"""What somebody typed and has not sent: kept for each form of a request's page until it is sent or discarded."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from requests_app.models import Event, ServiceRequest
from staff.models import Draft

# The forms somebody types in, with what they leave in the history when they are sent. `accept` and `answer` are one.
LEAVE: Mapping[str, tuple[str, ...]] = {
    "speak": ("accepted", "answered"),
    "resolve": ("resolved",),
    "decline": ("declined",),
    "wait": ("waiting",),
    "transfer": ("transferred",),
    "reopen": ("reopened",),
    "note": ("noted",),
}
# Fields of words; the others (as whom, by when) come back with them, and are nothing to keep by themselves.
WORDS = ("text", "waits_for", "why", "photo_alt")
CHOICES = ("account", "only_first", "promise", "moment", "to", "reason", "accepts_link_price")
LONGEST = 5000


@dataclass(frozen=True, slots=True)
class Kept:
    """How the draft stands now; not `is_ours`: another window wrote a newer one, or sent it, and nothing was changed."""

    draft: Draft | None
    is_ours: bool


def form_of(verb: str) -> str:
    """The form through which a verb is said."""
    return "speak" if verb in ("accept", "answer") else verb


def fields_of(data: Mapping[str, str]) -> dict[str, str]:
    """What is kept of a form as it is posted: never a file, a token or a version."""
    kept = {name: str(value)[:LONGEST] for name, value in data.items() if _is_kept(name)}
    return kept if any(value.strip() for name, value in kept.items() if name not in CHOICES) else {}


def of(user: User, numbers: Iterable[int]) -> set[int]:
    """Those of these requests (numbers) in which the user left something unsent. One query."""
    return set(
        Draft.objects.filter(user=user, service_request__in=list(numbers)).values_list("service_request", flat=True)
    )


def kept(service_request: ServiceRequest, *, by: User) -> dict[str, Draft]:
    """By form. One query."""
    return {draft.form: draft for draft in Draft.objects.filter(user=by, service_request=service_request)}


def keep(
    service_request: ServiceRequest, form: str, fields: Mapping[str, str], *, by: User, over: str, seen: int = 0
) -> Kept:
    """Keeps `fields` where the window knew the newest draft (`over`: its moment, "" for none, "any" for whichever).

    `seen`: the newest line of the history that the window showed. Words that arrive after they were sent are not kept.
    """
    mine = Draft.objects.filter(user=by, service_request=service_request, form=form)
    known = mine.first()
    if known is None:
        if over not in ("", "any") or not fields or over == "" and _is_sent(service_request, form, by=by, seen=seen):
            return Kept(None, is_ours=over in ("", "any"))
        return _first(service_request, form, fields, by=by)
    if over not in ("any", stamp(known.saved_at)):
        return Kept(known, is_ours=False)
    if not fields:
        mine.filter(saved_at=known.saved_at).delete()
        return Kept(None, is_ours=True)
    now = timezone.now()
    changed = mine.filter(saved_at=known.saved_at).update(fields=dict(fields), saved_at=now)
    return Kept(mine.first(), is_ours=bool(changed))


def drop(service_request: ServiceRequest, form: str, *, by: User) -> None:
    """It was sent, or is not wanted any more."""
    Draft.objects.filter(user=by, service_request=service_request, form=form).delete()


def bring_back(act: Event, *, by: User, sent: Mapping[str, str] | None = None) -> None:
    """The words of one's own act that was taken back, to be said better; newer ones are left alone.

    `sent`: the fields it was sent with, where they are still known.
    """
    form = next((form for form, verbs in LEAVE.items() if act.verb in verbs), "")
    words = act.reply.text if act.reply else act.text if act.verb == "noted" else ""
    fields = sent or ({"text": words} if words else {})
    if form and fields and act.by == by:
        keep(act.service_request, form, fields, by=by, over="")


def stamp(moment: datetime) -> str:
    """As a window carries it."""
    return f"{moment.timestamp():.6f}"


def _first(service_request: ServiceRequest, form: str, fields: Mapping[str, str], *, by: User) -> Kept:
    draft = Draft(
        user=by, service_request=service_request, form=form, fields=dict(fields), saved_at=timezone.now()
    )  # fmt: skip
    try:
        with transaction.atomic():
            draft.save()
    except IntegrityError:
        # Another window was faster by a moment.
        return Kept(Draft.objects.filter(user=by, service_request=service_request, form=form).first(), is_ours=False)
    return Kept(draft, is_ours=True)


def _is_kept(name: str) -> bool:
    return name in WORDS or name in CHOICES or name.startswith("text_")


def _is_sent(service_request: ServiceRequest, form: str, *, by: User, seen: int) -> bool:
    return Event.objects.filter(
        service_request=service_request, by=by, verb__in=LEAVE[form], pk__gt=seen, undone_by=None
    ).exists()
