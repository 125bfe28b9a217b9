"""How exactly the public is told where something is: the one room through which every page, feed and interface asks."""

import re
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from requests_app import gazetteer, memory
from requests_app.masking import mask
from requests_app.models import Policy, Precision, ServiceRequest
from requests_app.plan import areas

_NAME, _SECONDS = "precision", 60
# Of a street that the plan does not know the point is one of a net as wide as this, in degrees: some 250 m.
_NET = 0.0025
# "Calle Larga 22, 3.º B", "Calle Larga, n.º 22", "Larga #22-10": from the number on, however it is set apart; a street
# may have one in its name ("9 de Julio 140").
_HOUSE = re.compile(
    r"(?<=\w)\W+(?:n(?:umero|úmero|um|úm|o)?\W*º?\W*)?\d+(?:bis|ter|er|[a-zº])?(?!\w|\s+d[eu]\b).*$", re.I | re.S
)
# "22 rue Longue", "22, rue Longue", "14-16 Mill Street".
_HOUSE_FIRST = re.compile(r"^\s*\d+(?:\s*[-/]\s*\d+)*\s*(?:bis|ter|[a-z])?\b[\s,]+(?=\D)(?!d[eu]\b)", re.I)
# What is left of "37.2223, -3.5993" names no street.
_LETTER = re.compile(r"[^\W\d_]")

# Said beside a pin, which looks as if the thing were there.
BESIDE_PINS = {
    Precision.STREET: _("In public, places are shown by street, without the number."),
    Precision.AREA: _("In public, places are shown by part of town."),
}


class PublicPlace(NamedTuple):
    """`point`: latitude and longitude, None where nobody may know."""

    address: str
    point: tuple[float, float] | None


def precision() -> Precision:
    """What the town chose, at most a minute ago; at once where it was chosen by its page."""
    return Precision(memory.remembered(_NAME, lambda: Policy.objects.of_the_town().precision, seconds=_SECONDS))


def forget() -> None:
    """It was chosen anew."""
    memory.forgotten(_NAME)


def public_place(request: ServiceRequest, *, exactly: Precision) -> PublicPlace:
    """Where it is, masked, and no more exact than the town allows."""
    if exactly == Precision.EXACT:
        return PublicPlace(mask(request.address), request.point)
    if exactly == Precision.AREA:
        area = next((one for one in areas() if one.code == request.area), None)
        return PublicPlace(area.name, (area.at.latitude, area.at.longitude)) if area else PublicPlace("", None)
    street = gazetteer.street(request.address) if request.address else None
    address = street.address if street else _without_number(mask(request.address))
    return PublicPlace(address, (street.point if street else None) or _on_net(request.point))


def _without_number(address: str) -> str:
    street = _HOUSE.sub("", _HOUSE_FIRST.sub("", address)).strip()
    return street if _LETTER.search(street) else ""


def _on_net(point: tuple[float, float] | None) -> tuple[float, float] | None:
    return (round(_NET * round(point[0] / _NET), 6), round(_NET * round(point[1] / _NET), 6)) if point else None
