"""Acts from a phone: each once, in order or refused in words, whatever the signal did to them."""

import threading
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from requests_app import photos, workflow
from requests_app.models import Photo, Queue, Reply, ServiceRequest
from requests_app.workflow import Message
from staff.models import SentAct
from tests.staff.conftest import Ask, SignIn

pytestmark = pytest.mark.django_db

Json = dict[str, Any]


@pytest.fixture
def maintenance(alameda: None) -> Queue:
    return Queue.objects.get(code="maintenance")


def act(client: Client, request: ServiceRequest, kind: str, **fields: Any) -> Json:
    """What a phone sends, and what it is told."""
    sent = {"id": str(uuid4()), "number": request.pk, "kind": kind, "seen": newest(request), **fields}
    answer: Json = client.post(reverse("street_acts"), sent, headers={"accept": "application/json"}).json()
    return answer


def newest(request: ServiceRequest) -> int:
    number: int = request.events.order_by("-pk").values_list("pk", flat=True)[0]
    return number


def picture(jpeg: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("IMG_1.jpg", jpeg, "image/jpeg")


def test_on_it_accepts_with_a_promise_and_ready_words(ask: Ask, desk: Client, carmen: User) -> None:
    request = ask()

    answer = act(desk, request, "on_it", promise="tomorrow", text="Voy mañana.")

    request.refresh_from_db()
    assert (answer["outcome"], request.status, request.assignee) == ("done", "accepted", carmen)
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert timezone.localtime(request.promised_for).date() == tomorrow
    assert Reply.objects.get().text == "Voy mañana."


def test_the_same_promise_twice_is_said_once(ask: Ask, desk: Client) -> None:
    """The page on the phone looks the same until there is signal: one taps again."""
    request = ask()

    for promise in ("", "", "tomorrow"):
        assert act(desk, request, "on_it", promise=promise, text="Voy.")["outcome"] == "done"

    assert request.events.filter(verb="accepted").count() == Reply.objects.count() == 2


def test_done_resolves_with_the_photo_in_the_answer_and_in_the_pair(
    ask: Ask, desk: Client, carmen: User, jpeg: bytes
) -> None:
    request = ask()
    act(desk, request, "photo", side="before", photo=picture(jpeg), photo_alt="La papelera, rota")

    answer = act(desk, request, "done", text="Hecho.", photo=picture(jpeg))

    request.refresh_from_db()
    assert (answer["outcome"], request.status) == ("done", "resolved")
    taken = Photo.objects.taken_for([request.pk])
    assert [(photo.side, photo.taken_by) for photo in taken] == [("before", carmen), ("after", carmen)]
    shown = Photo.objects.get(reply__text="Hecho.")
    assert (shown.image.name, shown.alt) == (taken[1].image.name, taken[1].alt)
    assert taken[0].alt == "La papelera, rota"


def test_an_after_photo_taken_before_the_last_tap_goes_with_it(ask: Ask, desk: Client, jpeg: bytes) -> None:
    request = ask()
    act(desk, request, "photo", side="after", photo=picture(jpeg))

    act(desk, request, "done", text="Hecho.")

    assert Photo.objects.filter(reply__service_request=request).count() == 1


def test_a_photo_of_before_a_reopening_proves_nothing_any_more(
    ask: Ask, desk: Client, carmen: User, jpeg: bytes
) -> None:
    request = ask()
    act(desk, request, "done", text="Hecho.", photo=picture(jpeg))
    request.refresh_from_db()
    workflow.reopen(request, by=carmen)

    act(desk, request, "done", text="Ahora sí.")

    assert not Photo.objects.filter(reply__text="Ahora sí.").exists()


def test_photos_carry_nothing_of_the_camera(ask: Ask, desk: Client, jpeg: bytes) -> None:
    request = ask()

    act(desk, request, "photo", side="before", photo=picture(jpeg))

    with Photo.objects.get().image.open() as file, Image.open(file) as image:
        assert dict(image.getexif()) == {}


@pytest.mark.parametrize(("moved", "kept"), [(timedelta(hours=3), timedelta()), (timedelta(days=-90), timedelta(days=-30))])  # fmt: skip
def test_a_phones_clock_is_believed_within_reason(
    ask: Ask, desk: Client, jpeg: bytes, moved: timedelta, kept: timedelta
) -> None:
    now = timezone.now()

    act(desk, ask(), "photo", side="before", photo=picture(jpeg), at=(now + moved).isoformat())

    assert abs(Photo.objects.get().taken_at - (now + kept)) < timedelta(minutes=1)


def test_not_ours_goes_to_another_team_with_a_word_for_it(ask: Ask, desk: Client, maintenance: Queue) -> None:
    request = ask()

    act(desk, request, "not_ours", to="maintenance", text="Falta un tornillo.")

    request.refresh_from_db()
    assert (request.queue, request.status) == (maintenance, "new")
    assert request.events.get(verb="noted").text == "Falta un tornillo."


def test_not_the_towns_at_all_is_declined_with_its_reason(ask: Ask, desk: Client) -> None:
    request = ask()

    act(desk, request, "not_ours", to="nobodys", text="Es de la compañía eléctrica.")

    request.refresh_from_db()
    assert (request.status, request.decline_reason) == ("declined", "not_ours")
    assert Reply.objects.get().text == "Es de la compañía eléctrica."


def test_help_brings_it_to_the_dispatchers_with_what_is_missing(ask: Ask, desk: Client) -> None:
    request = ask()

    act(desk, request, "help", text="Hace falta una grúa.")

    request.refresh_from_db()
    assert (request.queue.is_fallback, request.assignee) == (True, None)
    assert "Hace falta una grúa." in request.events.get(verb="noted").text


def test_what_was_passed_on_with_a_word_is_taken_back_with_it(ask: Ask, desk: Client, carmen: User) -> None:
    request = ask(assignee=carmen)

    for fields in ({"kind": "help"}, {"kind": "not_ours", "to": "maintenance"}, {"kind": "not_ours", "to": "townhall"}):
        act(desk, request, **fields, text="Hace falta una grúa.")
        desk.post(reverse("street_undo", args=[request.pk]))

        request.refresh_from_db()
        assert (request.queue.code, request.assignee) == ("sweeper", carmen)
        assert not request.events.filter(verb__in=("noted", "transferred"), undone_by=None).exists()


def test_the_same_act_twice_is_done_once_and_answered_twice(ask: Ask, desk: Client, jpeg: bytes) -> None:
    request, same = ask(), str(uuid4())

    answers = [act(desk, request, "done", id=same, seen=0, text="Hecho.", photo=picture(jpeg)) for _time in range(2)]

    assert answers[0] == answers[1] == {"outcome": "done", "told": f"No. {request.pk} is done.", "seen": None}
    assert request.events.filter(verb="resolved").count() == Photo.objects.taken_for([request.pk]).count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_act_at_the_same_moment_is_done_once(ask: Ask, carmen: User, sign_in: SignIn) -> None:
    request, same, answers = ask(), str(uuid4()), []
    clients, gate = [sign_in(carmen) for _phone in range(4)], threading.Barrier(4)

    def arrive(client: Client) -> None:
        gate.wait()
        answers.append(act(client, request, "done", id=same, seen=0, text="Hecho."))
        connection.close()

    phones = [threading.Thread(target=arrive, args=[client]) for client in clients]
    for phone in phones:
        phone.start()
    for phone in phones:
        phone.join()

    assert [answer["outcome"] for answer in answers] == ["done"] * 4
    assert (request.events.filter(verb="resolved").count(), Reply.objects.count()) == (1, 1)


def test_what_a_colleague_did_meanwhile_is_told_in_words(ask: Ask, desk: Client, carmen: User, ines: User) -> None:
    request = ask()
    seen = newest(request)
    workflow.resolve(request, by=ines, message=Message("Ya está."))

    answer = act(desk, request, "done", seen=seen, text="Hecho.")

    assert answer["outcome"] == "changed"
    assert "Inés" in answer["told"]
    assert answer["seen"] == newest(request)
    assert not Reply.objects.filter(text="Hecho.").exists()


def test_work_that_was_done_is_done_whoever_meant_to_do_it(ask: Ask, desk: Client, ines: User) -> None:
    request = ask()
    seen = newest(request)
    workflow.accept(request, by=ines)

    assert [act(desk, request, kind, seen=seen, text="Ya.")["outcome"] for kind in ("on_it", "done")] == ["changed", "done"]  # fmt: skip


def test_a_photo_comes_in_whatever_happened(ask: Ask, desk: Client, ines: User, jpeg: bytes) -> None:
    request = ask()
    seen = newest(request)
    workflow.resolve(request, by=ines, message=Message("Ya está."))

    assert act(desk, request, "photo", seen=seen, side="after", photo=picture(jpeg))["outcome"] == "done"


def test_ones_own_earlier_acts_are_in_nobodys_way(ask: Ask, desk: Client) -> None:
    request = ask()
    seen = newest(request)

    outcomes = [act(desk, request, kind, seen=seen, text="Voy.")["outcome"] for kind in ("on_it", "done")]

    assert outcomes == ["done", "done"]


def test_a_refused_act_changes_nothing_and_stays_refused(ask: Ask, desk: Client) -> None:
    request, same = ask(), str(uuid4())

    answers = [act(desk, request, "on_it", id=same, text="x" * 400) for _time in range(2)]

    request.refresh_from_db()
    assert [answer["outcome"] for answer in answers] == ["refused", "refused"]
    assert (request.status, SentAct.objects.get().told) == ("new", answers[0]["told"])


def test_what_is_no_photo_is_refused_with_everything_else_of_its_act(ask: Ask, desk: Client) -> None:
    request = ask()

    answer = act(desk, request, "done", text="Hecho.", photo=picture(b"no photo"))

    request.refresh_from_db()
    assert (answer["outcome"], request.status) == ("refused", "new")


def test_another_teams_work_is_refused_in_words(ask: Ask, sign_in: SignIn, alameda: None) -> None:
    teo, request = User.objects.get(username="police"), ask()

    assert act(sign_in(teo), request, "done", text="Hecho.")["told"] == "It is with Street cleaning now."


def test_a_private_case_answers_strangers_as_if_it_did_not_exist(ask: Ask, sign_in: SignIn, alameda: None) -> None:
    teo, private = User.objects.get(username="police"), ask(is_private=True)
    client = sign_in(teo)

    known = act(client, private, "done", text="Hecho.")
    unknown = act(client, private, "done", number=999999, text="Hecho.")

    assert known == unknown
    assert not SentAct.objects.exists()


def test_an_acts_number_belongs_to_its_sender(ask: Ask, desk: Client, sign_in: SignIn, ines: User) -> None:
    request, same = ask(), str(uuid4())
    act(desk, request, "on_it", id=same)

    assert act(sign_in(ines), request, "on_it", id=same)["outcome"] == "refused"


def test_the_mayor_passes_on_but_finishes_nothing(ask: Ask, sign_in: SignIn, elena: User) -> None:
    client, request = sign_in(elena), ask()

    outcomes = [act(client, request, kind, text="x", to="maintenance")["outcome"] for kind in ("done", "not_ours")]

    assert outcomes == ["refused", "done"]


def test_old_numbers_are_forgotten(ask: Ask, desk: Client) -> None:
    request = ask()
    act(desk, request, "help")
    SentAct.objects.update(at=timezone.now() - timedelta(days=31))

    act(desk, ask(), "help")

    assert SentAct.objects.count() == 1


def test_without_script_the_same_door_leads_on(ask: Ask, desk: Client) -> None:
    request = ask()
    fields = {"id": str(uuid4()), "number": request.pk, "kind": "done", "seen": newest(request), "text": "Hecho."}

    response = desk.post(reverse("street_acts"), fields)

    request.refresh_from_db()
    assert (response["Location"], request.status) == (reverse("street"), "resolved")


def test_without_script_what_was_typed_is_kept_when_it_is_refused(ask: Ask, desk: Client, ines: User) -> None:
    request = ask()
    fields = {"id": str(uuid4()), "number": request.pk, "kind": "on_it", "seen": newest(request), "text": "x" * 400}

    response = desk.post(reverse("street_acts"), fields)

    assert (response.status_code, response.context["page"].on_it_words) == (422, "x" * 400)


def test_an_act_is_taken_back_while_nothing_left(ask: Ask, desk: Client) -> None:
    request = ask()
    act(desk, request, "done", text="Hecho.")

    desk.post(reverse("street_undo", args=[request.pk]))

    request.refresh_from_db()
    assert (request.status, Reply.objects.get().status) == ("new", "withdrawn")


def test_an_act_taken_back_takes_its_photo_along(ask: Ask, desk: Client, client: Client, jpeg: bytes) -> None:
    request = ask()
    act(desk, request, "photo", side="before", photo=picture(jpeg))
    act(desk, request, "done", text="Hecho.", photo=picture(jpeg))
    taken, file = Photo.objects.get(side="after"), Photo.objects.get(side="after").image.name

    desk.post(reverse("street_undo", args=[request.pk]))
    photos.remove_erased()

    assert client.get(reverse("photo", args=[taken.uuid])).status_code == 404
    assert (default_storage.exists(file), Photo.objects.held().get().side) == (False, "before")
    assert act(desk, request, "done", text="Ahora sí.", photo=picture(jpeg))["outcome"] == "done"


def test_a_photo_kept_before_stays_when_done_is_taken_back(ask: Ask, desk: Client, jpeg: bytes) -> None:
    """It was an act of its own: undo leaves everything as it was before the tap."""
    request = ask()
    act(desk, request, "photo", side="after", photo=picture(jpeg))
    act(desk, request, "done", text="Hecho.")

    desk.post(reverse("street_undo", args=[request.pk]))

    assert Photo.objects.held().taken_for([request.pk]).get().side == "after"


def test_a_refused_act_leaves_no_photo_behind(ask: Ask, desk: Client, jpeg: bytes) -> None:
    before = default_storage.listdir("photos")[1] if default_storage.exists("photos") else []

    assert act(desk, ask(), "done", text="x" * 400, photo=picture(jpeg))["outcome"] == "refused"

    after = default_storage.listdir("photos")[1] if default_storage.exists("photos") else []
    assert (Photo.objects.exists(), after) == (False, before)
