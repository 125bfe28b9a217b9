"""The plan of the town: streets, places and parts of town, drawn from the GeoJSON that `TOWN_PLAN` names, when there is one."""

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from django.conf import settings

# In the units of the drawing; its height follows from the land's.
WIDTH = 640
# Pins nearer to each other than this, in the same units, are spread around the first.
NEAR = 8
# Degrees of a sunflower's next seed: however many pins stand in one place, none covers another.
TURN = math.radians(137.5)


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
    # 1: its name is on every drawing; 2: where there is room; 3: on large ones.
    rank: int
    # What else people call it; and whether its name says where something is only after "beside", "in front of".
    also: Sequence[str] = ()
    only_beside: bool = False


@dataclass(frozen=True, slots=True)
class Area:
    """A part of town; `outline` is its corners as (latitude, longitude)."""

    code: str
    name: str
    population: int
    outline: Sequence[tuple[float, float]]
    path: str
    at: Spot


@dataclass(frozen=True, slots=True)
class MapPoint:
    """What a page puts on a map. `tone`: new, accepted, waiting, resolved, declined, hot or silent. `note`: a line below the title."""

    latitude: float
    longitude: float
    title: str
    url: str = ""
    tone: str = "new"
    note: str = ""


class Pin(NamedTuple):
    """A point and where it is drawn; `dx`, `dy`: how far it stands aside of others in the same place."""

    point: MapPoint
    spot: Spot
    dx: int
    dy: int


# Not `slots`: what is derived is kept; and one is not another, so that what is made of it can be remembered.
@dataclass(frozen=True, eq=False)
class Plan:
    """`spots` are what people may choose by name."""

    west: float
    south: float
    east: float
    north: float
    height: int
    shapes: Sequence[Shape]
    areas: Sequence[Area]

    @cached_property
    def spots(self) -> Sequence[Spot]:
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
        drawn = json.loads(settings.TOWN_PLAN.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    west, south, east, north = bounds = drawn["bbox"]
    districts = [feature for feature in drawn["features"] if feature["properties"]["kind"] == "district"]
    others = [feature for feature in drawn["features"] if feature["properties"]["kind"] != "district"]
    shapes = [_shape(feature, number, bounds=bounds) for number, feature in enumerate(others)]
    return Plan(west, south, east, north, _height(bounds), shapes, [_area(one, bounds=bounds) for one in districts])


def spot_on_plan(latitude: float | None, longitude: float | None) -> Spot | None:
    """Where to stick the pin, None when it would be off the plan."""
    town = plan()
    return town.at(latitude, longitude) if town and latitude is not None and longitude is not None else None


def areas() -> Sequence[Area]:
    """The parts of town, in the order of the file; none where there is no plan."""
    town = plan()
    return town.areas if town else ()


def area_of(latitude: float | None, longitude: float | None) -> str:
    """The code of the part of town in which a point lies; "" for none."""
    if latitude is None or longitude is None:
        return ""
    return next((area.code for area in areas() if _inside(area.outline, latitude, longitude)), "")


def area_name(code: str) -> str:
    """What people call it; a code that the plan does not know any more is shown as it is."""
    return next((area.name for area in areas() if area.code == code), code)


def pins(points: Iterable[MapPoint]) -> list[Pin]:
    """Where each point is drawn, those in one place side by side; what is off the plan is left out."""
    taken: dict[tuple[int, int], int] = {}
    found = []
    for point in points:
        spot = spot_on_plan(point.latitude, point.longitude)
        if spot is None:
            continue
        cell = round(float(spot.x) / NEAR), round(float(spot.y) / NEAR)
        place = taken[cell] = taken.get(cell, -1) + 1
        reach = 15 * math.sqrt(place)
        found.append(Pin(point, spot, round(reach * math.cos(place * TURN)), round(reach * math.sin(place * TURN))))
    return found


def _shape(feature: dict[str, Any], number: int, *, bounds: Sequence[float]) -> Shape:
    about, geometry = feature["properties"], feature["geometry"]
    points = _points(geometry)
    longitude, latitude = _middle(points) if geometry["type"] == "Polygon" else points[len(points) // 2]
    spot = _spot(bounds, longitude, latitude, about)
    return Shape(
        kind=about["kind"],
        name=about["name"],
        path=_path(bounds, points),
        at=spot,
        number=number,
        along=about.get("along", "50%"),
        rank=about.get("rank", 2),
        also=tuple(about.get("also", ())),
        only_beside=about.get("only_beside", False),
    )


def _area(feature: dict[str, Any], *, bounds: Sequence[float]) -> Area:
    about, points = feature["properties"], _points(feature["geometry"])
    longitude, latitude = about.get("at") or _middle(points)
    return Area(
        code=about["code"],
        name=about["name"],
        population=about.get("population", 0),
        outline=[(point[1], point[0]) for point in points],
        path=_path(bounds, points),
        at=_spot(bounds, longitude, latitude, about),
    )


def _spot(bounds: Sequence[float], longitude: float, latitude: float, about: dict[str, Any]) -> Spot:
    x, y = _drawn(bounds, longitude, latitude)
    return Spot(latitude, longitude, x, y, code=about.get("code", ""), name=about["name"])


def _path(bounds: Sequence[float], points: Iterable[Sequence[float]]) -> str:
    return "M" + " L".join(" ".join(_drawn(bounds, point[0], point[1])) for point in points)


def _inside(outline: Sequence[tuple[float, float]], latitude: float, longitude: float) -> bool:
    """A line from the point to the west crosses the outline an odd number of times."""
    crossings = 0
    for (south, west), (north, east) in zip(outline, outline[1:], strict=False):
        if (south > latitude) != (north > latitude):
            crossings += longitude < west + (east - west) * (latitude - south) / (north - south)
    return crossings % 2 == 1


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
    return sum(point[0] for point in corners) / len(corners), sum(point[1] for point in corners) / len(corners)


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
