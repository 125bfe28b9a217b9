"""Pictures: what a resident showed us, and the proof of the repair."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from requests_app.models.event import Event
from requests_app.models.post import Post
from requests_app.models.reply import Reply, ReplyStatus
from requests_app.models.service_request import ServiceRequest


class CleanPhoto(bytes):
    """A JPEG without any metadata; `taken_where` (latitude, longitude) is what its metadata said, for colleagues only."""

    taken_where: tuple[float, float] | None = None


def _place(photo: "Photo", _name: str) -> str:
    return photo.places[0]


class PhotoQuerySet(models.QuerySet["Photo"]):
    def due_for_download(self, now: datetime) -> "PhotoQuerySet":
        """Still only a link on the network, with tries left."""
        return self.filter(image="", next_attempt_at__lte=now).order_by("next_attempt_at")

    def erased(self) -> "PhotoQuerySet":
        """Taken back by their author: their files are to be removed, then they."""
        return self.filter(erased_at__isnull=False).order_by("erased_at")

    def take_back(self, at: datetime) -> int:
        """Their author did: the rows are empty at once, the files are removed within seconds."""
        return self.filter(erased_at=None).update(
            image="", source_url="", alt="", error="", width=None, height=None, latitude=None, longitude=None,
            next_attempt_at=None, erased_at=at,
        )  # fmt: skip

    def with_position(self) -> "PhotoQuerySet":
        """Those that told where they were taken, oldest first."""
        return self.filter(erased_at=None, latitude__isnull=False).order_by("id")

    def of_request(self, number: int) -> "PhotoQuerySet":
        """What people showed there and did not take back, and what colleagues took for it."""
        return self.filter(Q(post__service_request=number, post__deleted_at=None) | Q(service_request=number))

    def held(self) -> "PhotoQuerySet":
        """Those whose file we have."""
        return self.exclude(image="")

    def with_request(self) -> "PhotoQuerySet":
        """With whose it is, whichever way it came."""
        return self.select_related(
            "post__service_request__merged_into", "reply__service_request__merged_into", "service_request__merged_into"
        )

    def first_of_posts(self, posts: Iterable[int]) -> "PhotoQuerySet":
        """The first picture of each of these posts (ids) whose file we have."""
        return self.held().filter(post__in=list(posts)).order_by("post", "id").distinct("post")

    def of_posts(self, numbers: Iterable[int]) -> "PhotoQuerySet":
        """What people showed in these requests, oldest first, without what they deleted since."""
        shown = self.filter(post__service_request__in=list(numbers), post__deleted_at=None)
        return shown.select_related("post").order_by("post__posted_at", "id")

    def inoffensive(self) -> "PhotoQuerySet":
        """Without what came with insults: for the public."""
        return self.exclude(post__is_offensive=True)

    def of_replies(self, numbers: Iterable[int]) -> "PhotoQuerySet":
        """What the town showed in its published answers to these requests, oldest first and each once."""
        shown = self.filter(reply__service_request__in=list(numbers), reply__status=ReplyStatus.PUBLISHED)
        shown = shown.exclude(reply__copy_of__status=ReplyStatus.PUBLISHED)
        return shown.select_related("reply").order_by("reply__published_at", "id")

    def taken_for(self, numbers: Iterable[int]) -> "PhotoQuerySet":
        """What colleagues took on the spot for these requests, oldest first."""
        return self.filter(service_request__in=list(numbers)).order_by("taken_at", "id")

    def taken_with(self, act: Event) -> "PhotoQuerySet":
        """What was taken on the spot in that act, and the rows by which its answers show the same file."""
        if "taken" not in act.data:
            return self.none()
        number, (place, _small) = act.service_request_id, Photo(uuid=act.data["taken"]).places
        return self.filter(Q(service_request=number) | Q(reply__service_request=number), image=place)


class Side(models.TextChoices):
    """Of the pair that a repair makes."""

    BEFORE = "before", _("before")
    AFTER = "after", _("after")


class Photo(models.Model):
    """Of a post, of a reply, or taken by a colleague on the spot for the request itself (with its side and moment)."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    post = models.ForeignKey(Post, models.CASCADE, verbose_name=_("post"), related_name="photos", null=True, blank=True)
    reply = models.ForeignKey(
        Reply, models.CASCADE, verbose_name=_("reply"), related_name="photos", null=True, blank=True
    )
    service_request = models.ForeignKey(
        ServiceRequest, models.CASCADE, verbose_name=_("request"), related_name="photos", null=True, blank=True
    )
    side = models.CharField(_("side"), max_length=10, choices=Side.choices, blank=True)
    taken_at = models.DateTimeField(_("taken"), null=True, blank=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("taken by"),
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
    )
    image = models.ImageField(_("file"), upload_to=_place, width_field="width", height_field="height", blank=True)
    width = models.PositiveIntegerField(null=True, blank=True, editable=False)
    height = models.PositiveIntegerField(null=True, blank=True, editable=False)
    # Where it was taken, as its file said before that was removed: for colleagues, never in public.
    latitude = models.FloatField(null=True, blank=True, editable=False)
    longitude = models.FloatField(null=True, blank=True, editable=False)
    alt = models.CharField(_("description"), max_length=1000, blank=True)
    source_url = models.URLField(_("address on the network"), max_length=1000, blank=True)
    # While there is no file: when to try (again). Null = given up, with the error.
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    # Its author took it back: the row is empty, and stands until its files are surely gone.
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        constraints = [
            models.CheckConstraint(
                condition=Q(post__isnull=False, reply=None, service_request=None)
                | Q(post=None, reply__isnull=False, service_request=None)
                | Q(post=None, reply=None, service_request__isnull=False),
                name="photo_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(service_request=None, side="", taken_at=None, taken_by=None)
                | Q(service_request__isnull=False, taken_at__isnull=False, taken_by__isnull=False) & ~Q(side=""),
                name="taken_on_the_spot_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None) & (~Q(image="") | ~Q(source_url=""))
                | Q(erased_at__isnull=False, image="", source_url="", next_attempt_at=None),
                name="photo_is_somewhere_or_erased",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=Q(image="", next_attempt_at__isnull=False), name="photo_due"
            ),
            models.Index(fields=["erased_at"], condition=Q(erased_at__isnull=False), name="photo_erased"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def taken_where(self) -> tuple[float, float] | None:
        """Latitude and longitude, where its file told them."""
        return (self.latitude, self.longitude) if self.latitude is not None and self.longitude is not None else None

    @property
    def places(self) -> tuple[str, str]:
        """Its files in the storage: the whole one, and the small one that is made when it is first asked for."""
        return f"photos/{self.uuid}.jpg", f"photos/{self.uuid}.small.jpg"

    def hold(self, content: bytes) -> None:
        """Stores a clean JPEG as the file and saves the row; where it was taken, too, if a `CleanPhoto` says so."""
        if isinstance(content, CleanPhoto) and content.taken_where:
            self.latitude, self.longitude = content.taken_where
        # Left by a process that died before it saved the row: the storage would choose another name, known to nobody.
        default_storage.delete(self.places[0])
        # Without a name Django would not read its size, and then open the file each time a row is loaded.
        self.image.save("photo.jpg", ContentFile(content, "photo.jpg"), save=True)
