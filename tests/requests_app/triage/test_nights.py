"""The nights: when triage learns, what it compares, which model stays, and the way back."""

import json
from datetime import datetime, timedelta
from io import BytesIO, StringIO
from itertools import cycle

import numpy as np
import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from requests_app import tasks, workflow
from requests_app.models import Classifier, LearningSource, Queue, Service, Training, TrainingOutcome
from requests_app.triage.deciding import Desk, Reading, read
from requests_app.triage.learned import nights
from requests_app.triage.learned.labels import Label, town_labels
from requests_app.triage.learned.relearning import as_examples, is_better, learn
from requests_app.triage.learned.training import Example
from requests_app.triage.learned.using import model_in_use, starter
from tests.factories import AccountFactory, AuthorFactory, PostFactory, ServiceRequestFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("alameda")]

NIGHT = datetime.fromisoformat("2026-11-20T03:01:00+01:00")
NOON = datetime.fromisoformat("2026-11-20T12:00:00+01:00")
# As a town of its own calls the street lights; Plaza's texts know nothing of it.
WORDS = ("el zurriago", "los zurriagos", "un zurriago", "otro zurriago", "ese zurriago")
AGAIN = "aquí otro zurriago sigue sin ir"


# In the place of Plaza's seven thousand texts: quick to learn.
FEW = [
    Example(f"{begins} {thing} {ends}", kind="problem", topic=topic, urgent=False, language="es")
    for thing, topic in (
        ("la farola", "street-light"),
        ("la basura", "rubbish"),
        ("el ruido", "noise"),
        ("el bache", "road"),
        ("el padrón", "paperwork"),
        ("el coche", "parking"),
    )
    for begins in ("otra vez", "sigue", "mirad", "qué pasa con")
    for ends in ("en la plaza", "de mi calle", "desde ayer", "sigue igual")
]
FEW += [Example(f"gracias por todo {n}", kind="thanks", topic="general", urgent=True) for n in range(5)]


@pytest.fixture
def corrected(ines: User) -> None:
    """Two hundred posts about the town's own thing, each moved to maintenance."""
    account = AccountFactory(network="mastodon")
    author, lights = AuthorFactory(network="mastodon"), Service.objects.get(code="street-light")
    sweeper, maintenance = (Queue.objects.get(code=code) for code in ("sweeper", "maintenance"))
    for number, words in zip(range(200), cycle(WORDS), strict=False):
        text = f"{words} {number} sigue sin ir"
        # Which are held back hangs on their numbers.
        post = PostFactory(pk=1_000_000 + number, network="mastodon", account=account, author=author, text=text)
        request = ServiceRequestFactory(opening_post=post, queue=sweeper)
        workflow.transfer(request, by=ines, queue=maintenance, service=lights)


def asked(**values: object) -> Training:
    return Training.objects.create(asked_at=timezone.now(), began_at=timezone.now(), **values)


def taken_for(text: str) -> Reading:
    """What triage makes of a post that comes in now."""
    post = PostFactory(network="mastodon", text=text, mentions=[])
    return read(post, desk=Desk.today())


@pytest.mark.usefixtures("corrected")
def test_what_people_move_is_sorted_right_from_then_on() -> None:
    assert taken_for(AGAIN).guess.code != "maintenance"

    ended = learn(asked(), texts=FEW)

    assert ended.outcome == TrainingOutcome.KEPT
    kept = Classifier.objects.get()
    assert kept.is_in_use
    assert kept.labels["networks"] == ["mastodon"]
    assert kept.labels["town"] + ended.labels["held_back"] == 200
    assert kept.figures["asked"] == {"queue": ended.labels["held_back"]}
    assert kept.figures["right"]["queue"] > kept.figures["before"]["queue"]
    # In this very process, which has sorted with the other one.
    reading = taken_for(AGAIN)
    assert reading.queue.code == "maintenance"
    # What it says of earlier posts is so: in as many of them the word stands.
    (alike,) = [piece["detail"] for piece in reading.evidence if piece["signal"] == "alike"]
    assert alike[:2] == ["street-light", str(sum("zurriago " in one.text for one in shown()))]


def shown() -> list[Label]:
    return [label for label in town_labels() if not label.is_held_back]


@pytest.mark.usefixtures("corrected")
def test_nothing_new_is_not_learned_again() -> None:
    learn(asked(), texts=FEW)

    assert learn(asked(), texts=FEW).outcome == TrainingOutcome.NOTHING_NEW
    assert Classifier.objects.count() == 1


@pytest.mark.usefixtures("corrected")
def test_what_is_not_better_is_kept_and_not_used() -> None:
    learn(asked(), texts=FEW)
    Service.objects.filter(code="street-light").update(topic="cables")

    ended = learn(asked(), texts=FEW)

    assert ended.outcome == TrainingOutcome.NOT_BETTER
    assert [(row.is_in_use, bool(row.weights)) for row in Classifier.objects.order_by("pk")] == [
        (True, True),
        (False, True),
    ]


def test_too_few_to_compare() -> None:
    ended = learn(asked())

    assert (ended.outcome, ended.labels["town"], Classifier.objects.count()) == (TrainingOutcome.TOO_FEW, 0, 0)


@pytest.mark.parametrize(
    ("right", "before", "better"),
    [
        ({"queue": 31, "kind": 20}, {"queue": 30, "kind": 20}, True),
        ({"queue": 30, "kind": 20}, {"queue": 30, "kind": 20}, False),
        ({"queue": 35, "kind": 19}, {"queue": 30, "kind": 20}, False),
        ({"queue": 30, "kind": 20, "urgent": 2}, {"queue": 30, "kind": 20, "urgent": 1}, False),
        ({"queue": 35, "kind": 20, "urgent": 0}, {"queue": 30, "kind": 20, "urgent": 1}, False),
    ],
)
def test_better_is_worse_in_nothing(right: dict[str, int], before: dict[str, int], better: bool) -> None:
    assert is_better(right, before=before) == better


def test_of_a_team_alone_the_words_say_which_of_its_topics() -> None:
    snapshot = Desk.today().snapshot
    labels = [
        Label(1, "mastodon", "la farola de la esquina", "es", queue="maintenance"),
        Label(2, "mastodon", "hola", "es", queue="nowhere"),
        Label(3, "mastodon", "hola", "es", kind="question"),
    ]

    assert [one.topic for one in as_examples(labels, snapshot=snapshot)] == ["street-light", "", ""]


def test_what_the_town_alone_knows_becomes_a_topic() -> None:
    Service.objects.create(
        code="fair-booths", names={"es": "Casetas"}, queue=Queue.objects.get(code="police"),
        answer_target=timedelta(hours=1), resolve_target=timedelta(days=1),
    )  # fmt: skip
    labels = [Label(n, "mastodon", "la caseta", "es", queue="police", service="fair-booths") for n in range(10)]
    snapshot = Desk.today().snapshot

    assert {one.topic for one in as_examples(labels, snapshot=snapshot)} == {"fair-booths"}
    assert "fair-booths" not in {one.topic for one in as_examples(labels[:9], snapshot=snapshot)}


# --- when --------------------------------------------------------------------


def test_once_a_night() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        assert nights.claim(now=timezone.now()) is None
        clock.move_to(NIGHT + timedelta(days=1))
        night = nights.claim(now=timezone.now())
        assert night is not None
        assert night.asked_by is None
        assert nights.claim(now=timezone.now()) is None
        learn(night)
        clock.shift(timedelta(hours=1))
        assert nights.claim(now=timezone.now()) is None
        clock.shift(timedelta(days=1))
        assert nights.claim(now=timezone.now()) is not None


@time_machine.travel(NOON, tick=False)
def test_asked_for_twice_it_is_done_once(ines: User) -> None:
    one, other = nights.ask(by=ines), nights.ask(by=ines)

    assert one == other
    assert nights.claim(now=timezone.now()) == one
    assert nights.claim(now=timezone.now()) is None


@time_machine.travel(NOON, tick=False)
def test_whatever_died_is_said_to_have_failed(ines: User) -> None:
    dead = nights.ask(by=ines)
    nights.claim(now=timezone.now())

    assert nights.claim(now=timezone.now() + timedelta(hours=1)) is None

    dead.refresh_from_db()
    assert (dead.outcome, dead.error) == (TrainingOutcome.FAILED, "never ended")


def test_a_night_that_was_missed_is_told() -> None:
    now = timezone.now()
    assert not nights.is_missed(now=now)

    Training.objects.create(asked_at=now - timedelta(hours=30), ended_at=now, outcome=TrainingOutcome.NOTHING_NEW)
    assert not nights.is_missed(now=now)
    assert nights.is_missed(now=now + timedelta(hours=7))


# --- which -------------------------------------------------------------------


@pytest.fixture
def two() -> list[Classifier]:
    """Trained from Plaza's texts alone, the newer one in use."""
    weights = starter().to_bytes()
    rows = [Classifier.objects.create(trained_at=timezone.now(), weights=weights) for _turn in range(2)]
    for row in rows:
        asked(classifier=row, outcome=TrainingOutcome.KEPT, ended_at=timezone.now())
    nights.use(rows[1], by=None)
    return rows


def test_back_to_an_earlier_one_and_to_plazas_own(two: list[Classifier], ines: User) -> None:
    assert nights.use(two[0], by=ines)
    assert Classifier.objects.get(is_in_use=True).chosen_by == ines
    assert model_in_use() is not starter()

    assert nights.use(None, by=ines)
    assert model_in_use() is starter()
    assert [line.change_message for line in nights.changed_lately()] == [
        "classifier own",
        f"classifier {two[0].trained_at.isoformat()}",
    ]


def test_one_that_an_update_cannot_read_leaves_the_sorting_to_plazas_own(two: list[Classifier]) -> None:
    with np.load(BytesIO(bytes(two[1].weights))) as stored:
        parts = {**stored, "header": np.frombuffer(json.dumps({"format": 0}).encode(), dtype=np.uint8)}
    kept = BytesIO()
    np.savez_compressed(kept, **parts)
    Classifier.objects.filter(pk=two[1].pk).update(weights=kept.getvalue())

    assert model_in_use() is starter()


def test_whoever_forbids_a_network_forbids_what_was_learned_there(two: list[Classifier], ines: User) -> None:
    Classifier.objects.filter(pk=two[1].pk).update(labels={"networks": ["mastodon"]})

    assert nights.choose_source("bluesky", is_used=False, by=ines) is False
    assert nights.choose_source("mastodon", is_used=False, by=ines) is True

    assert model_in_use() is starter()
    assert not nights.use(Classifier.objects.get(pk=two[1].pk), by=ines)
    assert nights.use(two[0], by=ines)
    assert LearningSource.objects.get(network="mastodon").chosen_by == ines


def test_weights_of_the_newest_are_kept_and_of_the_one_in_use(ines: User) -> None:
    rows = [Classifier.objects.create(trained_at=timezone.now(), weights=b"w") for _turn in range(70)]
    for row in rows:
        asked(classifier=row, outcome=TrainingOutcome.NOT_BETTER, ended_at=timezone.now())
    nights.use(rows[0], by=ines)

    nights.forget_old()

    kept = list(Classifier.objects.with_weights().order_by("pk").values_list("pk", flat=True))
    assert kept == [rows[0].pk, *(row.pk for row in rows[-nights.WEIGHED :])]
    assert Training.objects.count() == nights.REMEMBERED + 1


def test_quiet_nights_are_told_once() -> None:
    for _turn in range(3):
        asked(outcome=TrainingOutcome.TOO_FEW, ended_at=timezone.now())

    nights.forget_old()

    assert Training.objects.count() == 1


# --- by whom -----------------------------------------------------------------


@pytest.fixture
def same_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is started from here reads what is written here."""
    at = connection.settings_dict
    host = str(at["HOST"]).replace("/", "%2F")
    monkeypatch.setenv("DATABASE_URL", f"postgres://{at['USER']}:{at['PASSWORD']}@{host}:{at['PORT']}/{at['NAME']}")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("same_database")
def test_the_worker_learns_in_a_process_of_its_own(ines: User) -> None:
    nights.ask(by=ines)

    tasks.learn()

    ended = Training.objects.get()
    assert (ended.outcome, ended.error, ended.labels["town"]) == (TrainingOutcome.TOO_FEW, "", 0)


@pytest.mark.django_db(transaction=True)
def test_a_process_that_dies_is_told(ines: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://nobody@127.0.0.1:9/nothing")
    nights.ask(by=ines)

    tasks.learn()

    ended = Training.objects.get()
    assert (ended.outcome, ended.error) == (TrainingOutcome.FAILED, "exit 1")


def test_by_command() -> None:
    call_command("learn_from_town", stdout=(said := StringIO()))

    assert json.loads(said.getvalue())["outcome"] == "too_few"
    nights.ask(by=User.objects.get(username="it"))
    with pytest.raises(CommandError):
        call_command("learn_from_town", stdout=StringIO())
