"""What was counted in the weeks before, and what it makes usual. Pure: it asks nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from requests_app.rising.finding import Report, Scale

# Before so many weeks nobody knows what is usual.
KNOWN_AFTER_WEEKS = 2
# What was never heard may be heard for the first time: as if it had been half a time.
NEVER = 0.5
# Places are counted by squares of a thousandth of a degree, some hundred metres; whatever may be near counts.
DECIMALS, NEAR_DEGREES = 3, 0.004
HOURS = 24

# Topic, part of town, latitude and longitude of a square.
Spot = tuple[str, str, float | None, float | None]


@dataclass(frozen=True, slots=True)
class Counted:
    """Reports of `weeks`, by their topic and spot, and by the hour of the day."""

    weeks: float
    spots: Mapping[Spot, int]
    hours: Sequence[int]

    @property
    def is_known(self) -> bool:
        return self.weeks >= KNOWN_AFTER_WEEKS

    def a_week(self, told: Sequence[Report], *, topic: str, scale: Scale) -> float:
        """How many of the topic a week are usual where these reports are."""
        alike = ((spot, count) for spot, count in self.spots.items() if spot[0] == topic)
        there = sum(count for spot, count in alike if _is_there(spot, told, scale=scale))
        return (there + NEVER) / self.weeks

    def of_hour(self, hour: int) -> float:
        """How busy it is beside the mean of all hours; with its neighbours, as minutes do not matter."""
        mean = sum(self.hours) / HOURS or 1.0
        near = sum(self.hours[(hour + beside) % HOURS] for beside in (-1, 0, 1)) / 3
        return (near + mean / 4) / (mean * 5 / 4)


def _is_there(spot: Spot, told: Sequence[Report], *, scale: Scale) -> bool:
    _topic, area, latitude, longitude = spot
    if scale is Scale.TOWN:
        return True
    if scale is Scale.AREA:
        return area == told[0].area
    centre = next((one.point for one in told if one.point), None)
    if centre is None or latitude is None or longitude is None:
        return area in {one.area for one in told}
    return abs(latitude - centre[0]) <= NEAR_DEGREES and abs(longitude - centre[1]) <= NEAR_DEGREES
