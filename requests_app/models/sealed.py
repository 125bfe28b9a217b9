"""Secrets at rest: a JSON column that only somebody with the town's key can read."""

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models


class Secrets(dict[str, Any]):
    """A dictionary that does not show its values: not in a log, not in an error page, not in a shell."""

    def __repr__(self) -> str:
        return f"<{len(self)} secrets>"

    __str__ = __repr__


def seal(secrets: Mapping[str, Any]) -> str:
    """As they may be kept anywhere."""
    return _box().encrypt(json.dumps(dict(secrets)).encode()).decode()


def unseal(sealed: str) -> Secrets:
    """Raises ImproperlyConfigured where they were sealed with a key that is no longer known."""
    try:
        return Secrets(json.loads(_box().decrypt(sealed.encode())))
    except InvalidToken as error:
        raise ImproperlyConfigured("credentials were sealed with another CREDENTIALS_KEY") from error


class SealedField(models.Field):  # type: ignore[type-arg]
    """Secrets, encrypted with `CREDENTIALS_KEY`; rows of `CREDENTIALS_OLD_KEYS` can still be read.

    Raises ImproperlyConfigured where a row was written with a key that is no longer known.
    """

    _pyi_private_set_type: Mapping[str, Any]
    _pyi_private_get_type: Secrets

    def get_internal_type(self) -> str:
        return "TextField"

    def from_db_value(self, value: str | None, _expression: Any, _connection: Any) -> Secrets:
        return unseal(value) if value else Secrets()

    def to_python(self, value: Any) -> Secrets:
        """Sealed in an export, open where somebody writes them."""
        if isinstance(value, str):
            return unseal(value) if value else Secrets()
        return value if isinstance(value, Secrets) else Secrets(value or {})

    def get_prep_value(self, value: Any) -> str:
        return seal(value) if value else ""

    def value_to_string(self, obj: models.Model) -> str:
        """As it lies in the table: an export holds no plain secret."""
        return self.get_prep_value(self.value_from_object(obj))


def _box() -> MultiFernet:
    return MultiFernet([_fernet(key) for key in (settings.CREDENTIALS_KEY, *settings.CREDENTIALS_OLD_KEYS)])


def _fernet(key: str) -> Fernet:
    """Any long secret will do as the key: its digest has the size that Fernet asks for."""
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest()))
