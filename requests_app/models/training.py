"""Each time triage learned from the town, or could not: asked for, done, and what came of it."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from requests_app.models.classifier import Classifier


class TrainingOutcome(models.TextChoices):
    KEPT = "kept", _("better: in use since")
    NOT_BETTER = "not_better", _("not better: the one before stays")
    TOO_FEW = "too_few", _("too few posts to compare on")
    NOTHING_NEW = "nothing_new", _("nothing new to learn from")
    OVERTAKEN = "overtaken", _("somebody chose another meanwhile")
    FAILED = "failed", _("it failed")


class TrainingQuerySet(models.QuerySet["Training"]):
    def open(self) -> "TrainingQuerySet":
        """Asked for and not over; one at most."""
        return self.filter(outcome="")

    def waiting(self) -> "TrainingQuerySet":
        return self.open().filter(began_at=None)

    def over(self) -> "TrainingQuerySet":
        """Newest first."""
        return self.exclude(outcome="").order_by("-id")

    def of_the_night(self, *, since: datetime) -> "TrainingQuerySet":
        """Those that nobody asked for."""
        return self.filter(asked_by=None, asked_at__gte=since)


class Training(models.Model):
    asked_at = models.DateTimeField(_("asked"))
    # Nobody: the night.
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("asked by"), related_name="+", null=True, blank=True
    )
    began_at = models.DateTimeField(_("began"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=20, choices=TrainingOutcome.choices, blank=True)
    # What went wrong, by its kind only: the words of an error may be a resident's.
    error = models.CharField(_("error"), max_length=100, blank=True)
    # How many posts it could learn from: {"town": 140, "held_back": 31, "fingerprint": "…"}.
    labels = models.JSONField(_("learned from"), default=dict, blank=True)
    classifier = models.OneToOneField(
        Classifier, models.PROTECT, verbose_name=_("classifier"), related_name="training", null=True, blank=True
    )

    objects = TrainingQuerySet.as_manager()

    class Meta:
        verbose_name = _("training")
        verbose_name_plural = _("trainings")
        constraints = [
            models.UniqueConstraint(fields=["outcome"], condition=Q(outcome=""), name="one_training_at_a_time"),
            models.CheckConstraint(
                condition=Q(outcome="", ended_at=None) | ~Q(outcome="") & Q(ended_at__isnull=False),
                name="training_ends_with_its_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M} {self.outcome}"
