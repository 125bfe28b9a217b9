"""The bill of the pretend X, and its log: what was read and made, once a day each, whoever asks."""

from __future__ import annotations

import pytest

from .driver import Sandbox


def bill(sandbox: Sandbox) -> dict[str, int]:
    return dict(sandbox.control("GET", "bill")["resources"])


def test_a_post_is_billed_once_a_day_however_often_it_is_read(sandbox: Sandbox) -> None:
    first = sandbox.post("@alameda uno")["id"]
    sandbox.post("@alameda dos")
    for _ in range(3):
        sandbox.client().get_users_mentions(101)
    sandbox.client().get_tweets([first])

    assert sandbox.control("GET", "bill") == {"resources": {"post_read": 2}, "usd": "0.010"}
    assert sandbox.control("GET", "bill", params={"day": "2020-01-31"}) == {"resources": {}, "usd": "0"}


def test_what_an_expansion_brings_along_is_billed_too(sandbox: Sandbox) -> None:
    sandbox.post("@alameda uno")

    sandbox.client().get_users_mentions(101, expansions="author_id")

    assert bill(sandbox) == {"post_read": 1, "user_read": 1}


@pytest.mark.parametrize(
    ("text", "resource"),
    [
        ("Voy", "summoned_reply"),
        ("Mira https://example.org", "post_create_with_url"),
    ],
)
def test_an_answer_has_the_price_of_its_kind(sandbox: Sandbox, text: str, resource: str) -> None:
    asked = sandbox.post("@alameda sin luz")["id"]

    sandbox.client().create_tweet(text=text, in_reply_to_tweet_id=asked, user_auth=False)

    assert bill(sandbox) == {resource: 1}


def test_a_thread_of_one_s_own_is_no_summons(sandbox: Sandbox) -> None:
    own = sandbox.post("Se corta el agua", author="alameda")["id"]

    sandbox.client().create_tweet(text="Hasta las dos", in_reply_to_tweet_id=own, user_auth=False)

    assert bill(sandbox) == {"post_create": 1}


def test_nothing_is_billed_that_failed_or_was_empty(sandbox: Sandbox) -> None:
    sandbox.client().get_users_mentions(101)
    sandbox.call("GET", "/2/users", params={"ids": "999999"})
    sandbox.fail("mentions", "server_error")
    sandbox.post("@alameda uno")
    sandbox.call("GET", "/2/users/101/mentions")
    sandbox.call("POST", "/2/tweets", json={"text": "Voy", "reply": {"in_reply_to_tweet_id": "1"}})

    assert sandbox.control("GET", "bill") == {"resources": {}, "usd": "0"}


def test_the_log_keeps_what_the_timeline_lost(sandbox: Sandbox) -> None:
    first = sandbox.post("@alameda sin luz")["id"]
    second = sandbox.control("POST", f"posts/{first}/edit", json={"text": "@alameda sin luz ya"})["id"]
    answer = sandbox.client().create_tweet(text="Voy", in_reply_to_tweet_id=second, user_auth=False).data["id"]
    sandbox.control("DELETE", f"posts/{first}")

    log = sandbox.control("GET", "log")["log"]

    assert all(entry.pop("at").endswith("Z") for entry in log)
    assert log == [
        {"id": first, "author": "lucia_rm", "words": "@alameda sin luz"},
        {"id": second, "author": "lucia_rm", "words": "@alameda sin luz ya", "edits": first},
        {"id": answer, "author": "alameda", "words": "Voy", "reply_to": second},
        {"deletes": first},
    ]
