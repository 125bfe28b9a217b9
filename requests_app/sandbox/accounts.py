"""The town's own accounts on the pretend network, the same on every machine."""

from __future__ import annotations

from dataclasses import dataclass

CLIENT_ID = "plaza"
CLIENT_SECRET = "plaza-secret"  # noqa: S105 - a rehearsal secret, printed in the README


@dataclass(frozen=True, slots=True)
class TownAccount:
    id: int
    handle: str
    name: str
    bio: str

    @property
    def access_token(self) -> str:
        return f"sandbox-{self.handle}"

    @property
    def refresh_token(self) -> str:
        return f"sandbox-refresh-{self.handle}"


TOWN = (
    TownAccount(
        101, "alameda", "Ayuntamiento de Alameda", "El ayuntamiento de Alameda. Escríbenos y te contesta una persona."
    ),
    TownAccount(102, "alcaldesa_alameda", "Elena, alcaldesa", "Alcaldesa de Alameda. Leo lo que me escribís."),
    TownAccount(103, "barrendera_alameda", "Carmen, limpieza", "La barrendera de Alameda. Dime qué está sucio y voy."),
    TownAccount(104, "policia_alameda", "Teo, policía local", "Policía local de Alameda. Emergencias: 112."),
    TownAccount(105, "manto_alameda", "Antonio, mantenimiento", "Farolas, baches, fuentes y parques de Alameda."),
)

TOWN_HANDLES = frozenset(account.handle for account in TOWN)

# Masks found in published collections of posts: they must never become somebody.
MASKS = frozenset({"user", "usuario", "municipio", "mention", "handle", "username"})
