"""The staff's doors."""

from typing import Any

urlpatterns: list[Any] = []
