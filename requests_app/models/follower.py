"""Somebody who asked to be told by e-mail what becomes of a request."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from requests_app.models.event import Event
from requests_app.models.service_request import ServiceRequest


class FollowerQuerySet(models.QuerySet["Follower"]):
    def confirmed(self) -> "FollowerQuerySet":
        """Who said twice that they want it: the form, and the link in the first letter."""
        return self.exclude(confirmed_at=None)

    def due_to_tell(self, now: datetime) -> "FollowerQuerySet":
        """A letter to them is to be written (again) by now, the longest waiting first."""
        return self.filter(next_attempt_at__lte=now).select_related("service_request").order_by("next_attempt_at")


class Follower(models.Model):
    service_request = models.ForeignKey(
        ServiceRequest, models.CASCADE, verbose_name=_("request"), related_name="followers"
    )
    email = models.EmailField(_("e-mail"))
    language = models.CharField(_("language"), max_length=10)
    # Whoever holds it confirms, and leaves; the letters carry it, pages never do.
    token = models.CharField(max_length=43, unique=True, editable=False)
    asked_at = models.DateTimeField(_("asked"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    # The newest line of the history they were told.
    told = models.ForeignKey(Event, models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(_("error"), blank=True)

    objects = FollowerQuerySet.as_manager()

    class Meta:
        verbose_name = _("follower")
        verbose_name_plural = _("followers")
        constraints = [models.UniqueConstraint(fields=["service_request", "email"], name="follows_once")]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(next_attempt_at__isnull=False), name="follower_due")
        ]

    def __str__(self) -> str:
        return f"{self.service_request_id}"
