"""Whoever wrote a post, as their network knows them."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from requests_app.models.account import Network

# The author of every post that was deleted at source, one a network.
NOBODY = "deleted"
# People on the town's own site have no handle, and no network that could be asked for one.
NAMELESS = Q(handle="", named_at=None) & ~Q(network=Network.PLAZA)


class AuthorQuerySet(models.QuerySet["Author"]):
    def nameless(self, network: str) -> "AuthorQuerySet":
        """Whom the network has not been asked to name yet."""
        return self.filter(NAMELESS, network=network).order_by("id")

    def nobody(self, network: str) -> "Author":
        """Whose the tombstones are."""
        return self.get_or_create(network=network, external_id=NOBODY, defaults={"named_at": timezone.now()})[0]


class Author(models.Model):
    network = models.CharField(_("network"), max_length=20, choices=Network.choices)
    external_id = models.CharField(_("id on the network"), max_length=200)
    handle = models.CharField(_("handle"), max_length=200, blank=True)
    display_name = models.CharField(_("name"), max_length=200, blank=True)
    verified_at = models.DateTimeField(_("verified resident since"), null=True, blank=True)
    # What somebody left us in confidence on the town's own form: never on a public page, feed or API.
    contact = models.CharField(_("contact"), max_length=254, blank=True)
    # When the network last told us handle and name, or was asked for them in vain.
    named_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Asked us to stop: no machine writes to them any more, and people only about what they write afterwards.
    opted_out_at = models.DateTimeField(_("asked us to stop"), null=True, blank=True)

    objects = AuthorQuerySet.as_manager()

    class Meta:
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        constraints = [models.UniqueConstraint(fields=["network", "external_id"], name="author_once_per_network")]
        indexes = [models.Index(fields=["network"], condition=NAMELESS, name="author_nameless")]

    def __str__(self) -> str:
        return f"@{self.handle}" if self.handle else self.public_name

    @property
    def public_name(self) -> str:
        """The name the person uses in public; people on the town's own site stay nameless."""
        if self.network == Network.PLAZA:
            return _now("A resident, on this site")
        # Nobody's, or not named by its network yet.
        return self.display_name or self.handle or _now("Somebody")
