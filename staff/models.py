"""What belongs to the people at their screens: drafts, who looks at what, saved lists, templates, shifts."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from requests_app.models import Queue, ServiceRequest
from requests_app.models.text import in_readers_language, validate_texts


class Draft(models.Model):
    """What somebody typed into one form of a request's page and has not sent."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    service_request = models.ForeignKey(ServiceRequest, models.CASCADE, related_name="drafts")
    # The form's verb: `speak`, `resolve`, `decline`, `note`…
    form = models.CharField(max_length=20)
    # {"text": "…", "account": "3", …}: the fields as the browser sends them, never a file.
    fields = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "service_request", "form"], name="one_draft_a_form")]

    def __str__(self) -> str:
        return f"{self.service_request_id} {self.form}"


class Presence(models.Model):
    """Where somebody looks now: one row a person, refreshed while the page is open."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="presence", primary_key=True)
    service_request = models.ForeignKey(ServiceRequest, models.CASCADE, related_name="looked_at_by")
    has_unsent_text = models.BooleanField(default=False)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user_id} at {self.service_request_id}"


class SavedQueue(models.Model):
    """A list with its filters under a name, in its owner's left pane."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_queues")
    name = models.CharField(_("name"), max_length=60)
    # The filters as the list's address carries them.
    query = models.CharField(max_length=500)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="saved_once_under_a_name")]

    def __str__(self) -> str:
        return self.name


class Template(models.Model):
    """Words that a team says often; `{{what is missing}}` is a blank that its sender must fill."""

    names = models.JSONField(_("names"), validators=[validate_texts])
    texts = models.JSONField(_("texts"), validators=[validate_texts])
    # None: every team's.
    queue = models.ForeignKey(
        Queue, models.CASCADE, verbose_name=_("team"), related_name="templates", null=True, blank=True
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("template")
        verbose_name_plural = _("templates")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_readers_language(self.names)


class Shift(models.Model):
    """From one tap to another; `handover` is what the next person should know."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="shifts")
    started_at = models.DateTimeField(_("started"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    handover = models.TextField(_("for whoever comes next"), blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(ended_at=None), name="one_open_shift"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")), name="starts_before_it_ends"
            ),
        ]
        indexes = [models.Index(fields=["-started_at"], name="shift_newest")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.started_at:%Y-%m-%d}"


class SentAct(models.Model):
    """An act that a phone sent, by the number the phone gave it: sent again, it is answered and not done again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    service_request = models.ForeignKey(ServiceRequest, models.CASCADE, related_name="+")
    verb = models.CharField(max_length=20)
    at = models.DateTimeField()
    # What the phone was told: done, or why not.
    outcome = models.CharField(max_length=20)
    told = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["at"], name="sent_act_at")]

    def __str__(self) -> str:
        return f"{self.service_request_id} {self.verb}"
