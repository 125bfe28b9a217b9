"""The page for people, without a script."""

from __future__ import annotations

import io
import re

import pytest
import requests
from PIL import Image

from .driver import Sandbox


def get(sandbox: Sandbox, path: str = "/", **headers: str) -> requests.Response:
    return requests.get(sandbox.base + path, headers={"Accept-Language": "en", **headers}, timeout=5)


def write(sandbox: Sandbox, *, photo: bytes = b"", **form: str) -> requests.Response:
    files = {"photo": ("a.png", photo)} if photo else {"photo": ("", b"")}
    return requests.post(
        f"{sandbox.base}/posts",
        data=form,
        files=files,
        headers={"Accept-Language": "en"},
        allow_redirects=False,
        timeout=5,
    )


@pytest.mark.parametrize(
    ("asked", "lang", "sentence"),
    [
        ("es-ES,es;q=0.9", "es", "nada de lo que hay aquí sale de esta máquina"),
        ("en-GB", "en", "nothing here leaves this machine"),
        ("fr", "fr", "rien de ce qui est ici ne quitte cette machine"),
        ("de", "es", "nada de lo que hay aquí sale de esta máquina"),
    ],
)
def test_page_says_what_it_is_in_the_reader_s_language(sandbox: Sandbox, asked: str, lang: str, sentence: str) -> None:
    page = get(sandbox, **{"Accept-Language": asked})

    assert page.status_code == 200
    assert f'<html lang="{lang}">' in page.text
    assert sentence in page.text


def test_page_runs_no_inline_script(sandbox: Sandbox) -> None:
    page = get(sandbox)

    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert re.findall(r"<script(?![^>]* src=)|\son\w+=|\sstyle=", page.text) == []
    for address in re.findall(r'(?:src|href)="(/[^"#]*)"', page.text):
        assert get(sandbox, address.replace("&amp;", "&")).ok


def test_words_are_escaped_wherever_they_appear(sandbox: Sandbox) -> None:
    post = sandbox.post('@alameda <script>alert("x")</script> & "y"', author="mal_o", name='<img src=x onerror="1">')

    for path in ("/", f"/posts/{post['id']}", "/latest"):
        text = get(sandbox, path).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "&lt;script&gt;alert(" in text
    assert "<script" not in get(sandbox, "/avatars/mal_o.svg").text


def test_resident_writes_and_the_town_hears(sandbox: Sandbox) -> None:
    answer = write(sandbox, who="Lucía Romero Gil", to="manto_alameda", text="La fuente gotea\r\ndesde ayer")

    (mention,) = sandbox.client("manto_alameda").get_users_mentions(105, expansions=["author_id"]).data
    (post,) = sandbox.control("GET", "posts")["posts"]
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert mention.text == "@manto_alameda La fuente gotea\ndesde ayer"
    assert (post["author"], post["name"]) == ("lucia_romero_gil", "Lucía Romero Gil")
    assert 'value="Lucía Romero Gil"' in requests.get(f"{sandbox.base}/", cookies=dict(answer.cookies), timeout=5).text


def test_words_that_name_the_account_get_no_second_name(sandbox: Sandbox) -> None:
    write(sandbox, who="Pepe", to="alameda", text="Oye @Alameda, y el bache?")
    write(sandbox, who="Pepe", to="none", text="Qué calor")

    assert [post["words"] for post in sandbox.control("GET", "posts")["posts"]] == [
        "Oye @Alameda, y el bache?",
        "Qué calor",
    ]


def test_reply_with_a_photo_joins_the_thread(sandbox: Sandbox) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (9, 9)).save(buffer, "PNG")
    asked = sandbox.post("@alameda farola rota")["id"]

    answer = write(sandbox, who="@policia_alameda", in_reply_to=asked, text="La hemos visto", photo=buffer.getvalue())

    reply = sandbox.control("GET", "posts")["posts"][1]
    thread = get(sandbox, f"/posts/{asked}").text
    assert answer.headers["Location"] == f"/posts/{reply['id']}#p{reply['id']}"
    assert (reply["author"], reply["in_reply_to"], len(reply["photos"])) == ("policia_alameda", asked, 1)
    assert thread.index("farola rota") < thread.index("La hemos visto")


@pytest.mark.parametrize(
    ("form", "photo", "sentence"),
    [
        ({"who": "Pepe", "text": "  "}, b"", "Write something or add a photo."),
        ({"who": "user", "text": "hola & adiós"}, b"", "That name cannot be a person’s."),
        ({"who": "  ", "text": "hola & adiós"}, b"", "That name cannot be a person’s."),
        ({"who": "Pepe", "text": "hola & adiós"}, b"<svg/>", "The photo must be a JPEG"),
    ],
)
def test_what_cannot_be_posted_comes_back_with_its_words(
    sandbox: Sandbox, form: dict[str, str], photo: bytes, sentence: str
) -> None:
    answer = write(sandbox, photo=photo, **form)

    assert (answer.status_code, sentence in answer.text) == (400, True)
    assert form["text"].strip().replace("&", "&amp;") in answer.text
    assert sandbox.control("GET", "state")["posts"] == 0


def test_filters_show_who_waits_and_who_was_answered(sandbox: Sandbox) -> None:
    asked = sandbox.post("@alameda farola rota")["id"]
    sandbox.post("@alameda bache enorme")
    sandbox.post("qué calor hace")
    sandbox.client().create_tweet(text="Vamos hoy", in_reply_to_tweet_id=asked, user_auth=False)

    def shown(show: str) -> list[str]:
        text = re.sub(r"<span class=\"who\">|</span>", "", get(sandbox, f"/?show={show}").text)
        return re.findall(r'<p class="words"[^>]*>(.*?)</p>', text)

    assert shown("answered") == ["@alameda farola rota", "Vamos hoy"]
    assert shown("waiting") == ["@alameda bache enorme"]
    assert len(shown("everything")) == 4


def test_timeline_pages_back(sandbox: Sandbox) -> None:
    sandbox.control("POST", "posts/bulk", json=[{"text": f"post {n:02d}"} for n in range(45)])

    first = get(sandbox).text
    older = re.search(r'href="(/\?show=everything&amp;before=\d+)"', first)
    assert older
    second = get(sandbox, older[1].replace("&amp;", "&")).text

    assert (len(re.findall(r"post \d\d<", first)), re.findall(r"post (\d\d)<", second)) == (
        30,
        [f"{n:02d}" for n in range(14, -1, -1)],
    )


def test_author_edits_and_deletes(sandbox: Sandbox) -> None:
    asked = sandbox.post("@alameda farola rota")["id"]

    edited = requests.post(f"{sandbox.base}/posts/{asked}/edit", data={"text": "@alameda farola apagada"}, timeout=5)
    now = sandbox.control("GET", "posts")["posts"][0]
    requests.post(f"{sandbox.base}/posts/{now['id']}/delete", timeout=5)

    assert "farola apagada" in edited.text
    assert now["edit_history"] == [asked, now["id"]]
    assert get(sandbox, f"/posts/{now['id']}").status_code == 404
    assert sandbox.control("GET", "state")["posts"] == 0


def test_latest_is_sent_only_when_something_changed(sandbox: Sandbox) -> None:
    etag = get(sandbox, "/latest").headers["ETag"]
    sandbox.post("@alameda hola")

    fresh = get(sandbox, "/latest", **{"If-None-Match": etag})
    same = get(sandbox, "/latest", **{"If-None-Match": fresh.headers["ETag"]})

    assert (fresh.status_code, "hola" in fresh.text) == (200, True)
    # The minute may turn between the two questions.
    assert (same.status_code, same.text) == (304, "") or same.headers["ETag"] != fresh.headers["ETag"]


def test_a_power_cut_is_told_by_many_in_three_languages(sandbox: Sandbox) -> None:
    assert "A power cut" in get(sandbox).text

    answer = requests.post(f"{sandbox.base}/scenes/power_cut", allow_redirects=False, timeout=5)

    posts = sandbox.control("GET", "posts")["posts"]
    assert answer.status_code == 303
    assert len({post["author"] for post in posts}) == len(posts) == 8
    assert {post["lang"] for post in posts} == {"es", "en", "fr"}
    assert requests.post(f"{sandbox.base}/scenes/flood", timeout=5).status_code == 404
