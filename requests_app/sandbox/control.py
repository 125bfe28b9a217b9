"""The strings behind the stage: posts of residents, faults, replays and counts, for tests and the demo."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, Response, request

from . import orders, photos, scenes
from .doors import town
from .drafts import Misdated
from .faults import BadFault
from .orders import BadOrder, as_dict
from .problems import as_json
from .replay import BadFile, Replay
from .store import Unknown

control = Blueprint("control", __name__, url_prefix="/sandbox")


@control.errorhandler(BadOrder)
@control.errorhandler(BadFault)
@control.errorhandler(Misdated)
@control.errorhandler(photos.NotAPhoto)
@control.errorhandler(BadFile)
@control.errorhandler(scenes.NoScene)
def refused(error: Exception) -> Response:
    return as_json({"error": str(error)}, status=400)


@control.errorhandler(Unknown)
def unknown(error: Unknown) -> Response:
    return as_json({"error": f"there is no post {error}"}, status=404)


@control.get("/posts")
def list_posts() -> Response:
    """All posts, oldest first; `author`, `conversation` and `after` (an id) narrow it."""
    store = town().store
    author, conversation, after = (request.args.get(name, "") for name in ("author", "conversation", "after"))
    with store.lock:
        posts = [as_dict(store.memory.posts[post_id], store=store) for post_id in store.memory.timeline]
    posts = [post for post in posts if author in ("", post["author"]) and conversation in ("", post["conversation_id"])]
    return as_json({"posts": [post for post in posts if int(post["id"]) > int(after or 0)]})


@control.post("/posts")
def create_post() -> Response:
    """One post by anybody, the town's people on their phones included; JSON, or multipart with a `photo`."""
    order = request.form.to_dict() if request.mimetype == "multipart/form-data" else request.get_json(silent=True)
    if not isinstance(order, dict):
        raise BadOrder("send a JSON object or a form")
    file = request.files.get("photo")
    store = town().store
    post = store.add(orders.draft(order, store=store, photo=file.read() if file else b""))
    return as_json(as_dict(post, store=store), status=201)


@control.post("/posts/bulk")
def create_posts() -> Response:
    """Thousands at once: a JSON array, or one JSON object a line."""
    store = town().store
    wanted = orders.many(request.get_data(as_text=True))
    with store.lock:
        posts = store.add_all(orders.draft(order, store=store) for order in wanted)
    ids, authors = [str(post.id) for post in posts], [str(post.author) for post in posts]
    return as_json({"count": len(posts), "ids": ids, "authors": authors}, status=201)


@control.post("/scenes/<name>")
def play_scene(name: str) -> Response:
    """Several residents at once: `power_cut`."""
    store = town().store
    posts = scenes.play(name, store=store)
    return as_json({"count": len(posts), "ids": [str(post.id) for post in posts]}, status=201)


@control.delete("/posts/<int:post_id>")
def delete_post(post_id: int) -> Response:
    town().store.delete(post_id)
    return as_json({"deleted": True})


@control.post("/posts/<int:post_id>/edit")
def edit_post(post_id: int) -> Response:
    order = request.get_json(silent=True)
    if not isinstance(order, dict) or not isinstance(order.get("text"), str):
        raise BadOrder("text is missing")
    store = town().store
    return as_json(as_dict(store.edit(post_id, words=order["text"]), store=store))


@control.get("/log")
def log() -> Response:
    """Everything that was ever said, edited (`edits`) or deleted (`deletes`), in the order in which it happened."""
    store = town().store
    with store.lock:
        return as_json({"log": list(orders.told(store.journal.entries(), users=store.memory.users))})


@control.get("/bill")
def bill() -> Response:
    """What X would have billed so far; `?day=2026-01-31` for one UTC day."""
    return as_json(town().store.memory.bill.total(day=request.args.get("day", "")))


@control.post("/users/<handle>/protect")
def protect(handle: str) -> Response:
    """Hides what they said from everybody else; `{"protected": false}` shows it again."""
    user = town().store.user_named(handle)
    if user is None:
        raise BadOrder(f"there is nobody called @{handle}")
    order = request.get_json(silent=True) or {}
    protected = order.get("protected", True) is True
    town().store.protect(user.id, protected=protected)
    return as_json({"protected": protected})


@control.get("/state")
def state() -> Response:
    memory = town().store.memory
    counts = {
        "posts": len(memory.timeline),
        "users": len(memory.users),
        "photos": len(memory.photos),
        "deleted": len(memory.gone),
    }
    mentions = {user.handle: len(town().store.mentions_of(user.id)) for user in memory.users.values() if user.is_town}
    withheld = sum(len(waiting) for waiting in town().store.late.withheld.values())
    return as_json(counts | {"mentions": mentions, "withheld": withheld, "faults": len(town().faults.listed)})


@control.post("/reset")
def reset() -> Response:
    """Forget every post, token and fault: a fresh network for the next test."""
    town().faults.clear()
    town().limits.clear()
    town().store.reset()
    town().tokens.restart()
    town().codes.clear()
    town().replays.clear()
    return as_json({"reset": True})


@control.get("/faults")
def list_faults() -> Response:
    late = [
        {"endpoint": "mentions", "fault": "late_index", **asdict(delay)}
        for delay in town().store.late.delays
        if delay.count
    ]
    return as_json({"faults": [*town().faults.list(), *late]})


@control.post("/faults")
def order_fault() -> Response:
    order = request.get_json(silent=True)
    if not isinstance(order, dict):
        raise BadOrder("send a JSON object")
    fault = town().faults.order(order)
    if fault.fault == "late_index":
        town().store.late.delay_next(fault.count, seconds=fault.seconds, handle=fault.handle)
    return as_json({"id": fault.id, "endpoint": fault.endpoint, "fault": fault.fault, "count": fault.count}, status=201)


@control.delete("/faults")
def clear_faults() -> Response:
    town().faults.clear()
    town().store.late.delays.clear()
    return as_json({"cleared": True})


@control.get("/replay")
def list_replays() -> Response:
    return as_json({"replays": [replay.status() for replay in town().replays]})


@control.post("/replay")
def start_replay() -> Response:
    """A tab-separated `file`, its `pace` in posts a second (0: at once); another `run` name says it all again."""
    file = request.files.get("file")
    if file is None:
        raise BadOrder("send the file as multipart, in the field `file`")
    replay = Replay(
        file.read(),
        store=town().store,
        pace=_number(request.form.get("pace", "5")),
        stopping=town().stopping,
        run=request.form.get("run", ""),
    )
    town().replays.append(replay)
    replay.start()
    return as_json(replay.status(), status=201)


def _number(written: str) -> float:
    try:
        return float(written)
    except ValueError as error:
        raise BadOrder(f"{written} is not a number") from error


@control.post("/codes/age")
def age_codes() -> Response:
    """Lets `?seconds=31` pass for the authorization codes that are out."""
    town().codes.age(_number(request.args.get("seconds", "0")))
    return as_json({"aged": True})


@control.post("/tokens/<handle>")
def grant(handle: str) -> Response:
    """A new token pair, as when an account is linked again; `?expire=1` ends the present ones instead."""
    user = town().store.user_named(handle)
    if user is None:
        raise BadOrder(f"there is no account @{handle}")
    if request.args.get("expire"):
        town().tokens.expire(user.id)
        return as_json({"expired": True})
    family = town().tokens.grant(user.id)
    return as_json({"access_token": family.access, "refresh_token": family.refresh, "expires_in": 7200}, status=201)
