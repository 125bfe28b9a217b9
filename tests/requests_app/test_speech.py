"""Who is answered, by which account, in which thread and language; and what a person decides when it did not leave."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone, translation
from pytest_django import DjangoAssertNumQueries

from requests_app import workflow
from requests_app.models import Account, Author, Event, Kind, Photo, Post, Queue, Reply, ReplyStatus, ServiceRequest
from requests_app.networks.contract import Published
from requests_app.workflow import Message, MessageRefused, MoveNotAllowed
from tests.factories import AuthorFactory, PostFactory, ServiceRequestFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def bin_request(cleaning: Queue, town_account: Account) -> ServiceRequest:
    post = PostFactory(account=town_account, author__handle="lucia", text="@alameda la papelera")
    return ServiceRequestFactory(opening_post=post, queue=cleaning)


def also(request: ServiceRequest, *, handle: str = "tom", kind: str = Kind.PROBLEM, **values: object) -> Post:
    """Somebody else says it too, below the same request."""
    author = values.pop("author", None) or AuthorFactory(handle=handle, network=str(values.get("network", "x")))
    account = request.opening_post.account
    post = PostFactory(account=account, author=author, **values)
    Post.objects.filter(pk=post.pk).update(service_request=request, kind=kind, triaged_at=post.received_at)
    return post


def said(request: ServiceRequest) -> list[tuple[str, str]]:
    return [
        (reply.post.author.handle, reply.payload)
        for reply in request.replies.select_related("post__author").order_by("pk")
    ]


def test_everybody_who_asked_is_answered_in_their_thread_and_language(
    bin_request: ServiceRequest, carmen: User
) -> None:
    theirs = also(bin_request, handle="tom", language="en")

    workflow.answer(bin_request, by=carmen, message=Message("Voy", texts={"en": "On my way"}))

    first, copy = bin_request.replies.order_by("pk")
    number = bin_request.pk
    assert said(bin_request) == [
        ("lucia", f"Voy\n— Carmen · N.º {number}"),
        ("tom", f"@tom On my way\n— Carmen · No. {number}"),
    ]
    assert [(first.copy_of, first.language), (copy.copy_of, copy.language)] == [(None, "es"), (first, "en")]
    assert (copy.post, bin_request.events.latest("id").reply) == (theirs, first)


def test_words_of_the_main_language_stand_in_for_missing_ones(bin_request: ServiceRequest, carmen: User) -> None:
    also(bin_request, handle="tom", language="en")

    workflow.answer(bin_request, by=carmen, message=Message("Voy"))

    copy = bin_request.replies.latest("pk")
    assert (copy.payload, copy.language) == (f"@tom Voy\n— Carmen · No. {bin_request.pk}", "es")


def test_those_of_merged_requests_are_answered_too(bin_request: ServiceRequest, cleaning: Queue, ines: User) -> None:
    post = PostFactory(account=bin_request.opening_post.account, author__handle="pepe")
    workflow.merge(ServiceRequestFactory(opening_post=post, queue=cleaning), into=bin_request, by=ines)

    workflow.answer(bin_request, by=ines, message=Message("Vamos"))

    assert [handle for handle, _payload in said(bin_request)] == ["lucia", "pepe"]


def test_thanks_chatter_deleted_and_own_posts_are_not_answered(bin_request: ServiceRequest, carmen: User) -> None:
    also(bin_request, handle="grateful", kind=Kind.THANKS)
    also(bin_request, handle="chatty", kind=Kind.OTHER)
    also(bin_request, handle="regretful", deleted_at=timezone.now())
    also(bin_request, handle="alameda", written_by=bin_request.opening_post.account)

    workflow.answer(bin_request, by=carmen, message=Message("Voy"))

    assert [handle for handle, _payload in said(bin_request)] == ["lucia"]


def test_each_is_answered_below_the_newest_thing_they_said(bin_request: ServiceRequest, carmen: User) -> None:
    again = also(bin_request, author=bin_request.opening_post.author, kind=Kind.OTHER, posted_at=timezone.now())

    workflow.answer(bin_request, by=carmen, message=Message("Voy"))

    assert Reply.objects.get().post == again


def test_who_asked_us_to_stop_is_answered_on_what_they_write_after_it(
    bin_request: ServiceRequest, carmen: User
) -> None:
    before = also(bin_request, handle="tom")
    Author.objects.filter(pk=before.author_id).update(opted_out_at=timezone.now() - timedelta(minutes=5))
    workflow.answer(bin_request, by=carmen, message=Message("Voy"))
    assert [handle for handle, _payload in said(bin_request)] == ["lucia"]

    after = also(bin_request, author=before.author, posted_at=timezone.now())
    workflow.answer(bin_request, by=carmen, message=Message("Listo"))

    assert bin_request.replies.latest("pk").post == after


def test_only_the_first_is_answered_when_a_person_says_so(bin_request: ServiceRequest, carmen: User) -> None:
    also(bin_request)

    workflow.answer(bin_request, by=carmen, message=Message("Voy", everybody=False))

    assert [handle for handle, _payload in said(bin_request)] == ["lucia"]


def test_a_photo_goes_with_each_message(bin_request: ServiceRequest, carmen: User, jpeg: bytes) -> None:
    also(bin_request)

    workflow.resolve(bin_request, by=carmen, message=Message("Hecho", photo=jpeg, photo_alt="La papelera"))

    assert [(reply.photos.get().alt, reply.photos.get().width) for reply in Reply.objects.all()] == [
        ("La papelera", 64)
    ] * 2


def test_a_photo_said_to_two_is_shown_once(bin_request: ServiceRequest, carmen: User, jpeg: bytes) -> None:
    also(bin_request)
    workflow.resolve(bin_request, by=carmen, message=Message("Hecho", photo=jpeg, photo_alt="La papelera"))
    for number, reply in enumerate(Reply.objects.order_by("pk")):
        workflow.published(reply, Published(str(number), timezone.now()))

    shown = Photo.objects.of_replies([bin_request.pk])

    assert [photo.reply.copy_of for photo in shown if photo.reply] == [None]
    assert [reply.copy_of for reply in Reply.objects.published().told_once()] == [None]


def test_other_networks_reporters_are_answered_by_that_networks_account(
    bin_request: ServiceRequest, carmen: User
) -> None:
    plaza = Account.objects.get(network="plaza")
    also(bin_request, network="plaza", handle="")

    workflow.answer(bin_request, by=carmen, message=Message("Voy"))

    assert [reply.account for reply in Reply.objects.order_by("pk")] == [bin_request.opening_post.account, plaza]


def test_a_machine_may_speak_too(bin_request: ServiceRequest) -> None:
    reply = workflow.say(bin_request, Message("Recibido", everybody=False), by=None)

    assert (reply.by, reply.payload) == (None, f"Recibido\n— N.º {bin_request.pk}")


def test_a_hundred_reporters_cost_no_more_questions_than_two(
    bin_request: ServiceRequest, carmen: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(2):
        also(bin_request)
    with django_assert_num_queries(4):
        workflow.say(bin_request, Message("Voy"), by=carmen)
    for _ in range(6):
        also(bin_request)
    with django_assert_num_queries(4):
        workflow.say(bin_request, Message("Voy"), by=carmen)


def test_undo_takes_back_every_copy(bin_request: ServiceRequest, carmen: User) -> None:
    also(bin_request)
    workflow.accept(bin_request, by=carmen, message=Message("Voy"))

    workflow.undo(Event.objects.latest("id"), by=carmen)

    assert [reply.status for reply in Reply.objects.all()] == [ReplyStatus.WITHDRAWN] * 2


def test_undo_takes_back_nothing_once_one_copy_left(bin_request: ServiceRequest, carmen: User) -> None:
    also(bin_request)
    workflow.accept(bin_request, by=carmen, message=Message("Voy"))
    Reply.objects.filter(copy_of__isnull=False).update(attempts=1)

    with pytest.raises(MoveNotAllowed):
        workflow.undo(Event.objects.latest("id"), by=carmen)

    assert [reply.status for reply in Reply.objects.all()] == [ReplyStatus.HELD] * 2


def test_the_first_visible_one_by_a_person_stops_the_clock(bin_request: ServiceRequest, carmen: User) -> None:
    also(bin_request)
    workflow.answer(bin_request, by=carmen, message=Message("Voy"))
    at = timezone.now()

    workflow.published(Reply.objects.get(copy_of__isnull=False), Published("2", at))
    workflow.published(Reply.objects.get(copy_of=None), Published("1", at + timedelta(minutes=3)))

    bin_request.refresh_from_db()
    assert bin_request.answered_at == at


# --- who may answer where -------------------------------------------------------------


def test_accounts_that_may_not_answer_say_why(bin_request: ServiceRequest, carmen: User) -> None:
    Account.objects.filter(handle="policia_alameda").update(is_active=False)
    Account.objects.create(network="mastodon", external_id="1", handle="alameda@plaza.example")

    told = {voice.account.handle: voice.why for voice in workflow.voices(bin_request, by=carmen)}

    assert told == {
        "alameda": "",
        "barrendera_alameda": "the author did not name this account",
        "alcaldesa_alameda": "the author did not name this account",
        "manto_alameda": "the author did not name this account",
        "policia_alameda": "an administrator paused it",
        "alameda@plaza.example": "it is on another network",
    }


@pytest.mark.parametrize(
    ("model", "change", "why"),
    [
        (Post, {"deleted_at": timezone.now()}, "the author deleted the post"),
        (Author, {"opted_out_at": timezone.now()}, "the author asked not to be written to"),
    ],
)
def test_nobody_answers_who_is_gone_or_wants_peace(
    bin_request: ServiceRequest, carmen: User, model: type, change: dict[str, object], why: str
) -> None:
    model.objects.update(**change)

    assert {(voice.post, voice.why) for voice in workflow.voices(bin_request, by=carmen)} == {(None, why)}
    with pytest.raises(MessageRefused):
        workflow.answer(bin_request, by=carmen, message=Message("Voy"))


def test_voices_ask_two_questions(
    bin_request: ServiceRequest, carmen: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        workflow.voices(bin_request, by=carmen)


def test_a_colleague_answers_after_a_line_by_the_account_that_was_named(
    bin_request: ServiceRequest, carmen: User, town_account: Account
) -> None:
    sweeper = Account.objects.get(handle="barrendera_alameda")
    offered = next(voice for voice in workflow.voices(bin_request, by=carmen) if voice.account == sweeper)
    assert offered.through is not None

    workflow.answer(bin_request, by=carmen, message=Message("Voy", account_id=sweeper.pk, relay=True))

    line, answer = Reply.objects.order_by("pk")
    number = bin_request.pk
    assert (offered.through.account, line.account, answer.account) == (town_account, town_account, sweeper)
    assert line.payload.startswith("@barrendera_alameda ")
    assert line.payload.endswith(f"\n— Carmen · N.º {number}")
    assert (answer.payload, answer.follows) == (f"Voy\n— Carmen · N.º {number}", line)
    assert bin_request.events.latest("id").reply == answer


def test_no_account_says_the_same_line_twice(bin_request: ServiceRequest, carmen: User) -> None:
    """X would refuse it, and the answer below it would never leave."""
    sweeper = Account.objects.get(handle="barrendera_alameda")
    for words in ("Voy", "Listo"):
        workflow.answer(bin_request, by=carmen, message=Message(words, account_id=sweeper.pk, relay=True))

    lines = [reply.payload for reply in Reply.objects.filter(followed_by__isnull=False)]

    assert len(set(lines)) == 2


def test_a_colleague_who_was_not_named_needs_the_line(bin_request: ServiceRequest, carmen: User) -> None:
    sweeper = Account.objects.get(handle="barrendera_alameda")

    with pytest.raises(MessageRefused):
        workflow.answer(bin_request, by=carmen, message=Message("Voy", account_id=sweeper.pk))


def test_undo_takes_back_the_line_too(bin_request: ServiceRequest, carmen: User) -> None:
    sweeper = Account.objects.get(handle="barrendera_alameda")
    workflow.accept(bin_request, by=carmen, message=Message("Voy", account_id=sweeper.pk, relay=True))

    workflow.undo(Event.objects.latest("id"), by=carmen)

    assert [reply.status for reply in Reply.objects.all()] == [ReplyStatus.WITHDRAWN] * 2


# --- links -----------------------------------------------------------------------------


def test_a_link_is_refused_until_its_price_is_accepted(bin_request: ServiceRequest, carmen: User) -> None:
    with pytest.raises(MessageRefused) as refused:
        workflow.answer(bin_request, by=carmen, message=Message("Mira https://example.org/1"))
    assert (refused.value.rule, Reply.objects.count()) == ("link", 0)

    workflow.answer(bin_request, by=carmen, message=Message("Mira https://example.org/1", accepts_link_price=True))

    assert Reply.objects.get().text == "Mira https://example.org/1"


def test_an_accepted_link_does_not_make_room(bin_request: ServiceRequest, carmen: User) -> None:
    long = "https://example.org/1 " + "muy " * 80

    with pytest.raises(MessageRefused) as refused:
        workflow.answer(bin_request, by=carmen, message=Message(long, accepts_link_price=True))

    assert refused.value.rule == "too_long"


def test_one_copy_that_is_too_long_stops_them_all(bin_request: ServiceRequest, carmen: User) -> None:
    also(bin_request, handle="tom", language="en")

    with pytest.raises(MessageRefused, match="The message to @tom is .* characters too long"):
        workflow.answer(bin_request, by=carmen, message=Message("Voy", texts={"en": "very " * 80}))

    assert Reply.objects.count() == 0


# --- second tries ------------------------------------------------------------------------


def test_other_words_in_the_place_of_refused_ones(bin_request: ServiceRequest, carmen: User, jpeg: bytes) -> None:
    also(bin_request)
    workflow.resolve(bin_request, by=carmen, message=Message("Hecho", photo=jpeg, photo_alt="La papelera"))
    old, copy = Reply.objects.order_by("pk")
    Reply.objects.filter(pk=old.pk).update(status=ReplyStatus.REFUSED, rule="invalid", next_attempt_at=None)

    new = workflow.edit_and_resend(old, text="Limpio", by=carmen)

    old.refresh_from_db()
    copy.refresh_from_db()
    assert (old.given_up_at is not None, old.text, old.receipt.code) == (True, "Hecho", "given_up")
    assert (new.payload, new.post, new.account, new.status) == (
        f"Limpio\n— Carmen · N.º {bin_request.pk}", old.post, old.account, ReplyStatus.QUEUED,
    )  # fmt: skip
    assert (new.photos.get().alt, copy.copy_of) == ("La papelera", new)
    assert [event.reply for event in bin_request.events.filter(verb="answered")] == [new]
    with pytest.raises(MoveNotAllowed):
        workflow.edit_and_resend(old, text="Otra vez", by=carmen)


def test_other_words_that_break_a_rule_leave_the_old_ones_to_decide_on(
    bin_request: ServiceRequest, carmen: User
) -> None:
    workflow.answer(bin_request, by=carmen, message=Message("Voy"))
    Reply.objects.update(status=ReplyStatus.FAILED, next_attempt_at=None)

    with pytest.raises(MessageRefused):
        workflow.edit_and_resend(Reply.objects.get(), text="muy " * 80, by=carmen)

    assert list(Reply.objects.stuck()) == [Reply.objects.get()]


def test_what_follows_a_line_goes_with_its_other_words(bin_request: ServiceRequest, carmen: User) -> None:
    line, answer = relayed(bin_request, carmen)
    Reply.objects.filter(pk=line.pk).update(status=ReplyStatus.REFUSED, rule="invalid", next_attempt_at=None)
    Reply.objects.filter(pk=answer.pk).update(status=ReplyStatus.REFUSED, rule="relay", next_attempt_at=None)
    with pytest.raises(MoveNotAllowed):
        workflow.send_again(answer, by=carmen)

    new = workflow.edit_and_resend(line, text="@barrendera_alameda lo tiene", by=carmen)

    answer.refresh_from_db()
    assert (answer.follows, answer.status) == (new, ReplyStatus.QUEUED)


def test_what_follows_a_line_is_sent_again_with_it(bin_request: ServiceRequest, carmen: User) -> None:
    line, answer = relayed(bin_request, carmen)
    Reply.objects.filter(pk=line.pk).update(status=ReplyStatus.FAILED, next_attempt_at=None)
    Reply.objects.filter(pk=answer.pk).update(status=ReplyStatus.REFUSED, rule="relay", next_attempt_at=None)

    workflow.send_again(line, by=carmen)

    assert [reply.status for reply in Reply.objects.order_by("pk")] == [ReplyStatus.QUEUED] * 2


def relayed(request: ServiceRequest, by: User) -> tuple[Reply, Reply]:
    sweeper = Account.objects.get(handle="barrendera_alameda")
    workflow.answer(request, by=by, message=Message("Voy", account_id=sweeper.pk, relay=True))
    line, answer = Reply.objects.order_by("pk")
    return line, answer
