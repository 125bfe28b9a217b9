"""The town's own rules: what a post must hold, and where it then goes."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from requests_app.models.queue import Queue
from requests_app.models.service import Service


class Urgency(models.TextChoices):
    URGENT = "urgent", _("cannot wait")
    CALM = "calm", _("can wait")


class RuleQuerySet(models.QuerySet["Rule"]):
    def in_order(self) -> "RuleQuerySet":
        """As they are asked: the first that names a team wins."""
        return self.order_by("position", "id")

    def on(self) -> "RuleQuerySet":
        """Switched on, in order."""
        return self.filter(on_since__isnull=False).in_order()


class Rule(models.Model):
    """Every condition that is given must hold, any one of its entries; at least one is. Effects left open change nothing."""

    name = models.CharField(_("name"), max_length=120)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    # Null: written, perhaps tried, not switched on.
    on_since = models.DateTimeField(_("switched on"), null=True, blank=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("changed by"), related_name="+", null=True, blank=True
    )

    # Phrases as a service's keywords are written: found by their stems, in the text's own language.
    words = ArrayField(models.CharField(max_length=80), verbose_name=_("words"), default=list, blank=True)
    hashtags = ArrayField(models.CharField(max_length=80), verbose_name=_("hashtags"), default=list, blank=True)
    # Handles without @: of whoever wrote it, and of whom it names.
    authors = ArrayField(models.CharField(max_length=200), verbose_name=_("written by"), default=list, blank=True)
    addressed = ArrayField(models.CharField(max_length=200), verbose_name=_("naming"), default=list, blank=True)
    # Codes of parts of town, as on the plan.
    areas = ArrayField(models.SlugField(max_length=40), verbose_name=_("parts of town"), default=list, blank=True)
    # When it was posted, by the town's clock: days 0 (Monday) to 6, and from one time to another, past midnight too.
    weekdays = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("days"), default=list, blank=True)
    begins = models.TimeField(_("from"), null=True, blank=True)
    ends = models.TimeField(_("until"), null=True, blank=True)

    queue = models.ForeignKey(
        Queue, models.PROTECT, verbose_name=_("team"), related_name="rules", null=True, blank=True
    )
    service = models.ForeignKey(
        Service, models.PROTECT, verbose_name=_("service"), related_name="rules", null=True, blank=True
    )
    urgency = models.CharField(_("urgency"), max_length=10, choices=Urgency.choices, blank=True)
    makes_private = models.BooleanField(_("not for the public"), default=False)

    objects = RuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        constraints = [
            models.CheckConstraint(
                condition=Q(begins=None, ends=None) | Q(begins__isnull=False, ends__isnull=False),
                name="rule_from_and_until",
            ),
            models.CheckConstraint(
                condition=Q(queue__isnull=False) | Q(service__isnull=False) | ~Q(urgency="") | Q(makes_private=True),
                name="rule_with_an_effect",
            ),
            models.CheckConstraint(condition=Q(queue=None) | Q(service=None), name="rule_of_a_team_or_a_service"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_on(self) -> bool:
        return self.on_since is not None
