"""What we make of a report before it is sent: whose work it is, how long they take, who told us the same, what is masked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from requests_app import distances, response_times, wording
from requests_app.likeness import ALIKE, NEAR, likeness, words_of
from requests_app.masking import mask
from requests_app.models import Kind, Network, Photo, Post, Precision, Queue, Reaction, Service, ServiceRequest
from requests_app.models.post import VIOLENCE, private_matters
from requests_app.photos import ShownPhoto
from requests_app.precision import precision, public_place
from requests_app.public.copies import public_request
from requests_app.public.memory import remembered
from requests_app.public.photos import shown
from requests_app.response_times import Wait
from requests_app.triage.deciding import Desk, Reading, read

# How far back somebody else's report can be about the same thing, and how many of the newest are looked at.
LATELY = timedelta(days=14)
MOST_LOOKED_AT, MOST_SHOWN = 200, 3
REMEMBER_SECONDS = 600
# Fewer words say nothing yet.
LEAST_LETTERS = 8
NO_WAIT = Wait(0, None, None)


@dataclass(frozen=True, slots=True)
class Similar:
    """Somebody's report that may be about the same."""

    service_request: ServiceRequest
    url: str
    photo: ShownPhoto | None
    metres: int | None
    also: int


@dataclass(frozen=True, slots=True)
class Guess:
    """`masked` is empty where the public reads exactly what was typed; `usual` has no median where the cases are too few."""

    team: Queue
    service: Service | None
    usual: Wait
    is_urgent: bool
    is_thanks: bool
    is_private: bool
    # What makes it nobody else's business; empty where its service alone, or a rule, keeps it private.
    why_private: Sequence[str]
    # Whoever writes it may need a telephone more than this form.
    is_violence: bool
    is_offensive: bool
    masked: str
    masked_address: str
    similar: Sequence[Similar]

    @property
    def warns(self) -> bool:
        """There is something to look at before it is sent."""
        alarms = self.is_urgent or self.is_violence or self.is_offensive
        return alarms or bool(self.masked or self.masked_address or self.similar)


def guess(
    text: str, *, address: str = "", point: tuple[float, float] | None = None, service: Service | None = None
) -> Guess | None:
    """None while there are too few words. Nothing of it is stored."""
    if len(text.strip()) < LEAST_LETTERS:
        return None
    reading = read(Post(network=Network.PLAZA, text=text, language="", service=service), desk=Desk.today())
    is_private = reading.decided(joins=None).is_private
    matters = private_matters(reading.evidence)
    masked, masked_address = mask(text), mask(address)
    return Guess(
        team=reading.queue,
        service=reading.service,
        usual=usual_wait(reading.queue, service=reading.service),
        is_urgent=reading.is_urgent,
        is_thanks=reading.kind == Kind.THANKS,
        is_private=is_private,
        why_private=[wording.private_matter(one) for one in matters],
        is_violence=not VIOLENCE.isdisjoint(matters),
        is_offensive=reading.is_offensive,
        masked="" if is_private or masked == text else masked,
        masked_address="" if is_private or masked_address == address else masked_address,
        similar=[] if is_private else _similar(reading, address=address, point=point),
    )


def usual_wait(team: Queue, *, service: Service | None) -> Wait:
    """How long answers of the last thirty days took: for this very thing where there are enough, else for the team."""
    known = remembered("usual", _usual, seconds=REMEMBER_SECONDS)
    own = known.get(f"service:{service.code}", NO_WAIT) if service else NO_WAIT
    return own if own.median is not None else known.get(f"queue:{team.code}", NO_WAIT)


def _usual() -> dict[str, Wait]:
    period = response_times.Period.named("30d")
    return {
        f"{by}:{one.key}": one.answer
        for by in ("queue", "service")
        for one in response_times.figures(period, by=by, public_only=True, clock="calendar")
    }


def _similar(reading: Reading, *, address: str, point: tuple[float, float] | None) -> list[Similar]:
    """Open ones that share words, or a corner; the most alike first, three queries."""
    # Nobody learns who told of a telephone by typing it.
    words, place = words_of(mask(reading.post.text)), words_of(mask(address))
    now, exactly = timezone.now(), precision()
    lately = ServiceRequest.objects.public().open().posted_between(now - LATELY, now).newest_posted_first()
    found = []
    for row in lately.with_post()[:MOST_LOOKED_AT]:
        if row.opening_post.deleted_at is None and not row.opening_post.is_offensive:
            # Nor who lives in a street by typing that: only what is shown is compared.
            shown_at, there = public_place(row, exactly=exactly)
            # From the middle of a street or of a part of town it is no way to anything.
            metres = distances.metres(point, there) if point and there and exactly == Precision.EXACT else None
            alike = likeness(row.opening_post.text, at=shown_at, words=words, place=place, metres=metres)
            same_kind = reading.service is not None and row.service_id == reading.service.pk
            found.append((alike + same_kind, row.pk, row, metres))
    best = sorted((one for one in found if one[0] >= ALIKE), key=lambda one: one[:2], reverse=True)[:MOST_SHOWN]
    rows = [row for _score, _pk, row, _metres_away in best]
    pictures = Photo.objects.inoffensive().first_of_posts(row.opening_post_id for row in rows) if rows else ()
    photos = {photo.post_id: photo for photo in pictures}
    also = Reaction.objects.counts(row.pk for row in rows) if rows else {}
    return [
        Similar(
            service_request=public_request(row, exactly=exactly),
            url=reverse("request", args=[row.pk]),
            photo=shown(photos[row.opening_post_id]) if row.opening_post_id in photos else None,
            metres=None if metres is None or metres > NEAR else max(10, 10 * round(metres / 10)),
            also=also.get((row.pk, "me_too"), 0),
        )
        for _score, _pk, row, metres in best
    ]  # fmt: skip
