"""The case: one thing somebody asked of the town, its state and its clocks."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from requests_app.models.post import Kind, Post
from requests_app.models.queue import Queue
from requests_app.models.service import Service


class Status(models.TextChoices):
    NEW = "new", _("new")
    ACCEPTED = "accepted", _("accepted")
    WAITING = "waiting", _("waiting")
    RESOLVED = "resolved", _("resolved")
    DECLINED = "declined", _("declined")


OPEN = (Status.NEW, Status.ACCEPTED, Status.WAITING)
CLOSED = (Status.RESOLVED, Status.DECLINED)


class DeclineReason(models.TextChoices):
    NOT_OURS = "not_ours", _("not the town's to do")
    NO_BUDGET = "no_budget", _("needs a budget first")
    NOT_FOUND = "not_found", _("we looked and did not find it")
    AGAINST_RULES = "against_rules", _("the rules do not allow it")
    NOTHING_TO_DO = "nothing_to_do", _("there is nothing to do")


# The SQL of `ServiceRequestQuerySet.open` and `public`, as the partial indexes need it.
STANDING_OPEN = Q(status__in=OPEN, merged_into=None)
IN_PUBLIC = Q(is_private=False, merged_into=None)
# See also: `Reply.objects.stuck`.
HOLDING_A_STUCK_REPLY = Q(replies__status__in=("refused", "failed"), replies__given_up_at=None)

# Words in so few posts are looked up; more common ones are met soon by walking from the newest.
FEW = 5000


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

    def of_team(self, user: User) -> "ServiceRequestQuerySet":
        """In any queue that `user` works."""
        return self.filter(queue__in=Queue.objects.of_member(user))

    def of_queues(self, queues: Iterable[int]) -> "ServiceRequestQuerySet":
        """In one of these queues (ids); spelled out, so that PostgreSQL walks the queue's own index in order."""
        return self.filter(queue__in=sorted(queues))

    def public_or_worked_by(self, user: User, *, queues: Iterable[int]) -> "ServiceRequestQuerySet":
        """Not private; or in one of these queues, or assigned to `user`."""
        return self.filter(Q(is_private=False) | Q(queue__in=sorted(queues)) | Q(assignee=user))

    def unassigned(self) -> "ServiceRequestQuerySet":
        return self.filter(assignee=None)

    def waiting(self) -> "ServiceRequestQuerySet":
        return self.filter(status=Status.WAITING)

    def overdue(self, now: datetime) -> "ServiceRequestQuerySet":
        return self.filter(due_at__lt=now)

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
        stuck = ServiceRequest.objects.filter(HOLDING_A_STUCK_REPLY)
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

    def matching(self, words: str) -> "ServiceRequestQuerySet":
        """With every one of `words` in one of their posts, or of that number. Asks at once how common the words are."""
        by_number = Q(id=int(words)) if words.isdecimal() and len(words) < 10 else Q()
        posts = Post.objects.visible().matching(words).exclude(service_request=None)
        few = list(posts.values_list("service_request", flat=True)[: FEW + 1])
        # Left to itself PostgreSQL reads every word of the newest hundred thousand posts to find a rare one.
        by_words = Q(id__in=few) if len(few) <= FEW else Q(Exists(posts.filter(service_request=OuterRef("id"))))
        return self.filter(by_number | by_words)

    def resembling(self, other: "ServiceRequest", *, since: datetime) -> "ServiceRequestQuerySet":
        """What may be the same matter: open, of the same service (or team, when no service is known), posted lately."""
        alike = Q(service=other.service_id) if other.service_id else Q(queue=other.queue_id)
        lately = self.open().filter(alike, posted_at__gte=since, is_private=other.is_private)
        return lately.exclude(id=other.pk).order_by("-posted_at")

    def with_marks(self) -> "ServiceRequestQuerySet":
        """Whether a row carries the photo's mark and the mark of a message that did not leave."""
        photos = Post.objects.visible().filter(service_request=OuterRef("id"), photos__isnull=False)
        stuck = ServiceRequest.objects.filter(HOLDING_A_STUCK_REPLY, id=OuterRef("id"))
        return self.annotate(has_photo=Exists(photos), has_failed_send=Exists(stuck))

    def with_row(self) -> "ServiceRequestQuerySet":
        """What a row or a card shows, in this query: opening post and author, queue, service, assignee, number of reporters."""
        return self.select_related("opening_post__author", "queue", "service", "assignee").annotate(
            reporters=_reporters(service_request=OuterRef("id"))
            + _reporters(service_request__merged_into=OuterRef("id"))
        )


def _reporters(**of: OuterRef) -> Coalesce:
    posts = Post.objects.filter(written_by=None, **of).exclude(kind=Kind.THANKS).order_by()
    return Coalesce(Subquery(posts.values(one=Value(1)).annotate(n=Count("author", distinct=True)).values("n")), 0)


class ServiceRequest(models.Model):
    """`id` is the number people are told. Changed only by `requests_app.workflow`."""

    status = models.CharField(_("status"), max_length=20, choices=Status.choices, default=Status.NEW)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    opening_post = models.OneToOneField(Post, models.PROTECT, verbose_name=_("opening post"), related_name="opened")
    service = models.ForeignKey(
        Service, models.PROTECT, verbose_name=_("service"), related_name="service_requests", null=True, blank=True
    )
    queue = models.ForeignKey(
        Queue, models.PROTECT, verbose_name=_("queue"), related_name="service_requests", db_index=False
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("person"),
        related_name="service_requests",
        null=True,
        blank=True,
        db_index=False,
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("same as"), related_name="merged", null=True, blank=True
    )
    is_urgent = models.BooleanField(_("urgent"), default=False)
    is_private = models.BooleanField(_("private"), default=False)
    language = models.CharField(_("language"), max_length=10)
    address = models.CharField(_("place"), max_length=300, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    decline_reason = models.CharField(_("reason"), max_length=20, choices=DeclineReason.choices, blank=True)
    # What somebody without an account holds to follow a request that they made on the town's own site.
    follow_token = models.CharField(max_length=43, unique=True, null=True, blank=True, editable=False)  # noqa: DJ001

    posted_at = models.DateTimeField(_("posted"))
    received_at = models.DateTimeField(_("received"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    # First answer by a person, from the moment it was visible on the network.
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)
    # The same waits counted in the opening hours the team had then.
    answered_in_hours = models.DurationField(null=True, blank=True, editable=False)
    resolved_in_hours = models.DurationField(null=True, blank=True, editable=False)
    promised_for = models.DateTimeField(_("promised for"), null=True, blank=True)
    # What the desk sorts by: the answer's target until somebody answered, then the promise or the resolution's target.
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    # The newest public line of its history; the timeline's order.
    told_at = models.DateTimeField()
    # The newest change of any kind; what an open desk asks for.
    changed_at = models.DateTimeField()
    # Counts changes: a form carries it, so that two people never overwrite each other unseen.
    version = models.PositiveIntegerField(default=1)

    objects = ServiceRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        constraints = [
            models.CheckConstraint(condition=~Q(kind=Kind.THANKS), name="thanks_never_becomes_work"),
            models.CheckConstraint(
                condition=Q(status__in=OPEN, due_at__isnull=False) | Q(status__in=CLOSED, due_at=None),
                name="due_while_open",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.RESOLVED, resolved_at__isnull=False)
                | ~Q(status=Status.RESOLVED) & Q(resolved_at=None),
                name="resolved_with_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.DECLINED) & ~Q(decline_reason="")
                | ~Q(status=Status.DECLINED) & Q(decline_reason=""),
                name="declined_with_its_reason",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.ACCEPTED) | Q(accepted_at__isnull=False, assignee__isnull=False),
                name="accepted_by_a_named_person",
            ),
            models.CheckConstraint(
                condition=Q(promised_for=None) | Q(accepted_at__isnull=False), name="promised_once_accepted"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_in_hours=None)
                | Q(answered_at__isnull=False, answered_in_hours__isnull=False),
                name="answered_on_both_clocks",
            ),
            models.CheckConstraint(
                condition=Q(resolved_at=None, resolved_in_hours=None)
                | Q(resolved_at__isnull=False, resolved_in_hours__isnull=False),
                name="resolved_on_both_clocks",
            ),
            models.CheckConstraint(condition=Q(posted_at__lte=F("received_at")), name="request_posted_before_received"),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")), name="not_merged_into_itself"
            ),
        ]
        indexes = [
            # What the desk counts by is carried along, so that its counts never visit the table.
            models.Index(
                fields=["queue", "due_at", "id"],
                include=["assignee", "status", "is_private"],
                condition=STANDING_OPEN,
                name="open_by_queue_due",
            ),
            models.Index(fields=["assignee", "due_at", "id"], condition=STANDING_OPEN, name="open_by_assignee_due"),
            models.Index(fields=["due_at", "id"], include=["status"], condition=STANDING_OPEN, name="open_by_due"),
            models.Index(fields=["-changed_at"], name="newest_changed"),
            models.Index(fields=["-told_at", "-id"], condition=IN_PUBLIC, name="told"),
            models.Index(fields=["queue", "-told_at", "-id"], condition=IN_PUBLIC, name="told_by_queue"),
            models.Index(fields=["status", "-told_at", "-id"], condition=IN_PUBLIC, name="told_by_status"),
            models.Index(fields=["posted_at"], name="request_posted"),
        ]

    def __str__(self) -> str:
        return f"{self.number}"

    @property
    def number(self) -> int | None:
        return self.pk

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def answer_wait(self) -> timedelta | None:
        """How long its author waited for an answer; None while they wait."""
        return self.answered_at - self.posted_at if self.answered_at else None

    @property
    def resolution_wait(self) -> timedelta | None:
        return self.resolved_at - self.posted_at if self.resolved_at else None

    @property
    def summary(self) -> str:
        """The first line of the opening post."""
        return self.opening_post.summary

    @property
    def thread(self) -> "models.QuerySet[Post]":
        """Every post about it, those of merged requests too, oldest first."""
        return (
            Post.objects.filter(
                service_request__in=ServiceRequest.objects.filter(Q(id=self.pk) | Q(merged_into=self.pk))
            )
            .select_related("author", "account", "written_by")
            .order_by("posted_at", "id")
        )
