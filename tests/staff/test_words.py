"""What the desk says: reasons, history, refusals, promises."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.auth.models import User
from django.utils import translation

from requests_app import workflow
from requests_app.models import Queue, Reply, ReplyStatus, ServiceRequest
from requests_app.networks.contract import RULES, Published
from staff.case.history import lines
from staff.case.promises import offers, parse
from staff.case.reasons import reasons
from staff.case.refusals import reason
from tests.staff.conftest import Ask

MADRID = ZoneInfo("Europe/Madrid")


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


def test_reasons_say_each_signal_in_words() -> None:
    evidence = [
        {"signal": "address", "detail": ["@manto_alameda"]},
        {"signal": "hashtag", "detail": ["#farola"]},
        {"signal": "rule", "detail": ["The fair", "team"]},
        {"signal": "rule", "detail": ["The fair", "urgent"]},
        {"signal": "rule", "detail": ["The drill", "calm"]},
        {"signal": "rule", "detail": ["The drill", "private"]},
        {"signal": "kept_apart", "detail": [7]},
        {"signal": "torn", "detail": ["police", "gone"]},
        {"signal": "nothing", "detail": []},
        {"signal": "chosen", "detail": ["bins"]},
        {"signal": "danger", "detail": ["huele gas"]},
        {"signal": "words", "detail": ["farola", "fundida"]},
        {"signal": "alike", "detail": ["street-light", "14", "93"]},
        {"signal": "kind", "detail": ["problem", "81", "fundida"]},
        {"signal": "kind", "detail": ["other", "40"]},
        {"signal": "classifier", "detail": ["0.91"]},
    ]

    assert reasons(evidence, names={"police": "Local police", "street-light": "Lighting"}) == [
        "It names @manto_alameda.",
        "It carries #farola.",
        "The town's rule “The fair” sends it here.",
        "By the town's rule “The fair” it cannot wait.",
        "By the town's rule “The drill” it can wait, whatever its words.",
        "The town's rule “The drill” keeps it from the public.",
        "Kept apart from No. 7, which everybody may read.",
        "Torn between Local police and gone, so a person decides.",
        "Nothing in it names a team, so a person decides.",
        "Its author chose the service.",
        "Words of danger: huele gas. It does not wait for opening hours.",
        "Words: farola, fundida.",
        "Like 14 earlier posts in Lighting, 93 %.",
        "Taken for problem, 81 %: fundida.",
        "Taken for other, 40 %.",
        "classifier: 0.91",
    ]


@pytest.mark.django_db
@time_machine.travel("2026-11-20 10:00:00+01:00", tick=False)
def test_history_tells_every_verb(ask: Ask, carmen: User, ines: User) -> None:
    request, other = ask(), ask()
    police = Queue.objects.get(code="police")
    workflow.accept(request, by=carmen, promised_for=datetime(2026, 11, 20, 14, tzinfo=MADRID))
    workflow.undo(request.events.latest("id"), by=carmen)
    workflow.transfer(request, by=ines, queue=police)
    workflow.wait(request, by=ines, text="the bin company")
    workflow.answer(request, by=ines, message=workflow.Message(text="Voy"))
    workflow.published(Reply.objects.get(), Published("77", datetime(2026, 11, 20, 10, tzinfo=MADRID)))
    workflow.decline(request, by=ines, reason="not_ours")
    workflow.reopen(request, by=ines, text="it was ours")
    workflow.resolve(request, by=carmen, message=workflow.Message(text="Hecho"))
    workflow.reopen(request, by=None)
    workflow.note(request, by=ines, text="dog")
    workflow.merge(request, into=other, by=ines)
    workflow.unmerge(request, by=ines)

    told = [(line.sentence, line.words, line.is_undone) for line in history(request)]

    assert told == [
        ("Arrived on X.", "", False),
        ("Carmen took it on and promised 14:00.", "", True),
        ("Carmen took this back: Carmen took it on and promised 14:00.", "", False),
        ("Inés passed it to Local police.", "", False),
        ("Inés is waiting for somebody else.", "the bin company", False),
        ("Inés answered.", "", False),
        ("The message stands on the network, from @alameda.", "", False),
        ("Inés closed it without a repair: not the town's to do.", "", False),
        ("Inés opened it again.", "it was ours", False),
        ("Carmen resolved it.", "", False),
        ("A resident says on the square that it is not fixed: it is open again.", "", False),
        ("Inés noted:", "dog", False),
        (f"Inés joined it to No. {other.pk}.", "", False),
        (f"Inés separated it from No. {other.pk}.", "", False),
    ]
    assert [line.sentence for line in history(other)][1:] == [
        f"Inés joined No. {request.pk} to it.",
        f"Inés separated it from No. {request.pk}.",
    ]


@pytest.mark.parametrize(
    ("status", "rule", "told"),
    [
        (ReplyStatus.REFUSED, "gone", "The post it answers is not there any more. Give it up."),
        (ReplyStatus.REFUSED, "new_rule", "“new_rule”. Try another account, or give it up."),
        (
            ReplyStatus.FAILED,
            "",
            "it was tried and looked for several times. Look at the thread on the network before you send it again.",
        ),
        (ReplyStatus.PUBLISHED, "", ""),
    ],
)
def test_reason_says_what_to_do(status: str, rule: str, told: str) -> None:
    assert reason(Reply(status=status, rule=rule)) == told


@pytest.mark.parametrize("rule", [*RULES, "edited", "relay", "link"])
def test_every_rule_has_a_sentence_of_its_own(rule: str) -> None:
    assert f"“{rule}”" not in reason(Reply(status=ReplyStatus.REFUSED, rule=rule))


@time_machine.travel("2026-11-20 10:00:00+01:00", tick=False)
def test_promises_of_the_morning() -> None:
    assert [words for _value, words in offers()] == [
        "No promise yet",
        "Today, 14:00",
        "Tomorrow, 12:00",
        "Another time…",
    ]
    assert [parse(value) for value, _words in offers()][1:3] == [
        datetime(2026, 11, 20, 14, tzinfo=MADRID), datetime(2026, 11, 21, 12, tzinfo=MADRID),
    ]  # fmt: skip


@time_machine.travel("2026-11-20 13:40:00+01:00", tick=False)
def test_promises_leave_out_what_is_nearly_over() -> None:
    assert [words for _value, words in offers()] == ["No promise yet", "Tomorrow, 12:00", "Another time…"]


@time_machine.travel("2026-11-21 00:10:00+01:00", tick=False)
def test_promise_chosen_before_midnight_stays_that_day() -> None:
    chosen = "2026-11-21T12:00:00+01:00"

    assert [words for _value, words in offers(chosen=chosen)] == [
        "No promise yet", "Today, 14:00", "Tomorrow, 12:00", "Today, 12:00", "Another time…",
    ]  # fmt: skip


@pytest.mark.parametrize("choice", ["", "own", "2026-13-45", "2026-11-21T12:00:00", "tomorrow"])
def test_what_is_no_moment_is_no_promise(choice: str) -> None:
    assert parse(choice) is None


def history(request: ServiceRequest) -> list[Any]:
    events = request.events.in_order().select_related("by", "post__author", "reply__account", "queue", "undoes")
    return lines(events)
