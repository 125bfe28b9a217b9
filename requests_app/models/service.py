"""What a town does for its residents: Open311's services, with their words and target times."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from requests_app.models.queue import Queue
from requests_app.models.text import in_readers_language, validate_texts


class ServiceQuerySet(models.QuerySet["Service"]):
    def offered(self) -> "ServiceQuerySet":
        """What residents may ask for today."""
        return self.filter(is_active=True)

    def in_public(self) -> "ServiceQuerySet":
        """Whose requests everybody may see."""
        return self.filter(is_private=False)


class Service(models.Model):
    code = models.SlugField(_("code"), max_length=60, unique=True)
    names = models.JSONField(_("names"), validators=[validate_texts])
    descriptions = models.JSONField(_("descriptions"), default=dict, blank=True)
    groups = models.JSONField(_("groups"), default=dict, blank=True)
    # {"es": ["farola", …], "en": […], "fr": […]}: matched by stem, without accents.
    keywords = models.JSONField(_("keywords"), default=dict, blank=True)
    hashtags = ArrayField(models.CharField(max_length=80), verbose_name=_("hashtags"), default=list, blank=True)
    # Open311 service definition: [{"code", "datatype", "required", "description": {…}, "values": […], "is_public"}]
    attributes = models.JSONField(_("questions"), default=list, blank=True)
    # What the classifier that Plaza ships knows such posts as: see `requests_app.triage.topics`.
    topic = models.SlugField(_("known to triage as"), max_length=60, blank=True)
    queue = models.ForeignKey(Queue, models.PROTECT, verbose_name=_("queue"), related_name="services")
    answer_target = models.DurationField(_("answer within"), help_text=_("Counted in the team's opening hours."))
    resolve_target = models.DurationField(_("resolve within"), help_text=_("Counted in the team's opening hours."))
    is_private = models.BooleanField(pgettext_lazy("service", "private"), default=False)
    is_active = models.BooleanField(_("offered"), default=True)
    # Programs that keep a copy of the list ask when it changed last.
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_readers_language(self.names)

    @property
    def description(self) -> str:
        return in_readers_language(self.descriptions)

    @property
    def group(self) -> str:
        return in_readers_language(self.groups)
