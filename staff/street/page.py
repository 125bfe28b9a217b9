"""One request as a phone shows it: what, where, what was said last, and the acts that fit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import uuid4

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app.models import Photo, Queue, ServiceRequest, Side
from requests_app.photos import ShownPhoto
from requests_app.plan import MapPoint
from requests_app.roles import may_use
from staff.case.beside import Other
from staff.case.history import sentence
from staff.case.speech_forms import VerbForm
from staff.case.story import Story, read_story
from staff.case.templates import Offer
from staff.case.thread import Said
from staff.photos import shown
from staff.street import words
from staff.street.acts import NOBODYS
from staff.street.work import point_of, title_of

# Of the thread: the newest; the rest is at the desk.
SHOWN = 3


@dataclass(frozen=True)
class Page:
    """`typed`: what a refused form held."""

    service_request: ServiceRequest
    by: User
    story: Story
    taken: Sequence[Photo]
    typed: Mapping[str, str]

    @property
    def title(self) -> str:
        return title_of(self.service_request)

    @property
    def point(self) -> MapPoint | None:
        return point_of(self.service_request)

    @property
    def points(self) -> list[MapPoint]:
        return [self.point] if self.point else []

    @property
    def new_id(self) -> str:
        """Another number for each form: sent twice, it is one act."""
        return str(uuid4())

    @property
    def geo(self) -> str:
        """For the phone's own map; numbers as addresses write them."""
        if self.point is None:
            return ""
        place = f"{self.point.latitude:.6f},{self.point.longitude:.6f}"
        return f"geo:{place}?q={place}"

    @property
    def theirs(self) -> list[ShownPhoto]:
        """What residents showed."""
        posts = [said for said in self.story.thread if said.post and not said.post.deleted_at]
        return [photo for said in posts for photo in said.photos]

    @property
    def before(self) -> ShownPhoto | None:
        return self._side(Side.BEFORE)

    @property
    def after(self) -> ShownPhoto | None:
        return self._side(Side.AFTER)

    @property
    def side(self) -> str:
        """What the next photo is, unless its taker says otherwise."""
        return Side.AFTER if self.before else Side.BEFORE

    @property
    def thread(self) -> list[Said]:
        """What was said last; the opening post and the photos of the work stand above."""
        opening = self.service_request.opening_post_id
        said = [one for one in self.story.thread if not one.taken]
        return [one for one in said if not (one.post and one.post.pk == opening)][-SHOWN:]

    @property
    def has_more(self) -> bool:
        return len(self.story.thread) > len(self.thread) + 1

    @cached_property
    def acts(self) -> list[str]:
        """Which of the four fit its state and this person."""
        verbs = self.story.verbs
        needed = {"on_it": "accept", "done": "resolve", "not_ours": "transfer", "help": "transfer"}
        return [kind for kind, verb in needed.items() if verb in verbs]

    @cached_property
    def what_it_is(self) -> VerbForm | None:
        """To say so; not kept on the phone, since nobody waits for it."""
        return self.story.form("reclassify") if "reclassify" in self.story.verbs else None

    @cached_property
    def elsewhere(self) -> VerbForm | None:
        """To say where it is, as whoever looks for it finds out."""
        return self.story.form("place") if "place" in self.story.verbs else None

    @cached_property
    def alike(self) -> Other | None:
        """The likeliest that may be the same; the rest is at the desk."""
        return next(iter(self.story.beside.alike), None)

    @property
    def may_finish(self) -> bool:
        return "done" in self.acts

    @property
    def may_photograph(self) -> bool:
        return may_use(self.by, "note", self.service_request)

    @property
    def may_decline(self) -> bool:
        return "decline" in self.story.verbs

    @property
    def is_mine(self) -> bool:
        return self.service_request.assignee_id == self.by.pk

    @property
    def is_heard(self) -> bool:
        """Whether anybody may answer whoever asked."""
        return bool(self.story.composer.able)

    @property
    def speaker(self) -> str:
        return self.story.composer.able[0].account.handle if self.is_heard else ""

    @property
    def language(self) -> str:
        return self.story.composer.language

    @cached_property
    def promises(self) -> list[tuple[str, str, str]]:
        """Each with its name and with what is said with it."""
        said = words.on_it(self.language)
        return [(promise, name, said[promise]) for promise, name in words.promises(timezone.now())]

    @property
    def on_it_words(self) -> str:
        return self._typed("on_it", "text", words.on_it(self.language)[""])

    @property
    def done_words(self) -> str:
        return self._typed("done", "text", words.done(self.language))

    @property
    def not_ours_words(self) -> str:
        return self._typed("not_ours", "text", "")

    @property
    def help_words(self) -> str:
        return self._typed("help", "text", "")

    @property
    def refusing_words(self) -> str:
        """For residents, when no team of the town's does it."""
        return words.not_ours(self.language)

    @cached_property
    def own_words(self) -> list[Offer]:
        """The team's templates that need nothing filled in."""
        return words.of_the_team(self.story.templates)

    @property
    def shows_before(self) -> str:
        return words.shows(self.service_request, side=Side.BEFORE, language=self.language)

    @property
    def shows_after(self) -> str:
        return words.shows(self.service_request, side=Side.AFTER, language=self.language)

    @cached_property
    def teams(self) -> list[tuple[str, str]]:
        """Whose it may be instead."""
        others = [queue for queue in Queue.objects.in_order() if queue.pk != self.service_request.queue_id]
        named = [(queue.code, queue.name) for queue in others]
        return [*named, (NOBODYS, _("Not the town hall's at all"))] if self.may_decline else named

    @property
    def last(self) -> str:
        """The newest line of its history, in a sentence."""
        return sentence(self.story.events[-1]) if self.story.events else ""

    def _typed(self, kind: str, name: str, ready: str) -> str:
        return self.typed.get(name, ready) if self.typed.get("kind") == kind else ready

    def _side(self, side: str) -> ShownPhoto | None:
        """First before, last after: the whole change."""
        taken = [photo for photo in self.taken if photo.side == side]
        photo = (taken[0] if side == Side.BEFORE else taken[-1]) if taken else None
        return shown(photo) if photo else None


def read_page(service_request: ServiceRequest, *, by: User, typed: Mapping[str, str] | None = None) -> Page:
    """In a constant number of queries."""
    story = read_story(service_request, by=by)
    numbers = [service_request.pk, *(one.pk for one in story.merged)]
    return Page(service_request, by, story, list(Photo.objects.held().taken_for(numbers)), typed or {})
