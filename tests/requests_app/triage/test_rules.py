"""The town's rules: what a post must hold, and where it then goes; through `triage.sort` and `read`."""

from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from requests_app import triage
from requests_app.models import Account, Post, Queue, Rule, Service, ServiceRequest
from requests_app.triage.deciding import Desk, Reading, read
from tests.factories import AuthorFactory, PostFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("alameda")]

BIN = "@alameda la papelera de la calle Olmo está llena"


def rule(name: str = "Fiestas", **values: Any) -> Rule:
    """Switched on, and sending to the police unless it says otherwise."""
    if not {"queue", "service", "urgency", "makes_private"} & set(values):
        values["queue"] = team("police")
    return Rule.objects.create(name=name, **{"on_since": timezone.now(), "position": Rule.objects.count(), **values})


def team(code: str) -> Queue:
    return Queue.objects.get(code=code)


def reading(text: str = BIN, **values: Any) -> Reading:
    return read(Post(network="x", text=text, **values), desk=Desk.today())


def said(text: str = BIN, **values: Any) -> Post:
    return PostFactory(text=text, account=Account.objects.get(network="x", handle="alameda"), **values)


def reasons(one: Reading) -> list[list[str]]:
    return [piece["detail"] for piece in one.evidence if piece["signal"] == "rule"]


def test_a_rule_decides_before_the_classifier_and_says_so() -> None:
    rule("Papeleras del Olmo", words=["papelera"])
    post = said()

    triage.sort()

    post.refresh_from_db()
    assert ServiceRequest.objects.get().queue.code == "police"
    assert post.evidence[0] == {"signal": "rule", "detail": ["Papeleras del Olmo", "team"]}


def test_whom_a_post_names_comes_before_the_rules() -> None:
    rule(words=["papelera"])

    assert reading("@barrendera_alameda la papelera está llena").queue.code == "sweeper"


def test_a_services_hashtag_comes_before_the_rules() -> None:
    tagged = Service.objects.exclude(hashtags=[]).exclude(queue__code="police").first()
    rule(words=["papelera"])

    assert reading(f"{BIN} #{tagged.hashtags[0]}").queue == tagged.queue


def test_the_first_that_names_a_team_wins() -> None:
    rule("second", words=["papelera"], position=2)
    rule("first", words=["papelera"], position=1, service=Service.objects.get(code="street-light"))
    rule("only private", words=["papelera"], position=0, makes_private=True)

    one = reading()

    assert (one.queue.code, one.service.code) == ("maintenance", "street-light")
    assert reasons(one) == [["first", "team"], ["only private", "private"]]


def test_a_team_without_a_service_gets_the_likeliest_of_its_own() -> None:
    rule(words=["papelera"], queue=team("sweeper"))

    assert reading().service.queue.code == "sweeper"


def test_a_service_no_longer_offered_still_sends_to_its_team() -> None:
    Service.objects.filter(code="street-light").update(is_active=False)
    rule(words=["papelera"], service=Service.objects.get(code="street-light"))

    assert reading().queue.code == "maintenance"


def test_a_rule_that_is_off_does_nothing() -> None:
    rule(words=["papelera"], on_since=None)

    assert reasons(reading()) == []


def test_a_rule_without_a_condition_is_nobodys() -> None:
    rule(queue=team("police"))

    assert reasons(reading()) == []


@pytest.mark.parametrize(
    ("conditions", "text", "holds"),
    [
        ({"words": ["papelera"]}, "las PAPELERAAAS rebosan", True),
        ({"words": ["calle sin luz"]}, "la calle está toda sin luz", True),
        ({"words": ["litter bin"]}, "the litter bins are full again", True),
        ({"words": ["poubelle"]}, "les poubelles sont pleines", True),
        ({"words": ["=ratas"]}, "hay un rato de espera", False),
        # The same stem in French only: rules are asked in the text's one language.
        ({"words": ["papelera"]}, "qué papeles hacen falta para la licencia", False),
        ({"words": ["papelera", "farola"]}, "la farola está rota", True),
        ({"words": ["papelera"]}, "la farola está rota", False),
        ({"hashtags": ["Fiestas de Otoño"]}, "qué ruido #FiestasDeOtono", True),
        ({"hashtags": ["fiestas_2026"]}, "qué ruido #fiestas2026", True),
        ({"hashtags": ["fiestas"]}, "vaya fiestas", False),
        ({"addressed": ["@Alcalde_Alameda"]}, "@alcalde_alameda vaya ruido", True),
        ({"addressed": ["alcalde_alameda"]}, "vaya ruido", False),
        # All that is given must hold.
        ({"words": ["papelera"], "hashtags": ["fiestas"]}, "papelera llena", False),
        ({"words": ["papelera"], "hashtags": ["fiestas"]}, "papelera llena #fiestas", True),
    ],
)
def test_conditions_on_the_words(conditions: dict[str, Any], text: str, holds: bool) -> None:
    rule(makes_private=True, **conditions)

    assert bool(reasons(reading(text))) is holds


def test_the_town_is_known_by_its_number_on_the_network_too() -> None:
    account = Account.objects.get(network="x", handle="alameda")
    rule(addressed=["@Alameda"], makes_private=True)

    assert reasons(reading("vaya ruido", mentions=[account.external_id]))


def test_who_wrote_it() -> None:
    rule("the paper", authors=["@Diario_Alameda"])
    for handle in ("diario_alameda", "lucia_rm"):
        said(author=AuthorFactory(handle=handle))

    triage.sort()

    assert [one.queue.code for one in ServiceRequest.objects.order_by("id")] == ["police", "sweeper"]


def test_in_which_part_of_town() -> None:
    rule("around the elm", areas=[reading_area("calle del Olmo")], makes_private=True)

    assert reasons(reading("papelera llena en la calle del Olmo 3"))
    assert not reasons(reading("papelera llena"))


def reading_area(text: str) -> str:
    said(f"@alameda papelera llena en la {text}")
    triage.sort()
    return ServiceRequest.objects.latest("id").area


@pytest.mark.parametrize(
    ("conditions", "at", "holds"),
    [
        # 23 November 2026 is a Monday; the town's clock is an hour ahead of the networks' in winter.
        ({"weekdays": [0]}, (2026, 11, 23, 12, 0), True),
        ({"weekdays": [1]}, (2026, 11, 23, 12, 0), False),
        ({"begins": time(8), "ends": time(15)}, (2026, 11, 23, 8, 0), True),
        ({"begins": time(8), "ends": time(15)}, (2026, 11, 23, 15, 0), False),
        ({"begins": time(22), "ends": time(6)}, (2026, 11, 23, 23, 30), True),
        ({"begins": time(22), "ends": time(6)}, (2026, 11, 23, 5, 59), True),
        ({"begins": time(22), "ends": time(6)}, (2026, 11, 23, 12, 0), False),
        # Friday's night is over on Saturday morning.
        ({"begins": time(22), "ends": time(6), "weekdays": [4]}, (2026, 11, 28, 2, 0), True),
        ({"begins": time(22), "ends": time(6), "weekdays": [4]}, (2026, 11, 27, 2, 0), False),
        ({"begins": time(18), "ends": time(0)}, (2026, 11, 23, 23, 59), True),
        ({"begins": time(18), "ends": time(0)}, (2026, 11, 23, 0, 0), False),
        # In summer two hours ahead.
        ({"begins": time(22), "ends": time(23)}, (2026, 7, 1, 22, 30), True),
    ],
)
def test_when_it_was_posted(conditions: dict[str, Any], at: tuple[int, ...], holds: bool) -> None:
    rule(makes_private=True, **conditions)
    local = datetime(*at, tzinfo=ZoneInfo("Europe/Madrid"))

    assert bool(reasons(reading(posted_at=local.astimezone(UTC)))) is holds


def test_urgent_by_rule_is_urgent_on_the_desk() -> None:
    rule("the weir", words=["compuerta"], urgency="urgent")
    said("@alameda la compuerta del río se mueve")

    triage.sort()

    request = ServiceRequest.objects.get()
    assert request.is_urgent
    assert {"signal": "rule", "detail": ["the weir", "urgent"]} in request.opening_post.evidence


def test_what_cannot_wait_is_no_chatter() -> None:
    rule("the weir", words=["compuerta"], urgency="urgent")
    said("@alameda la compuerta jajaja")

    triage.sort()

    request = ServiceRequest.objects.get()
    pieces = [str(piece) for piece in request.opening_post.evidence]
    assert len(pieces) == len(set(pieces))


def test_thanks_can_always_wait() -> None:
    rule("the weir", words=["compuerta"], urgency="urgent")
    said("@alameda muchas gracias por arreglar la compuerta, qué rapidez")

    triage.sort()

    assert (Post.objects.get().kind, ServiceRequest.objects.exists()) == ("thanks", False)


def test_danger_stands_unless_a_rule_says_calm() -> None:
    burning = "@alameda hay un incendio en el contenedor, sale mucho humo y fuego"
    assert reading(burning).is_urgent
    rule("any", words=["incendio"])
    assert reading(burning).is_urgent

    rule("drill", words=["incendio"], urgency="calm")

    one = reading(burning)
    assert (one.is_urgent, reasons(one)) == (False, [["any", "team"], ["drill", "calm"]])
    assert "danger" not in [piece["signal"] for piece in one.evidence]


def test_calm_is_not_told_where_nothing_was_urgent() -> None:
    rule("drill", words=["papelera"], urgency="calm")

    assert reasons(reading()) == []


def test_urgent_outweighs_calm() -> None:
    rule("drill", words=["papelera"], urgency="calm")
    rule("bomb", words=["papelera"], urgency="urgent")

    one = reading()

    assert (one.is_urgent, reasons(one)) == (True, [["bomb", "urgent"]])


def test_private_by_rule() -> None:
    rule("not for all", words=["papelera"], makes_private=True)
    said()

    triage.sort()

    assert ServiceRequest.objects.get().is_private


def test_a_follow_up_that_a_rule_hides_is_not_put_below_a_public_request() -> None:
    rule("not for all", words=["denuncia"], makes_private=True)
    lucia = AuthorFactory(handle="lucia_rm")
    first = said(author=lucia)
    triage.sort()
    said("@alameda y además puse una denuncia a mi vecino por la papelera", author=lucia, in_reply_to=first.external_id,
         conversation_id=first.conversation_id)  # fmt: skip

    triage.sort()

    both = ServiceRequest.objects.order_by("id")
    assert [one.is_private for one in both] == [False, True]
    assert both[1].opening_post.evidence[-1] == {"signal": "kept_apart", "detail": [both[0].pk]}


def test_whoever_chose_a_service_keeps_it_and_the_rest_of_the_rule_holds() -> None:
    bins = Service.objects.filter(queue__code="sweeper").first()
    rule("not for all", words=["papelera"], queue=team("police"), urgency="urgent", makes_private=True)

    one = reading(service=bins)

    assert (one.queue.code, one.is_urgent, one.is_private) == ("sweeper", True, True)
    assert reasons(one) == [["not for all", "urgent"], ["not for all", "private"]]


def test_a_batch_costs_the_same_queries_with_many_rules(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    area = reading_area("calle del Olmo")
    for place in range(20):
        rule(f"rule {place}", words=[f"papelera {place}"], areas=[area], authors=["lucia_rm"], makes_private=True)
    for count in (1, 60):
        for _ in range(count):
            said()
        # One more than without: who wrote them.
        with django_assert_num_queries(17):
            assert triage.sort() == count
