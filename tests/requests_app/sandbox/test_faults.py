"""The pretend network fails as it is told, and only as often."""

from __future__ import annotations

import time

import pytest
import requests
import tweepy

from .driver import Sandbox

ALAMEDA = 101


def own_texts(sandbox: Sandbox) -> list[str]:
    return [tweet.text for tweet in sandbox.client().get_users_tweets(ALAMEDA).data or []]


def test_rate_limited_tells_when_to_come_back(sandbox: Sandbox) -> None:
    sandbox.fail("mentions", "rate_limited", seconds=30)

    with pytest.raises(tweepy.TooManyRequests) as raised:
        sandbox.client().get_users_mentions(ALAMEDA)

    assert 28 <= raised.value.reset_time - time.time() <= 31
    assert raised.value.response.headers["x-rate-limit-remaining"] == "0"
    assert sandbox.client().get_users_mentions(ALAMEDA).meta == {"result_count": 0}


def test_rate_limited_bare_has_no_reset(sandbox: Sandbox) -> None:
    sandbox.fail("mentions", "rate_limited_bare")

    with pytest.raises(tweepy.TooManyRequests) as raised:
        sandbox.client().get_users_mentions(ALAMEDA)

    assert raised.value.reset_time is None


def test_usage_capped_is_a_429_of_another_type(sandbox: Sandbox) -> None:
    sandbox.fail("create_tweet", "usage_capped")

    with pytest.raises(tweepy.TooManyRequests) as raised:
        sandbox.client().create_tweet(text="Hola", user_auth=False)

    assert raised.value.response.json()["type"] == "https://api.twitter.com/2/problems/usage-capped"
    assert own_texts(sandbox) == []


def test_server_error_comes_before_the_write_as_often_as_told(sandbox: Sandbox) -> None:
    sandbox.fail("create_tweet", "server_error", count=2)
    client = sandbox.client()

    for _ in range(2):
        with pytest.raises(tweepy.TwitterServerError):
            client.create_tweet(text="Hola", user_auth=False)

    assert own_texts(sandbox) == []
    assert client.create_tweet(text="Hola", user_auth=False).data["text"] == "Hola"


def test_dropped_answer_leaves_the_post_behind(sandbox: Sandbox) -> None:
    sandbox.fail("create_tweet", "dropped")

    with pytest.raises(requests.ConnectionError):
        sandbox.client().create_tweet(text="Voy para allá", user_auth=False)

    assert own_texts(sandbox) == ["Voy para allá"]
    with pytest.raises(tweepy.Forbidden):
        sandbox.client().create_tweet(text="Voy para allá", user_auth=False)


def test_malformed_is_half_a_body_after_the_write(sandbox: Sandbox) -> None:
    sandbox.fail("create_tweet", "malformed")

    with pytest.raises(requests.JSONDecodeError):
        sandbox.client().create_tweet(text="Voy", user_auth=False)

    assert own_texts(sandbox) == ["Voy"]


def test_slow_answers_and_hanging_ones_do_not(sandbox: Sandbox) -> None:
    sandbox.fail("mentions", "slow", seconds=0.3)
    began = time.monotonic()
    assert sandbox.call("GET", "/2/users/101/mentions").ok
    assert time.monotonic() - began >= 0.3

    sandbox.fail("mentions", "hang", seconds=1.2)
    with pytest.raises(requests.Timeout):
        requests.get(
            f"{sandbox.base}/2/users/101/mentions", headers={"Authorization": "Bearer sandbox-alameda"}, timeout=0.3
        )


def test_late_index_withholds_a_mention_and_keeps_its_older_id(sandbox: Sandbox) -> None:
    sandbox.fail("mentions", "late_index", seconds=0.5)
    late = sandbox.post("@alameda tarde")["id"]
    prompt = sandbox.post("@alameda pronto")["id"]
    client = sandbox.client()

    before = [str(tweet.id) for tweet in client.get_users_mentions(ALAMEDA).data]
    time.sleep(0.6)
    after = [str(tweet.id) for tweet in client.get_users_mentions(ALAMEDA).data]

    assert (before, after) == ([prompt], [prompt, late])
    assert client.get_users_mentions(ALAMEDA, since_id=prompt).data is None


def test_fault_of_one_account_spares_the_others(sandbox: Sandbox) -> None:
    sandbox.fail("mentions", "unauthorized", handle="alameda")

    assert sandbox.client("manto_alameda").get_users_mentions(105).meta == {"result_count": 0}
    with pytest.raises(tweepy.Unauthorized):
        sandbox.client().get_users_mentions(ALAMEDA)


def test_token_endpoint_fails_too(sandbox: Sandbox) -> None:
    sandbox.fail("token", "server_error", status=500)

    answer = requests.post(
        f"{sandbox.base}/2/oauth2/token",
        data={"grant_type": "refresh_token"},
        auth=("plaza", "plaza-secret"),
        timeout=5,
    )

    assert answer.status_code == 500


def test_faults_are_listed_and_cleared(sandbox: Sandbox) -> None:
    sandbox.fail("search", "server_error", count=3, status=502)
    sandbox.fail("mentions", "late_index", count=2)

    listed, late = sandbox.control("GET", "faults")["faults"]
    sandbox.control("DELETE", "faults")

    assert (listed["endpoint"], listed["fault"], listed["count"], listed["status"]) == (
        "search",
        "server_error",
        3,
        502,
    )
    assert sandbox.control("GET", "faults") == {"faults": []}


@pytest.mark.parametrize(
    "order",
    [
        {},
        {"endpoint": "mentions"},
        {"endpoint": "moon", "fault": "slow"},
        {"endpoint": "*", "fault": "slow", "seconds": "x"},
    ],
)
def test_order_without_sense_is_refused(sandbox: Sandbox, order: dict[str, str]) -> None:
    assert requests.post(f"{sandbox.base}/sandbox/faults", json=order, timeout=5).status_code == 400


def test_rate_limits_of_x_are_counted_per_account(sandbox: Sandbox) -> None:
    answers = [sandbox.call("DELETE", "/2/tweets/1") for _ in range(51)]

    assert [answer.status_code for answer in answers] == [404] * 50 + [429]
    assert answers[0].headers["x-rate-limit-limit"] == "50"
    assert [answer.headers["x-rate-limit-remaining"] for answer in answers[47:]] == ["2", "1", "0", "0"]
    assert sandbox.call("DELETE", "/2/tweets/1", handle="manto_alameda").status_code == 404


def test_out_of_credit_is_a_402(sandbox: Sandbox) -> None:
    sandbox.fail("create_tweet", "out_of_credit")

    with pytest.raises(tweepy.HTTPException) as raised:
        sandbox.client().create_tweet(text="Hola", user_auth=False)

    assert (raised.value.response.status_code, raised.value.response.json()["title"]) == (402, "CreditsDepleted")
    assert own_texts(sandbox) == []


def test_lands_late_cuts_the_caller_off_and_writes_afterwards(sandbox: Sandbox) -> None:
    sandbox.fail("create_tweet", "lands_late", seconds=1)
    began = time.monotonic()
    with pytest.raises(requests.ConnectionError):
        sandbox.client().create_tweet(text="Voy", user_auth=False)
    assert (time.monotonic() - began < 1, own_texts(sandbox)) == (True, [])

    while own_texts(sandbox) == [] and time.monotonic() < began + 5:
        time.sleep(0.02)

    assert own_texts(sandbox) == ["Voy"]


def test_an_answer_with_errors_beside_its_data(sandbox: Sandbox) -> None:
    sandbox.post("@alameda sin luz")
    sandbox.fail("mentions", "partial_errors")

    answer = sandbox.client().get_users_mentions(ALAMEDA)

    assert (len(answer.data), [error["title"] for error in answer.errors]) == (1, ["Not Found Error"])


def test_an_answer_without_the_fields_that_were_asked_for(sandbox: Sandbox) -> None:
    sandbox.post("@alameda sin luz")
    sandbox.fail("mentions", "bare_fields")

    (tweet,) = sandbox.client().get_users_mentions(ALAMEDA, tweet_fields="author_id,created_at").data

    assert tweet.data.keys() == {"id", "text", "edit_history_tweet_ids"}
