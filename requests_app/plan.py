"""The plan of the town: a few streets and places to point at, drawn from `static/plan.geojson` when there is one."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings

FILE = settings.TOWN_PLAN
# In the units of the drawing; its height follows from the land's.
WIDTH = 640


@dataclass(frozen=True, slots=True)
class Spot:
    """A point on the ground and on the drawing."""

    latitude: float
    longitude: float
    x: str
    y: str
    code: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """A river, street, park, square or place, as a path of the drawing."""

    kind: str
    name: str
    path: str
    at: Spot
    number: int
    # How far along a street its name stands.
    along: str


@dataclass(frozen=True, slots=True)
class Plan:
    """`spots` are what people may choose by name."""

    west: float
    south: float
    east: float
    north: float
    height: int
    shapes: Sequence[Shape]

    @property
    def spots(self) -> list[Spot]:
        return sorted((shape.at for shape in self.shapes if shape.at.code), key=lambda spot: spot.name)

    def spot(self, code: str) -> Spot | None:
        return next((spot for spot in self.spots if spot.code == code), None)

    def at(self, latitude: float, longitude: float) -> Spot | None:
        """The spot of a point, None outside of the drawing."""
        inside = self.south <= latitude <= self.north and self.west <= longitude <= self.east
        return Spot(latitude, longitude, *_drawn(self.bounds, longitude, latitude)) if inside else None

    @property
    def box(self) -> str:
        """The bounds for the script, written as numbers are written in attributes."""
        return " ".join(str(edge) for edge in self.bounds)

    @property
    def bounds(self) -> Sequence[float]:
        return (self.west, self.south, self.east, self.north)


@lru_cache(maxsize=1)
def plan() -> Plan | None:
    """A town without such a file has no plan; places are told in words then."""
    try:
        drawn = json.loads(FILE.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    west, south, east, north = bounds = drawn["bbox"]
    shapes = [_shape(feature, number, bounds=bounds) for number, feature in enumerate(drawn["features"])]
    return Plan(west, south, east, north, _height(bounds), shapes)


def spot_on_plan(latitude: float | None, longitude: float | None) -> Spot | None:
    """Where to stick the pin, None when it would be off the plan."""
    town = plan()
    return town.at(latitude, longitude) if town and latitude is not None and longitude is not None else None


def _shape(feature: dict[str, Any], number: int, *, bounds: Sequence[float]) -> Shape:
    about, geometry = feature["properties"], feature["geometry"]
    points = _points(geometry)
    longitude, latitude = _middle(points) if geometry["type"] == "Polygon" else points[len(points) // 2]
    spot = Spot(
        latitude, longitude, *_drawn(bounds, longitude, latitude), code=about.get("code", ""), name=about["name"]
    )
    path = "M" + " L".join(" ".join(_drawn(bounds, *point)) for point in points)
    return Shape(about["kind"], about["name"], path, spot, number, about.get("along", "50%"))


def _points(geometry: dict[str, Any]) -> list[list[float]]:
    match geometry["type"]:
        case "Point":
            return [geometry["coordinates"]]
        case "Polygon":
            return geometry["coordinates"][0]  # type: ignore[no-any-return]
        case _:
            return geometry["coordinates"]  # type: ignore[no-any-return]


def _middle(points: Sequence[Sequence[float]]) -> tuple[float, float]:
    corners = points[:-1]
    return sum(x for x, _y in corners) / len(corners), sum(y for _x, y in corners) / len(corners)


def _height(bounds: Sequence[float]) -> int:
    """As tall as the land: away from the equator a degree of longitude is narrower than one of latitude."""
    west, south, east, north = bounds
    squeeze = math.cos(math.radians((south + north) / 2))
    return round(WIDTH * (north - south) / ((east - west) * squeeze))


def _drawn(bounds: Sequence[float], longitude: float, latitude: float) -> tuple[str, str]:
    """As SVG writes numbers, whatever the reader's language does with commas."""
    west, south, east, north = bounds
    x = WIDTH * (longitude - west) / (east - west)
    y = _height(bounds) * (north - latitude) / (north - south)
    return f"{x:.1f}", f"{y:.1f}"
