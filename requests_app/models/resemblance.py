"""Two requests that may be about the same thing, with what speaks for it."""

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from requests_app.models.service_request import ServiceRequest


class ResemblanceQuerySet(models.QuerySet["Resemblance"]):
    def undecided(self) -> "ResemblanceQuerySet":
        """Nobody said yet whether they are the same, the likeliest first."""
        return self.filter(dismissed_at=None, one__merged_into=None, other__merged_into=None).order_by("-score", "-id")

    def around(self, numbers: Iterable[int]) -> "ResemblanceQuerySet":
        """Of any of these requests."""
        wanted = list(numbers)
        return self.filter(Q(one__in=wanted) | Q(other__in=wanted))

    def between(self, number: int, numbers: Iterable[int]) -> "ResemblanceQuerySet":
        """Of that request with one of the others."""
        others = list(numbers)
        return self.filter(Q(one=number, other__in=others) | Q(other=number, one__in=others))


class Resemblance(models.Model):
    """`one` came later than `other`."""

    one = models.ForeignKey(ServiceRequest, models.CASCADE, verbose_name=_("request"), related_name="resembles")
    other = models.ForeignKey(ServiceRequest, models.CASCADE, verbose_name=_("earlier"), related_name="resembled_by")
    # How likely they are the same, from 0 to 1.
    score = models.FloatField(_("likelihood"))
    # [{"signal": "words", "detail": ["farola"]}, {"signal": "metres", "detail": ["40"]}, …]
    evidence = models.JSONField(_("evidence"), default=list, blank=True)
    found_at = models.DateTimeField(_("found"), auto_now_add=True)
    # "They are not the same": never suggested again.
    dismissed_at = models.DateTimeField(_("dismissed"), null=True, blank=True)
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("dismissed by"),
        related_name="+",
        null=True,
        blank=True,
    )

    objects = ResemblanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("resemblance")
        verbose_name_plural = _("resemblances")
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="resemblance_once"),
            models.CheckConstraint(condition=Q(one__gt=F("other")), name="resemblance_newer_first"),
            models.CheckConstraint(condition=Q(score__range=(0, 1)), name="resemblance_score_is_a_share"),
            models.CheckConstraint(
                condition=Q(dismissed_at=None, dismissed_by=None)
                | Q(dismissed_at__isnull=False, dismissed_by__isnull=False),
                name="resemblance_dismissed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} ~ {self.other_id}"
