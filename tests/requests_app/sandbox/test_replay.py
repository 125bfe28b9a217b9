"""A file of posts, said again: none lost, none doubled, none changed."""

from __future__ import annotations

import time

import pytest
import requests

from requests_app.sandbox.replay import BadFile, read

from .driver import Sandbox

ROWS = [
    ("@user ¿Desde cuándo?¿Y por qué?", "question"),
    ('"Progresa adecuadamente" 👏 #Feria\u2028ñ', "other"),
    ("@municipio " + "muy largo " * 80, "complaint"),
    ("@policia_alameda ruido otra vez", "problem"),
    ("Gracias, @Alameda", "thanks"),
]
FILE = ("text\tkind\n" + "".join(f"{text}\t{kind}\n" for text, kind in ROWS)).encode()


def replay(sandbox: Sandbox, **form: str) -> dict[str, object]:
    answer: dict[str, object] = sandbox.control("POST", "replay", files={"file": FILE}, data={"pace": "0", **form})
    return answer


def settle(sandbox: Sandbox) -> None:
    end = time.monotonic() + 5
    while not all(run["done"] for run in sandbox.control("GET", "replay")["replays"]):
        assert time.monotonic() < end
        time.sleep(0.02)


def test_rows_arrive_as_they_are_and_reach_the_town(sandbox: Sandbox) -> None:
    started = replay(sandbox)
    settle(sandbox)

    posts = sandbox.control("GET", "posts")["posts"]
    words = [f"@alameda {text}" for text, _ in ROWS[:3]] + [ROWS[3][0], ROWS[4][0]]
    assert started["rows"] == 5
    assert [(post["words"], post["labels"]["kind"]) for post in posts] == list(
        zip(words, [kind for _, kind in ROWS], strict=True)
    )
    mentions = sandbox.client().get_users_mentions(101, tweet_fields=["entities"]).data
    assert [tweet.text for tweet in mentions] == [words[4], *words[2::-1]]
    assert {mention["username"].lower() for tweet in mentions for mention in tweet.entities["mentions"]} == {"alameda"}


def test_same_file_is_said_once_unless_another_run_is_asked(sandbox: Sandbox) -> None:
    replay(sandbox)
    settle(sandbox)

    again = replay(sandbox)
    settle(sandbox)
    assert (again["already"], sandbox.control("GET", "state")["posts"]) == (5, 5)

    replay(sandbox, run="second")
    settle(sandbox)
    assert sandbox.control("GET", "state")["posts"] == 10


def test_pace_spreads_the_rows(sandbox: Sandbox) -> None:
    began = time.monotonic()
    replay(sandbox, pace="20")
    settle(sandbox)

    assert 0.15 < time.monotonic() - began < 2


def test_rows_are_read_without_unquoting() -> None:
    rows = read(b'\xef\xbb\xbfkind\ttext\r\nother\t"a ""b""  \r\n\t\nthanks\tc\n')

    assert [(row.number, row.text, row.labels) for row in rows] == [
        (1, '"a ""b""  ', {"kind": "other"}),
        (3, "c", {"kind": "thanks"}),
    ]


@pytest.mark.parametrize("content", [b"words\nhola\n", b"text\n\xff\n", b""])
def test_file_without_text_is_refused(sandbox: Sandbox, content: bytes) -> None:
    with pytest.raises(BadFile):
        read(content)
    assert (
        requests.post(f"{sandbox.base}/sandbox/replay", files={"file": ("a.tsv", content)}, timeout=5).status_code
        == 400
    )
