"""Where a request is, as a person says: one of the places that its posts and photos tell, or another."""

from collections.abc import Iterator
from dataclasses import dataclass

from django import forms
from django.contrib.auth.models import User
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from requests_app import gazetteer, workflow
from requests_app.distances import metres
from requests_app.locating import Point, beside
from requests_app.models import Photo, PlaceSource, Post, ServiceRequest
from requests_app.plan import spot_on_plan
from staff.case.composer import Composer
from staff.case.speech_forms import VerbForm

# So near is the same place, in metres; and how many posts are read for one.
SAME, LOOKED_AT = 25, 20


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that something tells: `source` says what; `metres` from where it stands now, where both are known."""

    address: str
    point: Point | None
    source: PlaceSource
    metres: int | None = None

    @property
    def key(self) -> str:
        """What a press on it says; the same as long as it is told."""
        return _key(self.address, self.point)

    @property
    def name(self) -> str:
        return self.address or _now("a point on the map")


class PlaceForm(VerbForm):
    """`where`: the key of a candidate, pressed; without one what is written counts."""

    verb = "place"
    where = forms.CharField(required=False, widget=forms.HiddenInput)
    address = forms.CharField(
        label=_("Another place"),
        required=False,
        max_length=300,
        help_text=_("A street with its number, a square, a landmark."),
    )

    def fit(self, composer: Composer) -> None:
        self.candidates = list(candidates(self.service_request))

    @property
    def is_so(self) -> bool:
        """It stands there already."""
        stands = self.service_request.address, self.service_request.point
        return self.is_valid() and (self.cleaned_data["where"] == _key(*stands) or self._written() == stands)

    def act(self, service_request: ServiceRequest, *, by: User, version: int) -> ServiceRequest:
        address, point = self._said()
        return workflow.place(service_request, by=by, address=address, point=point, version=version)

    def _said(self) -> tuple[str, Point | None]:
        if not (key := self.cleaned_data["where"]):
            return self._written()
        chosen = next((one for one in self.candidates if one.key == key), None)
        if chosen is None:
            raise workflow.ChangedMeanwhile(_now("Nothing tells that place any more. Choose again."))
        return chosen.address, chosen.point

    def _written(self) -> tuple[str, Point | None]:
        written = self.cleaned_data["address"].strip()
        found = gazetteer.find(written) if written else None
        # Where somebody says more than the plan ("Calle Larga 22, behind the gate"), theirs is kept.
        name = found.address if found and len(found.address) >= len(written) else written
        return name, found.point if found else None


def _key(address: str, point: Point | None) -> str:
    return f"{point[0]:.6f},{point[1]:.6f} {address}".strip() if point else address


def candidates(service_request: ServiceRequest) -> Iterator[Candidate]:
    """What the posts and photos tell besides what stands there now, each place once; two queries."""
    told: list[tuple[str, Point | None]] = [(service_request.address, service_request.point)]
    for address, point, source in _told(service_request):
        if not any(_same((address, point), other) for other in told):
            told.append((address, point))
            here = service_request.point
            yield Candidate(address, point, source, round(metres(here, point)) if here and point else None)


def _told(service_request: ServiceRequest) -> Iterator[tuple[str, Point | None, PlaceSource]]:
    posts = Post.objects.filter(service_request=service_request, deleted_at=None, written_by=None).order_by("id")
    for photo in Photo.objects.with_position().of_request(service_request.pk)[:LOOKED_AT]:
        if photo.taken_where and spot_on_plan(*photo.taken_where):
            yield beside(photo.taken_where), photo.taken_where, PlaceSource.PHOTO
    for post in posts[:LOOKED_AT]:
        if post.latitude is not None and post.longitude is not None:
            source = PlaceSource.FORM if post.network == "plaza" else PlaceSource.NETWORK
            yield post.address or beside((post.latitude, post.longitude)), (post.latitude, post.longitude), source
        for words, source in ((post.address, PlaceSource.FORM), (post.text, PlaceSource.TEXT)):
            if words and (found := gazetteer.find(words)):
                yield found.address, found.point, source


def _same(one: tuple[str, Point | None], other: tuple[str, Point | None]) -> bool:
    if one[1] and other[1] and metres(one[1], other[1]) > SAME:
        return False
    return one[0] == other[0] or not one[0] or bool(one[1] and other[1])
