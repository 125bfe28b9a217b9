"""Where a request is, by all that is known: the reporter's own point, its photo, the words; and which of them told."""

from typing import NamedTuple

from requests_app import gazetteer
from requests_app.distances import metres
from requests_app.gazetteer import Place
from requests_app.models import Network, PlaceSource, Post
from requests_app.plan import area_of, plan, spot_on_plan

Point = tuple[float, float]
# A photo taken so near to what the words name shows just that, and says where in the street; one from farther away
# was taken elsewhere, and the words count. In metres.
SHOWS = 300
# What a point is named after.
BESIDE = 60


class Located(NamedTuple):
    """`source`: "" for nowhere."""

    place: Place
    source: str


def locate(post: Post, *, photo: Point | None = None) -> Located:
    """`photo`: where the first photo that tells it was taken. Off the plan it tells nothing."""
    said = gazetteer.locate(post.text, address=post.address, latitude=post.latitude, longitude=post.longitude)
    if post.latitude is not None:
        return Located(said, PlaceSource.FORM if post.network == Network.PLAZA else PlaceSource.NETWORK)
    source = PlaceSource.FORM if post.address else PlaceSource.TEXT if said.address or said.area else ""
    if photo is None or not spot_on_plan(*photo) or (said.point and metres(said.point, photo) > SHOWS):
        return Located(said, source)
    return Located(Place(said.address or beside(photo), *photo, area_of(*photo)), PlaceSource.PHOTO)


def beside(point: Point) -> str:
    """The square or landmark of the plan nearest to a point; "" for none near."""
    town = plan()
    near = min(town.spots, key=lambda one: metres((one.latitude, one.longitude), point), default=None) if town else None
    return near.name if near and metres((near.latitude, near.longitude), point) <= BESIDE else ""
