"""One press on a request's page: counted once a browser, and taken back with the next."""

import pytest
from django.test import Client

from requests_app.models import Reaction
from requests_app.public.limits import LIMITS
from tests.factories import ServiceRequestFactory
from tests.requests_app.public.rows import resolved

pytestmark = pytest.mark.django_db


def counts(number: int) -> dict[tuple[int, str], int]:
    return Reaction.objects.counts([number])


def test_a_tap_is_counted_once_a_browser_and_keeps_only_a_hash() -> None:
    row, mine, neighbours = ServiceRequestFactory(), Client(), Client()

    answers = [client.post(f"/requests/{row.pk}/me-too/") for client in (mine, mine, neighbours)]

    assert [answer.headers["Location"] for answer in answers] == [f"/requests/{row.pk}/#taps"] * 3
    assert counts(row.pk) == {(row.pk, "me_too"): 2}
    cookie = mine.cookies["visitor"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert cookie.value not in Reaction.objects.values_list("visitor", flat=True)


def test_the_page_shows_the_tap_and_the_next_takes_it_back() -> None:
    row, client = ServiceRequestFactory(), Client(headers={"Accept-Language": "en"})
    client.post(f"/requests/{row.pk}/me-too/")

    text = client.get(f"/requests/{row.pk}/").content.decode()
    assert ('aria-pressed="true"' in text, '<span class="tap-count">1</span>' in text) == (True, True)
    client.post(f"/requests/{row.pk}/me-too/", {"take_back": "1"})

    assert counts(row.pk) == {}
    assert 'aria-pressed="true"' not in client.get(f"/requests/{row.pk}/").content.decode()


def test_what_is_offered_follows_the_request(client: Client) -> None:
    waits, done = ServiceRequestFactory(), resolved()
    for row in (waits, done):
        client.post(f"/requests/{row.pk}/me-too/")
        client.post(f"/requests/{row.pk}/thanks/")

    assert counts(waits.pk) | counts(done.pk) == {(waits.pk, "me_too"): 1, (done.pk, "thanks"): 1}


def test_a_merged_request_is_tapped_where_it_goes_on(client: Client) -> None:
    row = ServiceRequestFactory()

    client.post(f"/requests/{ServiceRequestFactory(merged_into=row).pk}/me-too/")

    assert counts(row.pk) == {(row.pk, "me_too"): 1}


def test_private_and_unknown_requests_take_no_tap(client: Client) -> None:
    private = ServiceRequestFactory(is_private=True)
    rows = (private.pk, ServiceRequestFactory(merged_into=private).pk, 999999)

    doors = ("me-too", "thanks", "not-fixed")
    assert {client.post(f"/requests/{number}/{door}/").status_code for number in rows for door in doors} == {404}
    assert client.get(f"/requests/{private.pk}/me-too/").status_code == 405


def test_a_flood_of_taps_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LIMITS, "taps", (3, 600))
    row = ServiceRequestFactory()
    for _ in range(3):
        Client().post(f"/requests/{row.pk}/me-too/")
    answer = Client().post(f"/requests/{row.pk}/me-too/", follow=True)

    assert counts(row.pk) == {(row.pk, "me_too"): 3}
    assert len(answer.context["messages"]) == 1


def test_taps_need_the_pages_own_form() -> None:
    assert Client(enforce_csrf_checks=True).post(f"/requests/{ServiceRequestFactory().pk}/me-too/").status_code == 403
