"""Writes the past in bulk: posts, requests, answers, history, photos, thanks and shifts, each as if it had happened."""

import random
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from django.apps import apps
from django.contrib.auth.models import User
from django.db.models import F
from django.utils import timezone

from requests_app.management.past import pictures
from requests_app.management.past.course import Course
from requests_app.management.past.matters import ENDS_BEFORE, SCRIPTS, SEED, WEEKS, Matter, matters
from requests_app.management.past.pretend import photo_order, tell_answers, tell_posts
from requests_app.management.past.telling import Staff, Teller
from requests_app.models import Account, Author, Event, Network, Photo, Post, Reply, ServiceRequest, Status
from requests_app.models.photo import Side
from requests_app.models.reaction import Reaction, ReactionKind
from requests_app.networks.x_reading import page_of
from requests_app.triage.deciding import Desk
from requests_app.workflow.speech import payload_of

PAIRS = 16
SEEN_AFTER = timedelta(seconds=4)
SHIFT_LATE = timedelta(minutes=7)
Told = tuple[Course, Matter]


def write_past(now: datetime) -> int:
    """Once, in an empty town; how many requests it has now."""
    if ServiceRequest.objects.exists():
        return 0
    rng = random.Random(SEED)  # noqa: S311 (a story, not a secret)
    teller = Teller(_staff(), now=now, rng=rng)
    told = [(course, matter) for matter in matters(now, rng=rng) if (course := teller.tell(matter))]
    courses = sorted([one for course, _matter in told for one in (course, course.twin) if one], key=_began)
    shown = _pictured(told)
    _save_posts([course.posts[0] for course in courses], shown=shown, rng=rng)
    ServiceRequest.objects.bulk_create(course.request for course in courses)
    later = [post for course in courses for post in course.posts[1:]]
    for course in courses:
        for post in course.posts:
            post.service_request = course.request
            if post is not course.posts[0]:
                post.conversation_id = post.in_reply_to = course.posts[0].external_id
    _save_posts(later, shown={}, rng=rng)
    Post.objects.bulk_update([course.posts[0] for course in courses], ["service_request"])
    _save_replies([reply for course in courses for reply in course.replies], shown=shown, rng=rng)
    for course in courses:
        course.number_merge()
    twins = [course.twin.request for course in courses if course.twin]
    ServiceRequest.objects.bulk_update(twins, ["merged_into"])
    # As they happened, so that the newest line of each has the highest number.
    Event.objects.bulk_create(sorted((event for course in courses for event in course.events), key=lambda one: one.at))
    _save_photos(told, shown=shown)
    _save_reactions(told, until=now - ENDS_BEFORE, rng=rng)
    _save_shifts(now, rng=rng)
    # What was before is known: it is neither read nor paid for again, and says nothing of what is usual here.
    Account.objects.filter(network=Network.X).update(reads_from=now - ENDS_BEFORE + timedelta(minutes=5))
    return len(courses)


def _began(course: Course) -> datetime:
    return course.request.received_at


def _staff() -> Staff:
    accounts = list(Account.objects.filter(network=Network.X, queue__isnull=False).select_related("queue"))
    members = User.objects.filter(queues__isnull=False).values_list("queues__code", "pk")
    people = User.objects.in_bulk()
    return Staff(
        desk=Desk.today(),
        members={code: people[pk] for code, pk in members},
        accounts={account.queue.code: account for account in accounts if account.queue},
        hall=Account.objects.get(network=Network.X, handle="alameda"),
        site=Account.objects.get(network=Network.PLAZA),
        dispatcher=User.objects.get(username="dispatcher"),
    )


def _pictured(told: Sequence[Told]) -> dict[int, str]:
    """The newest repairs that were photographed, by the opening post (its `id()`: it is not saved yet): what the picture shows."""
    done = [one for one in told if one[0].request.status == Status.RESOLVED and "picture" in one[1].script]
    # One in two, so that cards with and without photos take turns.
    return {id(course.posts[0]): matter.script["picture"] for course, matter in done[::-2][:PAIRS]}


def _is_spot(post: Post) -> bool:
    """Whether colleagues took both photos on the spot; else the resident sent the first and the answer has the second."""
    return post.posted_at.minute % 2 == 0


def _save_posts(posts: Sequence[Post], *, shown: dict[int, str], rng: random.Random) -> None:
    on_x = [post for post in posts if post.network == Network.X]
    sent = {
        place: (pictures.draw(shown[id(post)], is_done=False), SCRIPTS["alts"][shown[id(post)]][0])
        for place, post in enumerate(on_x)
        if id(post) in shown and not _is_spot(post)
    }
    if on_x:
        tell_posts(on_x, pictures=sent)
    for post in posts:
        if post.network == Network.PLAZA:
            post.external_id = post.conversation_id = str(uuid.UUID(int=rng.getrandbits(128)))
        elif post.author.named_at is None:
            post.author.named_at = post.received_at
    new = {id(post.author): post.author for post in posts if post.author.pk is None}
    Author.objects.bulk_create(new.values())
    Post.objects.bulk_create(posts)


def _save_replies(replies: Sequence[Reply], *, shown: dict[int, str], rng: random.Random) -> None:
    for reply in replies:
        request = reply.service_request
        reply.payload = payload_of(reply.text, service_request=request, by=reply.by, language=reply.language)
        if reply.copy_of and reply.account.network == Network.X:
            reply.payload = f"@{reply.post.author.handle} {reply.payload}"
    on_x = [reply for reply in replies if reply.account.network == Network.X]
    ids = tell_answers(_order(reply, shown=shown) for reply in on_x)
    for reply, external_id in zip(on_x, ids, strict=True):
        reply.external_id, reply.url = external_id, page_of(external_id)
        reply.seen_at = cast(datetime, reply.published_at) + SEEN_AFTER
    for reply in replies:
        reply.external_id = reply.external_id or str(uuid.UUID(int=rng.getrandbits(128)))
    Reply.objects.bulk_create(reply for reply in replies if reply.copy_of is None)
    Reply.objects.bulk_create(reply for reply in replies if reply.copy_of is not None)
    Reply.objects.update(created_at=F("first_claimed_at") - timedelta(seconds=10))


def _order(reply: Reply, *, shown: dict[int, str]) -> dict[str, Any]:
    order = {
        "author": reply.account.handle,
        "text": reply.payload,
        "in_reply_to": reply.post.external_id,
        "lang": reply.language,
        "created_at": cast(datetime, reply.published_at).isoformat(),
    }
    proof = _proof(reply, shown=shown)
    return order | photo_order((pictures.draw(proof, is_done=True), SCRIPTS["alts"][proof][1]) if proof else None)


def _proof(reply: Reply, *, shown: dict[int, str]) -> str:
    """What the photo of an answer shows: that which says it is done."""
    request, picture = reply.service_request, shown.get(id(reply.post), "")
    is_last = request.resolved_at is not None and cast(datetime, reply.published_at) > request.resolved_at
    return picture if picture and is_last and reply.copy_of is None and not _is_spot(reply.post) else ""


def _save_photos(told: Sequence[Told], *, shown: dict[int, str]) -> None:
    for course, _matter in told:
        post, request = course.posts[0], course.request
        if id(post) not in shown:
            continue
        name = shown[id(post)]
        before, after = SCRIPTS["alts"][name]
        if _is_spot(post):
            began, ended = cast(datetime, request.accepted_at), cast(datetime, request.resolved_at)
            _take(request, name, Side.BEFORE, at=min(began, ended - SHIFT_LATE), by=course.by, alt=before)
            _take(request, name, Side.AFTER, at=ended - timedelta(minutes=1), by=course.by, alt=after)
            continue
        Photo(post=post, alt=before).hold(pictures.draw(name, is_done=False))
        for reply in course.replies:
            if _proof(reply, shown=shown):
                Photo(reply=reply, alt=after).hold(pictures.draw(name, is_done=True))


def _take(request: ServiceRequest, name: str, side: Side, *, at: datetime, by: User, alt: str) -> None:
    photo = Photo(service_request=request, side=side, taken_at=max(at, request.received_at), taken_by=by, alt=alt)
    photo.hold(pictures.draw(name, is_done=side == Side.AFTER))


def _save_reactions(told: Sequence[Told], *, until: datetime, rng: random.Random) -> None:
    reactions = []
    for course, matter in told:
        request = course.request
        counts = {ReactionKind.ME_TOO: max(0, round(rng.gauss(0.4, 1.6))) if matter.spot else 0}
        if request.status == Status.RESOLVED:
            counts[ReactionKind.THANKS] = max(0, round(rng.gauss(1.2, 2.2)))
        for kind, count in counts.items():
            since = cast(datetime, request.resolved_at if kind == ReactionKind.THANKS else request.received_at)
            for _one in range(count):
                at = since + (until - since) * min(rng.random(), rng.random())
                reactions.append(
                    Reaction(service_request=request, kind=kind, visitor=f"{rng.getrandbits(256):064x}", at=at)
                )
    Reaction.objects.bulk_create(reactions)


def _save_shifts(now: datetime, *, rng: random.Random) -> None:
    """Of the people who work outside, while their team was there."""
    # The staff's own room is a door beside this one, and neither knows the other.
    shifts = apps.get_model("staff", "Shift")
    today = timezone.localdate(now)
    rows = []
    for user in User.objects.filter(queues__isnull=False).prefetch_related("queues__opening_hours").distinct():
        hours = [one for queue in user.queues.all() for one in queue.opening_hours.all()]
        for back in range(WEEKS * 7, -1, -1):
            day = today - timedelta(days=back)
            for one in (one for one in hours if one.weekday == day.weekday()):
                began = timezone.make_aware(datetime.combine(day, one.opens)) + rng.random() * SHIFT_LATE
                ended = timezone.make_aware(datetime.combine(day, one.closes)) + rng.random() * SHIFT_LATE
                if ended < now:
                    word = rng.choice(SCRIPTS["handover"])
                    rows.append(shifts(user=user, started_at=began, ended_at=ended, handover=word))
    shifts.objects.bulk_create(rows)
