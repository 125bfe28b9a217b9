"""The questions asked of requests, each with its name."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, ExtractIsoWeekDay, TruncTime

from requests_app.models.post import Kind, Post, PostQuerySet
from requests_app.models.queue import OpeningHours
from requests_app.models.status import IN_PUBLIC, STANDING_OPEN, Status

if TYPE_CHECKING:
    # For what the queryset is of.
    from requests_app.models.service_request import ServiceRequest  # noqa: F401


# See also: `Reply.objects.stuck`.
HOLDING_A_STUCK_REPLY = Q(replies__status__in=("refused", "failed"), replies__given_up_at=None)

# Words in so few posts are looked up; more common ones are met soon by walking from the newest.
FEW = 5000

# A number alone, as the three languages quote it: `250`, `No. 250`, `N.º 250`, `n° 250`, `#250`.
NUMBER = re.compile(r"(?:n(?:o|[uú]m)?)?[.º°#\s]{0,4}(\d{1,9})", re.IGNORECASE)


class ServiceRequestQuerySet(models.QuerySet["ServiceRequest"]):
    def standing(self) -> "ServiceRequestQuerySet":
        """Not merged into another request."""
        return self.filter(merged_into=None)

    def open(self) -> "ServiceRequestQuerySet":
        """Somebody still waits for it."""
        return self.filter(STANDING_OPEN)

    def public(self) -> "ServiceRequestQuerySet":
        """What everybody may see."""
        return self.filter(IN_PUBLIC)

    def assigned_to(self, user: User) -> "ServiceRequestQuerySet":
        return self.filter(assignee=user)

    def of_queues(self, queues: Iterable[int]) -> "ServiceRequestQuerySet":
        """In one of these queues (ids); spelled out, so that PostgreSQL walks the queue's own index in order."""
        return self.filter(queue__in=sorted(queues))

    def public_or_worked_by(self, user: User, *, queues: Iterable[int]) -> "ServiceRequestQuerySet":
        """Not private; or in one of these queues, or assigned to `user`."""
        return self.filter(Q(is_private=False) | Q(queue__in=sorted(queues)) | Q(assignee=user))

    def carried_by(self, user: User, *, queues: Iterable[int]) -> "ServiceRequestQuerySet":
        """Assigned to `user`; or nobody's yet in one of these queues (ids)."""
        return self.filter(Q(assignee=user) | Q(assignee=None, queue__in=sorted(queues)))

    def unassigned(self) -> "ServiceRequestQuerySet":
        return self.filter(assignee=None)

    def waiting(self) -> "ServiceRequestQuerySet":
        return self.filter(status=Status.WAITING)

    def urgent(self) -> "ServiceRequestQuerySet":
        """What cannot wait."""
        return self.filter(is_urgent=True)

    def overdue(self, now: datetime) -> "ServiceRequestQuerySet":
        return self.filter(due_at__lt=now)

    def posted_off_duty(self) -> "ServiceRequestQuerySet":
        """Written while their team was closed."""
        hours = OpeningHours.objects.filter(queue=OuterRef("queue"))
        on_duty = hours.filter(weekday=OuterRef("weekday"), opens__lte=OuterRef("clock"), closes__gt=OuterRef("clock"))
        dated = self.alias(weekday=ExtractIsoWeekDay("posted_at") - 1, clock=TruncTime("posted_at"))
        return dated.filter(Exists(hours), ~Exists(on_duty))

    def unanswered(self) -> "ServiceRequestQuerySet":
        return self.filter(answered_at=None)

    def answered(self) -> "ServiceRequestQuerySet":
        return self.exclude(answered_at=None)

    def resolved(self) -> "ServiceRequestQuerySet":
        return self.exclude(resolved_at=None)

    def posted_between(self, start: datetime, end: datetime) -> "ServiceRequestQuerySet":
        """From `start` up to, not including, `end`."""
        return self.filter(posted_at__gte=start, posted_at__lt=end)

    def answer_took(self, least: timedelta, limit: timedelta | None, *, in_hours: bool) -> "ServiceRequestQuerySet":
        """Answered after `least` or more and in less than `limit`, in calendar time or in the team's opening hours."""
        took = F("answered_in_hours") if in_hours else F("answered_at") - F("posted_at")
        answers = self.answered().annotate(took=took).filter(took__gte=least)
        return answers if limit is None else answers.filter(took__lt=limit)

    def with_failed_sends(self) -> "ServiceRequestQuerySet":
        """Holding a reply that did not leave: refused or failed, and nobody has dealt with it. See also: `Reply.objects.stuck`."""
        stuck = self.model._default_manager.filter(HOLDING_A_STUCK_REPLY)
        # Apart, so that a request with two of them is one row without comparing whole rows.
        return self.filter(id__in=stuck.values("id"))

    def oldest_due_first(self) -> "ServiceRequestQuerySet":
        return self.order_by("due_at", "id")

    def quickest_answer_first(self) -> "ServiceRequestQuerySet":
        """The answered ones, with `took`."""
        return self.answered().annotate(took=F("answered_at") - F("posted_at")).order_by("took", "id")

    def longest_waiting_first(self, now: datetime) -> "ServiceRequestQuerySet":
        """With `waited`. Ordered by it and not by the column: else PostgreSQL may look for the few open ones by
        walking the index of all that was ever posted."""
        return self.annotate(waited=Value(now) - F("posted_at")).order_by("-waited", "id")

    def newest_posted_first(self) -> "ServiceRequestQuerySet":
        return self.order_by("-posted_at", "-id")

    def newest_told_first(self) -> "ServiceRequestQuerySet":
        """By the newest public line of their history."""
        return self.order_by("-told_at", "-id")

    def told_before(self, moment: datetime, number: int) -> "ServiceRequestQuerySet":
        """What follows a row of `newest_told_first`."""
        # The moment is said twice, so that the index is entered there and not at its beginning.
        return self.filter(Q(told_at__lt=moment) | Q(id__lt=number), told_at__lte=moment)

    def told_between(self, start: datetime, end: datetime) -> "ServiceRequestQuerySet":
        """Whose newest public line is from `start` up to, not including, `end`."""
        return self.filter(told_at__gte=start, told_at__lt=end)

    def of_services(self, services: Iterable[int]) -> "ServiceRequestQuerySet":
        """Of one of these services (ids)."""
        return self.filter(service__in=sorted(services))

    def in_area(self, code: str) -> "ServiceRequestQuerySet":
        """In one part of town."""
        return self.filter(area=code).exclude(area="")

    def done_since(self, moment: datetime) -> "ServiceRequestQuerySet":
        """Resolved then or later. A repair is told when it is done, so that the timeline's index leads to it."""
        return self.filter(status=Status.RESOLVED, resolved_at__gte=moment, told_at__gte=moment)

    def counted_by_status(self) -> dict[str, int]:
        """How many stand in each status; what nobody stands in is left out."""
        return dict(self.order_by().values_list("status").annotate(Count("id")))

    def told_by_number(self, numbers: Iterable[int]) -> "ServiceRequestQuerySet":
        """What may be told of these numbers: public ones, and those merged into something public."""
        into_public = Q(merged_into=None) | Q(merged_into__is_private=False)
        return self.filter(into_public, id__in=list(numbers), is_private=False).order_by("id")

    def with_post(self) -> "ServiceRequestQuerySet":
        """With opening post, queue and service, in this query."""
        return self.select_related("opening_post", "queue", "service")

    def in_statuses(self, statuses: Iterable[str]) -> "ServiceRequestQuerySet":
        return self.filter(status__in=list(statuses))

    def merged_into_any(self, numbers: Iterable[int]) -> "ServiceRequestQuerySet":
        """What was merged into one of these."""
        return self.filter(merged_into__in=list(numbers))

    def newest_changed_first(self) -> "ServiceRequestQuerySet":
        return self.order_by("-changed_at")

    def withheld_since(self, moment: datetime) -> list[datetime]:
        """When the newest of what the public does not read, or not whole, was changed: none or one."""
        withheld = self.filter(Q(is_private=True) | Q(opening_post__is_offensive=True), changed_at__gte=moment)
        return list(withheld.newest_changed_first().values_list("changed_at", flat=True)[:1])

    def matching(self, words: str, *, among: PostQuerySet | None = None) -> "ServiceRequestQuerySet":
        """With every one of `words` in one of their posts (`among` which: all), or of that number.

        Asks at once how common the words are.
        """
        number = NUMBER.fullmatch(words.strip())
        by_number = Q(id=int(number[1])) if number else Q()
        every = Post.objects.visible() if among is None else among
        posts = every.matching(words).exclude(service_request=None)
        few = list(posts.values_list("service_request", flat=True)[: FEW + 1])
        # Left to itself PostgreSQL reads every word of the newest hundred thousand posts to find a rare one.
        by_words = Q(id__in=few) if len(few) <= FEW else Q(Exists(posts.filter(service_request=OuterRef("id"))))
        return self.filter(by_number | by_words)

    def due_for_comparison(self) -> "ServiceRequestQuerySet":
        """Open, and not held against the others yet, oldest first. See also: the index `request_to_compare`."""
        return self.open().filter(compared_at=None).order_by("id")

    def with_marks(self) -> "ServiceRequestQuerySet":
        """Whether a row carries the mark of a message that did not leave."""
        stuck = self.model._default_manager.filter(HOLDING_A_STUCK_REPLY, id=OuterRef("id"))
        return self.annotate(has_failed_send=Exists(stuck))

    def with_row(self) -> "ServiceRequestQuerySet":
        """What a row or a card shows, in this query: opening post and author, queue, service, assignee, number of reporters."""
        return self.select_related("opening_post__author", "queue", "service", "assignee").annotate(
            reporters=_reporters(service_request=OuterRef("id"))
            + _reporters(service_request__merged_into=OuterRef("id"))
        )


def _reporters(**of: OuterRef) -> Coalesce:
    posts = Post.objects.filter(written_by=None, **of).exclude(kind=Kind.THANKS).order_by()
    return Coalesce(Subquery(posts.values(one=Value(1)).annotate(n=Count("author", distinct=True)).values("n")), 0)
