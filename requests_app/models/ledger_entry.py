"""What the networks bill, and what they allow: one row a billed thing, one row a rate limit."""

from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from requests_app.models.account import Account, Network


class LedgerEntryQuerySet(models.QuerySet["LedgerEntry"]):
    def between(self, first: date, last: date) -> "LedgerEntryQuerySet":
        """Of these UTC days, both included."""
        return self.filter(day__range=(first, last))

    def total(self) -> Decimal:
        """US dollars."""
        return self.aggregate(total=Sum("price"))["total"] or Decimal(0)


class LedgerEntry(models.Model):
    """One thing a network billed; the same thing twice on one UTC day is billed once, as the networks promise."""

    account = models.ForeignKey(
        Account, models.PROTECT, verbose_name=_("account"), related_name="ledger", db_index=False
    )
    network = models.CharField(_("network"), max_length=20, choices=Network.choices)
    # A name of the network's price list: post_read, user_read, answer, link…
    resource = models.CharField(_("what"), max_length=30)
    external_id = models.CharField(_("id on the network"), max_length=200)
    day = models.DateField(_("UTC day"))
    price = models.DecimalField(_("price in US dollars"), max_digits=9, decimal_places=5)

    objects = LedgerEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        constraints = [
            models.UniqueConstraint(fields=["network", "day", "resource", "external_id"], name="billed_once_a_day"),
            models.CheckConstraint(condition=Q(price__gte=0), name="price_not_negative"),
        ]
        indexes = [
            models.Index(fields=["network", "day"], include=["account", "resource", "price"], name="ledger_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.network} {self.resource} {self.day}"


class RateLimit(models.Model):
    """What a network last said of how often an account may still call one verb of the contract."""

    account = models.ForeignKey(
        Account, models.CASCADE, verbose_name=_("account"), related_name="rate_limits", db_index=False
    )
    verb = models.CharField(_("call"), max_length=20)
    limit = models.PositiveIntegerField(_("allowed"))
    remaining = models.PositiveIntegerField(_("left"))
    resets_at = models.DateTimeField(_("anew at"))

    class Meta:
        verbose_name = _("rate limit")
        verbose_name_plural = _("rate limits")
        constraints = [models.UniqueConstraint(fields=["account", "verb"], name="one_limit_a_verb")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.verb} {self.remaining}/{self.limit}"
