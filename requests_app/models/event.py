"""One line of a request's append-only history."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app.models.account import Account
from requests_app.models.post import Post
from requests_app.models.queue import Queue
from requests_app.models.reply import Reply
from requests_app.models.service_request import ServiceRequest


class Verb(models.TextChoices):
    RECEIVED = "received", _("received")
    ACCEPTED = "accepted", _("accepted")
    ANSWERED = "answered", _("answered")
    TRANSFERRED = "transferred", _("transferred")
    WAITING = "waiting", _("waiting")
    RESOLVED = "resolved", _("resolved")
    DECLINED = "declined", _("declined")
    REOPENED = "reopened", _("reopened")
    FOLLOWED_UP = "followed_up", _("followed up")
    THANKED = "thanked", _("thanked")
    MERGED = "merged", _("merged")
    UNMERGED = "unmerged", _("separated")
    TOLD_APART = "told_apart", _("told apart")
    NOTED = "noted", _("noted")
    ASSIGNED = "assigned", _("assigned")
    RECLASSIFIED = "reclassified", _("taken for something else")
    PLACED = "placed", _("place corrected")
    NUDGED = "nudged", _("asked about by the mayor")
    PHOTO_REMOVED = "photo_removed", _("photo taken down")
    EDITED = "edited", _("edited by its author")
    DELETED = "deleted", _("deleted by its author")
    OPTED_OUT = "opted_out", _("asked us to stop")
    PUBLISHED = "published", _("published")
    UNDONE = "undone", _("undone")


# The lines residents read; notes, failures and what was undone stay inside.
PUBLIC_VERBS = (
    Verb.RECEIVED,
    Verb.ACCEPTED,
    Verb.ANSWERED,
    Verb.TRANSFERRED,
    Verb.WAITING,
    Verb.RESOLVED,
    Verb.DECLINED,
    Verb.REOPENED,
    Verb.FOLLOWED_UP,
    Verb.THANKED,
)
# What a colleague does with the network's own app.
ACTS = (Verb.ACCEPTED, Verb.ANSWERED, Verb.TRANSFERRED, Verb.RESOLVED)
# The lines that change where a request stands.
MOVES = (Verb.ACCEPTED, Verb.TRANSFERRED, Verb.WAITING, Verb.RESOLVED, Verb.DECLINED, Verb.REOPENED)


class HistoryIsAppendOnly(RuntimeError):
    """A written event was about to be changed."""


class EventQuerySet(models.QuerySet["Event"]):
    def in_order(self) -> "EventQuerySet":
        return self.order_by("at", "id")

    def public(self) -> "EventQuerySet":
        """The lines residents read."""
        return self.filter(verb__in=PUBLIC_VERBS, undone_by=None)

    def told_of(self, number: int) -> "EventQuerySet":
        """What `story` reads of one request, oldest first."""
        lines = self.filter(service_request=number).public().in_order()
        return lines.select_related("by", "queue", "reply", "post__author", "post__written_by")

    def newest_acts(self, numbers: Iterable[int]) -> "EventQuerySet":
        """The last that a colleague said about each of these requests with the network's own app.

        Only what stands there for all to read, and not what opened the request.
        """
        acts = self.filter(service_request__in=list(numbers), verb__in=ACTS, undone_by=None)
        standing = acts.filter(post__written_by__isnull=False, post__deleted_at=None)
        standing = standing.filter(post__service_request__isnull=False, post__opened=None)
        newest = standing.order_by("service_request", "-post__posted_at", "-id").distinct("service_request")
        return newest.select_related("by", "post__written_by")

    def last_moves(self, numbers: Iterable[int]) -> "EventQuerySet":
        """The newest line of each of these requests that says where it stands, with its reply or post."""
        moves = self.filter(service_request__in=list(numbers), verb__in=MOVES, undone_by=None).select_related(
            "reply", "post"
        )
        return moves.order_by("service_request", "-id").distinct("service_request")

    def newest_reopenings(self, numbers: Iterable[int]) -> "EventQuerySet":
        """The line that opened each of these requests again last."""
        again = self.filter(service_request__in=list(numbers), verb=Verb.REOPENED, undone_by=None)
        newest = again.order_by("service_request", "-at", "-id").distinct("service_request")
        return newest.select_related("by", "post__author")

    def nudges_of(self, user: User, numbers: Iterable[int]) -> "EventQuerySet":
        """When this person last asked about each of these requests, not taken back since."""
        nudges = self.filter(service_request__in=list(numbers), verb=Verb.NUDGED, by=user, undone_by=None)
        return nudges.select_related("reply").order_by("service_request", "-id").distinct("service_request")


class Event(models.Model):
    service_request = models.ForeignKey(
        ServiceRequest, models.PROTECT, verbose_name=_("request"), related_name="events"
    )
    verb = models.CharField(_("what"), max_length=20, choices=Verb.choices)
    at = models.DateTimeField(_("when"))
    # None: Plaza itself, or the resident whose post it was.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("by"),
        related_name="events",
        null=True,
        blank=True,
        db_index=False,
    )
    post = models.ForeignKey(
        Post, models.PROTECT, verbose_name=_("post"), related_name="events", null=True, blank=True, db_index=False
    )
    reply = models.ForeignKey(
        Reply, models.PROTECT, verbose_name=_("reply"), related_name="events", null=True, blank=True
    )
    queue = models.ForeignKey(
        Queue, models.PROTECT, verbose_name=_("queue"), related_name="+", null=True, blank=True, db_index=False
    )
    # On the line that took another back: the line it took back.
    undoes = models.OneToOneField(
        "self", models.PROTECT, verbose_name=_("takes back"), related_name="undone_by", null=True, blank=True
    )
    text = models.TextField(_("text"), blank=True)
    # {"before": {…}} on what can be undone; {"promised_for": …}, {"reason": …};
    # {"taken": …}: the photo of the same act, {"note": …}: its line for colleagues.
    data = models.JSONField(_("details"), default=dict, blank=True, encoder=DjangoJSONEncoder)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")

    def __str__(self) -> str:
        return f"{self.service_request_id} {self.verb}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Writes a new line. Raises HistoryIsAppendOnly on a written one."""
        if not self._state.adding:
            raise HistoryIsAppendOnly(f"event {self.pk} is written")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Never: raises HistoryIsAppendOnly."""
        raise HistoryIsAppendOnly(f"event {self.pk} is written")

    @property
    def spoken_through(self) -> Account | None:
        """The account through which it was done with the network's own app; None for what was done at the desk."""
        return self.post.written_by if self.post and self.verb in ACTS else None
