"""Templates: kept by dispatchers, offered to the team in the resident's language, put in without script."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from requests_app.models import Post, Queue
from staff.case import templates
from staff.models import Template
from tests.staff.conftest import Ask, SignIn

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def none_yet(alameda: None) -> None:
    Template.objects.all().delete()


@pytest.fixture
def office(ines: User, sign_in: SignIn) -> Client:
    return sign_in(ines)


def make(name: str, **values: object) -> Template:
    texts = values.pop("texts", {"es": f"{name}…"})
    return Template.objects.create(names={"en": name}, texts=texts, position=Template.objects.count(), **values)


def test_new_changed_and_removed(office: Client) -> None:
    new = {"queue": "", "name_es": "Voy", "text_es": "Voy antes de {{hora}}."}

    office.post("/settings/templates/new/", new)
    made = Template.objects.get()
    office.post(f"/settings/templates/{made.pk}/", {**new, "name_en": "Coming", "text_en": "Before {{time}}."})
    made.refresh_from_db()
    office.post(f"/settings/templates/{made.pk}/remove/")

    assert made.texts == {"es": "Voy antes de {{hora}}.", "en": "Before {{time}}."}
    assert (made.names, made.queue, Template.objects.count()) == ({"es": "Voy", "en": "Coming"}, None, 0)


def test_the_header_leads_there_whoever_may_change_them(office: Client, desk: Client, admin_client: Client) -> None:
    linked = [re.findall(r'href="(/settings/[^"]*)"', one.get("/desk/").content.decode()) for one in (office, desk)]
    keys = admin_client.get("/desk/").content.decode()

    assert linked == [["/settings/templates/"], []]
    assert re.findall(r'href="(/settings/[^"]*)"', keys) == ["/settings/accounts/"]


@pytest.mark.parametrize(
    ("given", "told"),
    [({}, "Write it in one language at least."), ({"text_es": "Voy"}, "Every language needs a name and a text")],
)
def test_half_a_template_is_refused(office: Client, given: dict[str, str], told: str) -> None:
    response = office.post("/settings/templates/new/", {"queue": "", **given})

    assert (response.status_code, told in response.content.decode()) == (422, True)
    assert Template.objects.count() == 0


def test_preview_keeps_nothing(office: Client) -> None:
    given = {"queue": "", "name_es": "Voy", "text_es": "Voy ya.", "preview": "1"}

    response = office.post("/settings/templates/new/", given)

    assert (response.status_code, Template.objects.count()) == (200, 0)
    assert "Voy ya.\n— Inés · N.º 1234" in response.content.decode()


def test_order_is_changed_one_place_at_a_time(office: Client) -> None:
    first, second, third = (make(name) for name in ("one", "two", "three"))

    office.post(f"/settings/templates/{third.pk}/move/", {"up": "1"})
    office.post(f"/settings/templates/{first.pk}/move/", {"up": "1"})

    assert list(Template.objects.all()) == [first, third, second]


def test_a_team_is_offered_its_own_and_everybodys(desk: Client, ask: Ask, cleaning: Queue) -> None:
    make("for all")
    make("for us", queue=cleaning)
    make("for them", queue=Queue.objects.get(code="police"))

    page = desk.get(f"/desk/requests/{ask().pk}/").content.decode()

    assert re.findall(r'class="phrase"[^>]*><strong>([^<]+)', page) == ["for all", "for us"]


def test_template_is_offered_in_the_language_of_the_resident(ask: Ask, cleaning: Queue) -> None:
    make("both", texts={"es": "Voy", "en": "Coming"})
    make("one", texts={"es": "Hecho"})

    offered = templates.offers(cleaning, language="en")

    assert [(offer.text, offer.language, offer.is_theirs) for offer in offered] == [
        ("Coming", "en", True), ("Hecho", "es", False),
    ]  # fmt: skip


def test_without_script_it_is_put_below_what_is_typed(desk: Client, ask: Ask) -> None:
    request, template = ask(), make("voy", texts={"es": "Voy antes de {{hora}}."})
    desk.post(f"/desk/requests/{request.pk}/drafts/speak/", {"over": "", "text": "Hola."})

    page = desk.get(f"/desk/requests/{request.pk}/?template={template.pk}").content.decode()

    assert re.search(r'id="speak-text"[^>]*>([^<]*)', page)[1] == "Hola.\nVoy antes de {{hora}}."
    # The next address does not put it in once more.
    assert f"template={template.pk}" not in page.split('id="form-speak"')[1].split(">")[0]


def test_a_blank_is_refused_by_the_server_and_the_words_are_kept(desk: Client, ask: Ask) -> None:
    request = ask()
    sent = {"version": 1, "seen": request.events.latest("id").pk, "text": "Voy antes de {{hora}}."}

    response = desk.post(f"/desk/requests/{request.pk}/answer/", sent)

    page = response.content.decode()
    assert (response.status_code, request.replies.count()) == (422, 0)
    assert "There is still a blank to fill in: {{hora}}" in page
    assert ">Voy antes de {{hora}}.</textarea>" in page


def test_a_town_that_has_templates_keeps_them(alameda: None) -> None:
    make("ours")

    assert (templates.fill([{"names": {"es": "x"}, "texts": {"es": "x"}}]), Template.objects.count()) == (0, 1)


def test_the_page_of_a_resident_who_left_offers_none(desk: Client, ask: Ask) -> None:
    make("voy")
    request = ask()
    Post.objects.filter(pk=request.opening_post_id).update(mentions=[])

    assert "data-phrases" not in desk.get(f"/desk/requests/{request.pk}/").content.decode()


def test_what_was_done_is_told_once(office: Client) -> None:
    template = make("On my way")

    page = office.post(f"/settings/templates/{template.pk}/remove/", follow=True).content.decode()

    assert page.count("“On my way” is removed.") == 1
