"""One request in the browser: drafts that survive, blanks that block, two people at once, the undo key, no script."""

import re

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from requests_app import workflow
from requests_app.models import Event, Reply, Resemblance, ServiceRequest
from staff.models import Draft, Presence, Template
from tests.browser.conftest import Visit
from tests.factories import PostFactory, ServiceRequestFactory

pytestmark = pytest.mark.django_db(transaction=True)


def at(request: ServiceRequest) -> str:
    return f"/desk/requests/{request.pk}/"


def keep_saved(page: Page) -> None:
    expect(page.locator("[data-draft=speak]")).to_contain_text(re.compile(r"Draft of \d"))


def test_a_draft_survives_a_reload_and_leaves_when_it_is_sent(visit: Visit, town: dict[str, ServiceRequest]) -> None:
    page = visit(at(town["new"]), by="sweeper")

    # Faster than the page saves by itself.
    page.fill("#speak-text", "Voy ahora mis")
    page.reload()
    keep_saved(page)
    kept = page.input_value("#speak-text")
    page.click("button:has-text('Only answer')")
    page.wait_for_url("**/desk/requests/*/")

    assert (kept, page.input_value("#speak-text")) == ("Voy ahora mis", "")
    assert (Draft.objects.count(), Reply.objects.filter(text="Voy ahora mis").count()) == (0, 1)


def test_a_draft_survives_a_cut_network_and_a_crash(visit: Visit, town: dict[str, ServiceRequest]) -> None:
    page = visit(at(town["new"]), by="sweeper")
    page.context.set_offline(True)
    page.fill("#speak-text", "Sin cobertura")
    expect(page.locator("[data-draft=speak]")).to_contain_text("Not reached")

    # The page is gone without a word, as in a crash; the same browser opens it anew.
    page.goto("about:blank")
    page.context.set_offline(False)
    page.go_back()

    expect(page.locator("#speak-text")).to_have_value("Sin cobertura")
    keep_saved(page)
    assert Draft.objects.get().fields["text"] == "Sin cobertura"


def test_a_draft_survives_a_sign_out_in_another_window(visit: Visit, town: dict[str, ServiceRequest]) -> None:
    page = visit(at(town["new"]), by="sweeper")
    page.context.clear_cookies(name="sessionid")

    page.fill("#speak-text", "Voy ahora")
    expect(page.locator("[data-draft=speak]")).to_contain_text("You are signed out.")
    page.goto(page.url)
    page.fill("[name=username]", "sweeper")
    page.fill("[name=password]", "alameda")
    page.click("main button[type=submit]")

    expect(page.locator("#speak-text")).to_have_value("Voy ahora")
    keep_saved(page)


def test_two_windows_do_not_fight(visit: Visit, town: dict[str, ServiceRequest]) -> None:
    first = visit(at(town["new"]), by="sweeper")
    second = first.context.new_page()
    # An empty window is handed what was written elsewhere, sooner or later; this one is not reached in time.
    second.route("**/here/", lambda route: route.abort())
    second.goto(first.url)
    first.fill("#speak-text", "Desde la mesa")
    keep_saved(first)

    second.fill("#speak-text", "Desde el teléfono")
    line = second.locator("[data-draft=speak]")
    expect(line).to_contain_text("in another window")
    told = line.inner_text()
    line.get_by_text("Keep this").click()
    keep_saved(second)

    assert "in another window" in told
    assert Draft.objects.get().fields["text"] == "Desde el teléfono"


def test_blanks_of_a_template_block_sending(visit: Visit, town: dict[str, ServiceRequest]) -> None:
    Template.objects.all().delete()
    Template.objects.create(names={"en": "On my way"}, texts={"es": "Voy antes de {{hora}}.", "en": "Before {{time}}."})
    page = visit(at(town["new"]), by="sweeper")

    # As fast as fingers are: the first one has the focus at once.
    page.keyboard.press("t")
    page.keyboard.press("Enter")
    expect(page.locator("#speak-text")).to_be_focused()
    chosen = page.evaluate("document.getSelection().toString()")
    # A second one goes below: it neither cuts the sentence nor fills its blank.
    page.evaluate("document.querySelector('a.phrase').click()")
    assert page.input_value("#speak-text") == "Voy antes de {{hora}}.\nVoy antes de {{hora}}."
    page.fill("#speak-text", "Voy antes de {{hora}}.")
    page.click("button:has-text('Only answer')", force=True)
    said = page.inner_text("#speak-blanks")
    # Letters typed anywhere else are keys that act.
    expect(page.locator("#speak-text")).to_be_focused()
    page.keyboard.type("las 12")
    expect(page.locator("#speak-blanks")).to_be_hidden()
    page.click("button:has-text('Only answer')")
    page.wait_for_url("**/desk/requests/*/")

    assert (chosen, said) == ("{{hora}}", "Still to fill in: hora")
    assert Reply.objects.filter(text="Voy antes de las 12.").count() == 1


def test_what_leaves_is_shown_as_it_leaves(visit: Visit, town: dict[str, ServiceRequest]) -> None:
    page = visit(at(town["new"]), by="sweeper")

    page.fill("#speak-text", "Voy.")
    room = page.locator("#speak-outgoing output").first
    left = int(room.text_content() or "")
    page.click("#form-speak .will-leave summary")
    preview = page.locator("#speak-outgoing .preview").first
    expect(preview).to_contain_text(f"Voy.\n— Carmen · N.º {town['new'].pk}")

    assert left == 280 - len(f"Voy.\n— Carmen · N.º {town['new'].pk}")
    page.click("#form-speak .will-leave summary")
    page.fill("#speak-text", "")
    expect(page.locator("[data-draft=speak]")).to_be_hidden()
    page.click("#form-speak .will-leave summary")
    expect(preview).to_be_hidden()


def test_a_note_is_taken_back_by_its_key(visit: Visit, town: dict[str, ServiceRequest]) -> None:
    page = visit(at(town["new"]), by="sweeper")

    page.click("summary:has-text('Note')")
    page.fill("#note-text", "ojo con el perro")
    page.click("button:has-text('Keep the note')")
    expect(page.locator(".bubble.internal")).to_contain_text("ojo con el perro")
    page.keyboard.press("z")
    expect(page.locator(".bubble.internal")).to_have_count(0)

    page.click("#history summary")
    expect(page.locator("#history")).to_contain_text("Carmen took a note back.")
    assert Event.objects.filter(verb="undone").count() == 1


def test_two_people_see_each_other(visit: Visit, town: dict[str, ServiceRequest]) -> None:
    mine = visit(at(town["new"]), by="sweeper")
    mine.fill("#speak-text", "Escribo…")
    keep_saved(mine)

    theirs = visit(at(town["new"]), by="dispatcher")
    expect(theirs.locator("#here")).to_contain_text("Carmen is writing an answer")
    mine.goto(mine.url.split("/desk/")[0] + "/desk/")

    # The page that was left says so by itself; how soon it is heard is the server's matter.
    for _moment in range(50):
        if Presence.objects.count() == 1:
            break
        theirs.wait_for_timeout(100)
    assert [one.user.username for one in Presence.objects.select_related("user")] == ["dispatcher"]


def test_the_request_works_without_script(visit: Visit, town: dict[str, ServiceRequest]) -> None:
    request = town["new"]
    again = PostFactory(account=request.opening_post.account, text=request.opening_post.text)
    other = ServiceRequestFactory(queue=request.queue, service=request.service, opening_post=again)
    Resemblance.objects.create(one=other, other=request, score=0.9)
    Template.objects.all().delete()
    Template.objects.create(names={"en": "On my way"}, texts={"es": "Voy antes de {{hora}}."})
    page = visit(at(request), by="sweeper", java_script_enabled=False)

    page.click("summary:has-text('Templates')")
    page.click("a.phrase")
    put_in = page.input_value("#speak-text")
    page.click("button:has-text('Only answer')")
    refused = page.inner_text("#refusal")
    kept = page.goto(page.url).ok and page.input_value("#speak-text")
    page.click("#form-speak button:has-text('Discard')")
    discarded = page.input_value("#speak-text")
    page.click("#alike button:has-text('It is the same')")
    page.click("button:has-text('Undo')")

    assert (put_in, kept, discarded) == ("Voy antes de {{hora}}.", "Voy antes de {{hora}}.", "")
    assert "There is still a blank to fill in: {{hora}}" in refused
    other.refresh_from_db()
    assert (other.merged_into, Event.objects.filter(service_request=other, verb="undone").count()) == (None, 1)


def test_focus_stays_above_the_bar_of_the_phone(visit: Visit, town: dict[str, ServiceRequest]) -> None:
    workflow.note(town["new"], by=User.objects.get(username="dispatcher"), text="hola")
    page = visit(at(town["new"]), by="sweeper", width=390)
    hidden = []
    for _step in range(60):
        page.keyboard.press("Tab")
        covered, name = page.evaluate(
            "(() => { const e = document.activeElement, box = e.getBoundingClientRect(), bar = document.querySelector('.action-bar');"
            " if (!bar || bar.contains(e)) return [false, '']; const edge = bar.getBoundingClientRect();"
            " return [edge.top < box.bottom - 1 && edge.bottom > box.top && box.top >= edge.top, e.outerHTML.slice(0, 90)]; })()"
        )
        if covered:
            hidden.append(name)
    assert hidden == []
