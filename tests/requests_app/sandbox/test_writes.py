"""Posting, refusals, photos and tokens, as Tweepy sees them."""

from __future__ import annotations

import base64
import io
from typing import Any

import pytest
import requests
import tweepy
from PIL import Image

from .driver import Sandbox

DUPLICATE = {
    "detail": "You are not allowed to create a Tweet with duplicate content.",
    "type": "about:blank",
    "title": "Forbidden",
}


def picture(*, kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(buffer, kind)
    return buffer.getvalue()


def refusal(sandbox: Sandbox, text: str, *, handle: str = "alameda", **kwargs: Any) -> str:
    with pytest.raises(tweepy.Forbidden) as raised:
        sandbox.client(handle).create_tweet(text=text, user_auth=False, **kwargs)
    return str(raised.value.response.json()["detail"])


def test_reply_joins_the_thread_and_carries_its_people(sandbox: Sandbox) -> None:
    asked = sandbox.post("@manto_alameda @policia_alameda farola rota", author="lucia_rm")

    created = sandbox.client("manto_alameda").create_tweet(
        text="Vamos hoy. N.º 12", in_reply_to_tweet_id=asked["id"], user_auth=False
    )
    fields = ["conversation_id", "in_reply_to_user_id", "referenced_tweets", "author_id", "created_at", "entities"]
    seen = sandbox.client().get_tweet(created.data["id"], tweet_fields=fields).data

    assert sorted(created.data) == ["edit_history_tweet_ids", "id", "text"]
    assert seen.text == created.data["text"] == "@lucia_rm @policia_alameda Vamos hoy. N.º 12"
    assert (str(seen.conversation_id), seen.in_reply_to_user_id, seen.author_id) == (asked["id"], 1001, 105)
    assert [(ref.type, str(ref.id)) for ref in seen.referenced_tweets] == [("replied_to", asked["id"])]


def test_reply_can_leave_people_out(sandbox: Sandbox) -> None:
    asked = sandbox.post("@manto_alameda @policia_alameda farola rota")

    created = sandbox.client("manto_alameda").create_tweet(
        text="Voy", in_reply_to_tweet_id=asked["id"], exclude_reply_user_ids=[104], user_auth=False
    )

    assert created.data["text"] == "@lucia_rm Voy"


def test_own_thread_and_quoting_residents_may_be_answered(sandbox: Sandbox) -> None:
    client = sandbox.client()
    own = client.create_tweet(text="Corte de agua mañana", user_auth=False).data["id"]
    quote = sandbox.post("otra vez??", quote_of=own)["id"]

    assert client.create_tweet(text="De 9 a 11", in_reply_to_tweet_id=own, user_auth=False).data["id"]
    assert client.create_tweet(text="Lo sentimos", in_reply_to_tweet_id=quote, user_auth=False).data["id"]


def test_account_that_nobody_called_may_not_answer(sandbox: Sandbox) -> None:
    elsewhere = sandbox.post("@alameda farola rota")["id"]
    own = sandbox.client().create_tweet(text="Corte de agua", user_auth=False).data["id"]
    unticked = sandbox.post("vale", in_reply_to=own, carry_mentions=False)["id"]

    told = "You can only reply to a post whose author has mentioned or quoted your account."
    assert refusal(sandbox, "Voy", handle="manto_alameda", in_reply_to_tweet_id=elsewhere) == told
    assert refusal(sandbox, "De nada", in_reply_to_tweet_id=unticked) == told


def test_reply_to_a_deleted_post_is_refused(sandbox: Sandbox) -> None:
    gone = sandbox.post("@alameda farola rota")["id"]
    sandbox.control("DELETE", f"posts/{gone}")

    assert (
        refusal(sandbox, "Voy", in_reply_to_tweet_id=gone)
        == "You attempted to reply to a Tweet that is deleted or not visible to you."
    )


def test_duplicate_text_is_refused_with_the_exact_body(sandbox: Sandbox) -> None:
    one, two = sandbox.post("@alameda a")["id"], sandbox.post("@alameda b", author="pepe_83")["id"]
    client = sandbox.client()
    first = client.create_tweet(text="Gracias por avisar", in_reply_to_tweet_id=one, user_auth=False).data["id"]

    with pytest.raises(tweepy.Forbidden) as raised:
        client.create_tweet(text="Gracias por avisar", in_reply_to_tweet_id=two, user_auth=False)

    assert raised.value.response.json() == DUPLICATE
    client.delete_tweet(first, user_auth=False)
    assert client.create_tweet(text="Gracias por avisar", in_reply_to_tweet_id=two, user_auth=False).data["id"]


@pytest.mark.parametrize(
    ("text", "fits"), [("a" * 280, True), ("a" * 281, False), ("😀" * 140, True), ("😀" * 141, False)]
)
def test_length_counts_weighted_characters(sandbox: Sandbox, text: str, fits: bool) -> None:
    if fits:
        assert sandbox.client().create_tweet(text=text, user_auth=False).data["text"] == text
    else:
        assert "too long" in refusal(sandbox, text)


def test_link_weighs_23_whatever_its_length(sandbox: Sandbox) -> None:
    text = "a" * 256 + " https://example.org/" + "b" * 200

    assert (
        sandbox.client().create_tweet(text=text, user_auth=False).data["text"].startswith("a" * 256 + " https://t.co/")
    )


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": "  "},
        {"text": 5},
        {"text": "a", "colour": "blue"},
        {"text": "a", "media": {"media_ids": ["77"]}},
        ["text"],
    ],
)
def test_misshapen_posts_are_invalid_requests(sandbox: Sandbox, body: object) -> None:
    response = sandbox.call("POST", "/2/tweets", json=body)

    assert (response.status_code, response.json()["title"]) == (400, "Invalid Request")


def test_delete_twice_is_a_success_and_of_others_is_refused(sandbox: Sandbox) -> None:
    client = sandbox.client()
    own = client.create_tweet(text="Hola", user_auth=False).data["id"]
    theirs = sandbox.post("@alameda hola")["id"]

    assert [client.delete_tweet(own, user_auth=False).data for _ in range(2)] == [{"deleted": True}] * 2
    with pytest.raises(tweepy.Forbidden):
        client.delete_tweet(theirs, user_auth=False)
    with pytest.raises(tweepy.NotFound):
        client.delete_tweet(123, user_auth=False)


@pytest.mark.parametrize("way", ["json", "multipart"])
def test_photo_goes_up_gets_words_and_is_seen(sandbox: Sandbox, way: str) -> None:
    client, content = sandbox.client(), picture()
    url = "https://api.twitter.com/2/media/upload"
    headers = {"Authorization": "Bearer sandbox-alameda"}
    if way == "json":
        body = {"media": base64.b64encode(content).decode(), "media_category": "tweet_image"}
        answer = client.session.post(url, json=body, headers=headers)
    else:
        answer = client.session.post(
            url, files={"media": ("a.png", content)}, data={"media_category": "tweet_image"}, headers=headers
        )
    photo = answer.json()["data"]
    alt = {"id": photo["id"], "metadata": {"alt_text": {"text": "La farola nueva"}}}
    assert client.session.post("https://api.twitter.com/2/media/metadata", json=alt, headers=headers).ok

    post = client.create_tweet(text="Cambiada", media_ids=[photo["id"]], user_auth=False).data
    seen = client.get_tweet(
        post["id"],
        expansions=["attachments.media_keys"],
        tweet_fields=["entities"],
        media_fields=["url", "alt_text", "width", "height", "type"],
    )

    (media,) = seen.includes["media"]
    assert (media.media_key, media.alt_text, media.width, media.height, media.type) == (
        photo["media_key"],
        "La farola nueva",
        40,
        30,
        "photo",
    )
    assert requests.get(media.url, timeout=5).content == content
    (link,) = seen.data.entities["urls"]
    assert seen.data.text == f"Cambiada {link['url']}"
    assert link["media_key"] == photo["media_key"]


def test_photo_of_another_account_cannot_be_used(sandbox: Sandbox) -> None:
    files = {"media": ("a.jpg", picture(kind="JPEG"))}
    photo = sandbox.call("POST", "/2/media/upload", files=files, data={"media_category": "tweet_image"}).json()["data"][
        "id"
    ]

    with pytest.raises(tweepy.BadRequest):
        sandbox.client("manto_alameda").create_tweet(text="Mía", media_ids=[photo], user_auth=False)


@pytest.mark.parametrize("content", [b"", b"<svg/>", picture()[:60], b"x" * (5 * 1024 * 1024 + 1)])
def test_what_is_no_photo_is_refused(sandbox: Sandbox, content: bytes) -> None:
    files = {"media": ("a.png", content)}

    response = sandbox.call("POST", "/2/media/upload", files=files, data={"media_category": "tweet_image"})

    assert (response.status_code, list(response.json()["errors"][0]["parameters"])) == (400, ["media"])


def refreshed(sandbox: Sandbox, token: str, **kwargs: Any) -> requests.Response:
    data = {"grant_type": "refresh_token", "refresh_token": token}
    return requests.post(
        f"{sandbox.base}/2/oauth2/token", data=data, auth=("plaza", "plaza-secret"), timeout=5, **kwargs
    )


def test_refresh_rotates_the_pair(sandbox: Sandbox) -> None:
    pair = refreshed(sandbox, "sandbox-refresh-alameda").json()
    again = refreshed(sandbox, pair["refresh_token"]).json()

    assert (pair["token_type"], pair["expires_in"]) == ("bearer", 7200)
    assert sandbox.client(token=again["access_token"]).get_me(user_auth=False).data.id == 101
    with pytest.raises(tweepy.Unauthorized):
        sandbox.client().get_me(user_auth=False)


def test_refresh_replayed_kills_the_family(sandbox: Sandbox) -> None:
    pair = refreshed(sandbox, "sandbox-refresh-alameda").json()

    replay = refreshed(sandbox, "sandbox-refresh-alameda")

    assert (replay.status_code, replay.json()["error"]) == (400, "invalid_request")
    assert refreshed(sandbox, pair["refresh_token"]).status_code == 400
    with pytest.raises(tweepy.Unauthorized):
        sandbox.client(token=pair["access_token"]).get_me(user_auth=False)
    assert sandbox.client("manto_alameda").get_me(user_auth=False).data.id == 105


def test_dead_family_is_replaced_by_linking_again(sandbox: Sandbox) -> None:
    refreshed(sandbox, "sandbox-refresh-alameda")
    refreshed(sandbox, "sandbox-refresh-alameda")

    pair = sandbox.control("POST", "tokens/alameda")

    assert sandbox.client(token=pair["access_token"]).get_me(user_auth=False).data.id == 101


def test_token_endpoint_knows_its_client(sandbox: Sandbox) -> None:
    data = {"grant_type": "refresh_token", "refresh_token": "sandbox-refresh-alameda"}
    stranger = requests.post(f"{sandbox.base}/2/oauth2/token", data=data, auth=("plaza", "wrong"), timeout=5)

    assert stranger.status_code == 401


def test_oauth2_handler_of_tweepy_refreshes_here(sandbox: Sandbox) -> None:
    handler = tweepy.OAuth2UserHandler(
        client_id="plaza",
        redirect_uri="https://localhost/",
        scope=["tweet.read", "tweet.write", "users.read", "offline.access", "media.write"],
        client_secret="plaza-secret",
    )
    handler.mount("https://api.x.com", sandbox.client().session.get_adapter("https://api.twitter.com"))

    pair = handler.refresh_token(
        "https://api.x.com/2/oauth2/token", refresh_token="sandbox-refresh-alameda", auth=handler.auth
    )

    assert sandbox.client(token=pair["access_token"]).get_me(user_auth=False).data.id == 101


def test_expired_access_token_asks_for_a_refresh(sandbox: Sandbox) -> None:
    sandbox.control("POST", "tokens/alameda?expire=1")

    with pytest.raises(tweepy.Unauthorized):
        sandbox.client().get_me(user_auth=False)
    pair = refreshed(sandbox, "sandbox-refresh-alameda").json()
    assert sandbox.client(token=pair["access_token"]).get_me(user_auth=False).data.id == 101


@pytest.mark.parametrize(
    "form", [{"grant_type": "password"}, {"grant_type": "refresh_token", "refresh_token": "never-given"}]
)
def test_token_endpoint_grants_refreshes_only(sandbox: Sandbox, form: dict[str, str]) -> None:
    answer = requests.post(f"{sandbox.base}/2/oauth2/token", data={"client_id": "plaza", **form}, timeout=5)

    assert answer.status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        {"text": "a", "reply_settings": "friends"},
        {"text": "a", "reply": {"in_reply_to_tweet_id": "x"}},
        {"text": "a", "media": ["1"]},
        {"text": "a", "media": {"media_ids": ["1"]}},
    ],
)
def test_more_misshapen_posts(sandbox: Sandbox, body: dict[str, Any]) -> None:
    assert sandbox.call("POST", "/2/tweets", json=body).status_code == 400


def test_quote_of_what_is_gone_is_refused(sandbox: Sandbox) -> None:
    assert "quote" in refusal(sandbox, "mirad", quote_tweet_id=12345)


def test_five_photos_are_too_many(sandbox: Sandbox) -> None:
    files = {"media": ("a.png", picture())}
    upload = sandbox.call("POST", "/2/media/upload", files=files, data={"media_category": "tweet_image"}).json()[
        "data"
    ]["id"]

    assert (
        sandbox.call("POST", "/2/tweets", json={"text": "a", "media": {"media_ids": [upload] * 5}}).status_code == 400
    )


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("upload", {"media": "not base64!", "media_category": "tweet_image"}),
        ("upload", {"media": "", "media_category": "tweet_video"}),
        ("metadata", {"id": "5", "metadata": {"alt_text": {"text": "a"}}}),
        ("metadata", ["id"]),
    ],
)
def test_misshapen_photos_are_invalid_requests(sandbox: Sandbox, path: str, body: object) -> None:
    assert sandbox.call("POST", f"/2/media/{path}", json=body).status_code == 400


def test_alt_text_must_say_something(sandbox: Sandbox) -> None:
    files = {"media": ("a.png", picture())}
    upload = sandbox.call("POST", "/2/media/upload", files=files, data={"media_category": "tweet_image"}).json()[
        "data"
    ]["id"]

    for text in ("", "a" * 1001):
        body = {"id": upload, "metadata": {"alt_text": {"text": text}}}
        assert sandbox.call("POST", "/2/media/metadata", json=body).status_code == 400
