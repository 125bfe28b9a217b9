"""How each matter went: who took it on, when, in which words, and how it ended."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp

from django.contrib.auth.models import User
from django.utils import timezone

from requests_app.locating import locate
from requests_app.management.past.course import Course, post_of
from requests_app.management.past.matters import ENDS_BEFORE, SCRIPTS, Matter, Resident
from requests_app.models import Account, Author, Kind, Network, Post, Queue, ServiceRequest
from requests_app.opening_hours import Week
from requests_app.triage.deciding import Desk, read

# Minutes until half of the answers, and hours until half of the repairs, while the team is there.
ANSWER_MINUTES = {"sweeper": 7, "police": 4, "maintenance": 14, "townhall": 38}
WORK_HOURS = {"sweeper": 1.6, "police": 0.4, "maintenance": 7.0, "townhall": 1.0}
# Many a word is answered from a telephone on the sofa.
OFF_DUTY = 0.8
HOUR = timedelta(hours=1)
SORTED_AFTER = timedelta(seconds=4)


@dataclass(frozen=True, slots=True)
class Staff:
    """Who works, and through which account people are answered."""

    desk: Desk
    members: Mapping[str, User]
    accounts: Mapping[str, Account]
    hall: Account
    site: Account
    dispatcher: User


class Teller:
    """Tells matters one after the other; an author is the same person each time."""

    def __init__(self, staff: Staff, *, now: datetime, rng: random.Random) -> None:
        self.staff, self.rng, self.until = staff, rng, now - ENDS_BEFORE
        self.tomorrow = timezone.localtime(now + timedelta(days=1)).replace(minute=0, second=0, microsecond=0)
        self.authors: dict[str, Author] = {}
        self.broken = 0
        self.reopened = 0

    def tell(self, matter: Matter) -> Course | None:
        """None where it would not have ended by now: those that are open are told apart."""
        course = self._begin(matter, by=matter.by, text=matter.text, at=matter.posted_at)
        getattr(self, f"_{matter.fate}")(course, matter)
        return course if course.ended_at < self.until or matter.fate == "fresh" else None

    def _begin(self, matter: Matter, *, by: Resident, text: str, at: datetime) -> Course:
        named = self._named(matter)
        post = Post(
            network=named.network, account=named, author=self._author(by, on_site=matter.on_site),
            text=text if matter.on_site else f"@{named.handle} {text}", language=matter.language,
            mentions=[] if matter.on_site else [named.external_id], posted_at=at,
            received_at=at if matter.on_site else at + timedelta(seconds=3),
        )  # fmt: skip
        reading = read(post, desk=self.staff.desk)
        service = self.staff.desk.services[matter.script["service"]]
        queue = next(queue for queue in self.staff.desk.queues.values() if queue.pk == service.queue_id)
        if matter.on_site and matter.spot:
            post.address, (post.latitude, post.longitude) = matter.spot.name, self._near(matter)
        post.evidence = reading.evidence
        post.kind, post.triaged_at = matter.script.get("kind", Kind.PROBLEM), post.received_at + SORTED_AFTER
        place, place_from = locate(post)
        request = ServiceRequest(
            kind=post.kind, opening_post=post, queue=queue, service=service, language=matter.language,
            address=place.address, latitude=place.latitude, longitude=place.longitude, area=place.area,
            place_from=place_from,
            follow_token=f"{self.rng.getrandbits(128):032x}" if matter.on_site else None, posted_at=post.posted_at,
            received_at=post.received_at, due_at=queue.week().add(post.posted_at, service.answer_target),
            told_at=post.received_at, changed_at=post.triaged_at,
        )  # fmt: skip
        member = self.staff.members[queue.code]
        return Course(request, by=member, account=named)

    def _named(self, matter: Matter) -> Account:
        if matter.on_site:
            return self.staff.site
        service = self.staff.desk.services[matter.script["service"]]
        code = next(code for code, queue in self.staff.desk.queues.items() if queue.pk == service.queue_id)
        return self.staff.accounts.get(code, self.staff.hall) if self.rng.random() < 0.55 else self.staff.hall

    def _author(self, by: Resident, *, on_site: bool) -> Author:
        """On the town's own site nobody is known again."""
        if on_site:
            key = f"site-{self.rng.getrandbits(64):016x}"
            author = Author(network=Network.PLAZA, external_id=key)
        else:
            key = by.handle
            author = Author(network=Network.X, handle=by.handle, display_name=by.name)
        return self.authors.setdefault(key, author)

    def _near(self, matter: Matter) -> tuple[float, float]:
        spot = matter.spot
        assert spot is not None  # noqa: S101
        return (
            round(spot.latitude + self.rng.uniform(-0.0006, 0.0006), 6),
            round(spot.longitude + self.rng.uniform(-0.0008, 0.0008), 6),
        )

    # What becomes of it

    def _done(self, course: Course, matter: Matter) -> None:
        at = self._answered(course, matter)
        done = self._later(at, WORK_HOURS[course.request.queue.code] * HOUR, week=course.request.queue.week())
        accept = self._words("accept", matter)
        if accept and self.rng.random() < 0.62:
            course.accept(at, accept, promised_for=self._promise(at, done))
            at = done
        course.resolve(at, self._done_words(matter))
        if self.reopened == 0 and not matter.on_site and at < self.until - timedelta(days=8):
            self.reopened += 1
            self._again_and_done(course, matter)
        if not matter.on_site and self.rng.random() < 0.38:
            words = self.rng.choice(SCRIPTS["thanks"][matter.language])
            when = course.ended_at + timedelta(minutes=self.rng.uniform(3, 80))
            course.thanks(self._more(course, words, when))

    def _declined(self, course: Course, matter: Matter) -> None:
        reason = self.rng.choice(list(SCRIPTS["declined"]))
        course.decline(self._answered(course, matter), SCRIPTS["declined"][reason][matter.language], reason=reason)

    def _fresh(self, course: Course, matter: Matter) -> None:
        """Nobody has answered yet, and nobody is late."""

    _unseen = _fresh

    def _missed(self, course: Course, matter: Matter) -> None:
        at = self._answered(course, matter)
        promised = timezone.localtime(self.until - timedelta(days=1)).replace(hour=12, minute=0, second=0)
        course.accept(at, self._words("accept", matter), promised_for=max(promised, at + HOUR))

    def _tomorrow(self, course: Course, matter: Matter) -> None:
        hour = 12 if course.request.queue.code == "maintenance" else 10
        at = min(self._answered(course, matter), self.until - timedelta(minutes=5))
        course.accept(at, self._words("accept", matter), promised_for=self.tomorrow.replace(hour=hour))

    def _utility(self, course: Course, matter: Matter) -> None:
        said = SCRIPTS["utility"]
        course.wait(self._answered(course, matter), said["es"], text=said["for"])

    def _taken(self, course: Course, matter: Matter) -> None:
        course.accept(self._answered(course, matter), self._words("accept", matter) or SCRIPTS["reopened"]["es"])

    def _again(self, course: Course, matter: Matter) -> None:
        at = self._answered(course, matter)
        course.resolve(at, self._done_words(matter))
        back = self.until - timedelta(hours=20)
        course.come_back(self._more(course, SCRIPTS["again"][matter.language], back, kind=Kind.PROBLEM))
        promised = self.tomorrow.replace(hour=13) + timedelta(days=2)
        at = min(course.request.queue.week().add(back, timedelta(minutes=9)), self.until - timedelta(minutes=5))
        course.accept(at, SCRIPTS["reopened"][matter.language], promised_for=promised)

    def _again_and_done(self, course: Course, matter: Matter) -> None:
        back = course.ended_at + timedelta(hours=30)
        course.come_back(self._more(course, SCRIPTS["again"][matter.language], back, kind=Kind.PROBLEM))
        week = course.request.queue.week()
        accepted = week.add(back, timedelta(minutes=12))
        course.accept(accepted, SCRIPTS["reopened"][matter.language])
        course.resolve(week.add(accepted, 2 * HOUR), self._done_words(matter))

    # Moments and words

    def _answered(self, course: Course, matter: Matter) -> datetime:
        """Somebody reads it while the team is there. A neighbour may say the same before."""
        queue: Queue = course.request.queue
        first = timedelta(minutes=ANSWER_MINUTES[queue.code])
        if matter.twin is None:
            return self._later(course.request.received_at, first, week=queue.week(), off_duty=OFF_DUTY)
        again = course.request.posted_at + timedelta(minutes=self.rng.uniform(4, 25))
        words = SCRIPTS["too"][matter.language].format(place=course.request.address or "Alameda")
        twin = self._begin(matter, by=matter.twin, text=words, at=again)
        at = again + timedelta(minutes=2)
        course.merge(twin, at, by=self.staff.dispatcher)
        return self._later(at, first, week=queue.week(), off_duty=OFF_DUTY)

    def _later(self, moment: datetime, usual: timedelta, *, week: Week, off_duty: float = 0) -> datetime:
        """Log-normal around what is usual; by day, that share of it is done whether or not the doors are open."""
        wait = usual * exp(self.rng.gauss(0, 0.9))
        if self.rng.random() < off_duty and 7 <= timezone.localtime(moment).hour < 22:
            return moment + wait + timedelta(seconds=self.rng.randint(20, 90))
        return week.add(moment, wait + timedelta(seconds=self.rng.randint(20, 90)))

    def _promise(self, at: datetime, done: datetime) -> datetime | None:
        """Most are kept with room to spare; two were not."""
        if done - at < 2 * HOUR or self.rng.random() < 0.45:
            return None
        if self.broken < 2 and done - at > 20 * HOUR and done < self.until - HOUR:
            self.broken += 1
            return self._full_hour(at + (done - at) / 2)
        return self._full_hour(done + self.rng.choice((2, 4, 20)) * HOUR)

    def _full_hour(self, moment: datetime) -> datetime:
        return timezone.localtime(moment).replace(minute=0, second=0, microsecond=0) + HOUR

    def _words(self, name: str, matter: Matter) -> str:
        said: Mapping[str, str] = matter.script.get(name, {})
        return said.get(matter.language, "")

    def _done_words(self, matter: Matter) -> str:
        """Each question has its own answer; a repair is told in one of a few ways."""
        told: list[str] = matter.script["done"][matter.language]
        asked: list[str] = matter.script[matter.language]
        if matter.text in asked and len(told) == len(asked):
            return told[asked.index(matter.text)]
        return self.rng.choice(told)

    def _more(self, course: Course, words: str, at: datetime, *, kind: str = Kind.THANKS) -> Post:
        post = course.request.opening_post
        return post_of(post.author, like=post, text=words, at=at, kind=kind)
