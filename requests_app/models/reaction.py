"""What a resident says with one tap on a request's page: I have this too; thank you."""

from collections.abc import Iterable
from datetime import datetime

from django.db import models
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from requests_app.models.service_request import ServiceRequest


class ReactionKind(models.TextChoices):
    ME_TOO = "me_too", _("has it too")
    THANKS = "thanks", _("says thanks")


class ReactionQuerySet(models.QuerySet["Reaction"]):
    def counts(self, numbers: Iterable[int]) -> dict[tuple[int, str], int]:
        """How many of each kind, by request and kind; what nobody tapped is left out. One query."""
        rows = self.filter(service_request__in=list(numbers)).values_list("service_request", "kind")
        return {(number, kind): count for number, kind, count in rows.annotate(count=Count("id")).order_by()}

    def thanks_since(self, moment: datetime) -> "ReactionQuerySet":
        """Thank-you taps under what everybody may see."""
        return self.filter(kind=ReactionKind.THANKS, at__gte=moment, service_request__is_private=False)


class Reaction(models.Model):
    service_request = models.ForeignKey(
        ServiceRequest, models.CASCADE, verbose_name=_("request"), related_name="reactions"
    )
    kind = models.CharField(_("what"), max_length=10, choices=ReactionKind.choices)
    # A keyed hash of a random cookie: enough to count each browser once, and it names nobody.
    visitor = models.CharField(max_length=64, editable=False)
    at = models.DateTimeField(_("when"))

    objects = ReactionQuerySet.as_manager()

    class Meta:
        verbose_name = _("reaction")
        verbose_name_plural = _("reactions")
        constraints = [
            models.UniqueConstraint(fields=["service_request", "kind", "visitor"], name="one_reaction_of_a_kind_each")
        ]
        indexes = [models.Index(fields=["kind", "-at"], name="reactions_newest")]

    def __str__(self) -> str:
        return f"{self.service_request_id} {self.kind}"
