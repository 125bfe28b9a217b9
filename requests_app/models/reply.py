"""One message to publish: the outbox row, whose own state says what is due."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import IsNull
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from requests_app.models.account import Account
from requests_app.models.post import Post
from requests_app.models.receipt import Receipt, receipt
from requests_app.models.service_request import ServiceRequest


class ReplyStatus(models.TextChoices):
    HELD = "held", _("held")
    QUEUED = "queued", _("queued")
    SENDING = "sending", _("sending")
    IN_DOUBT = "in_doubt", _("in doubt")
    PUBLISHED = "published", _("published")
    REFUSED = "refused", _("refused")
    FAILED = "failed", _("failed")
    WITHDRAWN = "withdrawn", _("withdrawn")


TO_SEND = (ReplyStatus.HELD, ReplyStatus.QUEUED)
IN_FLIGHT = (ReplyStatus.SENDING, ReplyStatus.IN_DOUBT)
STUCK = (ReplyStatus.REFUSED, ReplyStatus.FAILED)


class ReplyQuerySet(models.QuerySet["Reply"]):
    def due_to_send(self, now: datetime) -> "ReplyQuerySet":
        """Out of the undo window, what it follows stands, and its account is neither deferred nor busy.

        What people wrote comes before what machines did, the oldest first.
        """
        busy = Reply.objects.filter(status__in=IN_FLIGHT).values("account")
        return (
            self.filter(status__in=TO_SEND, next_attempt_at__lte=now, account__is_active=True)
            .filter(Q(account__deferred_until=None) | Q(account__deferred_until__lte=now))
            .filter(Q(follows=None) | Q(follows__status=ReplyStatus.PUBLISHED))
            .exclude(account__in=busy)
            .select_related("account")
            .order_by(IsNull(F("by"), True), "id")
        )

    def left_behind(self) -> "ReplyQuerySet":
        """Would follow a message of ours that did not leave."""
        lost = Q(follows__status__in=(*STUCK, ReplyStatus.WITHDRAWN))
        return self.filter(lost, status__in=TO_SEND)

    def said_with(self, reply: "Reply") -> "ReplyQuerySet":
        """The message with all that was said in the same breath: the line before it, the copies to others."""
        return self.filter(Q(pk=reply.pk) | Q(copy_of=reply) | Q(followed_by=reply))

    def abandoned(self, before: datetime) -> "ReplyQuerySet":
        """Claimed by a worker that never came back."""
        return self.filter(status=ReplyStatus.SENDING, claimed_at__lt=before)

    def due_to_settle(self, now: datetime) -> "ReplyQuerySet":
        """Nobody knows whether it was published: to be looked for on the network."""
        return (
            self.filter(status=ReplyStatus.IN_DOUBT, next_attempt_at__lte=now).select_related("account").order_by("id")
        )

    def stuck(self) -> "ReplyQuerySet":
        """Did not leave and nobody has dealt with it yet. See also: `ServiceRequest.objects.with_failed_sends`."""
        return self.filter(status__in=STUCK, given_up_at=None)

    def published(self) -> "ReplyQuerySet":
        return self.filter(status=ReplyStatus.PUBLISHED)

    def told_once(self) -> "ReplyQuerySet":
        """Without the copies to other reporters of what stands in public already."""
        return self.exclude(copy_of__status=ReplyStatus.PUBLISHED)

    def of_requests(self, numbers: Iterable[int]) -> "ReplyQuerySet":
        """With who said it and through which account."""
        return self.filter(service_request__in=list(numbers)).select_related("by", "account")

    def newest_of_each(self) -> "ReplyQuerySet":
        """One for each request: the last that was published."""
        return self.order_by("service_request", "-published_at", "-id").distinct("service_request")


class Reply(models.Model):
    service_request = models.ForeignKey(
        ServiceRequest, models.PROTECT, verbose_name=_("request"), related_name="replies"
    )
    # What it answers, and through which account: its thread and its voice.
    post = models.ForeignKey(
        Post, models.PROTECT, verbose_name=_("in reply to"), related_name="replies", db_index=False
    )
    account = models.ForeignKey(
        Account, models.PROTECT, verbose_name=_("account"), related_name="replies", db_index=False
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("by"),
        related_name="replies",
        null=True,
        blank=True,
        db_index=False,
    )
    # The same words to another reporter of the same request, in their own thread.
    copy_of = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("copy of"), related_name="copies", null=True, blank=True
    )
    # Answers that message of ours instead of the post: on X, where only another account was named, that account
    # first names this one. Sent once the other stands.
    follows = models.OneToOneField(
        "self", models.PROTECT, verbose_name=_("follows"), related_name="followed_by", null=True, blank=True
    )
    # What the person wrote, and the very bytes that go out, frozen when it was approved.
    text = models.TextField(_("text"))
    payload = models.TextField(_("as sent"))
    # What makes a second try the same try: an idempotency key, a record's key and moment; the connector's own.
    frozen = models.JSONField(default=dict, blank=True)
    language = models.CharField(_("language"), max_length=10)

    status = models.CharField(_("status"), max_length=20, choices=ReplyStatus.choices, default=ReplyStatus.HELD)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    # held, queued: not before. in_doubt: when to look on the network.
    next_attempt_at = models.DateTimeField(_("next attempt"), null=True, blank=True)
    # When the network was first and last called; committed before the call.
    first_claimed_at = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(_("claimed"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    # How often an in-doubt reply was looked for, and how often it was sent again because it was surely absent.
    looks = models.PositiveSmallIntegerField(default=0)
    resends = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(_("error"), blank=True)
    # The network's rule when it said no: not_summoned, too_long, duplicate, gone, forbidden…
    rule = models.CharField(_("rule"), max_length=40, blank=True)
    external_id = models.CharField(_("id on the network"), max_length=200, blank=True)
    url = models.URLField(_("page on the network"), max_length=1000, blank=True)
    reference = models.JSONField(default=dict, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    # Read back from the network by somebody else's call; and found to be gone from there.
    seen_at = models.DateTimeField(_("seen on the network"), null=True, blank=True)
    deleted_at = models.DateTimeField(_("deleted at source"), null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(_("given up"), null=True, blank=True)

    objects = ReplyQuerySet.as_manager()

    class Meta:
        verbose_name = _("reply")
        verbose_name_plural = _("replies")
        constraints = [
            # Two in one account's flight could not be told apart when an answer is lost.
            models.UniqueConstraint(
                fields=["account"], condition=Q(status__in=IN_FLIGHT), name="one_reply_in_flight_per_account"
            ),
            models.CheckConstraint(
                condition=Q(status=ReplyStatus.PUBLISHED, published_at__isnull=False) & ~Q(external_id="")
                | ~Q(status=ReplyStatus.PUBLISHED) & Q(published_at=None, external_id=""),
                name="published_with_its_receipt",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=IN_FLIGHT) | Q(claimed_at__isnull=False, first_claimed_at__isnull=False),
                name="in_flight_once_claimed",
            ),
            models.CheckConstraint(
                condition=~Q(status=ReplyStatus.REFUSED) | ~Q(rule=""), name="refused_with_its_rule"
            ),
            # The networks' own rule: one automatic reply for each thing a resident says.
            models.UniqueConstraint(fields=["post"], condition=Q(by=None), name="one_automatic_reply_per_post"),
        ]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(status__in=TO_SEND), name="reply_due_to_send"),
            models.Index(
                fields=["next_attempt_at"], condition=Q(status=ReplyStatus.IN_DOUBT), name="reply_due_to_settle"
            ),
            models.Index(fields=["claimed_at"], condition=Q(status=ReplyStatus.SENDING), name="reply_sending"),
            models.Index(fields=["external_id"], condition=~Q(external_id=""), name="reply_on_network"),
            models.Index(
                fields=["account", "-published_at"], condition=Q(status=ReplyStatus.PUBLISHED), name="reply_sent"
            ),
            models.Index(fields=["id"], condition=Q(status__in=STUCK, given_up_at=None), name="reply_stuck"),
        ]

    def __str__(self) -> str:
        return f"{self.service_request_id}/{self.pk}"

    @property
    def receipt(self) -> Receipt:
        """Where it is now."""
        return receipt(self, now=timezone.now())
