"""What may be the same stands beside the request with its reasons; one tap joins it, or says that it is not."""

import html
import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from requests_app import workflow
from requests_app.models import Post, Queue, Resemblance, ServiceRequest
from tests.staff.conftest import Ask, SignIn

pytestmark = pytest.mark.django_db

EVIDENCE = [
    {"signal": "metres", "detail": ["12"]},
    {"signal": "hours", "detail": ["3"]},
    {"signal": "words", "detail": ["papelera", "rota"]},
]


def words(response: HttpResponse) -> str:
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split()))


def show(client: Client, request: ServiceRequest) -> str:
    return words(client.get(f"/desk/requests/{request.pk}/"))


def alike(one: ServiceRequest, other: ServiceRequest, *, score: float = 0.9) -> Resemblance:
    return Resemblance.objects.create(one=one, other=other, score=score, evidence=EVIDENCE)


def press(client: Client, request: ServiceRequest, pair: Resemblance, act: str, **sent: str) -> HttpResponse:
    return client.post(f"/desk/requests/{request.pk}/alike/{pair.pk}/{act}/", sent)


def test_reasons_are_told_from_both_sides(desk: Client, ask: Ask) -> None:
    earlier, later = ask(), ask()
    alike(later, earlier)

    here, there = show(desk, later), show(desk, earlier)

    assert "12 m away, 3 hours before; both say papelera, rota." in here
    assert "12 m away, 3 hours after; both say papelera, rota." in there


def test_nothing_beside_where_nothing_is_alike(desk: Client, ask: Ask) -> None:
    assert "Maybe the same" not in show(desk, ask())


def test_one_tap_joins_it_to_the_earlier_and_one_takes_it_back(desk: Client, ask: Ask) -> None:
    earlier, later = ask(), ask()
    pair = alike(later, earlier)

    joined = press(desk, later, pair, "join")
    again = press(desk, later, pair, "join")
    later.refresh_from_db()

    assert (joined.headers["Location"], again.headers["Location"]) == (f"/desk/requests/{earlier.pk}/",) * 2
    assert (later.merged_into, earlier.events.filter(verb="merged").count()) == (earlier, 1)
    assert "Maybe the same" not in show(desk, earlier)

    desk.post(f"/desk/events/{earlier.events.get(verb='merged').pk}/undo/")
    later.refresh_from_db()
    assert later.merged_into is None
    assert "Maybe the same" in show(desk, earlier)


def test_what_somebody_began_stays(desk: Client, ask: Ask, carmen: User) -> None:
    earlier, later = ask(), ask()
    workflow.accept(later, by=carmen)

    press(desk, later, alike(later, earlier), "join")

    earlier.refresh_from_db()
    assert earlier.merged_into == later


def test_not_the_same_is_logged_on_both_sides_and_taken_back(desk: Client, ask: Ask) -> None:
    earlier, later = ask(), ask()
    pair = alike(later, earlier)

    press(desk, later, pair, "apart")
    press(desk, later, pair, "apart")

    here, there = show(desk, later), show(desk, earlier)
    assert f"Carmen says it is not the same as No. {earlier.pk}." in here
    assert f"Carmen says it is not the same as No. {later.pk}." in there
    assert "It is the same" not in here + there
    assert later.events.filter(verb="told_apart").count() == 1

    desk.post(f"/desk/events/{later.events.get(verb='told_apart').pk}/undo/")
    here, there = show(desk, later), show(desk, earlier)
    assert "It is the same" in here
    assert "It is the same" in there
    assert "Carmen took this back: Carmen says it is not the same" in there


def test_not_the_same_can_be_thought_over_later(desk: Client, ask: Ask) -> None:
    earlier, later = ask(), ask()
    pair = alike(later, earlier)
    press(desk, later, pair, "apart")
    assert "Said not to be the same (1)" in show(desk, later)

    press(desk, later, pair, "again")

    assert "It is the same" in show(desk, later)
    assert f"Carmen says it may be the same as No. {later.pk} after all." in show(desk, earlier)


def test_not_the_same_holds_up_nobody_who_is_answering(desk: Client, ask: Ask) -> None:
    earlier, later = ask(), ask()
    version = later.version

    press(desk, later, alike(later, earlier), "apart")

    later.refresh_from_db()
    assert later.version == version


def test_separating_says_that_they_are_not_the_same(desk: Client, ask: Ask) -> None:
    earlier, later = ask(), ask()
    pair = alike(later, earlier)
    press(desk, later, pair, "join")

    desk.post(f"/desk/requests/{later.pk}/unmerge/", {"version": 0, "seen": 0})

    pair.refresh_from_db()
    assert pair.dismissed_by is not None
    assert "It is the same" not in show(desk, later)


def test_a_part_that_is_alike_leads_to_the_whole(desk: Client, ask: Ask, carmen: User) -> None:
    whole, part, third = ask(), ask(), ask()
    workflow.merge(part, into=whole, by=carmen)
    pair = alike(third, part)

    assert f"No. {whole.pk} ·" in show(desk, third).partition("Maybe the same")[2]
    press(desk, third, pair, "apart")
    assert f"Carmen says it is not the same as No. {third.pk}." in show(desk, whole)
    press(desk, third, pair, "again")
    press(desk, third, pair, "join")

    third.refresh_from_db()
    assert third.merged_into == whole


def test_what_one_may_not_see_is_not_there(ask: Ask, sign_in: SignIn, carmen: User) -> None:
    police = Queue.objects.get(code="police")
    secret, mine = ask(is_private=True, queue=police), ask(is_private=True)
    pair = alike(mine, secret)
    desk = sign_in(carmen)

    assert "Maybe the same" not in show(desk, mine)
    assert press(desk, mine, pair, "join").status_code == 404
    assert press(desk, secret, pair, "apart").status_code == 404


def test_a_pair_of_others_and_an_act_unheard_of_are_refused(desk: Client, ask: Ask) -> None:
    earlier, later, other = ask(), ask(), ask()
    pair = alike(later, earlier)

    assert press(desk, other, pair, "join").status_code == 404
    assert press(desk, later, pair, "explode").status_code == 404
    assert desk.get(f"/desk/requests/{later.pk}/alike/{pair.pk}/join/").status_code == 405


def test_the_mayor_joins_nothing(ask: Ask, sign_in: SignIn, elena: User) -> None:
    earlier, later = ask(), ask()
    pair = alike(later, earlier)
    mayor = sign_in(elena)

    assert "Maybe the same" not in show(mayor, later)
    assert press(mayor, later, pair, "join").status_code == 403


def test_words_of_an_insult_are_not_spelt_out(desk: Client, ask: Ask) -> None:
    earlier, later = ask(), ask()
    alike(later, earlier)
    Post.objects.filter(pk=earlier.opening_post_id).update(is_offensive=True)

    page = show(desk, later)

    assert "12 m away, 3 hours before." in page
    assert "both say" not in page


def test_closed_meanwhile_it_is_suggested_no_longer(desk: Client, ask: Ask, carmen: User) -> None:
    earlier, later = ask(), ask()
    pair = alike(later, earlier)
    workflow.decline(earlier, by=carmen, reason="not_ours")

    assert "Maybe the same" not in show(desk, later)
    refused = press(desk, later, pair, "join")
    assert refused.status_code == 302
    assert "cannot be done" in show(desk, later)


def test_in_the_street_it_is_two_big_buttons(desk: Client, ask: Ask) -> None:
    earlier, later = ask(), ask()
    pair = alike(later, earlier)

    page = words(desk.get(f"/street/{later.pk}/"))
    assert f"Maybe the same as No. {earlier.pk}" in page
    assert "12 m away, 3 hours before" in page

    back = press(desk, later, pair, "join", street="1")
    assert back.headers["Location"] == f"/street/{earlier.pk}/"
    assert timezone.now() - earlier.events.latest("id").at < timedelta(minutes=1)
