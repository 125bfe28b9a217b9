"""Sort: batches from the inbox to the desk; threads joined, thanks attached, poison set aside."""

import threading
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from requests_app import inbox, triage, workflow
from requests_app.models import Account, Author, Post, Service, ServiceRequest, Verb
from requests_app.networks.contract import Published
from requests_app.triage import deciding
from requests_app.workflow import Message
from tests.factories import AuthorFactory, PostFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lucia(alameda: None) -> Author:
    return AuthorFactory(handle="lucia_rm")


def said(text: str, *, author: Author, to: str = "alameda", answering: Post | None = None, **fields: object) -> Post:
    account, now = Account.objects.get(network="x", handle=to), timezone.now()
    fields = {"posted_at": now, "received_at": now} | fields
    if answering is not None:
        fields |= {"in_reply_to": answering.external_id, "conversation_id": answering.conversation_id}
    return PostFactory(text=text, author=author, account=account, **fields)


def history(service_request: ServiceRequest) -> list[str]:
    return [event.verb for event in service_request.events.in_order()]


def test_a_post_becomes_a_request_with_its_reason(lucia: Author) -> None:
    post = said("@alameda la farola de la calle del Olmo no funciona", author=lucia)

    assert triage.sort() == 1

    request = ServiceRequest.objects.get()
    light = Service.objects.get(code="street-light")
    assert (request.opening_post, request.queue.code, request.service, request.kind) == (
        post, "maintenance", light, "problem",
    )  # fmt: skip
    assert request.due_at == request.queue.week().add(post.posted_at, light.answer_target)
    post.refresh_from_db()
    assert (post.service_request, post.kind) == (request, "problem")
    received = request.events.get()
    assert (received.verb, received.post, received.queue) == (Verb.RECEIVED, post, request.queue)
    assert received.post.evidence[0]["signal"] == "words"


def test_whom_a_post_names_decides(lucia: Author) -> None:
    said("@barrendera_alameda hay un coche mal aparcado que no deja barrer", author=lucia, to="barrendera_alameda")

    triage.sort()

    request = ServiceRequest.objects.get()
    assert request.queue.code == "sweeper"
    assert request.opening_post.evidence[0]["signal"] == "address"


def test_what_matches_nothing_goes_to_the_dispatcher(lucia: Author) -> None:
    said("@alameda ¿me podéis ayudar con una cosa, por favor?", author=lucia)

    triage.sort()

    assert ServiceRequest.objects.get().queue.is_fallback


def test_a_follow_up_joins_its_request(lucia: Author) -> None:
    first = said("@alameda la farola de la plaza no funciona", author=lucia)
    triage.sort()
    said("@alameda y hoy tampoco la de al lado", author=lucia, answering=first)

    triage.sort()

    request = ServiceRequest.objects.get()
    assert (request.posts.count(), history(request)) == (2, ["received", "followed_up"])


def test_a_follow_up_in_the_same_batch_joins_too(lucia: Author) -> None:
    first = said("@alameda la farola de la plaza no funciona", author=lucia)
    second = said("@alameda y hoy tampoco la de al lado", author=lucia, answering=first)
    said("@alameda ni la tercera", author=lucia, answering=second)

    assert triage.sort() == 3

    assert ServiceRequest.objects.get().posts.count() == 3


def test_an_answer_to_our_answer_joins(lucia: Author, carmen: User) -> None:
    said("@alameda contenedor desbordado en el mercado", author=lucia)
    triage.sort()
    request = ServiceRequest.objects.get()
    workflow.answer(request, by=carmen, message=Message("¿Cuál de los dos?"))
    reply = request.replies.get()
    workflow.published(reply, Published("1999", timezone.now()))

    said("@alameda el de la esquina", author=lucia, in_reply_to="1999", conversation_id="somebody-else's")
    triage.sort()

    assert ServiceRequest.objects.get().posts.count() == 2


def test_its_author_reopens_a_resolved_request(lucia: Author, carmen: User) -> None:
    first = said("@alameda contenedor desbordado en el mercado", author=lucia)
    triage.sort()
    workflow.resolve(ServiceRequest.objects.get(), by=carmen, message=Message("Vacío."))

    said("@alameda sigue desbordado, no ha pasado nadie", author=lucia, answering=first)
    triage.sort()

    request = ServiceRequest.objects.get()
    assert (request.status, request.assignee, request.resolved_at) == ("accepted", carmen, None)
    assert history(request) == ["received", "resolved", "followed_up", "reopened"]
    assert list(ServiceRequest.objects.open()) == [request]


def test_a_neighbour_with_a_matter_on_a_closed_request_opens_their_own(lucia: Author, carmen: User) -> None:
    first = said("@alameda contenedor desbordado en el mercado", author=lucia)
    triage.sort()
    workflow.resolve(ServiceRequest.objects.get(), by=carmen, message=Message("Vacío."))

    said("@alameda el contenedor de mi calle también está desbordado", author=AuthorFactory(), answering=first)
    triage.sort()

    assert [request.status for request in ServiceRequest.objects.order_by("id")] == ["resolved", "new"]


def test_a_neighbour_on_an_open_request_is_one_more_reporter(lucia: Author) -> None:
    first = said("@alameda contenedor desbordado en el mercado", author=lucia)
    said("@alameda lo mismo digo, lleva así desde el lunes", author=AuthorFactory(), answering=first)

    triage.sort()

    assert ServiceRequest.objects.with_row().get().reporters == 2


def test_thanks_are_attached_and_reopen_nothing(lucia: Author, carmen: User) -> None:
    first = said("@alameda contenedor desbordado en el mercado", author=lucia)
    triage.sort()
    workflow.resolve(ServiceRequest.objects.get(), by=carmen, message=Message("Vacío."))

    said("@alameda muchas gracias, Carmen!!", author=lucia, answering=first)
    triage.sort()

    request = ServiceRequest.objects.get()
    assert (request.status, history(request)) == ("resolved", ["received", "resolved", "thanked"])
    assert ServiceRequest.objects.with_row().get().reporters == 1


def test_thanks_outside_a_thread_go_to_the_authors_newest_request(lucia: Author) -> None:
    said("@alameda contenedor desbordado en el mercado", author=lucia)
    triage.sort()

    said("@alameda gracias por todo, sois geniales", author=lucia)
    triage.sort()

    assert history(ServiceRequest.objects.get()) == ["received", "thanked"]


def test_thanks_to_another_team_are_not_for_this_request(lucia: Author) -> None:
    said("@alameda contenedor desbordado en el mercado", author=lucia)
    triage.sort()

    post = said("Gracias @policia_alameda por acompañar a mi madre", author=lucia, to="policia_alameda")
    triage.sort()

    post.refresh_from_db()
    assert (post.kind, post.service_request, history(ServiceRequest.objects.get())) == ("thanks", None, ["received"])


def test_thanks_of_nobody_in_particular_are_kept_and_are_no_work(lucia: Author) -> None:
    post = said("@alameda muchas gracias por las fiestas, maravillosas", author=lucia)

    triage.sort()

    post.refresh_from_db()
    assert (post.kind, post.triaged_at is not None, ServiceRequest.objects.count()) == ("thanks", True, 0)


def test_a_mention_deep_in_a_strangers_thread_opens_its_own(lucia: Author) -> None:
    said("@alameda contenedor desbordado en el mercado", author=lucia, conversation_id="77", in_reply_to="78")
    said("@alameda la farola de mi calle no funciona", author=AuthorFactory(), conversation_id="77", in_reply_to="79")

    triage.sort()

    assert ServiceRequest.objects.count() == 2


def test_a_follow_up_to_a_merged_request_joins_the_one_that_stands(lucia: Author, ines: User) -> None:
    first = said("@alameda contenedor desbordado en el mercado", author=lucia)
    said("@alameda el contenedor del mercado desborda", author=AuthorFactory())
    triage.sort()
    merged, standing = ServiceRequest.objects.order_by("id")
    workflow.merge(merged, into=standing, by=ines)

    said("@alameda sigue igual", author=lucia, answering=first)
    triage.sort()

    assert [post.text for post in standing.posts.order_by("id")][-1] == "@alameda sigue igual"


def test_danger_is_urgent_and_due_at_once(lucia: Author) -> None:
    post = said("@alameda huele a gas en la calle del Olmo", author=lucia)

    triage.sort()

    request = ServiceRequest.objects.get()
    assert (request.is_urgent, request.due_at) == (True, post.posted_at + timedelta(minutes=5))


def test_a_private_service_makes_a_private_request(lucia: Author) -> None:
    private = Service.objects.filter(is_private=True).first()
    said("Necesito que venga alguien", author=lucia, service=private)

    triage.sort()

    assert (ServiceRequest.objects.get().is_private, list(ServiceRequest.objects.public())) == (True, [])


@pytest.mark.parametrize(
    ("visibility", "is_private"),
    [("public", False), ("unlisted", False), ("private", True), ("direct", True), ("circle", True)],
)
def test_what_its_author_showed_to_few_makes_a_private_request(
    lucia: Author, visibility: str, is_private: bool
) -> None:
    said("@alameda la farola de la plaza no funciona", author=lucia, reference={"visibility": visibility})

    triage.sort()

    assert ServiceRequest.objects.get().is_private is is_private


@pytest.mark.parametrize("in_one_batch", [True, False])
def test_a_word_in_confidence_below_a_public_one_has_a_private_request_of_its_own(
    lucia: Author, in_one_batch: bool
) -> None:
    first = said("@alameda la farola de la plaza no funciona", author=lucia)
    if not in_one_batch:
        triage.sort()
    said("@alameda mi portal es el 4", author=lucia, answering=first, reference={"visibility": "direct"})
    said("@alameda y mi timbre el tercero", author=lucia, answering=first, reference={"visibility": "direct"})

    triage.sort()

    requests = ServiceRequest.objects.order_by("id")
    assert [(request.is_private, request.posts.count()) for request in requests] == [(False, 1), (True, 2)]
    evidence = requests[1].opening_post.evidence
    assert evidence[-1] == {"signal": "in_confidence", "detail": [] if in_one_batch else [requests[0].pk]}


def test_poison_is_set_aside_and_stops_nobody(lucia: Author, monkeypatch: pytest.MonkeyPatch) -> None:
    for text in ("@alameda farola rota", "@alameda VENENO", "@alameda bache enorme"):
        said(text, author=lucia)
    look = deciding.look

    def choke(text: str, **options: object) -> object:
        if "VENENO" in text:
            raise ArithmeticError(text)
        return look(text, **options)

    monkeypatch.setattr(deciding, "look", choke)

    assert triage.sort() == 3

    (poison,) = Post.objects.set_aside()
    assert (poison.text, poison.triage_error) == ("@alameda VENENO", "ArithmeticError")
    assert ServiceRequest.objects.count() == 2
    assert triage.sort() == 0


def test_poison_for_the_database_is_set_aside_too(lucia: Author, monkeypatch: pytest.MonkeyPatch) -> None:
    for text in ("@alameda farola rota", "@alameda VENENO", "@alameda bache enorme"):
        said(text, author=lucia)
    receive = workflow.receive

    def choke(batch: list[workflow.Sorted], **options: object) -> object:
        if any("VENENO" in one.post.text for one in batch):
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1/0")
        return receive(batch, **options)

    monkeypatch.setattr(workflow, "receive", choke)

    assert triage.sort() == 3

    assert [post.triage_error for post in Post.objects.set_aside()] == ["DataError"]
    assert ServiceRequest.objects.count() == 2


def test_a_batch_costs_the_same_queries_for_1_and_100_posts(
    lucia: Author, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for count in (1, 100):
        for n in range(count):
            said(f"@alameda farola {n} rota en la calle del Olmo", author=lucia)
        with django_assert_num_queries(16):
            assert triage.sort() == count


def test_an_idle_tick_costs_one_query(alameda: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(3):  # the claim, inside its transaction
        assert triage.sort() == 0


def test_a_post_made_on_the_site_is_sorted_while_its_author_waits(lucia: Author) -> None:
    post = inbox.deliver("La papelera de la plaza está llena", language="es", contact="lucia@example.org")

    request = triage.sort_now(post)

    assert request is not None
    assert (request.opening_post, request.queue.code, len(request.follow_token or "")) == (post, "sweeper", 22)
    assert triage.sort_now(post) == request


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_work(lucia: Author) -> None:
    for n in range(40):
        said(f"@alameda farola {n} rota", author=lucia)
    together, counts = threading.Barrier(2), []

    def work() -> None:
        together.wait()
        while done := triage.sort(limit=5):
            counts.append(done)
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert (sum(counts), ServiceRequest.objects.count()) == (40, 40)


@pytest.mark.django_db(transaction=True)
def test_a_reply_waits_for_what_it_answers_when_another_worker_has_it(lucia: Author) -> None:
    first = said("@alameda la farola de la plaza no funciona", author=lucia)
    said("@alameda y la de al lado tampoco", author=lucia, answering=first)
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Post.objects.select_for_update().get(pk=first.pk)
            held.set()
            done.wait(10)
        connection.close()

    other = threading.Thread(target=hold)
    other.start()
    held.wait(10)
    assert (triage.sort(), ServiceRequest.objects.count()) == (0, 0)
    done.set()
    other.join()
    triage.sort()

    assert ServiceRequest.objects.get().posts.count() == 2
