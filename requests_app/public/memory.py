"""A short memory for what residents read, in each language."""

from collections.abc import Callable
from typing import TypeVar

from django.utils.translation import get_language

from requests_app import memory

Value = TypeVar("Value")


def remembered(name: str, count: Callable[[], Value], *, seconds: int) -> Value:
    """What `count` said at most `seconds` ago, in the reader's language."""
    return memory.remembered(f"public:{name}:{get_language()}", count, seconds=seconds)
