"""What the town lets triage do by itself, and how exactly it says in public where something is."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Precision(models.TextChoices):
    EXACT = "exact", _("the exact place")
    STREET = "street", _("the street, without the number")
    AREA = "area", _("the part of town")


class PolicyQuerySet(models.QuerySet["Policy"]):
    def of_the_town(self) -> "Policy":
        """The town's choices; where nobody chose, nothing happens by itself and places are exact."""
        return self.first() or Policy()


class Policy(models.Model):
    """One row at most."""

    # Two requests that are the same beyond doubt become one without a person.
    joins_alike = models.BooleanField(_("joins the same thing by itself"), default=False)
    # The acknowledgement that is switched on for a network also goes to urgent posts.
    answers_urgent = models.BooleanField(_("acknowledges urgent posts by itself"), default=False)
    precision = models.CharField(
        _("in public, a place is"), max_length=10, choices=Precision.choices, default=Precision.EXACT
    )
    changed_at = models.DateTimeField(_("changed"), auto_now=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("changed by"), related_name="+", null=True, blank=True
    )
    # Always 1: the constraint that there is one row.
    only = models.PositiveSmallIntegerField(default=1, unique=True, editable=False)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("policy of triage")
        verbose_name_plural = _("policies of triage")
        constraints = [models.CheckConstraint(condition=models.Q(only=1), name="one_policy")]

    def __str__(self) -> str:
        return f"{self.changed_at:%Y-%m-%d}"
