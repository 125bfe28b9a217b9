"""Acts: what the town's people write with the network's own app moves requests; what Plaza published itself does not."""

import threading
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone, translation
from pytest_django import DjangoAssertNumQueries, Settings

from requests_app import inbox, outbox, triage, workflow
from requests_app.models import Account, Author, Event, Post, Queue, Reply, ServiceRequest
from requests_app.networks.contract import Published
from requests_app.triage import acts
from requests_app.workflow import Message
from staff.case.history import lines
from tests.factories import AuthorFactory, PostFactory, ReplyFactory, UserFactory
from tests.requests_app.public.rows import with_photo
from tests.requests_app.sandbox.driver import Sandbox

pytestmark = pytest.mark.django_db

BINS = "@barrendera_alameda los contenedores del mercado están desbordados"


def account(handle: str) -> Account:
    return Account.objects.get(network="x", handle=handle)


def written(text: str, *, by: str = "barrendera_alameda", below: str = "", names: str = "", **fields: object) -> Post:
    """A colleague's post, read back and not sorted yet; `names`: handles of other accounts, `below`: what it answers."""
    speaker, now = account(by), timezone.now()
    author, _made = Author.objects.get_or_create(
        network="x", external_id=speaker.external_id, defaults={"handle": by, "display_name": speaker.display_name}
    )
    fields = {"mentions": [account(name).external_id for name in names.split()], "in_reply_to": below} | fields
    fields = {"posted_at": now, "received_at": now, "conversation_id": f"about-{below}"} | fields
    return PostFactory(text=text, account=speaker, author=author, written_by=speaker, **fields)


@pytest.fixture
def bins(carmen: User) -> ServiceRequest:
    """Lucía's request with the sweeper, posted ten minutes ago."""
    PostFactory(
        text=BINS, author=AuthorFactory(handle="lucia_rm", external_id="900"), account=account("barrendera_alameda")
    )
    triage.sort()
    return ServiceRequest.objects.get()


def act(text: str, request: ServiceRequest, **fields: object) -> ServiceRequest:
    """A colleague answers the opening post, and it is sorted."""
    written(text, below=request.opening_post.external_id, **fields)
    assert triage.sort() == 1
    return fresh(request)


def fresh(request: ServiceRequest) -> ServiceRequest:
    return ServiceRequest.objects.get(pk=request.pk)


def newest(request: ServiceRequest) -> Event:
    return request.events.latest("id")


def history(request: ServiceRequest) -> list[str]:
    return [event.verb for event in request.events.order_by("id")]


# --- what acts do --------------------------------------------------------------------


def test_a_colleagues_answer_accepts_and_stops_the_clock_when_it_was_said(bins: ServiceRequest, carmen: User) -> None:
    at = bins.posted_at + timedelta(minutes=4)

    request = act("@lucia_rm voy para allá", bins, posted_at=at)

    assert (request.status, request.assignee, request.accepted_at, request.answered_at) == ("accepted", carmen, at, at)
    assert request.answered_in_hours == request.queue.week().open_between(request.posted_at, at)
    event = newest(request)
    assert (event.verb, event.by, event.post.text, event.reply) == ("accepted", carmen, "@lucia_rm voy para allá", None)
    assert (Reply.objects.count(), request.posts.count(), request.version) == (0, 2, bins.version + 1)
    assert request.changed_at > bins.changed_at


def test_an_answer_on_what_somebody_has_changes_nothing_but_the_clock(bins: ServiceRequest, ines: User) -> None:
    workflow.accept(bins, by=ines)

    request = act("@lucia_rm ya lo tenemos apuntado", bins)

    assert (request.status, request.assignee, newest(request).verb) == ("accepted", ines, "answered")
    assert request.answered_at is not None


def test_an_account_with_two_people_answers_without_accepting(bins: ServiceRequest, cleaning: Queue) -> None:
    cleaning.members.add(UserFactory())

    request = act("@lucia_rm vamos", bins)

    assert (request.status, request.assignee, newest(request).by) == ("new", None, None)
    assert (newest(request).verb, request.answered_at is not None) == ("answered", True)


@pytest.mark.parametrize("tag", ["#HECHO", "ya está #listo 👍"])
def test_a_done_tag_resolves_with_its_photo_as_the_proof(bins: ServiceRequest, carmen: User, tag: str) -> None:
    at = bins.posted_at + timedelta(minutes=6)

    request = act(f"@lucia_rm vacíos {tag}", bins, posted_at=at)

    assert (request.status, request.resolved_at, request.answered_at, request.due_at) == ("resolved", at, at, None)
    assert (request.assignee, request.accepted_at) == (carmen, at)
    assert request.resolved_in_hours == request.queue.week().open_between(request.posted_at, at)
    assert (newest(request).verb, newest(request).post.text) == ("resolved", f"@lucia_rm vacíos {tag}")


@pytest.mark.parametrize("text", ["hecho", "no está #hechodemanera"])
def test_only_the_tag_itself_resolves(bins: ServiceRequest, text: str) -> None:
    assert act(f"@lucia_rm {text}", bins).status == "accepted"


def test_the_towns_own_tags_are_asked(bins: ServiceRequest, settings: Settings) -> None:
    settings.DONE_TAGS = ["Termíno"]

    assert act("@lucia_rm #TERMINO", bins).status == "resolved"


def test_resolved_by_nobody_in_particular_can_come_back(bins: ServiceRequest, cleaning: Queue) -> None:
    cleaning.members.clear()
    request = act("@lucia_rm #hecho", bins)
    assert (request.status, request.assignee) == ("resolved", None)

    PostFactory(text="@barrendera_alameda sigue desbordado", author=bins.opening_post.author,
                account=account("barrendera_alameda"), in_reply_to=bins.opening_post.external_id,
                conversation_id=bins.opening_post.conversation_id)  # fmt: skip
    triage.sort()

    assert (fresh(bins).status, history(bins)[-2:]) == ("new", ["followed_up", "reopened"])


def test_a_closed_request_is_answered_and_stays_closed(bins: ServiceRequest, carmen: User) -> None:
    workflow.resolve(bins, by=carmen, message=Message("Vacío."))

    request = act("@lucia_rm a ti por avisar #hecho", bins)

    assert (request.status, newest(request).verb) == ("resolved", "answered")


def test_whoever_answered_is_named_and_not_whoever_does_the_work(
    bins: ServiceRequest, carmen: User, elena: User, client: Client
) -> None:
    act("Gracias por avisar. @barrendera_alameda, ¿puedes?", bins, by="alcaldesa_alameda", names="barrendera_alameda")
    act("Ya está #hecho", bins, posted_at=timezone.now())
    client.force_login(elena)

    for page in ("/", f"/requests/{bins.pk}/", f"/desk/requests/{bins.pk}/"):
        text = client.get(page, headers={"accept-language": "en"}).content.decode()
        assert ("Elena answered after" in text, "Carmen answered after" in text) == (True, False)


def test_the_mayor_passes_it_on_by_naming_a_colleague(bins: ServiceRequest, elena: User) -> None:
    request = act("@lucia_rm @policia_alameda ¿lo miras, Teo?", bins, by="alcaldesa_alameda", names="policia_alameda")

    assert (request.queue.code, request.status, request.assignee) == ("police", "new", None)
    assert (newest(request).verb, newest(request).by, newest(request).queue.code) == ("transferred", elena, "police")
    assert request.answered_at is not None


def test_naming_whoever_has_it_already_only_answers(bins: ServiceRequest) -> None:
    words = "@lucia_rm mira, @barrendera_alameda, Carmen, ¿puedes?"

    request = act(words, bins, by="alcaldesa_alameda", names="barrendera_alameda")

    assert (request.queue.code, request.status, newest(request).verb) == ("sweeper", "new", "answered")


def test_names_that_the_network_carries_along_call_nobody(carmen: User, elena: User) -> None:
    """X writes whoever took part so far before an answer: the resident named the police, the mayor did not."""
    named = [account(name).external_id for name in ("barrendera_alameda", "policia_alameda")]
    PostFactory(text=f"{BINS} @policia_alameda", account=account("barrendera_alameda"), mentions=named)
    triage.sort()
    request = ServiceRequest.objects.get()
    carried = {"by": "alcaldesa_alameda", "names": "barrendera_alameda policia_alameda"}

    request = act("@resident @barrendera_alameda @policia_alameda lo vemos hoy", request, **carried)
    assert (request.queue.code, newest(request).verb, newest(request).by) == ("sweeper", "accepted", elena)

    request = act("@resident @barrendera_alameda @policia_alameda lo mira @policia_alameda", request, **carried)
    assert (request.queue.code, newest(request).verb) == ("police", "transferred")


def test_names_before_an_answer_to_somebody_unknown_call_nobody(bins: ServiceRequest) -> None:
    words = "@vecina @policia_alameda lo vemos"
    written(words, below="777", names="policia_alameda", conversation_id=bins.opening_post.conversation_id)

    triage.sort()

    assert newest(bins).verb == "accepted"


def test_naming_a_persons_account_assigns_it_to_them(bins: ServiceRequest, elena: User) -> None:
    request = act("@lucia_rm esto es para @alcaldesa_alameda", bins, names="alcaldesa_alameda")

    assert (request.assignee, request.status, request.queue.code) == (elena, "new", "sweeper")
    assert newest(request).verb == "transferred"


def test_a_colleague_who_answers_the_mayors_answer_is_whoever_did_it(bins: ServiceRequest, carmen: User) -> None:
    mayors = written("@lucia_rm lo miramos", by="alcaldesa_alameda", below=bins.opening_post.external_id)
    written("@alcaldesa_alameda #hecho", below=mayors.external_id, names="alcaldesa_alameda")

    assert triage.sort() == 2

    assert (fresh(bins).status, history(bins)[1:]) == ("resolved", ["accepted", "resolved"])
    assert fresh(bins).assignee == carmen


def test_an_answer_to_our_answer_belongs_to_its_request(bins: ServiceRequest, carmen: User) -> None:
    ReplyFactory(service_request=bins, account=account("barrendera_alameda"), status="published",
                 published_at=timezone.now(), external_id="5150", first_claimed_at=timezone.now())  # fmt: skip
    written("@lucia_rm #hecho", below="5150")

    triage.sort()

    assert fresh(bins).status == "resolved"


def test_an_answer_to_somebody_unknown_belongs_to_the_one_request_of_its_conversation(bins: ServiceRequest) -> None:
    written("@vecina #hecho", below="777", conversation_id=bins.opening_post.conversation_id)

    triage.sort()

    assert fresh(bins).status == "resolved"


def test_an_act_on_a_merged_request_is_one_on_the_request_that_stands(bins: ServiceRequest, ines: User) -> None:
    PostFactory(text=BINS, account=account("barrendera_alameda"))
    triage.sort()
    standing = ServiceRequest.objects.latest("id")
    workflow.merge(bins, into=standing, by=ines)

    written("@lucia_rm #hecho", below=bins.opening_post.external_id)
    triage.sort()

    assert fresh(standing).status == "resolved"


def test_where_a_colleague_told_of_it_nobody_is_said_to_have_deleted_anything(carmen: User) -> None:
    written("Bolsa recogida en la esquina #hecho")
    triage.sort()

    with translation.override("en"):
        voices = workflow.voices(ServiceRequest.objects.get(), by=carmen)

    assert {(voice.post, voice.why) for voice in voices} == {(None, "nobody asked, a colleague told of it")}


def test_done_where_nobody_had_told_plaza_opens_and_resolves(carmen: User) -> None:
    post = written("@vecina_3 recogida la bolsa de la esquina #hecho", below="a post that names nobody")

    assert triage.sort() == 1

    request = ServiceRequest.objects.get()
    assert (request.status, request.kind, request.queue.code, request.assignee) == (
        "resolved", "problem", "sweeper", carmen,
    )  # fmt: skip
    assert (request.opening_post, request.resolved_at, history(request)) == (
        post, request.posted_at, ["received", "resolved"],
    )  # fmt: skip
    # Nobody waited for it: it makes no figure better.
    assert request.answered_at is None


@pytest.mark.parametrize("below", ["", "somebody"])
def test_other_words_to_nobody_we_know_are_kept_and_are_nothing(carmen: User, below: str) -> None:
    post = written("Mañana empieza la campaña de limpieza", below=below)

    assert triage.sort() == 1

    post.refresh_from_db()
    assert (post.triaged_at is not None, post.service_request, ServiceRequest.objects.count()) == (True, None, 0)


def test_an_account_that_was_paused_does_nothing(bins: ServiceRequest) -> None:
    Account.objects.filter(handle="barrendera_alameda").update(is_active=False)

    assert act("@lucia_rm #hecho", bins).status == "new"


def test_the_same_post_acts_once(bins: ServiceRequest) -> None:
    act("@lucia_rm voy", bins)
    Post.objects.filter(written_by=None).update(triaged_at=timezone.now())

    assert (triage.sort(), history(bins)) == (0, ["received", "accepted"])


def test_an_act_cannot_be_undone(bins: ServiceRequest) -> None:
    request = act("@lucia_rm voy", bins)

    assert not workflow.can_undo(newest(request), request)


def test_what_is_said_in_confidence_stands_in_no_public_thread(bins: ServiceRequest) -> None:
    request = act("@lucia_rm dime tu portal", bins, reference={"visibility": "direct"})

    assert (request.status, request.posts.count(), request.told_at) == ("accepted", 1, bins.told_at)


# --- order -----------------------------------------------------------------------------


def test_acts_come_after_what_they_answer_whichever_was_read_first(carmen: User) -> None:
    written("@lucia_rm voy", below="4001", posted_at=timezone.now() - timedelta(minutes=5))
    assert triage.sort() == 1

    PostFactory(text=BINS, account=account("barrendera_alameda"), external_id="4001")
    while triage.sort():
        pass

    request = ServiceRequest.objects.get()
    assert (request.status, history(request)) == ("accepted", ["received", "accepted"])


def test_what_was_done_before_it_was_read_is_not_asked_again(carmen: User) -> None:
    written("@lucia_rm #hecho", below="4001")
    triage.sort()

    PostFactory(text=BINS, account=account("barrendera_alameda"), external_id="4001")
    triage.sort()

    request = ServiceRequest.objects.get()
    assert (request.status, history(request)) == ("resolved", ["received", "resolved", "followed_up"])


def test_a_batch_that_holds_all_sides_of_a_thread_is_sorted_in_their_order(carmen: User) -> None:
    first = PostFactory(text=BINS, account=account("barrendera_alameda"))
    ours = written("@lucia_rm #hecho", below=first.external_id)
    PostFactory(text="@barrendera_alameda gracias!!", author=first.author, account=first.account,
                in_reply_to=ours.external_id, conversation_id=first.external_id)  # fmt: skip

    assert [triage.sort() for _ in range(3)] == [2, 1, 0]

    assert history(ServiceRequest.objects.get()) == ["received", "resolved", "thanked"]


def test_a_resident_does_not_wait_for_ever_for_our_own_words(bins: ServiceRequest) -> None:
    ReplyFactory(service_request=bins, account=account("barrendera_alameda"), status="in_doubt",
                 claimed_at=timezone.now(), first_claimed_at=timezone.now())  # fmt: skip
    ours = written("otra cosa", below="?", received_at=timezone.now() - timedelta(minutes=11),
                   posted_at=timezone.now() - timedelta(minutes=12))  # fmt: skip
    PostFactory(text=BINS, account=account("barrendera_alameda"), in_reply_to=ours.external_id)

    assert [triage.sort(), triage.sort(), ServiceRequest.objects.count()] == [1, 0, 2]


def test_poison_among_acts_is_set_aside_and_stops_nobody(bins: ServiceRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        written("@lucia_rm voy", below=bins.opening_post.external_id)
    PostFactory(text=BINS, account=account("barrendera_alameda"))
    monkeypatch.setattr(acts, "is_ours", lambda _post, about: 1 // 0)

    assert triage.sort() == 3

    assert {post.triage_error for post in Post.objects.set_aside()} == {"ZeroDivisionError"}


def test_an_act_that_meets_a_busy_database_has_another_turn(
    bins: ServiceRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    written("@lucia_rm voy", below=bins.opening_post.external_id)

    def deadlock(_post: Post, *, about: object) -> bool:
        raise OperationalError("deadlock detected")

    with monkeypatch.context() as patch:
        patch.setattr(acts, "is_ours", deadlock)
        assert triage.sort() == 0

    assert (triage.sort(), fresh(bins).status) == (1, "accepted")


def test_residents_posts_cost_the_same_queries_beside_acts(
    bins: ServiceRequest, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    written("Buenos días", by="alameda", conversation_id="")
    for _ in range(20):
        PostFactory(text="@alameda farola rota en la calle del Olmo", account=account("alameda"))

    with django_assert_num_queries(16 + 6):
        assert triage.sort() == 21


# --- our own words ------------------------------------------------------------------------


def sent(request: ServiceRequest, **fields: object) -> Reply:
    """A reply of Carmen's account that a worker claimed a minute ago."""
    claimed = timezone.now() - timedelta(minutes=1)
    fields = {"status": "sending", "claimed_at": claimed, "first_claimed_at": claimed} | fields
    return ReplyFactory(service_request=request, account=account("barrendera_alameda"), next_attempt_at=None, **fields)


def test_what_we_published_is_seen_back_and_acts_on_nothing(bins: ServiceRequest) -> None:
    reply = sent(bins, status="published", published_at=timezone.now(), external_id="6001")

    request = act(reply.payload + " #hecho", bins, external_id="6001")

    reply.refresh_from_db()
    assert (request.status, history(request), reply.seen_at is not None) == ("new", ["received"], True)


@pytest.mark.parametrize("status", ["sending", "in_doubt", "queued", "failed"])
def test_our_own_words_prove_that_a_doubtful_reply_stands(bins: ServiceRequest, status: str) -> None:
    reply = sent(bins, status=status)

    request = act(f"@lucia_rm {reply.payload}", bins, external_id="6001")

    reply.refresh_from_db()
    assert (reply.status, reply.external_id, reply.seen_at is not None) == ("published", "6001", True)
    assert (history(request), request.status) == (["received", "published"], "new")


def test_the_worker_that_comes_late_with_the_same_receipt_changes_nothing(bins: ServiceRequest) -> None:
    reply = sent(bins)
    act(f"@lucia_rm {reply.payload}", bins, external_id="6001")

    workflow.published(reply, Published("6001", timezone.now()))

    assert history(bins) == ["received", "published"]


def test_other_words_wait_while_a_reply_is_on_its_way(bins: ServiceRequest) -> None:
    """They may be ours in a spelling we do not know again; the id will tell."""
    reply = sent(bins)
    written("@lucia_rm voy volando", below=bins.opening_post.external_id, external_id="6002")
    assert [triage.sort(), triage.sort()] == [0, 0]

    workflow.published(reply, Published("6001", timezone.now()))
    assert triage.sort() == 1

    assert history(bins) == ["received", "published", "accepted"]


def test_the_same_words_before_we_tried_or_to_somebody_else_are_a_persons(bins: ServiceRequest) -> None:
    reply = sent(bins, status="failed")
    long_before = timezone.now() - timedelta(minutes=5)

    act(f"@lucia_rm {reply.payload}", bins, posted_at=long_before, received_at=long_before)

    reply.refresh_from_db()
    assert (reply.status, history(bins)) == ("failed", ["received", "accepted"])


# --- where it is told ------------------------------------------------------------------


def test_the_desk_tells_who_did_it_where_and_in_which_words(bins: ServiceRequest, carmen: User) -> None:
    act("@lucia_rm voy", bins)
    act("@lucia_rm para @policia_alameda", bins, names="policia_alameda")
    act("@lucia_rm #hecho", bins, by="alameda")

    with translation.override("en"):
        told = [(line.sentence, line.words) for line in lines(bins.events.in_order())]

    assert told[1:] == [
        ("Carmen on X (@barrendera_alameda) took it on.", "@lucia_rm voy"),
        ("Carmen on X (@barrendera_alameda) passed it to Local police.", "@lucia_rm para @policia_alameda"),
        ("@alameda on X resolved it.", "@lucia_rm #hecho"),
    ]


def test_the_square_shows_an_act_as_the_towns_word_and_its_photo_as_how_it_is_now(
    client: Client, bins: ServiceRequest, carmen: User, jpeg: bytes
) -> None:
    client.cookies["django_language"] = "en"
    before = with_photo(jpeg, post=bins.opening_post)
    post = written("@lucia_rm vacíos, llámame al 612 345 678 #hecho", below=bins.opening_post.external_id)
    proof = with_photo(jpeg, post=post)
    triage.sort()

    (card,) = client.get("/").context["cards"]
    page = client.get(f"/requests/{bins.pk}/")

    assert (card.answer.by, card.answer.account.handle) == (carmen, "barrendera_alameda")
    assert card.answer.text == "@lucia_rm vacíos, llámame al ••• #hecho"
    assert [photo.image.url for photo in (card.before, card.after)] == [
        f"/photos/{one.uuid}.jpg" for one in (before, proof)
    ]
    sentences = [line.sentence for line in page.context["lines"]]
    assert sentences[1:] == ["Carmen on X (@barrendera_alameda) finished it"]
    assert page.content.decode().count('class="bubble ours"') == 1
    assert page.context["state"] == "Done by Carmen."


def test_an_act_that_its_author_deleted_is_told_without_its_words(
    client: Client, bins: ServiceRequest, carmen: User
) -> None:
    client.cookies["django_language"] = "en"
    act("@lucia_rm palabras retiradas #hecho", bins)
    Post.objects.exclude(written_by=None).update(deleted_at=timezone.now())

    (card,) = client.get("/").context["cards"]
    page = client.get(f"/requests/{bins.pk}/")

    assert card.answer is None
    assert "palabras retiradas" not in page.content.decode()
    assert [line.sentence for line in page.context["lines"]][1:] == ["Carmen on X (@barrendera_alameda) finished it"]


def test_what_was_found_and_done_is_nobodys_report(client: Client, carmen: User) -> None:
    client.cookies["django_language"] = "en"
    written("recogida la bolsa de la esquina #hecho")
    triage.sort()

    (card,) = client.get("/").context["cards"]
    page = client.get(card.url)

    assert card.answer is None
    assert [line.sentence for line in page.context["lines"]] == [
        "Carmen, la barrendera found it", "Carmen on X (@barrendera_alameda) finished it",
    ]  # fmt: skip
    assert "Told by" not in page.content.decode()


def test_open311_tells_an_acts_words(client: Client, bins: ServiceRequest) -> None:
    act("@lucia_rm vacíos #hecho", bins)

    (told,) = client.get(f"/open311/v2/requests/{bins.pk}.json?extensions=true").json()

    assert told["status_notes"] == "done: @lucia_rm vacíos #hecho"
    assert told["notes"][-1]["description"] == "@lucia_rm vacíos #hecho"


def test_words_in_confidence_are_told_nowhere_in_public(client: Client, bins: ServiceRequest) -> None:
    act("@lucia_rm solo para ti #hecho", bins, reference={"visibility": "private"})

    pages = [
        client.get(url)
        for url in ("/", f"/requests/{bins.pk}/", f"/open311/v2/requests/{bins.pk}.json?extensions=true")
    ]

    assert [page.status_code for page in pages] == [200, 200, 200]
    assert [page for page in pages if "solo para ti" in page.content.decode()] == []


# --- with a network -----------------------------------------------------------------------


@pytest.fixture
def phone(sandbox: Sandbox, carmen: User, settings: Settings) -> Sandbox:
    """The pretend X, where Carmen also writes with her telephone."""
    settings.UNDO_SECONDS = 0
    Account.objects.filter(handle="barrendera_alameda").update(reads_own=True)
    return sandbox


def read() -> None:
    carmens = account("barrendera_alameda")
    Account.objects.filter(pk=carmens.pk).update(next_collect_at=timezone.now(), own_collect_at=timezone.now())
    carmens.refresh_from_db()
    inbox.collect(carmens)
    inbox.collect_own(carmens)
    while triage.sort():
        pass


def test_an_answer_from_the_telephone_resolves_and_an_answer_from_the_desk_does_not(
    phone: Sandbox, carmen: User
) -> None:
    said = phone.post(BINS, lang="es")
    read()
    request = ServiceRequest.objects.get()
    workflow.answer(request, by=carmen, message=Message("Hoy paso, lo dejo #hecho"))
    outbox.publish()
    read()
    assert (fresh(request).status, Reply.objects.get().seen_at is not None) == ("new", True)

    phone.post("vacíos #hecho", author="barrendera_alameda", in_reply_to=said["id"])
    read()

    assert (fresh(request).status, fresh(request).assignee) == ("resolved", carmen)
    assert history(request) == ["received", "answered", "published", "resolved"]


def test_the_mayor_dispatches_from_the_telephone(phone: Sandbox, elena: User) -> None:
    said = phone.post("@alcaldesa_alameda la farola de la calle del Olmo no funciona", lang="es")
    inbox.collect(account("alcaldesa_alameda"))
    triage.sort()
    phone.post("@barrendera_alameda ¿lo ves tú?", author="alcaldesa_alameda", in_reply_to=said["id"])

    read()

    request = ServiceRequest.objects.get()
    assert (request.queue.code, newest(request).verb, newest(request).by) == ("sweeper", "transferred", elena)
    assert request.answered_at == max(newest(request).post.posted_at, request.posted_at)


def test_an_answer_lost_on_the_way_is_proved_by_reading_it_back(phone: Sandbox, carmen: User) -> None:
    phone.post(BINS, lang="es")
    read()
    request = ServiceRequest.objects.get()
    workflow.answer(request, by=carmen, message=Message("Hoy paso"))
    phone.fail("create_tweet", "dropped")
    outbox.publish()
    assert Reply.objects.get().status == "in_doubt"

    read()

    assert (Reply.objects.get().status, fresh(request).status) == ("published", "new")
    assert history(request) == ["received", "answered", "published"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_carry_an_act_out_once(bins: ServiceRequest) -> None:
    for _ in range(5):
        written("@lucia_rm vamos", below=bins.opening_post.external_id)
    together = threading.Barrier(2)

    def work() -> None:
        together.wait()
        while triage.sort():
            pass
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    while triage.sort():
        pass

    assert sorted(history(bins)) == ["accepted", "answered", "answered", "answered", "answered", "received"]
