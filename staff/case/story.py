"""Everything one request's page tells: its thread, its history, its reasons, and what may be done."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from requests_app import wording, workflow
from requests_app.models import Event, Queue, Reply, ReplyStatus, Service, ServiceRequest, Verb
from staff import drafts, presence
from staff.access import verbs_for
from staff.case.beside import Beside, beside
from staff.case.composer import Composer
from staff.case.forms import FORMS
from staff.case.history import Line, lines, sentence
from staff.case.reasons import Why, why
from staff.case.speech_forms import VerbForm
from staff.case.templates import Offer, offers
from staff.case.thread import Said, read_thread
from staff.models import Draft, Presence


@dataclass(frozen=True)
class Story:
    """A request as one person reads it."""

    service_request: ServiceRequest
    by: User
    verbs: list[str]
    events: Sequence[Event]
    thread: list[Said]
    audience: workflow.Audience
    merged: list[ServiceRequest]
    # What this person typed here and has not sent, by form; and who else is here.
    drafts: dict[str, Draft]
    others_here: list[Presence]
    followers: int

    @property
    def title(self) -> str:
        """The first line without the accounts it was called out to; none of it once its author deleted it."""
        if self.service_request.opening_post.deleted_at:
            return _("Its author deleted this post.")
        return self.service_request.said

    @cached_property
    def seen(self) -> int:
        """The newest line shown: a form that carries it can tell what happened since."""
        return max((event.pk for event in self.events), default=0)

    @property
    def my_last(self) -> int:
        """One's own newest line: what was sent before it has been sent."""
        return max((event.pk for event in self.events if event.by_id == self.by.pk), default=0)

    @property
    def stamps(self) -> dict[str, str]:
        """The moment of each draft, as the page carries it."""
        return {form: drafts.stamp(draft.saved_at) for form, draft in self.drafts.items()}

    @property
    def kept_forms(self) -> list[str]:
        """The forms of the page in which somebody types."""
        return list(dict.fromkeys(drafts.form_of(verb) for verb in self.verbs if drafts.form_of(verb) in drafts.LEAVE))

    @cached_property
    def history(self) -> list[Line]:
        return lines(self.events)

    @cached_property
    def why(self) -> Why:
        evidence = self.service_request.opening_post.evidence
        return why(
            evidence,
            queues=Queue.objects.in_order(),
            services=Service.objects.offered(),
            now_with=self.service_request.queue,
        )

    @cached_property
    def beside(self) -> Beside:
        posts = [said.post for said in self.thread if said.post]
        may_join = "merge" in self.verbs
        return beside(self.service_request, posts, merged=self.merged, by=self.by, may_join=may_join)

    @cached_property
    def undoable(self) -> Event | None:
        """One's own newest act, while it can still be taken back."""
        undone = {event.undoes_id for event in self.events}
        mine = [act for act in self.events if act.by_id == self.by.pk and "before" in act.data and act.pk not in undone]
        return mine[-1] if mine and workflow.can_undo(mine[-1], self.service_request) else None

    @property
    def may_disclose(self) -> bool:
        """It is private only by what triage read in it."""
        return "note" in self.verbs and workflow.may_disclose(self.service_request)

    @property
    def may_withhold(self) -> bool:
        """This person decides what the public reads of it."""
        return "note" in self.verbs

    @property
    def may_conceal(self) -> bool:
        """Everybody may read it, and it need not be so."""
        return self.may_withhold and not self.service_request.is_private

    @property
    def why_private(self) -> list[tuple[str, str]]:
        """The reasons to choose from."""
        return [(reason, wording.private_matter(reason)) for reason in workflow.REASONS]

    @property
    def private_because(self) -> str:
        """What is in it that is nobody else's business; nothing where its service, or its author, keeps it private."""
        is_private = self.service_request.is_private
        return wording.private_matters(self.service_request.opening_post.private_matters) if is_private else ""

    @cached_property
    def undo_until(self) -> datetime | None:
        """None where nobody knows: the window is over, but the network keeps the answer waiting."""
        if self.undoable is None:
            return None
        if reply := self.undoable.reply:
            return reply.next_attempt_at if reply.receipt.code == "held" else None
        return self.undoable.at + timedelta(seconds=settings.UNDO_SECONDS)

    @property
    def undo_sentence(self) -> str:
        if self.undoable is None:
            return ""
        # A note's sentence ends where its words begin.
        note = self.undoable.text if self.undoable.verb == Verb.NOTED else ""
        return f"{sentence(self.undoable)} {Truncator(note).chars(60)}".strip()

    @cached_property
    def answered_by(self) -> str:
        """The first name of whoever answered first, at the desk or with the network's own app, for the ribbon."""
        replies = [(one.at, one.reply) for one in self.thread if one.reply and one.reply.published_at]
        said = [(at, reply.by) for at, reply in replies if reply.by]
        said += [(act.post.posted_at, act.by) for act in self.events if act.spoken_through and act.post and act.by]
        return min(said, key=lambda one: one[0])[1].first_name if said else ""

    def stuck(self, number: object) -> Said | None:
        """The message of that number, while somebody must decide about it."""
        said = [one for bubble in self.thread for one in (bubble, *bubble.copies)]
        return next((one for one in said if one.is_stuck and one.reply and str(one.reply.pk) == str(number)), None)

    @property
    def form_ids(self) -> list[str]:
        """Every form of the page that is given its version; one that may stand in the street too brings its own."""
        spoken = ["form-speak"] if {"accept", "answer"} & set(self.verbs) else []
        acts = [f"form-{verb}" for verb in self.verbs if verb not in ("accept", "answer", "place")]
        guess = ["form-guess"] if "transfer" in self.verbs and self.why.guesses else []
        return [*spoken, *acts, *guess]

    @cached_property
    def templates(self) -> list[Offer]:
        return offers(self.service_request.queue, language=self.composer.language)

    @cached_property
    def composer(self) -> Composer:
        answers = (said.reply for said in self.thread if said.reply and said.reply.follows_id)
        return Composer(
            self.audience,
            self.by,
            followers=self.followers,
            relayed_before=Counter(reply.account_id for reply in answers),
        )

    def form(self, verb: str, data: Any = None, files: Any = None) -> VerbForm:
        draft = self.drafts.get(drafts.form_of(verb))
        kept = draft.fields if draft else {}
        initial = {**kept, "version": self.service_request.version, "seen": self.seen}
        return FORMS[verb](data, files, service_request=self.service_request, composer=self.composer, initial=initial)

    def forms(self, *, refused: VerbForm | None = None) -> dict[str, VerbForm]:
        """One form an offered verb; the refused one as it was typed."""
        forms = {verb: self.form(verb) for verb in self.verbs}
        if refused is not None:
            forms[refused.verb] = refused
        for form in forms.values():
            form.show_before(self.composer)
        return forms


def read_story(service_request: ServiceRequest, *, by: User) -> Story:
    """The whole page's reading, in a constant number of queries."""
    events = _events(service_request)
    merged = list(service_request.merged.select_related("opening_post__author").order_by("pk"))
    story = Story(
        service_request=service_request,
        by=by,
        verbs=verbs_for(by, service_request),
        events=events,
        thread=[],
        audience=workflow.audience(service_request, by=by),
        merged=merged,
        drafts=drafts.kept(service_request, by=by),
        others_here=presence.looking([service_request.pk], besides=by).get(service_request.pk, []),
        followers=service_request.followers.confirmed().count(),
    )
    story.thread.extend(read_thread(service_request, merged=merged, events=events, undoable=story.undoable))
    return story


def _events(service_request: ServiceRequest) -> list[Event]:
    """Its history. An act that was taken back stands in the same history: no need to ask for it twice."""
    told = service_request.events.in_order().select_related(
        "by", "post__author", "post__written_by", "reply__account", "queue"
    )
    known = {event.pk: event for event in told}
    for event in known.values():
        if event.undoes_id in known:
            event.undoes = known[event.undoes_id]
    return list(known.values())


def read_composer(service_request: ServiceRequest, *, by: User) -> Composer:
    """The answer box alone."""
    answers = Reply.objects.of_requests([service_request.pk]).exclude(status=ReplyStatus.WITHDRAWN)
    before = Counter(answers.filter(follows__isnull=False).values_list("account", flat=True))
    return Composer(workflow.audience(service_request, by=by), by, relayed_before=before)
