"""The page for people: what is said, its threads, and writing as any resident."""

from __future__ import annotations

import re
import unicodedata
import zlib
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from . import cards, photos, scenes, words
from .accounts import MASKS, TOWN
from .doors import town
from .drafts import Draft
from .ids import now_ms
from .records import User
from .wording import handles_in

page = Blueprint("page", __name__)

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
# A newcomer may write at once, as the first of the cast.
SOMEBODY = "Lucía Romero"
SHOWS = ("everything", "waiting", "answered")


class Refused(Exception):
    """What was written cannot be posted; the name of the sentence that says why."""


@page.app_context_processor
def sentences() -> dict[str, Any]:
    return {"say": words.say, "language": words.language(), "accounts": TOWN}


@page.after_app_request
def guard(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Vary"] = "Accept-Language"
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    return response


@page.get("/")
def timeline() -> Response:
    return _timeline("timeline.html")


@page.get("/latest")
def latest() -> Response:
    """The list alone, for the page that asks every few seconds; nearly always a 304."""
    store = town().store
    with store.lock:
        minute = now_ms() // 60_000
        etag = f"{store.version}-{minute}-{words.language()}-{request.args.get('show', '')}"
    if request.if_none_match.contains(etag):
        response = Response(status=304)
    else:
        response = _timeline("_list.html")
    response.set_etag(etag)
    response.headers["Cache-Control"] = "no-cache"
    return response


def _timeline(template: str) -> Response:
    store = town().store
    show = request.args.get("show", "everything")
    show = show if show in SHOWS else "everything"
    before = request.args.get("before", "")
    with store.lock:
        chosen, older = cards.conversations(store, show=show, before=int(before) if before.isdecimal() else 0)
    context = {"conversations": chosen, "older": older, "before": before, "show": show, "shows": SHOWS, **_writer()}
    return make_response(render_template(template, **context))


@page.get("/write")
def writing() -> Response:
    """The form alone, for a phone, where the timeline comes first."""
    return _writing()


def _writing(*, status: int = 200, **kept: Any) -> Response:
    return make_response(render_template("write.html", alone=True, **_writer(), **kept), status)


@page.get("/posts/<int:post_id>")
def thread(post_id: int) -> Response:
    return _thread(post_id)


@page.get("/<handle>/status/<int:post_id>")
def status(handle: str, post_id: int) -> Response:
    """The address that X gives a post; whose it says it is does not matter."""
    post = town().store.visible_post(post_id)
    if post is None:
        return make_response(render_template("gone.html"), 404)
    newest = post.versions[-1]
    return make_response(redirect(url_for("page.thread", post_id=newest, _anchor=f"p{newest}")))


def _thread(post_id: int, *, status: int = 200, **kept: Any) -> Response:
    store = town().store
    with store.lock:
        post = store.visible_post(post_id)
        if post is None:
            return make_response(render_template("gone.html"), 404)
        posts = cards.thread(post, store=store)
        focus = cards.card(post, store=store)
    return make_response(render_template("thread.html", posts=posts, focus=focus, **_writer(), **kept), status)


def _writer() -> dict[str, Any]:
    """Whom the form offers, and who wrote last from this browser."""
    users = sorted(town().store.memory.users.values(), key=lambda user: (user.is_town, user.name))
    return {"people": users[:200], "who": request.form.get("who") or request.cookies.get("who") or SOMEBODY}


@page.post("/posts")
def write() -> Response:
    store = town().store
    parent = request.form.get("in_reply_to", "")
    reply_to = int(parent) if parent.isdecimal() else None
    if reply_to is not None and store.post(reply_to) is None:
        return make_response(render_template("gone.html"), 404)
    try:
        author = _author(request.form.get("who", ""))
        post = store.add(_draft(author, reply_to=reply_to))
    except Refused as refusal:
        kept = {
            "error": words.say(str(refusal)),
            "text": request.form.get("text", ""),
            "to": request.form.get("to", ""),
        }
        return _thread(reply_to, status=400, **kept) if reply_to else _writing(status=400, **kept)
    place = url_for("page.thread", post_id=post.id, _anchor=f"p{post.id}") if reply_to else url_for("page.timeline")
    response = make_response(redirect(place, 303))
    response.set_cookie("who", author.name, max_age=86400 * 30, httponly=True, samesite="Lax")
    return response


def _draft(author: User, *, reply_to: int | None) -> Draft:
    # Forms send CRLF; people press Enter.
    text = request.form.get("text", "").replace("\r\n", "\n").strip()
    file = request.files.get("photo")
    content = file.read() if file and file.filename else b""
    if not text and not content:
        raise Refused("needs_words")
    try:
        kept = (photos.keep(content, owner=author.id, store=town().store).id,) if content else ()
    except photos.NotAPhoto as error:
        raise Refused("bad_photo") from error
    to = request.form.get("to", "")
    if (
        not reply_to
        and to in {account.handle for account in TOWN} - {author.handle}
        and to not in [handle.lower() for handle in handles_in(text)]
    ):
        text = f"@{to} {text}".strip()
    return Draft(author=author.id, words=text, reply_to=reply_to, photos=kept)


def _author(name: str) -> User:
    """The person of that name or @handle, known or new."""
    name = " ".join(name.split())[:50]
    store = town().store
    for user in store.memory.users.values():
        if name.casefold() in (user.name.casefold(), f"@{user.handle}".casefold()):
            return user
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    handle = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:20] or f"vecino_{zlib.crc32(name.encode()) % 100_000}"
    if not name or handle in MASKS:
        raise Refused("needs_name")
    return store.resident(handle, name=name.removeprefix("@"))


@page.post("/scenes/<name>")
def play(name: str) -> Response:
    try:
        scenes.play(name, store=town().store)
    except scenes.NoScene:
        return make_response(render_template("gone.html"), 404)
    return make_response(redirect(url_for("page.timeline"), 303))


@page.post("/posts/<int:post_id>/edit")
def edit(post_id: int) -> Response:
    text = request.form.get("text", "").replace("\r\n", "\n").strip()
    store = town().store
    if store.post(post_id) is None or not text:
        return make_response(render_template("gone.html"), 404)
    post = store.edit(post_id, words=text)
    return make_response(redirect(url_for("page.thread", post_id=post.id), 303))


@page.post("/posts/<int:post_id>/delete")
def delete(post_id: int) -> Response:
    store = town().store
    with store.lock:
        post = store.post(post_id)
        if post is None:
            return make_response(render_template("gone.html"), 404)
        store.delete(post_id)
        rest = store.memory.conversations[post.conversation]
        place = url_for("page.thread", post_id=rest[-1]) if rest else url_for("page.timeline")
    return make_response(redirect(place, 303))
