"""What X would bill, by its own price list: each thing once a UTC day, however often it is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

# US dollars, as X's page of prices had them in August 2026.
PRICES = {
    "post_read": Decimal("0.005"),
    "user_read": Decimal("0.010"),
    "post_create": Decimal("0.015"),
    "post_create_with_url": Decimal("0.200"),
    "summoned_reply": Decimal("0.010"),
    "post_delete": Decimal("0.010"),
    "media_metadata": Decimal("0.005"),
}


class Bill:
    def __init__(self) -> None:
        self.items: set[tuple[str, str, int]] = set()

    def unbilled(self, resource: str, ids: Iterable[int], *, day: str) -> list[int]:
        """Which of these things have not been billed on that day."""
        return [thing for thing in dict.fromkeys(ids) if (day, resource, thing) not in self.items]

    def add(self, resource: str, ids: Iterable[int], *, day: str) -> None:
        self.items.update((day, resource, thing) for thing in ids)

    def total(self, *, day: str = "") -> dict[str, Any]:
        """Of one UTC day, or of all."""
        counts = Counter(resource for billed_on, resource, _ in self.items if day in ("", billed_on))
        usd = sum((PRICES[resource] * count for resource, count in counts.items()), Decimal(0))
        return {"resources": dict(sorted(counts.items())), "usd": str(usd)}


def today() -> str:
    return datetime.now(UTC).date().isoformat()
