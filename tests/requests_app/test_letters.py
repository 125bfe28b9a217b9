"""Letters to followers, through a real mail server: asked for, confirmed, each line once, and left."""

import re
import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
import time_machine
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from requests_app import letters, tasks, workflow
from requests_app.models import Follower, Post, Queue, ReplyStatus, ServiceRequest
from requests_app.networks.contract import Published
from requests_app.workflow import Message
from tests.factories import ServiceRequestFactory

pytestmark = pytest.mark.django_db

ANA = "ana@example.com"
NOON = datetime.fromisoformat("2026-11-23T12:00:00+01:00")


class Mailbox:
    """What a mail server took; `says` is what it answers instead of taking."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.says = ""
        self.refuses = ""

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuses:
            return self.refuses
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.says == "hang up":
            # As a server that dies once it has the letter.
            self.take(envelope)
            server.transport.close()
            return "250 nobody hears this"
        if self.says:
            return self.says
        self.take(envelope)
        return "250 OK"

    def take(self, envelope: Envelope) -> None:
        self.letters.append(message_from_bytes((envelope.content or b"").replace(b"\r", b""), policy=policy.default))


@pytest.fixture(scope="module")
def server() -> Iterator[Controller]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(Mailbox(), hostname="127.0.0.1", port=port)
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def mail(server: Controller, settings: Settings) -> Mailbox:
    box: Mailbox = server.handler
    box.__init__()
    settings.MAILS = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = server.port
    return box


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def row(carmen: User, cleaning: Queue, clock: time_machine.Traveller) -> ServiceRequest:
    return ServiceRequestFactory(queue=cleaning, opening_post__text="Cristales, 612345678")


@pytest.fixture
def english() -> Client:
    return Client(headers={"Accept-Language": "en"})


def ask(client: Client, row: ServiceRequest, email: str = ANA) -> int:
    return client.post(f"/requests/{row.pk}/follow/", {"email": email}).status_code


def confirmed(client: Client, row: ServiceRequest, mail: Mailbox) -> Follower:
    """Somebody who asked, and pressed the button."""
    ask(client, row)
    letters.send_due()
    follower = Follower.objects.get()
    client.post(f"/letters/{follower.token}/")
    mail.letters.clear()
    follower.refresh_from_db()
    return follower


def a_little_later(clock: time_machine.Traveller, minutes: int = 2) -> None:
    clock.shift(timedelta(minutes=minutes))
    letters.send_due()


def test_the_first_letter_asks_and_only_its_button_confirms(
    english: Client, row: ServiceRequest, mail: Mailbox
) -> None:
    assert ask(english, row) == 200
    letters.send_due()

    (letter,) = mail.letters
    text = letter.get_content()
    (page,) = re.findall(r"http://testserver(/letters/[\w-]+/)$", text, re.MULTILINE)
    assert (letter["To"], letter["Subject"]) == (ANA, f"Do you want to follow No. {row.pk}?")
    assert ("Cristales, •••" in text, "612345678" in text) == (True, False)
    assert "Yes, write to me" in english.get(page).content.decode()
    assert Follower.objects.get().confirmed_at is None
    english.post(page)
    assert Follower.objects.get().confirmed_at is not None
    assert f"You follow No. {row.pk}" in english.get(page).content.decode()


def test_a_follower_is_told_each_line_once_in_their_language(
    row: ServiceRequest, carmen: User, mail: Mailbox, clock: time_machine.Traveller
) -> None:
    follower = confirmed(Client(headers={"Accept-Language": "en"}), row, mail)
    workflow.accept(row, by=carmen, promised_for=NOON + timedelta(hours=3))
    workflow.note(row, by=carmen, text="A note for colleagues")
    a_little_later(clock)
    a_little_later(clock)

    (letter,) = mail.letters
    text = letter.get_content()
    assert letter["Subject"] == f"No. {row.pk}: Carmen accepted it and promised it for today 15:00"
    assert letter["List-Unsubscribe"].strip() == f"<http://testserver/letters/{follower.token}/leave/>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"http://testserver/requests/{row.pk}/" in text
    assert "A note for colleagues" not in text
    workflow.decline(row, by=carmen, reason="not_ours")
    a_little_later(clock)
    assert [len(mail.letters), "not the town's to do" in mail.letters[-1].get_content()] == [2, True]


def test_what_can_still_be_taken_back_is_told_to_nobody(
    english: Client, row: ServiceRequest, carmen: User, mail: Mailbox, clock: time_machine.Traveller
) -> None:
    confirmed(english, row, mail)
    workflow.accept(row, by=carmen)
    letters.send_due()
    workflow.undo(row.events.latest("id"), by=carmen)
    a_little_later(clock)

    assert mail.letters == []


def test_an_answer_is_told_once_it_stands_and_what_came_after_it_waits(
    english: Client, row: ServiceRequest, carmen: User, mail: Mailbox, clock: time_machine.Traveller
) -> None:
    confirmed(english, row, mail)
    workflow.answer(row, by=carmen, message=Message("Voy."))
    workflow.accept(row, by=carmen)
    a_little_later(clock)
    assert mail.letters == []
    for reply in row.replies.filter(status=ReplyStatus.HELD):
        workflow.published(reply, Published("77", timezone.now()))
    a_little_later(clock)

    (letter,) = mail.letters
    assert re.findall(r"· .* — (.*)", letter.get_content()) == ["Carmen answered", "Carmen accepted it"]


def test_a_server_that_is_away_or_refuses_is_tried_again(
    english: Client,
    row: ServiceRequest,
    carmen: User,
    mail: Mailbox,
    clock: time_machine.Traveller,
    settings: Settings,
) -> None:
    follower = confirmed(english, row, mail)
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 9
    workflow.accept(row, by=carmen)
    a_little_later(clock)
    settings.EMAIL_PORT, mail.says = port, "451 come back later"
    a_little_later(clock)
    follower.refresh_from_db()
    assert (follower.attempts, follower.error, mail.letters) == (2, "SMTPDataError", [])
    mail.says = ""
    a_little_later(clock, minutes=1)
    assert mail.letters == []
    a_little_later(clock, minutes=4)

    follower.refresh_from_db()
    assert (len(mail.letters), follower.attempts, follower.error) == (1, 0, "")


def test_a_letter_in_doubt_is_not_sent_twice(
    english: Client, row: ServiceRequest, carmen: User, mail: Mailbox, clock: time_machine.Traveller
) -> None:
    follower = confirmed(english, row, mail)
    workflow.accept(row, by=carmen)
    mail.says = "hang up"
    a_little_later(clock)
    mail.says = ""
    a_little_later(clock, minutes=60)

    follower.refresh_from_db()
    assert (len(mail.letters), follower.error) == (1, "SMTPServerDisconnected")


def test_a_mailbox_that_does_not_exist_is_forgotten(english: Client, row: ServiceRequest, mail: Mailbox) -> None:
    ask(english, row)
    mail.refuses = "550 no such mailbox"
    letters.send_due()

    assert Follower.objects.count() == 0


def test_two_workers_write_one_letter(
    english: Client, row: ServiceRequest, carmen: User, mail: Mailbox, clock: time_machine.Traveller
) -> None:
    follower = confirmed(english, row, mail)
    workflow.accept(row, by=carmen)
    clock.shift(timedelta(minutes=2))
    Follower.objects.update(next_attempt_at=timezone.now())
    seen_by_both = Follower.objects.due_to_tell(timezone.now()).get()
    letters.send_due()
    line = letters.get_connection()
    letters._write(seen_by_both, line=line, now=timezone.now())
    line.close()

    assert (len(mail.letters), follower.pk) == (1, seen_by_both.pk)


def test_leaving_takes_a_button_or_the_mail_programs_own(english: Client, row: ServiceRequest, mail: Mailbox) -> None:
    follower = confirmed(english, row, mail)
    door = f"/letters/{follower.token}/leave/"

    assert (english.get(door).status_code, Follower.objects.count()) == (200, 1)
    program = Client(enforce_csrf_checks=True)
    assert program.post(door, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Follower.objects.count() == 0
    assert program.post(door).status_code == 200


@pytest.mark.parametrize("why", ["private", "erased", "unconfirmed"])
def test_followers_of_what_is_not_public_any_more_are_dropped(
    english: Client, row: ServiceRequest, mail: Mailbox, clock: time_machine.Traveller, why: str
) -> None:
    if why == "unconfirmed":
        ask(english, row)
        clock.shift(timedelta(days=7, minutes=1))
    else:
        confirmed(english, row, mail)
    if why == "private":
        ServiceRequest.objects.update(is_private=True)
    if why == "erased":
        Post.objects.update(deleted_at=timezone.now())
    letters.send_due()

    assert (Follower.objects.count(), mail.letters) == (0, [])


def test_asking_again_is_one_follower_and_fills_no_mailbox(english: Client, row: ServiceRequest, mail: Mailbox) -> None:
    asked = [ask(Client(REMOTE_ADDR=f"192.0.2.{n}"), row, ANA if n % 2 else ANA.upper()) for n in range(6)]
    for _ in range(6):
        letters.send_due()

    assert (asked, Follower.objects.count(), len(mail.letters)) == ([200] * 6, 1, 1)


def test_what_is_no_address_is_refused_in_words(english: Client, row: ServiceRequest, mail: Mailbox) -> None:
    answers = [
        ask(english, row, email)
        for email in ("ana", "", "ana@example.com\nBcc: x@example.com", "a" * 300 + "@b.example")
    ]

    assert (answers, Follower.objects.count()) == ([422] * 4, 0)


def test_without_a_mail_server_nothing_is_said_of_letters(
    english: Client, row: ServiceRequest, settings: Settings
) -> None:
    settings.MAILS = False

    assert 'type="email"' not in english.get(f"/requests/{row.pk}/").content.decode()
    assert ask(english, row) == 404
    tasks.send_letters()


def test_a_private_request_is_followed_by_nobody(english: Client, mail: Mailbox) -> None:
    assert ask(english, ServiceRequestFactory(is_private=True)) == 404


def test_no_address_enters_the_log(
    english: Client, row: ServiceRequest, mail: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    mail.says = "451 come back later, ana@example.com"
    ask(english, row)
    letters.send_due()

    assert "letter not sent" in caplog.text
    assert ANA not in "".join(str(vars(record)) for record in caplog.records if record.name != "mail.log")
