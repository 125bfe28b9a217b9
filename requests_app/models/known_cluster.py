"""Somebody knows of an early warning: it is not told again until it has grown."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class KnownClusterQuerySet(models.QuerySet["KnownCluster"]):
    def of_requests(self, numbers: Iterable[int], *, since: datetime) -> "KnownClusterQuerySet":
        """Said then or later of any of these requests, the newest first, with who said it."""
        lately = self.filter(known_at__gte=since, requests__overlap=list(numbers))
        return lately.select_related("known_by").order_by("-id")


class KnownCluster(models.Model):
    requests = ArrayField(models.BigIntegerField(), verbose_name=_("requests"))
    # How many people it was when somebody said so.
    people = models.PositiveIntegerField(_("people"))
    known_at = models.DateTimeField(_("known"))
    known_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("known to"), related_name="+", db_index=False
    )

    objects = KnownClusterQuerySet.as_manager()

    class Meta:
        verbose_name = _("known cluster")
        verbose_name_plural = _("known clusters")
        indexes = [models.Index(fields=["-known_at"], name="cluster_known")]

    def __str__(self) -> str:
        return f"{self.people}: {self.requests}"
