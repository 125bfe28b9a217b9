"""What triage learned: every model that was trained here, with how it fared; and whose posts it may learn from."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from requests_app.models.account import Network


class ClassifierQuerySet(models.QuerySet["Classifier"]):
    def with_weights(self) -> "ClassifierQuerySet":
        """Which can still be put to use."""
        return self.exclude(weights=b"")

    def newest_first(self) -> "ClassifierQuerySet":
        """Without their weights, which are megabytes."""
        return self.defer("weights").order_by("-id")


class Classifier(models.Model):
    """One trained model; none in use means the one that Plaza ships."""

    trained_at = models.DateTimeField(_("trained"))
    # As `requests_app.triage.learned.model` writes it.
    weights = models.BinaryField()
    # What it learned from: {"starter": 6200, "town": 140, "networks": ["mastodon"]}. And of how many of the town's
    # held-back posts a person said the team (and so on), of how many it found it, and the one in use then:
    # {"asked": {"queue": 40, "kind": 31}, "right": {"queue": 38, "kind": 25}, "before": {"queue": 36, "kind": 25}}.
    labels = models.JSONField(_("learned from"), default=dict)
    figures = models.JSONField(_("measured"), default=dict)
    is_in_use = models.BooleanField(_("in use"), default=False)
    # Who put it to use, or back to use, by hand; nobody: the nightly comparison did.
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("chosen by"), related_name="+", null=True, blank=True
    )

    objects = ClassifierQuerySet.as_manager()

    class Meta:
        verbose_name = _("classifier")
        verbose_name_plural = _("classifiers")
        constraints = [
            models.UniqueConstraint(fields=["is_in_use"], condition=Q(is_in_use=True), name="one_classifier_in_use")
        ]

    def __str__(self) -> str:
        return f"{self.trained_at:%Y-%m-%d %H:%M}"


# X's terms (developer agreement, III A) forbid to train models on what is read from it.
NEVER_UNASKED = (Network.X,)


class LearningSourceQuerySet(models.QuerySet["LearningSource"]):
    def networks(self) -> list[str]:
        """From whose posts may be learned today: where nobody chose, every network but those whose terms forbid it."""
        chosen = dict(self.values_list("network", "is_used"))
        return [network for network in Network.values if chosen.get(network, network not in NEVER_UNASKED)]


class LearningSource(models.Model):
    """Somebody's choice whether posts of a network may be learned from."""

    network = models.CharField(_("network"), max_length=20, choices=Network.choices, unique=True)
    is_used = models.BooleanField(_("learned from"))
    chosen_at = models.DateTimeField(_("chosen"), auto_now=True)
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("chosen by"), related_name="+"
    )

    objects = LearningSourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("source of learning")
        verbose_name_plural = _("sources of learning")

    def __str__(self) -> str:
        return f"{self.network}: {self.is_used}"
