"""Waits, moments and numbers in words, the wait ribbon, and the pieces of a page that draw them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.template import engines
from django.utils import translation

from requests_app.models import Account, Author, Network, Photo, Post, Queue, Reply, ReplyStatus, ServiceRequest, Status
from requests_app.ribbon import due_share, due_tone, ribbon
from staff.desk.rows import Row

# 11:12 on the town's clock, an hour ahead of UTC in November.
NOW = datetime(2026, 11, 21, 10, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _a_frozen_english_morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False), translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _plain_static_names(settings: LazySettings) -> None:
    # The manifest of hashed names exists only once the static files were collected.
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


def rendered(source: str, **context: Any) -> str:
    return " ".join(engines["django"].from_string(source).render(context).split())


def a_request(status: Status = Status.NEW, **facts: Any) -> ServiceRequest:
    posted_at = facts.pop("posted_at", NOW - timedelta(minutes=6))
    author = Author(network=Network.X, handle="lucia", display_name="Lucía M.")
    post = Post(
        network=Network.X,
        author=author,
        text="La farola está apagada\nDesde el lunes",
        language="es",
        posted_at=posted_at,
    )
    queue = Queue(code="maintenance", names={"en": "Maintenance"})
    return ServiceRequest(
        id=1042, status=status, opening_post=post, queue=queue, posted_at=posted_at, language="es", **facts
    )


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, ""),
        (-5, "0 s"),
        (12, "12 s"),
        (60, "1 min"),
        (72, "1 min 12 s"),
        (599, "9 min 59 s"),
        (661, "11 min"),
        (3600, "1 h"),
        (7805, "2 h 10 min"),
        (86400, "1 d"),
        (273600, "3 d 4 h"),
        (11 * 86400 + 7200, "11 d"),
    ],
)
def test_duration_is_said_in_at_most_two_units(seconds: float | None, words: str) -> None:
    assert rendered("{{ wait|duration }}", wait=seconds) == words


def test_duration_reads_a_timedelta_too() -> None:
    assert rendered("{{ wait|duration }}", wait=timedelta(minutes=3, seconds=58)) == "3 min 58 s"


@pytest.mark.parametrize(
    ("distance", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=6), "6 min ago"),
        (timedelta(hours=2, minutes=50), "2 h ago"),
        (timedelta(days=3), "3 d ago"),
        (timedelta(days=40), "12 October 2026"),
        (-timedelta(minutes=9), "in 9 min"),
    ],
)
def test_ago_is_said_in_one_unit(distance: timedelta, words: str) -> None:
    assert rendered("{{ at|ago }}", at=NOW - distance) == words


def test_clock_names_the_day_only_when_it_is_another_one() -> None:
    moments = [NOW, NOW - timedelta(days=1), NOW - timedelta(days=365)]
    assert [rendered("{{ at|clock }}", at=at) for at in moments] == ["11:12", "20 Nov 11:12", "21 Nov 2025 11:12"]


def test_moment_carries_the_machine_time_the_exact_words_and_the_relative_ones() -> None:
    assert rendered('{% moment at "both" %}', at=NOW - timedelta(minutes=6)) == (
        '<time datetime="2026-11-21T11:06:00+01:00" title="Saturday 21 November 2026, 11:06">11:06 · 6 min ago</time>'
    )


def test_moments_that_never_came_leave_nothing() -> None:
    assert (
        rendered("{% moment at %}{{ at|ago }}{{ at|clock }}{{ at|due }}{{ at|waited }}{{ at|remaining }}", at=None)
        == ""
    )


def test_due_says_what_is_left_or_how_late_it_is() -> None:
    moments = [NOW + timedelta(minutes=9, seconds=30), NOW + timedelta(minutes=80), NOW - timedelta(minutes=18)]
    assert [rendered("{{ at|due }}", at=at) for at in moments] == ["due in 9 min", "due in 1 h 20 min", "18 min late"]


def test_waited_and_remaining_look_both_ways() -> None:
    assert rendered("{{ at|waited }}", at=NOW - timedelta(hours=2, minutes=10)) == "2 h 10 min"
    assert rendered("{{ at|remaining }}", at=NOW + timedelta(seconds=8)) == "8 s"


def test_numbers_take_the_readers_separator_and_request_numbers_none() -> None:
    source = "{{ 12047|number }} {{ none|number }}{{ 12047|request_number }} {{ 1|people }} {{ 1200|people }}"
    assert rendered(source, none=None) == "12,047 No. 12047 1 person 1,200 people"


def test_share_is_whole_and_silent_about_nothing() -> None:
    assert [rendered("{{ a|share_of:b }}", a=74, b=81), rendered("{{ a|share_of:b }}", a=0, b=0)] == ["91 %", ""]


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Lucía M.", "LM"), ("ana", "A"), ("@piet (he) van K.", "PH"), ("سارة", "س"), ("🙂", "·"), ("", "·"), (None, "·")],
)
def test_initials_are_two_letters_at_most(name: str | None, letters: str) -> None:
    assert rendered("{{ name|initials }}", name=name) == letters


def test_network_name_is_the_networks_own() -> None:
    assert rendered("{{ 'x'|network_name }} {{ 'bluesky'|network_name }} {{ 'sms'|network_name }}") == "X Bluesky sms"


def told(request: ServiceRequest, by: str = "") -> tuple[str, list[tuple[str, str, str]], list[str]]:
    shown = ribbon(request, now=NOW, by=by)
    return shown.sentence, [(leg.style, leg.tone, leg.wait) for leg in shown.legs], [stop.words for stop in shown.stops]


def test_ribbon_waits_without_an_end_while_nobody_answers() -> None:
    assert told(a_request(due_at=NOW + timedelta(minutes=9))) == (
        "Posted 11:06. Waiting for an answer for 6 min.",
        [("open", "blue", "6 min")],
        ["11:06 posted", "waiting"],
    )


def test_ribbon_turns_wine_when_the_answer_is_late() -> None:
    assert told(a_request(posted_at=NOW - timedelta(minutes=80), due_at=NOW - timedelta(minutes=18))) == (
        "Posted 09:52. Waiting for an answer for 1 h 20 min, 18 min late.",
        [("open", "wine", "1 h 20 min")],
        ["09:52 posted", "18 min late"],
    )


def test_ribbon_ends_where_it_is_done() -> None:
    posted = NOW - timedelta(minutes=6)
    request = a_request(
        Status.RESOLVED, answered_at=posted + timedelta(seconds=72), resolved_at=posted + timedelta(seconds=72 + 166)
    )
    assert told(request, by="Antonio") == (
        "Posted 11:06. Antonio answered after 1 min 12 s. Done 2 min 46 s later.",
        [("solid", "ochre", "1 min 12 s"), ("solid", "olive", "2 min 46 s")],
        ["11:06 posted", "Antonio answers", "done 11:09"],
    )


def test_ribbon_of_an_old_request_names_each_day_once() -> None:
    posted = NOW - timedelta(days=3)
    same_day = a_request(
        Status.RESOLVED, posted_at=posted, answered_at=posted, resolved_at=posted + timedelta(minutes=4)
    )
    next_day = a_request(Status.RESOLVED, posted_at=posted, resolved_at=posted + timedelta(days=1))
    assert told(same_day)[2] == ["18 Nov 11:12 posted", "answered", "done 11:16"]
    assert told(next_day)[2] == ["18 Nov 11:12 posted", "done 19 Nov 11:12"]


def test_ribbon_of_an_answer_that_was_the_repair_has_one_leg() -> None:
    done = NOW - timedelta(minutes=2)
    assert told(a_request(Status.RESOLVED, answered_at=done, resolved_at=done))[1] == [("solid", "olive", "4 min")]


def test_ribbon_shows_a_promise_as_a_dashed_line() -> None:
    facts = {"answered_at": NOW - timedelta(minutes=2)}
    assert told(a_request(Status.ACCEPTED, promised_for=NOW + timedelta(minutes=48), **facts), by="Carmen") == (
        "Posted 11:06. Carmen answered after 4 min. Promised before 12:00.",
        [("solid", "ochre", "4 min"), ("dashed", "soft", "before 12:00")],
        ["11:06 posted", "Carmen answers", "promised"],
    )
    assert told(a_request(Status.ACCEPTED, promised_for=NOW - timedelta(minutes=1), **facts)) == (
        "Posted 11:06. Answered after 4 min. Promised for 11:11, 1 min late.",
        [("solid", "ochre", "4 min"), ("dashed", "wine", "1 min late")],
        ["11:06 posted", "answered", "promised 11:11"],
    )


def test_ribbon_goes_on_after_an_answer_without_a_promise() -> None:
    facts = {"answered_at": NOW - timedelta(minutes=2)}
    late = told(a_request(Status.ACCEPTED, due_at=NOW - timedelta(seconds=61), **facts))
    assert told(a_request(Status.ACCEPTED, **facts))[1:] == (
        [("solid", "ochre", "4 min"), ("open", "ochre", "2 min")],
        ["11:06 posted", "answered", "in hand"],
    )
    assert (
        told(a_request(Status.WAITING, **facts))[0]
        == "Posted 11:06. Answered after 4 min. Waiting for others for 2 min."
    )
    assert late[0] == "Posted 11:06. Answered after 4 min. In hand for 2 min, 1 min late."


def test_ribbon_never_calls_a_declined_request_done() -> None:
    assert told(a_request(Status.DECLINED, answered_at=NOW)) == (
        "Posted 11:06. Answered after 6 min and closed without a repair.",
        [("solid", "soft", "6 min")],
        ["11:06 posted", "closed, with a reason"],
    )
    assert told(a_request(Status.DECLINED))[0] == "Posted 11:06. Closed without a repair."


def test_due_bar_fills_as_the_answer_falls_due() -> None:
    requests = [
        a_request(),
        a_request(due_at=NOW + timedelta(minutes=6)),
        a_request(due_at=NOW + timedelta(minutes=2)),
        a_request(due_at=NOW - timedelta(minutes=1)),
        # Once answered it is the repair that falls due, counted from the answer.
        a_request(Status.ACCEPTED, answered_at=NOW - timedelta(minutes=1), due_at=NOW + timedelta(minutes=3)),
    ]
    assert [(due_share(request, now=NOW), due_tone(request, now=NOW)) for request in requests] == [
        (0, ""),
        (50, ""),
        (75, "soon"),
        (100, "late"),
        (25, ""),
    ]


def test_due_bar_keeps_its_width_in_a_language_of_decimal_commas() -> None:
    with translation.override("es"):
        page = rendered(
            '{% include "components/due_bar.html" %}', service_request=a_request(due_at=NOW + timedelta(minutes=3))
        )
    assert page == (
        '<svg class="due " width="100%" height="4" aria-hidden="true" focusable="false"><rect class="track" width="100%" '
        'height="4" rx="2"/><rect class="fill" width="67%" height="4" rx="2"/></svg>'
    )


def test_ribbon_is_a_figure_whose_caption_says_it_all() -> None:
    page = rendered('{% include "components/ribbon.html" %}', service_request=a_request())
    assert page.startswith(
        '<figure class="ribbon"> <figcaption class="visually-hidden">Posted 11:06. Waiting for an answer for 6 min.</figcaption>'
    )
    assert page.count('aria-hidden="true"') == 2


def test_card_hides_a_post_that_its_author_deleted() -> None:
    request = a_request()
    shown = rendered('{% include "components/request_card.html" with url="/1042/" %}', service_request=request)
    request.opening_post.deleted_at = NOW
    gone = rendered('{% include "components/request_card.html" with url="/1042/" %}', service_request=request)
    secrets = ("Lucía M.", "La farola está apagada", ">LM<")
    assert [[words in page for words in secrets] for page in (shown, gone)] == [[True] * 3, [False] * 3]
    line = Row(request, "/1042/", False, False, False, (), "", "")
    row = rendered('{% include "components/request_row.html" %}', row=line)
    thread = rendered('{% include "components/thread_post.html" %}', post=request.opening_post)
    assert [words in row + thread for words in secrets] == [False] * 3


def test_card_marks_a_residents_words_with_their_own_language() -> None:
    page = rendered('{% include "components/request_card.html" with url="/1042/" %}', service_request=a_request())
    assert '<p class="said clamp" dir="auto" lang="es">La farola' in page


@pytest.mark.parametrize("status", ReplyStatus.values)
def test_reply_state_has_words_for_every_status(status: str) -> None:
    reply = Reply(
        status=status,
        next_attempt_at=NOW + timedelta(seconds=8),
        by=User(first_name="Carmen"),
        account=Account(handle="barrendera"),
    )
    page = rendered('{% include "components/thread_post.html" with show_state=True undo_url="/undo/" %}', reply=reply)
    said = page.partition(f'<div class="reply-state {status}">')[2]
    assert said.count("<span>") == 1
    assert ("/undo/" in said) == (status == ReplyStatus.HELD)


@pytest.mark.parametrize("status", [*Status.values, "late", "urgent", "private"])
def test_badge_says_its_state_in_a_sign_and_a_word(status: str) -> None:
    page = rendered('{% include "components/badge.html" with label="in words" %}', status=status)
    assert (page.count("<svg"), page.endswith("In words</span>")) == (1, True)


def test_photo_without_a_file_leaves_no_hole() -> None:
    assert rendered('{% include "components/photo.html" %}', photo=Photo(source_url="https://x.example/1.jpg")) == ""


def test_page_of_a_broken_site_needs_neither_request_nor_town() -> None:
    page = engines["django"].get_template("500.html").render()
    assert page.count("<h1>Something broke on our side</h1>") == 1
