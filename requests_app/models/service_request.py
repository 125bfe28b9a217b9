"""The case: one thing somebody asked of the town, its state and its clocks."""

import re
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from requests_app.models.post import Kind, Post
from requests_app.models.queue import Queue
from requests_app.models.service import Service
from requests_app.models.service_request_queries import ServiceRequestQuerySet
from requests_app.models.status import CLOSED, IN_PUBLIC, OPEN, STANDING_OPEN, DeclineReason, Status

# `@alameda, @policia@alameda.example: ` before somebody's own words.
CALLED_OUT = re.compile(r"^(?:@[\w.@-]+[\s,:]*)+")


class PlaceSource(models.TextChoices):
    """How the place of a request was found."""

    TEXT = "text", _("read in the words")
    FORM = "form", _("given by whoever reported it")
    NETWORK = "network", _("sent along by the network")
    PHOTO = "photo", _("where the photo was taken")
    PERSON = "person", _("set by a colleague")


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
    # The code of the part of town on the plan, where the place is known: lists, feeds and the map filter by it.
    area = models.SlugField(_("part of town"), max_length=40, blank=True, db_index=False)
    place_from = models.CharField(_("how the place was found"), max_length=10, choices=PlaceSource.choices, blank=True)
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
    # Since when it cannot wait; null where that was so from the first word, or is not so.
    urgent_at = models.DateTimeField(null=True, blank=True, editable=False)
    # When the mayor last asked about it; cleared by the next act of its team.
    nudged_at = models.DateTimeField(_("asked about by the mayor"), null=True, blank=True)
    # What the desk sorts by: the answer's target until somebody answered, then the promise or the resolution's target.
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    # The newest public line of its history; the timeline's order.
    told_at = models.DateTimeField()
    # The newest change of any kind; what an open desk asks for.
    changed_at = models.DateTimeField()
    # When it was last held against the others: null while that is due, see `requests_app.triage.resembling`.
    compared_at = models.DateTimeField(null=True, blank=True, editable=False)
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
            models.Index(fields=["service", "-told_at", "-id"], condition=IN_PUBLIC, name="told_by_service"),
            models.Index(fields=["area", "-told_at", "-id"], condition=IN_PUBLIC & ~Q(area=""), name="told_by_area"),
            models.Index(fields=["posted_at"], name="request_posted"),
            models.Index(fields=["id"], condition=STANDING_OPEN & Q(is_urgent=True), name="urgent_open"),
            models.Index(fields=["id"], condition=STANDING_OPEN & Q(compared_at=None), name="request_to_compare"),
            # What may be the same: of one service, or in one part of town, said about the same time.
            models.Index(fields=["service", "posted_at"], condition=STANDING_OPEN, name="open_by_service_posted"),
            models.Index(
                fields=["area", "posted_at"], condition=STANDING_OPEN & ~Q(area=""), name="open_by_area_posted"
            ),
            models.Index(fields=["promised_for"], condition=Q(promised_for__isnull=False), name="request_promised"),
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
    def urgent_since(self) -> datetime:
        """Since when the town could know that it cannot wait."""
        return self.urgent_at or self.received_at

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
    def said(self) -> str:
        """The first line of the opening post without the accounts it was called out to."""
        return CALLED_OUT.sub("", self.summary) or self.summary

    @property
    def point(self) -> tuple[float, float] | None:
        """Latitude and longitude, where its place is known."""
        return None if self.latitude is None or self.longitude is None else (self.latitude, self.longitude)

    @property
    def thread(self) -> "models.QuerySet[Post]":
        """Every post about it, those of merged requests too, oldest first."""
        return (
            Post.objects.filter(
                service_request__in=ServiceRequest.objects.filter(Q(id=self.pk) | Q(merged_into=self.pk))
            )
            .select_related("author", "account", "written_by", "service_request")
            .order_by("posted_at", "id")
        )
