"""The town's accounts on the networks, and the stretches of time they could not be read."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from requests_app.models.queue import Queue
from requests_app.models.sealed import SealedField, Secrets

# What the site is called where networks give their accounts a number.
SITE = "plaza"


class Network(models.TextChoices):
    X = "x", "X"
    MASTODON = "mastodon", "Mastodon"
    BLUESKY = "bluesky", "Bluesky"
    PLAZA = "plaza", "Plaza"


class AccountQuerySet(models.QuerySet["Account"]):
    def linked(self) -> "AccountQuerySet":
        """In use: neither unlinked nor paused by an administrator."""
        return self.filter(is_active=True)

    def of_the_site(self) -> "Account":
        """The town's own site, through which nobody needs to be linked: it is there as soon as somebody writes."""
        site = self.linked().filter(network=Network.PLAZA).order_by("pk").first()
        if site:
            return site
        facts = {"handle": slugify(settings.TOWN_NAME) or SITE, "display_name": settings.TOWN_NAME}
        return self.get_or_create(network=Network.PLAZA, external_id=SITE, defaults=facts)[0]

    def on_networks(self) -> "AccountQuerySet":
        """Those that people can write to, in the order they were linked; Plaza's own is a page."""
        return self.linked().exclude(network=Network.PLAZA).order_by("id")

    def due_for_collect(self, now: datetime) -> "AccountQuerySet":
        """Whose inbox is to be read now; Plaza's own account has none."""
        return self.linked().exclude(network=Network.PLAZA).filter(next_collect_at__lte=now).order_by("next_collect_at")

    def due_for_own(self, now: datetime) -> "AccountQuerySet":
        """Whose own words, said with the network's own app, are to be read now."""
        due = self.linked().filter(reads_own=True, own_collect_at__lte=now)
        return due.exclude(network=Network.PLAZA).order_by("own_collect_at")

    def due_for_check(self, now: datetime) -> "AccountQuerySet":
        """Whose posts are to be looked at again now; nothing on the town's own site changes behind its back."""
        return self.linked().exclude(network=Network.PLAZA).filter(next_check_at__lte=now).order_by("next_check_at")


class Account(models.Model):
    """One account of the town's on a network: who speaks there, with which keys, and how it fares."""

    network = models.CharField(_("network"), max_length=20, choices=Network.choices)
    external_id = models.CharField(_("id on the network"), max_length=200)
    handle = models.CharField(_("handle"), max_length=200)
    display_name = models.CharField(_("name"), max_length=200, blank=True)
    # Whose voice it is: a team's or one person's; neither means the town hall as a whole.
    queue = models.ForeignKey(
        Queue, models.PROTECT, verbose_name=_("queue"), related_name="accounts", null=True, blank=True
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("person"),
        related_name="accounts",
        null=True,
        blank=True,
    )
    # What the network's connector needs to speak: tokens, sealed at rest, never shown and never logged.
    credentials = SealedField(_("credentials"), default=Secrets, blank=True, editable=False)
    # When it got them, or they were last renewed: all that anybody is shown of them.
    keys_at = models.DateTimeField(_("keys since"), null=True, blank=True)
    # What is known of the server it lives on, for its connector: {"url": …, "software": …, "idempotent": …}.
    server = models.JSONField(_("server"), default=dict, blank=True)
    # False: unlinked, not begun yet, or paused by an administrator.
    is_active = models.BooleanField(_("in use"), default=True)
    # Its people also write with the network's own app, so what it says there is read back.
    reads_own = models.BooleanField(_("people also use the network's own app"), default=False)

    # Where the last complete walk of its mentions ended, in the network's own words.
    cursor = models.CharField(max_length=500, blank=True, default="")
    # What was written before this is left out: whoever linked the account wanted it read "since now".
    reads_from = models.DateTimeField(null=True, blank=True)
    next_collect_at = models.DateTimeField(default=timezone.now)
    collected_at = models.DateTimeField(_("last read"), null=True, blank=True)
    collect_error = models.TextField(_("last error"), blank=True, default="")
    # Why it could not be read: one of `networks.contract.CAUSES`, while `collect_error` stands.
    collect_cause = models.CharField(max_length=20, blank=True, default="")
    # The last reading of the whole day, for what the network showed late.
    swept_at = models.DateTimeField(null=True, blank=True)
    # The same for what the account itself wrote.
    own_cursor = models.CharField(max_length=500, blank=True, default="")
    own_collect_at = models.DateTimeField(default=timezone.now)
    # When its posts and answers are next looked at again: do they still stand, and as we know them?
    next_check_at = models.DateTimeField(default=timezone.now)
    # The network asked for quiet, or money ran out: nothing is sent through it before this moment.
    deferred_until = models.DateTimeField(_("deferred until"), null=True, blank=True)
    deferred_cause = models.CharField(max_length=20, blank=True, default="")

    objects = AccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.UniqueConstraint(fields=["network", "external_id"], name="account_once_per_network"),
            models.CheckConstraint(condition=Q(queue=None) | Q(person=None), name="voice_of_a_queue_or_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.get_network_display()} @{self.handle}"


class GapQuerySet(models.QuerySet["Gap"]):
    def unseen(self) -> "GapQuerySet":
        """Not yet acknowledged by anyone."""
        return self.filter(acknowledged_at=None)


class Gap(models.Model):
    """Posts between two moments were out of the network's reach: somebody must look there by hand."""

    account = models.ForeignKey(Account, models.CASCADE, verbose_name=_("account"), related_name="gaps")
    begins_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    noticed_at = models.DateTimeField(_("noticed"), auto_now_add=True)
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("acknowledged by"),
        null=True,
        blank=True,
        related_name="+",
    )

    objects = GapQuerySet.as_manager()

    class Meta:
        verbose_name = _("gap")
        verbose_name_plural = _("gaps")
        constraints = [
            models.CheckConstraint(condition=Q(begins_at__lte=F("ends_at")), name="gap_begins_before_it_ends"),
            models.CheckConstraint(
                condition=Q(acknowledged_at=None, acknowledged_by=None)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="gap_acknowledged_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.begins_at:%Y-%m-%d %H:%M} – {self.ends_at:%H:%M}"

    def acknowledge(self, *, by: User) -> None:
        """`by` has looked there; the first who does so counts."""
        Gap.objects.unseen().filter(pk=self.pk).update(acknowledged_at=timezone.now(), acknowledged_by=by)
