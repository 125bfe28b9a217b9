"""Who may write through Open311."""

import hashlib
import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def matching(self, key: str) -> "ApiKeyQuerySet":
        """The active key with this secret."""
        return self.filter(digest=digest(key), is_active=True)


def digest(key: str) -> str:
    """What is stored of a key. Keys are long and random, so a plain hash is enough."""
    return hashlib.sha256(key.encode()).hexdigest()


class ApiKey(models.Model):
    name = models.CharField(_("who uses it"), max_length=200)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    is_active = models.BooleanField(_("active"), default=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def make(cls, *, name: str) -> tuple["ApiKey", str]:
        """A new key and its secret, which is shown once and never again."""
        secret = secrets.token_urlsafe(24)
        return cls.objects.create(name=name, digest=digest(secret)), secret
