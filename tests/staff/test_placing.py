"""Where it is, at the desk and in the street: how it was found, what else tells it, and one press that corrects it."""

import html

import pytest
from django.contrib.auth.models import User
from django.test import Client

from requests_app.models import Event, ServiceRequest, Verb
from tests.factories import PostFactory
from tests.staff.conftest import Ask, SignIn

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("alameda")]


@pytest.fixture
def desk(sign_in: SignIn, ines: User) -> Client:
    return sign_in(ines)


@pytest.fixture
def torn(ask: Ask) -> ServiceRequest:
    """Its words name one street, its network's point lies in another."""
    request = ask()
    post = request.opening_post
    type(post).objects.filter(pk=post.pk).update(
        text="La farola de la calle del Olmo 22 no luce", latitude=37.2197, longitude=-3.6044
    )
    ServiceRequest.objects.filter(pk=request.pk).update(
        address="Calle del Olmo 22", latitude=37.22217, longitude=-3.59946, area="las-moreras", place_from="text"
    )
    request.refresh_from_db()
    return request


def read(client: Client, address: str) -> str:
    return " ".join(html.unescape(client.get(address).content.decode()).split())


def press(client: Client, request: ServiceRequest, *, door: str, **typed: str) -> str:
    fields = {"version": str(request.version), "seen": "0"} | typed
    answer = client.post(door, fields, follow=True)
    return " ".join(html.unescape(answer.content.decode()).split())


def keys(page: str) -> list[str]:
    return [part.split('"')[0] for part in page.split('name="where" value="')[1:]]


def test_how_it_was_found_and_what_else_tells_it(desk: Client, torn: ServiceRequest) -> None:
    page = read(desk, f"/desk/requests/{torn.pk}/")

    assert "Read in the words." in page
    assert keys(page) == ["37.219700,-3.604400"]
    assert "sent along by the network" in page
    # What is pressed is taken: a form without its token is not.
    assert 'name="csrfmiddlewaretoken" value=""' not in page


def test_one_press_corrects_it_and_one_takes_it_back(desk: Client, torn: ServiceRequest) -> None:
    door = f"/desk/requests/{torn.pk}/place/"
    page = press(desk, torn, door=door, where="37.219700,-3.604400")

    torn.refresh_from_db()
    assert (torn.point, torn.place_from) == ((37.2197, -3.6044), "person")
    assert "says where it is, on the map." in page
    # Again at once: a second click.
    press(desk, torn, door=door, where="37.219700,-3.604400")
    event = Event.objects.get(verb=Verb.PLACED)
    desk.post(f"/desk/events/{event.pk}/undo/")
    torn.refresh_from_db()
    assert (torn.address, torn.place_from) == ("Calle del Olmo 22", "text")


@pytest.mark.parametrize(
    ("written", "address", "is_on_plan"),
    [
        ("c/ olmo 4", "Calle del Olmo 4", True),
        ("Calle del Olmo 4, detrás de la verja", "Calle del Olmo 4, detrás de la verja", True),
        ("la casa azul", "la casa azul", False),
    ],
)
def test_another_place_in_words(
    desk: Client, torn: ServiceRequest, written: str, address: str, is_on_plan: bool
) -> None:
    press(desk, torn, door=f"/desk/requests/{torn.pk}/place/", address=written)

    torn.refresh_from_db()
    assert (torn.address, torn.point is not None, torn.place_from) == (address, is_on_plan, "person")


def test_nothing_written_is_refused_in_words(desk: Client, torn: ServiceRequest) -> None:
    page = press(desk, torn, door=f"/desk/requests/{torn.pk}/place/", address=" ")

    assert "Say where it is." in page
    assert not Event.objects.filter(verb=Verb.PLACED).exists()


def test_what_nothing_tells_any_more_is_refused(desk: Client, torn: ServiceRequest) -> None:
    page = press(desk, torn, door=f"/desk/requests/{torn.pk}/place/", where="1.000000,1.000000 Luna")

    assert "Nothing tells that place any more. Choose again." in page


def test_in_the_street(sign_in: SignIn, torn: ServiceRequest, carmen: User) -> None:
    street = sign_in(carmen)
    page = read(street, f"/street/{torn.pk}/")
    assert "read in the words" in page
    assert 'name="csrfmiddlewaretoken" value=""' not in page

    page = press(street, torn, door=f"/street/{torn.pk}/where/", where=keys(page)[0])

    torn.refresh_from_db()
    assert torn.place_from == "person"
    assert "Thank you. Now it is there." in page


def test_a_follow_up_may_tell_it(desk: Client, torn: ServiceRequest) -> None:
    PostFactory(service_request=torn, triaged_at=torn.posted_at, text="Perdón, es en la Plaza Mayor")

    assert any(key.endswith(" Plaza Mayor") for key in keys(read(desk, f"/desk/requests/{torn.pk}/")))
