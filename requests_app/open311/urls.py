"""The town's doors for machines: Open311 GeoReport v2."""

from typing import Any

urlpatterns: list[Any] = []
