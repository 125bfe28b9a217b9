"""In and out of the desk."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.factories import UserFactory
from tests.staff.conftest import SignIn

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "begins_at"), [("sweeper", "/desk/"), ("dispatcher", "/desk/"), ("police", "/desk/"), ("mayor", "/mayor/")]
)
def test_everybody_begins_where_their_work_is(alameda: None, name: str, begins_at: str) -> None:
    response = Client().post("/sign-in/", {"username": name, "password": "alameda"})

    assert (response.status_code, response["Location"]) == (302, begins_at)


def test_sign_in_goes_on_to_where_one_wanted_to_go(alameda: None) -> None:
    client = Client()
    asked = client.get("/desk/requests/7/")

    response = client.post("/sign-in/", {"username": "sweeper", "password": "alameda", "next": "/desk/requests/7/"})

    assert (asked["Location"], response["Location"]) == ("/sign-in/?next=/desk/requests/7/", "/desk/requests/7/")


def test_sign_in_never_leads_to_another_site(alameda: None) -> None:
    response = Client().post(
        "/sign-in/", {"username": "sweeper", "password": "alameda", "next": "https://example.org/"}
    )

    assert response["Location"] == "/desk/"


def test_whoever_is_in_does_not_sign_in_again(carmen: User, sign_in: SignIn) -> None:
    assert sign_in(carmen).get("/sign-in/")["Location"] == "/desk/"


def test_wrong_password_five_times_closes_the_door_in_plain_words(alameda: None) -> None:
    client = Client(headers={"accept-language": "en"})
    wrong = {"username": "sweeper", "password": "not it"}

    answers = [client.post("/sign-in/", wrong) for _ in range(5)]
    right = client.post("/sign-in/", {"username": "sweeper", "password": "alameda"})

    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
    assert (right.status_code, "Too many tries" in right.content.decode()) == (429, True)


def test_sign_out_leads_to_the_square_and_ends_the_session(carmen: User, sign_in: SignIn) -> None:
    client = sign_in(carmen)

    response = client.post("/sign-out/")

    assert (response["Location"], client.get("/desk/")["Location"]) == ("/", "/sign-in/?next=/desk/")


def test_sign_out_by_a_mere_link_does_nothing(carmen: User, sign_in: SignIn) -> None:
    client = sign_in(carmen)

    assert (client.get("/sign-out/").status_code, client.get("/desk/").status_code) == (405, 200)


def test_language_stays_through_sign_in(alameda: None) -> None:
    client = Client(headers={"accept-language": "es"})
    client.post("/language/", {"language": "fr", "next": "/sign-in/"})
    client.post("/sign-in/", {"username": "sweeper", "password": "alameda"})

    assert '<html lang="fr"' in client.get("/desk/").content.decode()


def test_account_without_a_place_may_still_sign_out(db: None, sign_in: SignIn) -> None:
    client = sign_in(UserFactory(first_name="Nuria"))

    page = client.get("/desk/").content.decode()

    assert ("You are signed in as Nuria" in page, 'action="/sign-out/"' in page) == (True, True)
