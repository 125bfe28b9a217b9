"""Where a request is: what tells it first, what a photo adds, and what a colleague says."""

import io

import pytest
from django.contrib.auth.models import User
from django.utils.translation import override
from PIL import ExifTags, Image
from PIL.TiffImagePlugin import IFDRational

from requests_app import inbox, photos, triage, workflow
from requests_app.models import Event, Photo, PlaceSource, ServiceRequest, Verb
from requests_app.plan import plan
from tests.factories import PostFactory, ServiceRequestFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("alameda")]

# As some cameras write what they do not know: nought of nought.
UNKNOWN = IFDRational(0, 0)
# In the Calle del Olmo, and far from it, both on the plan.
HERE, THERE = (37.2224, -3.5996), (37.2197, -3.6044)


def taken(latitude: object, longitude: object, *, south: bool = False, west: bool = True, refs: bool = True) -> bytes:
    """A picture as a telephone takes it, with the degrees, minutes and seconds of where it stood."""
    exif = Image.Exif()
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitude], gps[ExifTags.GPS.GPSLongitude] = latitude, longitude
    if refs:
        gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLongitudeRef] = (
            "S" if south else "N",
            "W" if west else "E",
        )
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "grey").save(out, "JPEG", exif=exif)
    return out.getvalue()


def parts(degrees: float) -> tuple[float, float, float]:
    whole = int(abs(degrees))
    minutes = int((abs(degrees) - whole) * 60)
    return float(whole), float(minutes), round((abs(degrees) - whole - minutes / 60) * 3600, 3)


def at(point: tuple[float, float]) -> bytes:
    return taken(parts(point[0]), parts(point[1]))


def told(text: str, *pictures: bytes, **values: object) -> ServiceRequest:
    """Somebody reports it on the town's own site."""
    post = inbox.deliver(text, language="es", photos=[photos.clean(one) for one in pictures], **values)
    triage.sort_now(post)
    return ServiceRequest.objects.get(opening_post=post)


# --- the camera --------------------------------------------------------------


def test_where_a_photo_was_taken_is_read_before_it_is_stripped() -> None:
    clean = photos.clean(at(HERE))

    assert clean.taken_where == pytest.approx(HERE, abs=1e-6)
    with Image.open(io.BytesIO(clean)) as image:
        assert dict(image.getexif()) == {}


def test_south_and_east() -> None:
    clean = photos.clean(taken((33.0, 30.0, 0.0), (70.0, 15.0, 36.0), south=True, west=False))

    assert clean.taken_where == pytest.approx((-33.5, 70.26))


@pytest.mark.parametrize(
    "picture",
    [
        taken((0.0, 0.0, 0.0), (0.0, 0.0, 0.0)),
        taken((37.0, 13.0, 0.0), (3.0, 36.0, 0.0), refs=False),
        taken((137.0, 13.0, 0.0), (3.0, 36.0, 0.0)),
        taken((37.0, 13.0), (3.0, 36.0)),
        taken((UNKNOWN,) * 3, (UNKNOWN,) * 3),
    ],
    ids=["noughts", "no hemisphere", "no such latitude", "no seconds", "no numbers"],
)
def test_nonsense_is_no_place(picture: bytes) -> None:
    assert photos.clean(picture).taken_where is None


# --- which of them tells -----------------------------------------------------


def test_words_tell_the_street() -> None:
    request = told("La farola de la calle del Olmo 22 no luce")

    assert (request.address, request.place_from) == ("Calle del Olmo 22", PlaceSource.TEXT)


def test_a_photo_says_where_in_the_street() -> None:
    request = told("La farola de la calle del Olmo no luce", at(HERE))

    assert (request.address, request.place_from) == ("Calle del Olmo", PlaceSource.PHOTO)
    assert request.point == pytest.approx(HERE, abs=1e-6)


def test_a_photo_from_elsewhere_does_not_move_what_the_words_name() -> None:
    request = told("La farola de la calle del Olmo no luce", at(THERE))

    assert request.place_from == PlaceSource.TEXT
    assert request.point != pytest.approx(THERE, abs=1e-6)


def test_a_photo_tells_it_where_the_words_do_not() -> None:
    request = told("Esta farola no luce", at(HERE))

    assert request.place_from == PlaceSource.PHOTO
    assert request.point == pytest.approx(HERE, abs=1e-6)
    assert request.area == "alto"


def test_a_photo_of_another_town_tells_nothing() -> None:
    request = told("Esta farola no luce", at((40.4168, -3.7038)))

    assert (request.point, request.place_from) == (None, "")


def test_the_pin_of_whoever_reports_it_comes_first() -> None:
    request = told("La farola de la calle del Olmo no luce", at(HERE), point=THERE)

    assert (request.point, request.place_from) == (THERE, PlaceSource.FORM)


def test_a_networks_geotag() -> None:
    post = PostFactory(network="x", text="Esta farola no luce", latitude=HERE[0], longitude=HERE[1])
    triage.sort_now(post)

    request = ServiceRequest.objects.get(opening_post=post)
    assert (request.point, request.place_from) == (HERE, PlaceSource.NETWORK)


def test_a_later_photo_tells_it_only_where_nothing_did() -> None:
    nowhere, somewhere = ServiceRequestFactory(), ServiceRequestFactory(address="Calle Larga 3", place_from="text")
    for request in (nowhere, somewhere):
        photo = Photo(post=request.opening_post)
        photo.hold(photos.clean(at(HERE)))
        type(photo.post).objects.filter(pk=photo.post.pk).update(service_request=request)
        photo.post.refresh_from_db()
        workflow.place_by_photo(photo)
        request.refresh_from_db()

    assert (nowhere.point, nowhere.place_from) == (pytest.approx(HERE, abs=1e-6), PlaceSource.PHOTO)
    assert (somewhere.point, somewhere.place_from) == (None, PlaceSource.TEXT)


def test_what_its_author_takes_back_tells_no_place_any_more() -> None:
    request = told("Esta farola no luce", at(HERE))
    Photo.objects.filter(post=request.opening_post).take_back(request.posted_at)

    assert list(Photo.objects.with_position()) == []


# --- what a colleague says ---------------------------------------------------


def test_a_colleague_says_where_it_is_and_takes_it_back(ines: User) -> None:
    request = told("La farola de la calle del Olmo 22 no luce")
    before = (request.address, request.point, request.area, request.place_from)

    placed = workflow.place(request, by=ines, address=" Plaza Mayor ", point=THERE)

    assert (placed.address, placed.point, placed.place_from) == ("Plaza Mayor", THERE, PlaceSource.PERSON)
    event = Event.objects.get(verb=Verb.PLACED)
    after = workflow.undo(event, by=ines)
    after.refresh_from_db()
    assert (after.address, after.point, after.area, after.place_from) == before


@pytest.mark.parametrize(("address", "point"), [("", None), ("  ", None)])
def test_nowhere_is_refused(ines: User, address: str, point: None) -> None:
    with override("en"), pytest.raises(workflow.Refusal, match="Say where it is"):
        workflow.place(ServiceRequestFactory(), by=ines, address=address, point=point)


def test_where_it_is_already_is_refused(ines: User) -> None:
    request = ServiceRequestFactory(address="Calle Larga 3")

    with override("en"), pytest.raises(workflow.Refusal, match="already"):
        workflow.place(request, by=ines, address="Calle Larga 3", point=None)


def test_the_plan_has_both_places() -> None:
    """What the tests above stand on."""
    town = plan()

    assert town is not None
    assert town.at(*HERE) is not None
    assert town.at(*THERE) is not None
