"""Residents' doors."""

from typing import Any

urlpatterns: list[Any] = []
