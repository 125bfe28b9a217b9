"""A team's worklist, its members and its opening hours."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from requests_app.models.text import in_readers_language, validate_texts
from requests_app.opening_hours import Week


class QueueQuerySet(models.QuerySet["Queue"]):
    def in_order(self) -> "QueueQuerySet":
        """As the town lists them."""
        return self.order_by("position", "code")

    def first_of_all(self) -> "Queue":
        """The team of a town that has named none yet: nothing that residents write waits until somebody has."""
        names = {"es": "Ayuntamiento", "en": "Town hall", "fr": "Mairie"}
        return self.get_or_create(code="townhall", defaults={"names": names, "is_fallback": True})[0]


class Queue(models.Model):
    code = models.SlugField(_("code"), max_length=40, unique=True)
    names = models.JSONField(_("names"), validators=[validate_texts])
    descriptions = models.JSONField(_("descriptions"), default=dict, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("members"), related_name="queues", blank=True
    )
    # The dispatcher's queue: what no rule could sort falls here, so that no request is ever without a team.
    is_fallback = models.BooleanField(_("takes what nothing else matches"), default=False)

    objects = QueueQuerySet.as_manager()

    class Meta:
        verbose_name = _("queue")
        verbose_name_plural = _("queues")
        constraints = [
            models.UniqueConstraint(fields=["is_fallback"], condition=Q(is_fallback=True), name="one_fallback_queue")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_readers_language(self.names)

    @property
    def description(self) -> str:
        return in_readers_language(self.descriptions)

    def week(self) -> Week:
        """The opening hours, one query unless prefetched. No hours at all means always open."""
        return Week.of((hours.weekday, hours.opens, hours.closes) for hours in self.opening_hours.all())


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class OpeningHours(models.Model):
    """One stretch of one weekday, in the town's local time."""

    queue = models.ForeignKey(Queue, models.CASCADE, verbose_name=_("queue"), related_name="opening_hours")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday.choices)
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        constraints = [
            models.CheckConstraint(condition=Q(opens__lt=F("closes")), name="opens_before_it_closes"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="weekday_of_a_week"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"
