"""What may leave without a person: nothing, until an administrator switched it on for a network."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from requests_app.models.account import Network
from requests_app.models.text import validate_texts


class Occasion(models.TextChoices):
    RECEIVED = "received", _("a request was received")


class AutomaticMessage(models.Model):
    network = models.CharField(_("network"), max_length=20, choices=Network.choices)
    occasion = models.CharField(_("occasion"), max_length=20, choices=Occasion.choices, default=Occasion.RECEIVED)
    # {"es": "Gracias, lo hemos recibido.", …}: the resident's language decides, the town's where it is missing.
    texts = models.JSONField(_("texts"), validators=[validate_texts])
    # Null: off. Whoever switched it on had the network's rules in view and said so.
    on_since = models.DateTimeField(_("switched on"), null=True, blank=True)
    switched_on_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("switched on by"),
        related_name="+",
        null=True,
        blank=True,
    )

    class Meta:
        verbose_name = _("automatic message")
        verbose_name_plural = _("automatic messages")
        constraints = [
            models.UniqueConstraint(fields=["network", "occasion"], name="one_message_an_occasion"),
            models.CheckConstraint(
                condition=Q(on_since=None, switched_on_by=None)
                | Q(on_since__isnull=False, switched_on_by__isnull=False),
                name="switched_on_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.network} {self.occasion}"
