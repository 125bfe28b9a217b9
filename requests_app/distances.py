"""How far two places of the town are from each other."""

import math

METRES_A_DEGREE = 111_320


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """As the crow flies between two (latitude, longitude), good enough for a town."""
    north = (other[0] - one[0]) * METRES_A_DEGREE
    east = (other[1] - one[1]) * METRES_A_DEGREE * math.cos(math.radians(one[0]))
    return math.hypot(north, east)


def degrees(within: float, *, latitude: float) -> tuple[float, float]:
    """How many degrees of latitude and of longitude so many metres are there."""
    high = within / METRES_A_DEGREE
    return high, high / max(math.cos(math.radians(latitude)), 0.01)
