"""Behind the stage: posts by anybody, exact to the byte."""

from __future__ import annotations

import base64
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
import requests
import time_machine
from PIL import Image

from .driver import Sandbox

LONG = "¿Y “esto” qué? ¡Ole! 'a' \"b\"\tñandú 👩‍👩‍👧‍👦 " * 60


def test_post_keeps_its_words_to_the_byte(sandbox: Sandbox) -> None:
    words = f"@alameda {LONG}\n\n  fin  "

    post = sandbox.post(words, labels={"kind": "other"})

    (listed,) = sandbox.control("GET", "posts")["posts"]
    assert (listed["words"], listed["text"], listed["labels"]) == (words, words, {"kind": "other"})
    assert listed["id"] == post["id"]
    assert sandbox.client().get_users_mentions(101).data[0].text == words


def test_posts_in_bulk_come_as_an_array_or_as_lines(sandbox: Sandbox) -> None:
    orders = [{"author": "pepe_83", "text": "@alameda uno"}, {"author": "rosa", "text": "@alameda dos\u2028"}]

    sandbox.control("POST", "posts/bulk", json=orders)
    answer = sandbox.control("POST", "posts/bulk", data="\n".join(json.dumps(order) for order in orders).encode())

    assert answer["count"] == 2
    assert [post["words"] for post in sandbox.control("GET", "posts")["posts"]] == [
        "@alameda uno",
        "@alameda dos\u2028",
    ] * 2


def test_posts_in_bulk_may_lie_in_the_past(sandbox: Sandbox) -> None:
    sandbox.post("@alameda ahora")
    sandbox.control(
        "POST", "posts/bulk", json=[{"text": f"@alameda {n}", "created_at": "2026-01-31T12:00:00Z"} for n in range(3)]
    )

    tweets = sandbox.client().get_users_mentions(101, tweet_fields=["created_at"]).data

    assert [tweet.text for tweet in tweets] == ["@alameda ahora", "@alameda 2", "@alameda 1", "@alameda 0"]
    assert {tweet.created_at.isoformat() for tweet in tweets[1:]} == {"2026-01-31T12:00:00+00:00"}


@pytest.mark.parametrize(
    ("order", "status"),
    [
        ({"text": ""}, 400),
        ({"text": "a", "author": "user"}, 400),
        ({"text": "a", "author": "not a handle"}, 400),
        ({"text": "a", "in_reply_to": "12"}, 404),
        ({"text": "a", "created_at": "soon"}, 400),
        ({"text": "a", "created_at": "2126-01-01T00:00:00Z"}, 400),
        ({"text": "a", "mood": "blue"}, 400),
        ({"text": "a", "photo_base64": base64.b64encode(b"<svg/>").decode()}, 400),
    ],
)
def test_senseless_post_is_refused(sandbox: Sandbox, order: dict[str, str], status: int) -> None:
    answer = requests.post(f"{sandbox.base}/sandbox/posts", json=order, timeout=5)

    assert answer.status_code == status
    assert answer.json()["error"]


def test_batch_stopped_by_a_bad_post_keeps_what_came_before(sandbox: Sandbox) -> None:
    answer = requests.post(f"{sandbox.base}/sandbox/posts/bulk", json=[{"text": "uno"}, {"text": ""}], timeout=5)

    assert answer.status_code == 400
    assert [post["words"] for post in sandbox.control("GET", "posts")["posts"]] == ["uno"]


def test_photo_comes_with_a_form(sandbox: Sandbox) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 6)).save(buffer, "JPEG")

    sandbox.control(
        "POST", "posts", data={"text": "@alameda mirad", "alt_text": "un bache"}, files={"photo": buffer.getvalue()}
    )

    seen = sandbox.client().get_users_mentions(
        101, expansions=["attachments.media_keys"], media_fields=["alt_text", "url"]
    )
    (photo,) = seen.includes["media"]
    assert photo.alt_text == "un bache"
    assert requests.get(photo.url, timeout=5).headers["Content-Type"] == "image/jpeg"


def test_town_account_may_post_from_a_phone(sandbox: Sandbox) -> None:
    asked = sandbox.post("@alameda farola rota")["id"]

    sandbox.post("Hecho #resuelto", author="manto_alameda", in_reply_to=asked)

    (own,) = sandbox.client().get_users_tweets(105, tweet_fields=["conversation_id"]).data
    assert (own.text, str(own.conversation_id)) == ("@lucia_rm @alameda Hecho #resuelto", asked)


def test_state_counts(sandbox: Sandbox) -> None:
    gone = sandbox.post("@alameda uno")["id"]
    sandbox.post("@alameda @policia_alameda dos")
    sandbox.control("DELETE", f"posts/{gone}")

    state = sandbox.control("GET", "state")

    assert (state["posts"], state["deleted"], state["mentions"]["alameda"], state["mentions"]["policia_alameda"]) == (
        1,
        1,
        1,
        1,
    )


def test_page_of_another_site_may_not_write(sandbox: Sandbox) -> None:
    answers = [
        requests.post(f"{sandbox.base}{path}", headers={"Origin": "https://elsewhere.example"}, timeout=5)
        for path in ("/posts", "/sandbox/posts", "/sandbox/reset", "/2/tweets")
    ]

    assert [answer.status_code for answer in answers] == [403] * 4


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("posts", 400),
        ("posts/bulk", 400),
        ("posts/1/edit", 400),
        ("faults", 400),
        ("replay", 400),
        ("tokens/nobody", 400),
    ],
)
def test_senseless_order_is_refused(sandbox: Sandbox, path: str, status: int) -> None:
    answer = requests.post(
        f"{sandbox.base}/sandbox/{path}", data="[1]", headers={"Content-Type": "application/json"}, timeout=5
    )

    assert (answer.status_code, list(answer.json())) == (status, ["error"])


def test_order_about_a_post_that_is_gone(sandbox: Sandbox) -> None:
    edited = requests.post(f"{sandbox.base}/sandbox/posts/1/edit", json={"text": "a"}, timeout=5)
    deleted = requests.delete(f"{sandbox.base}/sandbox/posts/1", timeout=5)

    assert (edited.status_code, deleted.status_code) == (404, 404)


def test_posts_are_listed_by_author_conversation_and_id(sandbox: Sandbox) -> None:
    root = sandbox.post("uno", author="pepe_83")["id"]
    sandbox.post("dos", author="rosa", in_reply_to=root)
    sandbox.post("tres", author="rosa")

    def listed(question: str) -> list[str]:
        return [post["words"] for post in sandbox.control("GET", f"posts?{question}")["posts"]]

    assert (listed("author=rosa"), listed(f"conversation={root}"), listed(f"after={root}")) == (
        ["dos", "tres"],
        ["uno", "dos"],
        ["dos", "tres"],
    )


def test_a_reset_puts_the_ids_back_to_now(sandbox: Sandbox) -> None:
    """Where the clock was ahead for a while, what is said next was not said in days to come."""
    with time_machine.travel(datetime.now(UTC) + timedelta(days=3), tick=True):
        ahead = sandbox.post("@alameda de pasado mañana")
    sandbox.control("POST", "reset")

    assert int(sandbox.post("@alameda de hoy")["id"]) < int(ahead["id"])
