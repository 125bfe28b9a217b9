"""Who protects their posts on the pretend X hides them from everybody, and from the API."""

from __future__ import annotations

import pytest
import requests
import tweepy

from .driver import Sandbox


@pytest.fixture
def hidden(sandbox: Sandbox) -> str:
    """The id of a post to the town whose author then closed the curtains."""
    post_id = sandbox.post("@alameda sin luz", author="paco_g")["id"]
    sandbox.control("POST", "users/paco_g/protect")
    return str(post_id)


def test_hidden_posts_are_in_no_timeline(sandbox: Sandbox, hidden: str) -> None:
    sandbox.post("@alameda y sin agua", author="paco_g")
    client = sandbox.client()

    assert client.get_users_mentions(101).data is None
    assert client.get_users_tweets(1001).data is None
    assert client.search_recent_tweets("sin").data is None
    assert "sin luz" not in requests.get(sandbox.base, timeout=5).text


def test_a_look_at_a_hidden_post_says_that_it_is_hidden(sandbox: Sandbox, hidden: str) -> None:
    shown = sandbox.post("@alameda bache")["id"]
    gone = sandbox.post("@alameda nada")["id"]
    sandbox.control("DELETE", f"posts/{gone}")

    answer = sandbox.call("GET", "/2/tweets", params={"ids": f"{shown},{hidden},{gone}"}).json()

    assert [tweet["id"] for tweet in answer["data"]] == [shown]
    assert [(error["resource_id"], error["title"], error["type"].rpartition("/")[2]) for error in answer["errors"]] == [
        (hidden, "Authorization Error", "not-authorized-for-resource"),
        (gone, "Not Found Error", "resource-not-found"),
    ]
    assert sandbox.client().get_user(username="paco_g", user_fields="protected", user_auth=False).data.protected is True


def test_nobody_can_answer_or_visit_a_hidden_post(sandbox: Sandbox, hidden: str) -> None:
    with pytest.raises(tweepy.Forbidden, match="not visible to you"):
        sandbox.client().create_tweet(text="Voy", in_reply_to_tweet_id=hidden, user_auth=False)
    for path in (f"/paco_g/status/{hidden}", f"/posts/{hidden}"):
        assert requests.get(sandbox.base + path, timeout=5).status_code == 404


def test_the_curtains_open_again(sandbox: Sandbox, hidden: str) -> None:
    sandbox.control("POST", "users/paco_g/protect", json={"protected": False})

    assert [str(tweet.id) for tweet in sandbox.client().get_users_mentions(101).data] == [hidden]


def test_a_post_has_a_page_by_its_address_on_x(sandbox: Sandbox) -> None:
    first = sandbox.post("@alameda sin luz")["id"]
    second = sandbox.control("POST", f"posts/{first}/edit", json={"text": "@alameda sin luz ya"})["id"]

    for path in (f"/lucia_rm/status/{first}", f"/i/status/{second}"):
        answer = requests.get(sandbox.base + path, timeout=5, allow_redirects=False)
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/posts/{second}#p{second}")
    assert requests.get(f"{sandbox.base}/i/status/1", timeout=5).status_code == 404
