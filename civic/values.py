"""What an operator may have mistyped in the settings, said in plain words before the town opens."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning

# What X bills, as the ledger knows it.
BILLED = ("post_read", "user_read", "answer", "post", "link", "media", "delete")


def check(**_options: object) -> list[CheckMessage]:
    return [*_prices(), *_caps(), *_seconds(), *_servers(), *_plan()]


def _prices() -> Iterator[CheckMessage]:
    missing = [name for name in BILLED if not _is_price(settings.X_PRICES.get(name))]
    if missing:
        yield Error(
            f"X_PRICES has no price for {', '.join(missing)}.",
            hint="Give all seven, as in .env.example; what costs nothing costs 0.",
            id="civic.E005",
        )


def _caps() -> Iterator[CheckMessage]:
    if not 0 <= settings.X_SOFT_CAP <= settings.X_HARD_CAP:
        yield Error("X_SOFT_CAP lies above X_HARD_CAP, or below 0.", hint="The soft one comes first.", id="civic.E006")


def _seconds() -> Iterator[CheckMessage]:
    for name in ("COLLECT_SECONDS", "X_COLLECT_SECONDS", "SEND_LEASE_SECONDS"):
        if getattr(settings, name) <= 0:
            yield Error(f"{name} must be more than 0.", id="civic.E007")
    if settings.UNDO_SECONDS < 0:
        yield Error("UNDO_SECONDS cannot be below 0.", id="civic.E008")


def _servers() -> Iterator[CheckMessage]:
    if "postgresql" not in settings.DATABASES["default"]["ENGINE"]:
        hint = "Plaza keeps a town in PostgreSQL: postgresql://plaza:password@localhost/plaza"
        yield Error("DATABASE_URL names no PostgreSQL.", hint=hint, id="civic.E009")
    if settings.TILE_URL and not all(part in settings.TILE_URL for part in ("{z}", "{x}", "{y}")):
        hint = "As in https://tiles.example.org/{z}/{x}/{y}.png"
        yield Error("TILE_URL does not say where {z}, {x} and {y} stand.", hint=hint, id="civic.E010")


def _plan() -> Iterator[CheckMessage]:
    if not settings.TOWN_PLAN.is_file():
        hint = "Name the GeoJSON of the town. Until then places are told in words only."
        yield Warning(f"TOWN_PLAN names a file that is not there: {settings.TOWN_PLAN}", hint=hint, id="civic.W001")


def _is_price(told: str | None) -> bool:
    try:
        return told is not None and Decimal(told) >= 0
    except InvalidOperation:
        return False
