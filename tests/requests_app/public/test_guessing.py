"""The form says what it makes of the words, before anything is sent."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from requests_app.models import Author, Photo, Policy, Post, Queue, Service, ServiceRequest
from requests_app.public.limits import LIMITS
from tests.factories import PostFactory, ServiceRequestFactory
from tests.requests_app.public.rows import with_photo

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("alameda")]
LAMP = "La farola de la calle del Olmo está apagada"


@pytest.fixture
def english() -> Client:
    return Client(headers={"Accept-Language": "en"})


def guess(client: Client, text: str, **fields: str) -> str:
    return client.post("/report/guess/", {"text": text, **fields}).content.decode()


def lamp(**fields: object) -> ServiceRequest:
    maintenance = Queue.objects.get(code="maintenance")
    text = "Otra vez apagada la farola grande, calle del Olmo"
    return ServiceRequestFactory(queue=maintenance, opening_post=PostFactory(text=text), **fields)


def test_guess_names_the_team_and_says_that_cases_are_too_few(english: Client) -> None:
    text = guess(english, LAMP)

    assert "It goes to <strong>Maintenance</strong>" in text
    assert "Too few answers these 30 days" in text
    assert (Post.objects.count(), Author.objects.count()) == (0, 0)


def test_guess_says_how_long_it_usually_takes(english: Client) -> None:
    for _ in range(5):
        row = lamp()
        ServiceRequest.objects.filter(pk=row.pk).update(
            answered_at=row.posted_at + timedelta(minutes=4), answered_in_hours=timedelta(minutes=4)
        )

    assert "Half of the answers come within <strong>4 min</strong>" in guess(english, LAMP)


def test_guess_says_nothing_of_nothing(english: Client) -> None:
    assert guess(english, "Hola").strip() == ""


def test_guess_shows_neighbours_who_told_the_same(english: Client, jpeg: bytes) -> None:
    same, other = lamp(), ServiceRequestFactory(opening_post__text="Un perro suelto en el parque")
    private, deleted = lamp(is_private=True), lamp()
    Post.objects.filter(pk=deleted.opening_post_id).update(deleted_at=timezone.now())
    photo = with_photo(jpeg, post=same.opening_post)

    text = guess(english, LAMP)

    shown = [row.pk for row in (same, other, private, deleted) if f'formaction="/requests/{row.pk}/me-too/"' in text]
    assert (shown, f"/photos/{photo.uuid}.jpg" in text) == ([same.pk], True)


def test_guess_knows_how_near_a_neighbour_is(english: Client) -> None:
    near = lamp(latitude=37.22, longitude=-3.6)
    far = lamp(latitude=37.23, longitude=-3.6)

    text = guess(english, "La farola está apagada", point="37.22040,-3.60000")

    assert "40 m from here" in text
    assert [f"/requests/{row.pk}/me-too/" in text for row in (near, far)] == [True, False]


@pytest.mark.parametrize("precision", ["street", "area"])
def test_guess_measures_no_way_to_a_place_that_is_not_shown(english: Client, precision: str) -> None:
    row = lamp(latitude=37.22, longitude=-3.6, address="Calle del Olmo 22", area="las-moreras")
    Policy.objects.create(precision=precision)

    text = guess(english, "Otra farola grande, apagada", point="37.22040,-3.60000")

    assert (f"/requests/{row.pk}/me-too/" in text, "m from here" in text) == (True, False)


@pytest.mark.parametrize(("precision", "is_found"), [("exact", True), ("street", True), ("area", False)])
def test_nobody_learns_a_street_by_typing_it_where_only_the_part_of_town_is_shown(
    english: Client, precision: str, is_found: bool
) -> None:
    row = ServiceRequestFactory(opening_post__text="Apagada", address="Calle del Olmo 22", area="las-moreras")
    Policy.objects.create(precision=precision)

    text = guess(english, "Está apagada", address="Calle del Olmo")

    assert (f"/requests/{row.pk}/me-too/" in text) == is_found


def test_guess_shows_what_the_public_will_read(english: Client) -> None:
    text = guess(english, f"{LAMP}. Soy Ana, 612 345 678, matrícula 1234 BCD")

    assert "Soy Ana, •••, matrícula •••" in text
    assert "612 345 678" not in text
    assert "Everybody will read:" not in guess(english, LAMP)


def test_guess_warns_of_danger(english: Client) -> None:
    assert "Call 112 now." in guess(english, "Hay un incendio en la calle Larga, hay gente dentro")


@pytest.mark.parametrize(
    "text",
    [
        "mi marido me pega y tengo miedo de volver a casa",
        "my husband hits me and I am scared to go home",
        "mon mari me frappe et j'ai peur de rentrer à la maison",
    ],
)
def test_guess_of_violence_at_home_says_whom_to_call_and_who_reads_it(english: Client, text: str) -> None:
    told = guess(english, text)

    assert [number in told for number in ("Call 112 now.", "016")] == [True, True]
    assert "What you write here is private" in told
    assert "The reason: it is about violence at home" in told


def test_a_report_of_violence_at_home_says_so_before_it_is_sent_and_after(english: Client) -> None:
    form = {"text": "mi marido me pega y tengo miedo de volver a casa", "once": str(uuid4())}
    before = english.post("/report/", form)
    after = english.post("/report/", {**form, "looked": "on"}, follow=True)

    assert [("016" in page.content.decode(), page.status_code) for page in (before, after)] == [
        (True, 200),
        (True, 200),
    ]
    assert "What you told us is private: it is not on the square." in after.content.decode()


def test_a_town_that_names_nobody_for_violence_names_nobody(english: Client, settings: Settings) -> None:
    settings.VIOLENCE_NUMBER = ""

    told = guess(english, "my husband hits me and I am scared to go home")

    assert ("Call 112 now." in told, "by telephone" in told) == (True, False)


def test_guess_of_an_insult_says_that_it_will_not_be_shown(english: Client) -> None:
    told = guess(english, "la farola sigue rota, sois unos hijos de puta")

    assert "These words will not be shown." in told


def test_guess_of_a_private_matter_shows_nobody_elses(english: Client) -> None:
    Service.objects.filter(queue__code="maintenance").update(is_private=True)
    same = lamp()

    text = guess(english, f"{LAMP} 612345678")

    assert "It stays private" in text
    assert [f"/requests/{same.pk}/" in text, "Everybody will read" in text] == [False, False]


def test_guess_follows_the_chosen_service(english: Client) -> None:
    assert "Street cleaning" in guess(english, LAMP, service="rubbish")


def test_guesses_are_limited(english: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LIMITS, "guesses", (2, 600))
    for _ in range(2):
        english.post("/report/guess/", {"text": ""})

    assert english.post("/report/guess/", {"text": LAMP}).status_code == 429
    assert english.post("/report/guess/", {"text": LAMP}, REMOTE_ADDR="192.0.2.7").status_code == 200


def test_without_script_the_guess_is_seen_before_it_is_sent(english: Client) -> None:
    fields = {"text": LAMP, "once": str(uuid4()), "address": "Olmo 14"}
    page = english.post("/report/", fields)
    text = page.content.decode()

    assert (page.status_code, Post.objects.count()) == (200, 0)
    assert "It goes to <strong>Maintenance</strong>" in text
    assert [word in text for word in (LAMP, 'value="Olmo 14"', 'name="looked" value="1"', fields["once"])] == [True] * 4
    english.post("/report/", {**fields, "looked": "1"})
    assert ServiceRequest.objects.count() == 1


def test_photos_are_not_lost_to_a_guess_that_warns_of_nothing(english: Client, jpeg: bytes) -> None:
    from_file = {"photos": _upload(jpeg)}

    sent = english.post("/report/", {"text": LAMP, "once": str(uuid4()), **from_file})

    assert (sent.status_code, Photo.objects.count()) == (302, 1)


def test_photos_that_have_to_be_chosen_again_are_told_of(english: Client, jpeg: bytes) -> None:
    lamp()

    page = english.post("/report/", {"text": LAMP, "once": str(uuid4()), "photos": _upload(jpeg)})

    assert "Choose the photos again, please." in page.content.decode()


def test_going_back_and_sending_again_makes_one_request(jpeg: bytes) -> None:
    """A fresh form with the old words in it, as browsers fill it; the photo that was forgotten joins the report."""
    client = Client()
    client.get("/report/")
    sent = [
        client.post("/report/", {"text": text, "once": str(uuid4()), "looked": "1", **photos})
        for text, photos in ((LAMP, {}), (LAMP, {}), (LAMP, {"photos": _upload(jpeg)}), (f"{LAMP} del todo", {}))
    ]

    places = [answer.headers["Location"] for answer in sent]
    assert (places[0] == places[1] == places[2] != places[3], ServiceRequest.objects.count()) == (True, 2)
    assert Photo.objects.get().post.text == LAMP


def test_the_same_words_of_two_people_are_two_reports() -> None:
    for _ in range(2):
        client = Client()
        client.get("/report/")
        client.post("/report/", {"text": LAMP, "once": str(uuid4()), "looked": "1"})

    assert ServiceRequest.objects.count() == 2


def _upload(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("lamp.jpg", content, content_type="image/jpeg")
