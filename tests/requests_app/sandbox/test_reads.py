"""Timelines, posts by id and search, as Tweepy sees them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import requests
import tweepy

from .driver import Sandbox

ALAMEDA = 101


def texts(response: tweepy.Response) -> list[str]:
    return [tweet.text for tweet in response.data or []]


def test_me_and_username_name_the_account(sandbox: Sandbox) -> None:
    client = sandbox.client("manto_alameda")

    me = client.get_me(user_auth=False).data
    carmen = client.get_user(
        username="Barrendera_Alameda", user_fields=["created_at", "description", "verified_type"]
    ).data

    assert (me.id, me.username, me.name) == (105, "manto_alameda", "Antonio, mantenimiento")
    assert (carmen.id, carmen.verified_type) == (103, "government")


def test_username_unknown_is_an_error_beside_no_data(sandbox: Sandbox) -> None:
    response = sandbox.client().get_user(username="nobody_here")

    assert response.data is None
    assert [(error["title"], error["value"]) for error in response.errors] == [("Not Found Error", "nobody_here")]


def test_mentions_are_newest_first_with_meta(sandbox: Sandbox) -> None:
    ids = [sandbox.post(f"@alameda farola {number}")["id"] for number in range(7)]
    sandbox.post("nothing for the town")

    response = sandbox.client().get_users_mentions(ALAMEDA, max_results=5)

    assert [str(tweet.id) for tweet in response.data] == ids[:1:-1]
    assert response.meta == {
        "newest_id": ids[6],
        "oldest_id": ids[2],
        "result_count": 5,
        "next_token": response.meta["next_token"],
    }
    rest = sandbox.client().get_users_mentions(ALAMEDA, max_results=5, pagination_token=response.meta["next_token"])
    assert [str(tweet.id) for tweet in rest.data] == [ids[1], ids[0]]
    assert "next_token" not in rest.meta


def test_mentions_without_news_have_no_data(sandbox: Sandbox) -> None:
    response = sandbox.client().get_users_mentions(ALAMEDA)

    assert (response.data, response.meta) == (None, {"result_count": 0})


def test_paginator_walks_everything_once(sandbox: Sandbox) -> None:
    sandbox.control("POST", "posts/bulk", json=[{"author": f"v{n % 9}", "text": f"@alameda {n}"} for n in range(230)])

    walked = tweepy.Paginator(sandbox.client().get_users_mentions, ALAMEDA, max_results=100).flatten()

    assert [tweet.text for tweet in walked] == [f"@alameda {n}" for n in range(229, -1, -1)]


def test_pages_stay_put_when_posts_arrive_between_them(sandbox: Sandbox) -> None:
    for number in range(10):
        sandbox.post(f"@alameda {number}")
    first = sandbox.client().get_users_mentions(ALAMEDA, max_results=5)
    sandbox.post("@alameda late")

    second = sandbox.client().get_users_mentions(ALAMEDA, max_results=5, pagination_token=first.meta["next_token"])

    assert texts(first) + texts(second) == [f"@alameda {number}" for number in range(9, -1, -1)]


def test_since_id_and_until_id_compare_as_integers(sandbox: Sandbox) -> None:
    ids = [int(sandbox.post(f"@alameda {number}")["id"]) for number in range(4)]
    client = sandbox.client()

    assert texts(client.get_users_mentions(ALAMEDA, since_id=ids[1])) == ["@alameda 3", "@alameda 2"]
    assert texts(client.get_users_mentions(ALAMEDA, until_id=ids[1])) == ["@alameda 0"]
    # As text "9" sorts after every snowflake; as a number it comes before.
    assert len(texts(client.get_users_mentions(ALAMEDA, since_id=9))) == 4


def test_start_time_and_end_time_cut_the_timeline(sandbox: Sandbox) -> None:
    now = datetime.now(UTC)
    sandbox.post("@alameda yesterday", created_at=(now - timedelta(days=1)).isoformat())
    sandbox.post("@alameda today")
    client, edge = sandbox.client(), now - timedelta(hours=1)

    assert texts(client.get_users_mentions(ALAMEDA, start_time=edge)) == ["@alameda today"]
    assert texts(client.get_users_mentions(ALAMEDA, end_time=edge)) == ["@alameda yesterday"]


def test_mentions_reach_back_800_posts_and_no_more(sandbox: Sandbox) -> None:
    sandbox.control("POST", "posts/bulk", json=[{"text": f"@alameda {n}"} for n in range(830)])

    walked = list(tweepy.Paginator(sandbox.client().get_users_mentions, ALAMEDA, max_results=100, since_id=1).flatten())

    assert (len(walked), walked[-1].text) == (800, "@alameda 30")


def test_mentions_hold_replies_quotes_and_other_town_accounts_but_never_own_posts(sandbox: Sandbox) -> None:
    own = sandbox.post("Fiesta mayor el sábado, con @manto_alameda", author="alameda")
    sandbox.post("allí estaremos", in_reply_to=own["id"], carry_mentions=False)
    sandbox.post("mirad esto", quote_of=own["id"])
    sandbox.post("gracias @alameda", author="policia_alameda")
    sandbox.post("yo misma, @alameda", author="alameda")
    sandbox.post("", retweet_of=own["id"])

    assert texts(sandbox.client().get_users_mentions(ALAMEDA)) == ["gracias @alameda", "mirad esto", "allí estaremos"]


def test_fields_and_expansions_follow_the_question(sandbox: Sandbox) -> None:
    root = sandbox.post("@alameda la farola & el banco <roto> #luz", name="Lucía Romero")
    sandbox.post("sigue igual", in_reply_to=root["id"])
    client = sandbox.client()

    bare = client.get_users_mentions(ALAMEDA).data[1]
    full = client.get_users_mentions(
        ALAMEDA,
        tweet_fields=["created_at", "conversation_id", "in_reply_to_user_id", "referenced_tweets", "entities", "lang"],
        expansions=["author_id", "referenced_tweets.id"],
        user_fields=["created_at"],
    )

    assert sorted(bare.data) == ["edit_history_tweet_ids", "id", "text"]
    assert bare.text == "@alameda la farola &amp; el banco &lt;roto&gt; #luz"
    follow_up = full.data[0]
    assert follow_up.text == "@alameda sigue igual"
    assert (str(follow_up.conversation_id), follow_up.in_reply_to_user_id) == (root["id"], 1001)
    assert [(ref.type, str(ref.id)) for ref in follow_up.referenced_tweets] == [("replied_to", root["id"])]
    assert [(user.id, user.name) for user in full.includes["users"]] == [(1001, "Lucía Romero")]
    assert [str(tweet.id) for tweet in full.includes["tweets"]] == [root["id"]]
    tag, mention = full.data[1].entities["hashtags"][0], full.data[1].entities["mentions"][0]
    assert (full.data[1].text[tag["start"] : tag["end"]], mention["id"]) == ("#luz", "101")
    assert full.data[1].lang == "es"


def test_post_fields_is_another_name_for_tweet_fields(sandbox: Sandbox) -> None:
    sandbox.post("@alameda hola")

    post = sandbox.call("GET", "/2/users/101/mentions?post.fields=author_id").json()["data"][0]

    assert post["author_id"] == "1001"


def test_links_become_short_and_tell_where_they_lead(sandbox: Sandbox) -> None:
    sandbox.post("@alameda mirad https://example.org/a?b=1&c=2 basura.Es un asco")

    tweet = sandbox.client().get_users_mentions(ALAMEDA, tweet_fields=["entities"]).data[0]

    link = tweet.entities["urls"][0]
    assert link["expanded_url"] == "https://example.org/a?b=1&c=2"
    assert tweet.text == f"@alameda mirad {link['url']} basura.Es un asco"
    assert tweet.text[link["start"] : link["end"]] == link["url"]


def test_masks_and_strangers_do_not_resolve(sandbox: Sandbox) -> None:
    sandbox.post("@user @municipio @alameda @nobody_at_all mirad correo@alameda.example")

    tweet = sandbox.client().get_users_mentions(ALAMEDA, tweet_fields=["entities"]).data[0]

    assert [mention["username"] for mention in tweet.entities["mentions"]] == ["alameda"]


def test_user_timeline_shows_own_posts_only(sandbox: Sandbox) -> None:
    client = sandbox.client("manto_alameda")
    asked = sandbox.post("@manto_alameda la fuente gotea")
    client.create_tweet(text="Vamos hoy. N.º 7", in_reply_to_tweet_id=asked["id"], user_auth=False)
    client.create_tweet(text="Corte de agua mañana", user_auth=False)

    assert texts(client.get_users_tweets(105)) == ["Corte de agua mañana", "@lucia_rm Vamos hoy. N.º 7"]
    assert texts(client.get_users_tweets(105, exclude=["replies"])) == ["Corte de agua mañana"]


def test_tweets_by_ids_put_errors_beside_data(sandbox: Sandbox) -> None:
    kept, gone = sandbox.post("@alameda uno")["id"], sandbox.post("@alameda dos")["id"]
    sandbox.control("DELETE", f"posts/{gone}")

    response = sandbox.client().get_tweets([kept, gone])
    alone = sandbox.client().get_tweet(gone)

    assert texts(response) == ["@alameda uno"]
    assert [(error["resource_id"], error["title"]) for error in response.errors] == [(gone, "Not Found Error")]
    assert (alone.data, alone.errors[0]["resource_type"]) == (None, "tweet")


def test_edit_makes_a_new_id_in_the_same_thread(sandbox: Sandbox) -> None:
    first = sandbox.post("@alameda farola rota en calle Olmo")["id"]
    second = sandbox.control("POST", f"posts/{first}/edit", json={"text": "@alameda farola rota en calle Olivo"})["id"]
    client = sandbox.client()

    timeline = client.get_users_mentions(ALAMEDA, tweet_fields=["conversation_id"]).data
    both = client.get_tweets([first, second]).data

    assert [(str(tweet.id), str(tweet.conversation_id)) for tweet in timeline] == [(second, first)]
    assert [tweet.edit_history_tweet_ids for tweet in both] == [[int(first), int(second)]] * 2
    assert [tweet.text for tweet in both] == [
        "@alameda farola rota en calle Olmo",
        "@alameda farola rota en calle Olivo",
    ]


def test_delete_of_one_version_deletes_them_all(sandbox: Sandbox) -> None:
    first = sandbox.post("@alameda a")["id"]
    second = sandbox.control("POST", f"posts/{first}/edit", json={"text": "@alameda b"})["id"]
    sandbox.control("DELETE", f"posts/{first}")

    response = sandbox.client().get_tweets([first, second])

    assert (response.data, len(response.errors)) == (None, 2)


def test_search_finds_by_words_and_operators(sandbox: Sandbox) -> None:
    root = sandbox.post("@alameda La farola de la calle Olmo", author="lucia_rm")
    sandbox.post("también aquí #luz", author="pepe_83", in_reply_to=root["id"])
    sandbox.post("I love the market", author="piet_k")
    client = sandbox.client()

    def found(query: str) -> list[str]:
        return texts(client.search_recent_tweets(query))

    assert found("farola Olmo") == ["@alameda La farola de la calle Olmo"]
    assert found('"calle olmo" from:lucia_rm') == ["@alameda La farola de la calle Olmo"]
    assert found(f"conversation_id:{root['id']} -from:lucia_rm") == ["@lucia_rm @alameda también aquí #luz"]
    assert found("(from:piet_k OR #luz) -is:retweet") == ["I love the market", "@lucia_rm @alameda también aquí #luz"]
    assert found("@alameda is:reply") == ["@lucia_rm @alameda también aquí #luz"]


def test_search_pages_with_next_token(sandbox: Sandbox) -> None:
    sandbox.control("POST", "posts/bulk", json=[{"text": f"baches {n}"} for n in range(25)])

    walked = tweepy.Paginator(sandbox.client().search_recent_tweets, "baches", max_results=10).flatten()

    assert [tweet.text for tweet in walked] == [f"baches {n}" for n in range(24, -1, -1)]


def test_search_refuses_a_since_id_older_than_seven_days(sandbox: Sandbox) -> None:
    old = sandbox.post("@alameda viejo", created_at=(datetime.now(UTC) - timedelta(days=8)).isoformat())["id"]

    with pytest.raises(tweepy.BadRequest) as refusal:
        sandbox.client().search_recent_tweets("@alameda", since_id=old)

    assert refusal.value.response.json()["errors"][0]["parameters"] == {"since_id": [old]}
    assert texts(sandbox.client().get_users_mentions(ALAMEDA, since_id=int(old) - 1)) == ["@alameda viejo"]


@pytest.mark.parametrize(
    ("path", "parameter", "value"),
    [
        ("/2/users/101/mentions?max_results=4", "max_results", "4"),
        ("/2/users/101/mentions?max_results=101", "max_results", "101"),
        ("/2/users/101/mentions?max_results=many", "max_results", "many"),
        ("/2/users/101/mentions?since_id=abc", "since_id", "abc"),
        ("/2/users/101/mentions?pagination_token=xyz", "pagination_token", "xyz"),
        ("/2/users/101/mentions?start_time=yesterday", "start_time", "yesterday"),
        ("/2/users/101/mentions?tweet.fields=colour", "tweet.fields", "colour"),
        ("/2/users/101/mentions?expansions=everything", "expansions", "everything"),
        ("/2/users/101/mentions?color=blue", "color", "blue"),
        ("/2/users/town/mentions", "id", "town"),
        ("/2/tweets?ids=1,x", "ids", "x"),
        ("/2/tweets/search/recent?query=a&max_results=9", "max_results", "9"),
        ("/2/tweets/search/recent?query=(farola", "query", "(farola"),
        ("/2/tweets/search/recent?query=nonsense:yes", "query", "nonsense:yes"),
    ],
)
def test_bad_parameters_get_the_shape_of_x(sandbox: Sandbox, path: str, parameter: str, value: str) -> None:
    response = sandbox.call("GET", path)

    body = response.json()
    assert (response.status_code, body["title"]) == (400, "Invalid Request")
    assert body["type"] == "https://api.twitter.com/2/problems/invalid-request"
    assert body["errors"][0]["parameters"] == {parameter: [value]}
    assert body["errors"][0]["message"]


def test_bad_token_is_unauthorized(sandbox: Sandbox) -> None:
    with pytest.raises(tweepy.Unauthorized) as refusal:
        sandbox.client(token="stolen").get_users_mentions(ALAMEDA)

    assert refusal.value.response.json() == {
        "title": "Unauthorized",
        "type": "about:blank",
        "status": 401,
        "detail": "Unauthorized",
    }


def test_unknown_path_is_json_too(sandbox: Sandbox) -> None:
    response = sandbox.call("GET", "/2/spaces/1")

    assert (response.status_code, response.json()["title"]) == (404, "Not Found")


def test_fields_of_edits_metrics_and_long_posts(sandbox: Sandbox) -> None:
    post = sandbox.post("@alameda " + "largo " * 60)["id"]
    sandbox.post("yo también", in_reply_to=post)

    tweet = (
        sandbox.client()
        .get_tweet(post, tweet_fields=["edit_controls", "public_metrics", "note_tweet", "created_at"])
        .data
    )

    assert (tweet.edit_controls["edits_remaining"], tweet.public_metrics["reply_count"]) == (5, 1)
    assert tweet.data["note_tweet"]["text"] == tweet.text == "@alameda " + "largo " * 60


def test_expansions_name_people_and_tell_what_is_gone(sandbox: Sandbox) -> None:
    root = sandbox.post("@alameda @manto_alameda hola", author="pepe_83")["id"]
    sandbox.post("@alameda yo también", in_reply_to=root)
    expansions = [
        "entities.mentions.username",
        "in_reply_to_user_id",
        "referenced_tweets.id",
        "referenced_tweets.id.author_id",
    ]

    there = sandbox.client().get_users_mentions(ALAMEDA, expansions=expansions)
    sandbox.control("DELETE", f"posts/{root}")
    gone = sandbox.client().get_users_mentions(ALAMEDA, expansions=expansions)

    assert {user.username for user in there.includes["users"]} == {"alameda", "manto_alameda", "pepe_83"}
    assert [error["parameter"] for error in gone.errors] == ["referenced_tweets.id"]


@pytest.mark.parametrize("path", ["/2/users/999/mentions", "/2/users/999/tweets"])
def test_timeline_of_nobody_is_an_error_beside_no_data(sandbox: Sandbox, path: str) -> None:
    body = sandbox.call("GET", path).json()

    assert [(error["resource_type"], error["value"]) for error in body["errors"]] == [("user", "999")]
    assert "data" not in body


@pytest.mark.parametrize(
    "path",
    [
        "/2/users/101/tweets?exclude=cats",
        "/2/users/101/mentions?pagination_token=7140dxyz",
        "/2/tweets",
        "/2/tweets?ids=" + ",".join(str(n) for n in range(1, 102)),
        "/2/tweets/search/recent",
        "/2/tweets/search/recent?query=a)",
        "/2/tweets/search/recent?query=OR",
        "/2/tweets/search/recent?query=(a",
    ],
)
def test_more_bad_parameters(sandbox: Sandbox, path: str) -> None:
    response = sandbox.call("GET", path)

    assert (response.status_code, response.json()["title"]) == (400, "Invalid Request")


def test_search_knows_who_was_answered_and_what_is_attached(sandbox: Sandbox) -> None:
    root = sandbox.post("@alameda farola #luz", lang="es")["id"]
    sandbox.post("yo también", author="pepe_83", in_reply_to=root)
    client = sandbox.client()

    assert len(texts(client.search_recent_tweets("to:lucia_rm lang:es"))) == 1
    assert len(texts(client.search_recent_tweets(f"in_reply_to_tweet_id:{root}"))) == 1
    assert texts(client.search_recent_tweets("has:hashtags")) == ["@alameda farola #luz"]
    assert texts(client.search_recent_tweets("@alameda -(is:reply OR has:images) -is:strange")) == [
        "@alameda farola #luz"
    ]


def test_head_and_bodies_in_chunks_are_answered(sandbox: Sandbox) -> None:
    head = requests.head(f"{sandbox.base}/healthz", timeout=5)
    chunked = requests.post(f"{sandbox.base}/sandbox/posts", data=iter([b"[]"]), timeout=5)

    assert (head.status_code, head.content, head.headers["Content-Length"]) == (200, b"", "2")
    assert chunked.json() == {"error": "send a JSON object or a form"}
