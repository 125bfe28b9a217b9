"""Narrowing a list, keeping it under a name, and one act on many."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from requests_app.models import Post, Queue, Reply, ServiceRequest, Status
from staff.models import SavedQueue, Shift, Template
from tests.staff.conftest import Ask, SignIn
from tests.staff.test_desk import numbers, plain

pytestmark = pytest.mark.django_db


@pytest.fixture
def dispatch(ines: User, sign_in: SignIn) -> Client:
    return sign_in(ines)


def bulk(client: Client, act: str, *requests: ServiceRequest) -> str:
    """What the next page says of it; what it would cost is read and agreed to."""
    data = {"act": act, "pick": [one.pk for one in requests], "back": "/desk/watch/all/"}
    page = client.post("/desk/watch/bulk/", data, follow=True).content.decode()
    if priced := re.findall(r'name="priced" value="([^"]*)"', page):
        page = client.post("/desk/watch/bulk/", {**data, "priced": priced}, follow=True).content.decode()
    return page


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("", "here there urgent"),
        ("team=police", "there"),
        ("urgent=1", "urgent"),
        ("place=olmo", "here"),
        ("language=fr", "there"),
        ("who=me", "urgent"),
        ("who=nobody&network=x", "here there"),
        ("age=1", "there"),
        ("team=nowhere", "here there urgent"),
        ("status=nonsense&urgent=1", "urgent"),
    ],
)
def test_lists_are_narrowed_by_their_address(dispatch: Client, ines: User, ask: Ask, query: str, kept: str) -> None:
    asked = {
        "here": ask(address="calle del Olmo 14"),
        "there": ask(queue=Queue.objects.get(code="police"), language="fr", minutes=3000),
        "urgent": ask(is_urgent=True, assignee=ines),
    }

    found = set(numbers(dispatch, f"/desk/watch/all/?{query}"))

    assert found == {asked[name].pk for name in kept.split()}


def test_filters_go_along_to_the_request_and_to_the_next_page(dispatch: Client, ask: Ask) -> None:
    request = ask(is_urgent=True)

    page = dispatch.get("/desk/watch/all/?urgent=1").content.decode()

    (address,) = re.findall(rf'id="row-{request.pk}"[^>]*href="([^"]*)"', page)
    assert address.replace("&amp;", "&") == f"/desk/requests/{request.pk}/?in=watch.all&urgent=1"
    beside = dispatch.get(address.replace("&amp;", "&")).content.decode()
    assert re.findall(r'name="shown" value="(\d+)"', beside) == [str(request.pk)]


def test_a_list_is_kept_under_a_name_and_removed(dispatch: Client, ines: User, ask: Ask) -> None:
    ask(is_urgent=True), ask()

    dispatch.post("/desk/watch/saved/", {"name": "Burning", "query": "in=watch.all&urgent=1"})

    page = dispatch.get("/desk/watch/all/?urgent=1").content.decode()
    (kept,) = re.findall(r'<a id="list-kept[^>]*href="([^"]*)" aria-current="page">Burning', page)
    assert re.findall(r'class="list-title">([^<]*)', page) == ["Burning"]
    assert "Burning: 1 open." in plain(page)
    assert (kept, SavedQueue.objects.get(user=ines).name) == ("/desk/watch/all/?urgent=1", "Burning")
    assert "1" in re.findall(r'Burning <span class="count">(\d+)<', page)
    dispatch.post("/desk/watch/saved/forget/", {"name": "Burning"})
    assert not SavedQueue.objects.exists()


@pytest.mark.parametrize("kept", ["in=queue.sweeper&urgent=1", "in=watch.team&urgent=1", "in=watch.mine&team=police"])
def test_many_kept_lists_cost_no_more_queries_than_one(dispatch: Client, ines: User, kept: str) -> None:
    SavedQueue.objects.create(user=ines, name="First", query=kept)
    dispatch.get("/desk/watch/all/")
    with CaptureQueriesContext(connection) as one:
        dispatch.get("/desk/watch/all/")

    SavedQueue.objects.create(user=ines, name="Second", query=kept.replace("sweeper", "police"))
    SavedQueue.objects.create(user=ines, name="Third", query=kept + "&age=7")
    with CaptureQueriesContext(connection) as many:
        page = dispatch.get("/desk/watch/all/").content.decode()

    assert all(name in page for name in ("First", "Second", "Third"))

    assert len(many) == len(one)


def test_nobody_removes_what_others_keep(dispatch: Client, carmen: User, ask: Ask) -> None:
    SavedQueue.objects.create(user=carmen, name="Mine", query="in=watch.all")

    dispatch.post("/desk/watch/saved/forget/", {"name": "Mine"})

    assert SavedQueue.objects.filter(user=carmen).exists()


def test_many_are_given_to_a_colleague_and_all_taken_back(dispatch: Client, carmen: User, ask: Ask) -> None:
    first, second = ask(), ask()

    page = bulk(dispatch, f"assign {carmen.pk}", first, second)

    assert [one.assignee for one in ServiceRequest.objects.order_by("pk")] == [carmen, carmen]
    events = re.findall(r'name="event" value="(\d+)"', page)
    dispatch.post("/desk/watch/bulk/undo/", {"event": events, "back": "/desk/"})
    assert [one.assignee for one in ServiceRequest.objects.order_by("pk")] == [None, None]


def test_what_was_done_to_many_is_told_until_it_cannot_be_taken_back(
    dispatch: Client, carmen: User, ask: Ask, settings: Settings
) -> None:
    page = plain(bulk(dispatch, f"assign {carmen.pk}", ask(), ask()))
    again = dispatch.get("/desk/watch/all/").content.decode()
    with time_machine.travel(timezone.now() + timedelta(seconds=settings.UNDO_SECONDS + 1)):
        late = dispatch.get("/desk/watch/all/").content.decode()

    assert "Assign to: Carmen · 2 requests done." in page
    assert ("bulk/undo/" in again, "bulk/undo/" in late, "requests done" in late) == (True, False, False)


@pytest.mark.parametrize("meanwhile", ["bulk/undo/", "requests/{}/note/"])
def test_what_was_done_to_many_is_told_no_more_after_the_next_act(
    dispatch: Client, carmen: User, ask: Ask, meanwhile: str
) -> None:
    request = ask()
    bulk(dispatch, f"assign {carmen.pk}", request)

    address = "/desk/watch/" if meanwhile.startswith("bulk") else "/desk/"
    dispatch.post(address + meanwhile.format(request.pk), {"text": "Ojo.", "version": 0, "seen": 0})

    assert "bulk/undo/" not in dispatch.get("/desk/watch/all/").content.decode()


def test_what_an_answer_to_many_costs_is_read_before_it_leaves(dispatch: Client, ask: Ask) -> None:
    first, second = ask(), ask()
    template = Template.objects.create(names={"en": "Today"}, texts={"es": "Lo miramos hoy."})
    data = {"act": f"say {template.pk}", "pick": [first.pk, second.pk], "back": "/desk/watch/all/?age="}

    page = dispatch.post("/desk/watch/bulk/", data, follow=True).content.decode()

    assert "2 messages would leave, for $0.02." in plain(page)
    assert not Reply.objects.exists()
    assert re.findall(r'name="pick" value="(\d+)" form="bulk" checked', page) == [str(second.pk), str(first.pk)]
    assert f'<option value="say {template.pk}" selected>' in page
    spanish = {"accept-language": "es"}
    page = dispatch.post("/desk/watch/bulk/", data, headers=spanish, follow=True).content.decode()
    read = re.findall(r'name="priced" value="([^"]*)"', page)
    dispatch.post("/desk/watch/bulk/", {**data, "pick": [first.pk], "priced": read})
    assert not Reply.objects.exists()
    dispatch.post("/desk/watch/bulk/", {**data, "priced": read}, headers=spanish)
    assert Reply.objects.count() == 2


def test_what_could_not_be_done_is_named_with_its_reason(dispatch: Client, carmen: User, ask: Ask) -> None:
    mine, other = ask(assignee=carmen), ask()

    page = plain(bulk(dispatch, f"assign {carmen.pk}", mine, other))

    assert "1 request done." in page
    assert f"{mine.pk} : It is with that person already." in page


def test_many_are_moved_and_joined(dispatch: Client, ask: Ask) -> None:
    first, second, third = ask(), ask(), ask()

    bulk(dispatch, "move police", first, second)
    bulk(dispatch, "join", first, second, third)

    rows = list(ServiceRequest.objects.order_by("pk").values_list("queue__code", "merged_into"))
    assert rows == [("police", None), ("police", first.pk), ("sweeper", first.pk)]


def test_joining_and_saying_to_many_are_taken_back_too(dispatch: Client, ask: Ask) -> None:
    first, second = ask(), ask()
    template = Template.objects.create(names={"en": "Today"}, texts={"es": "Lo miramos hoy."})
    said = bulk(dispatch, f"say {template.pk}", first, second)
    undo = {"event": re.findall(r'name="event" value="(\d+)"', said), "back": "/desk/"}
    told = plain(dispatch.post("/desk/watch/bulk/undo/", undo, follow=True).content.decode())

    joined = bulk(dispatch, "join", first, second)
    assert list(ServiceRequest.objects.order_by("pk").values_list("merged_into", flat=True)) == [None, first.pk]
    undo = {"event": re.findall(r'name="event" value="(\d+)"', joined), "back": "/desk/"}
    dispatch.post("/desk/watch/bulk/undo/", undo)

    assert "2 acts were taken back." in told
    assert set(Reply.objects.values_list("status", flat=True)) == {"withdrawn"}
    assert list(ServiceRequest.objects.values_list("merged_into", flat=True)) == [None, None]


def test_nobody_takes_back_what_others_did_to_many(dispatch: Client, desk: Client, carmen: User, ask: Ask) -> None:
    request = ask()
    page = bulk(dispatch, f"assign {carmen.pk}", request)

    desk.post("/desk/watch/bulk/undo/", {"event": re.findall(r'name="event" value="(\d+)"', page), "back": "/desk/"})

    assert ServiceRequest.objects.get().assignee == carmen


def test_many_are_answered_each_in_their_language(dispatch: Client, ask: Ask) -> None:
    texts = {"es": "Lo miramos hoy.", "fr": "On regarde aujourd'hui."}
    template = Template.objects.create(names={"en": "Today"}, texts=texts)
    spanish, french = ask(), ask("@alameda la poubelle est cassée", language="fr")
    Post.objects.filter(pk=french.opening_post_id).update(language="fr")

    bulk(dispatch, f"say {template.pk}", spanish, french)

    said = dict(Reply.objects.values_list("service_request", "text"))
    assert said == {spanish.pk: texts["es"], french.pk: texts["fr"]}


def test_words_with_a_blank_are_not_said_to_many(dispatch: Client, ask: Ask) -> None:
    template = Template.objects.create(names={"en": "Day"}, texts={"es": "Vamos el {{día}}."})
    request = ask()

    page = plain(bulk(dispatch, f"say {template.pk}", request))

    assert ("answer one by one" in page, Reply.objects.count()) == (True, 0)


def test_nobody_acts_on_the_work_of_another_team(desk: Client, ask: Ask, carmen: User) -> None:
    police = Queue.objects.get(code="police")
    other, private = ask(queue=police), ask(queue=police, is_private=True)

    page = plain(bulk(desk, f"assign {carmen.pk}", other, private))

    assert f"{other.pk} : That cannot be done to it, or not by you." in page
    assert f"No. {private.pk}" not in page
    assert not ServiceRequest.objects.filter(assignee=carmen).exists()


@pytest.mark.parametrize("act", ["", "assign 999", "explode 1", "move nowhere", "join"])
def test_nonsense_changes_nothing_and_says_so(dispatch: Client, ask: Ask, act: str) -> None:
    request = ask()

    page = bulk(dispatch, act, request)

    request.refresh_from_db()
    assert (request.version, 'class="notice error"' in page) == (1, True)


def test_the_way_back_leads_nowhere_else(dispatch: Client) -> None:
    response = dispatch.post("/desk/watch/bulk/", {"act": "join", "back": "https://example.org/desk/"})

    assert response["Location"] == "/desk/"


def test_the_open_pane_tells_what_is_due_and_what_colleagues_left_to_say(desk: Client, ask: Ask, carmen: User) -> None:
    late = ask(minutes=300)
    ask(status=Status.ACCEPTED, accepted_at=timezone.now(), assignee=carmen)
    now = timezone.now()
    paco = User.objects.create(username="paco", first_name="Paco")
    paco.queues.add(Queue.objects.get(code="sweeper"))
    Shift.objects.create(
        user=paco, started_at=now - timedelta(hours=8), ended_at=now, handover="The cart has a flat tyre"
    )

    page = plain(desk.get("/desk/sweeper/").content.decode())

    assert "2 open. 1 is late. 1 is nobody's yet." in page
    assert f"Due next No. {late.pk} 1 h late" in page
    assert "Paco left word just now The cart has a flat tyre" in page
    narrowed = plain(desk.get("/desk/sweeper/?status=accepted").content.decode())
    assert "Street cleaning (Status: accepted): 1 open." in narrowed
