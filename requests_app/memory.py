"""A short memory for what costs more to count than somebody should wait."""

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from django.core.cache import cache
from redis.exceptions import RedisError

Value = TypeVar("Value")


def remembered(name: str, count: Callable[[], Value], *, seconds: int) -> Value:
    """What `count` said at most `seconds` ago. Without the broker it counts anew."""
    try:
        known: Value | None = cache.get(name)
    except (RedisError, OSError):
        return count()
    if known is not None:
        return known
    value = count()
    with suppress(RedisError, OSError):
        cache.set(name, value, seconds)
    return value


def forgotten(name: str) -> None:
    """Whoever asks next counts anew."""
    with suppress(RedisError, OSError):
        cache.delete(name)
