"""A short memory for figures that cost more to count than a reader should wait."""

from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache
from django.utils.translation import get_language
from redis.exceptions import RedisError

Value = TypeVar("Value")


def remembered(name: str, count: Callable[[], Value], *, seconds: int) -> Value:
    """What `count` said at most `seconds` ago, in the reader's language. Without its memory it counts anew."""
    key = f"public:{name}:{get_language()}"
    try:
        known: Value | None = cache.get(key)
        if known is not None:
            return known
        value = count()
        cache.set(key, value, seconds)
    except RedisError:
        return count()
    return value
