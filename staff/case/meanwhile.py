"""Two people at one request: what happened since somebody's page was drawn, and whether it is in the way."""

from collections.abc import Sequence
from datetime import timedelta

from django.contrib.auth.models import User
from django.utils import timezone

from requests_app.models import Event, Verb
from staff.case.forms import NoteForm, UnmergeForm
from staff.case.history import Line, lines
from staff.case.place_form import PlaceForm
from staff.case.reclassify_form import ReclassifyForm
from staff.case.speech_forms import VerbForm
from staff.case.story import Story

# Lines that take nothing from the next act: the message one sent oneself has arrived, a colleague left a note.
HARMLESS = frozenset({Verb.PUBLISHED, Verb.NOTED, Verb.THANKED, Verb.NUDGED, Verb.TOLD_APART})
# A second click comes at once; the same note an hour later is meant.
AT_ONCE = timedelta(seconds=60)
# The event that each verb leaves behind.
LEAVES = {
    "accept": Verb.ACCEPTED, "answer": Verb.ANSWERED, "transfer": Verb.TRANSFERRED, "wait": Verb.WAITING,
    "resolve": Verb.RESOLVED, "decline": Verb.DECLINED, "reopen": Verb.REOPENED, "note": Verb.NOTED,
    "assign": Verb.ASSIGNED, "merge": Verb.MERGED, "unmerge": Verb.UNMERGED,
    "reclassify": Verb.RECLASSIFIED, "place": Verb.PLACED,
}  # fmt: skip


def since(events: Sequence[Event], seen: object) -> list[Event]:
    """The lines written after the one a page had seen last."""
    number = str(seen)
    return [event for event in events if event.pk > int(number)] if number.isdecimal() else []


def told_since(events: Sequence[Event], *, seen: object, by: User) -> list[Line]:
    """What others did meanwhile, in sentences."""
    return lines(event for event in since(events, seen) if event.by_id != by.pk)


def done_already(form: VerbForm, events: Sequence[Event], *, by: User) -> bool:
    """The same person, the same verb, a moment ago, from the same page: a second click, not a second act."""
    if isinstance(form, UnmergeForm):
        # It refuses a second time by itself.
        return False
    again = [
        event
        for event in since(events, form.data.get("seen", ""))
        if event.verb == LEAVES[form.verb] and event.by_id == by.pk and event.at > timezone.now() - AT_ONCE
    ]
    if isinstance(form, NoteForm):
        return any(event.text == form.data.get("text", "").strip() for event in again)
    if isinstance(form, ReclassifyForm | PlaceForm):
        return bool(again) and form.is_so
    return bool(again)


def still_valid(form: VerbForm, story: Story) -> int:
    """The version to act on: the form's, or today's when what happened since is in nobody's way."""
    happened = since(story.events, form.cleaned_data["seen"])
    harmless = happened and all(event.verb in HARMLESS for event in happened)
    version: int = story.service_request.version if harmless else form.cleaned_data["version"]
    return version
