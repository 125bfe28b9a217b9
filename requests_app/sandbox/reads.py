"""The reading half of the API: accounts, timelines, posts by id, recent search."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from flask import Blueprint, Response, request

from . import params, search
from .doors import caller, endpoint, town
from .ids import first_id_at, now_ms
from .params import Page
from .problems import as_json, invalid, not_authorized, not_found
from .records import iso
from .render import Sheet, user_dict

reads = Blueprint("reads", __name__, url_prefix="/2")

USER_TIMELINE_WINDOW = 3200
SEARCH_DAYS_MS = 7 * 24 * 3600 * 1000
SEARCH = {"query", "sort_order", "next_token", *params.PAGE}


@reads.get("/users/me")
@endpoint("me")
def me() -> Response:
    params.refuse_unknown(request.args, known=())
    town().store.bill("user_read", [caller().id])
    return as_json({"data": user_dict(caller(), fields=params.fields(request.args).user, host=request.host_url)})


@reads.get("/users")
@endpoint("users")
def users() -> Response:
    params.refuse_unknown(request.args, known={"ids"})
    wanted, fields, store = params.ids(request.args), params.fields(request.args), town().store
    found = {user_id: user for user_id in wanted if (user := store.user(user_id))}
    store.bill("user_read", found)
    data = [user_dict(user, fields=fields.user, host=request.host_url) for user in found.values()]
    absent = [not_found(user_id, kind="user", parameter="ids") for user_id in wanted if user_id not in found]
    return as_json(({"data": data} if data else {}) | ({"errors": absent} if absent else {}))


@reads.get("/users/by/username/<username>")
@endpoint("user_by_username")
def user_by_username(username: str) -> Response:
    params.refuse_unknown(request.args, known=())
    fields = params.fields(request.args)
    user = town().store.user_named(username)
    if user is None:
        return as_json({"errors": [not_found(username, kind="user", parameter="username")]})
    town().store.bill("user_read", [user.id])
    return as_json({"data": user_dict(user, fields=fields.user, host=request.host_url)})


@reads.get("/users/<user_id>/mentions")
@endpoint("mentions")
def mentions(user_id: str) -> Response:
    page, store = _timeline_page(), town().store
    with store.lock:
        user = store.user(params.snowflake(user_id, parameter="id"))
        if user is None:
            return as_json({"errors": [not_found(user_id, kind="user", parameter="id")]})
        return _slice(store.mentions_of(user.id), page=page, window=town().window)


@reads.get("/users/<user_id>/tweets")
@endpoint("user_tweets")
def user_tweets(user_id: str) -> Response:
    page, store = _timeline_page(extra=frozenset({"exclude"})), town().store
    excluded = set(request.args.get("exclude", "").split(",")) - {""}
    if not excluded <= {"replies", "retweets"}:
        raise invalid("exclude", request.args["exclude"], "The `exclude` query parameter takes [replies,retweets]")
    with store.lock:
        user = store.user(params.snowflake(user_id, parameter="id"))
        if user is None:
            return as_json({"errors": [not_found(user_id, kind="user", parameter="id")]})
        posts = [
            post_id
            for post_id in store.memory.by_author[user.id]
            if not ("replies" in excluded and store.memory.posts[post_id].reply_to)
            and not ("retweets" in excluded and store.memory.posts[post_id].retweet_of)
        ]
        return _slice(posts, page=page, window=town().window and USER_TIMELINE_WINDOW)


def _timeline_page(*, extra: frozenset[str] = frozenset()) -> Page:
    params.refuse_unknown(request.args, known=params.PAGE | extra)
    return params.page(request.args, least=5, default=10)


def _slice(timeline: Sequence[int], *, page: Page, window: int) -> Response:
    """One page of a timeline of ascending ids, newest first; only the newest `window` can be reached (0: all)."""
    store = town().store
    oldest = max(len(timeline) - window, 0) if window else 0
    end = bisect_left(timeline, page.until)
    start = max(bisect_right(timeline, page.since), oldest)
    chosen = [timeline[place] for place in range(end - 1, max(start, end - page.size) - 1, -1)]
    sheet = Sheet(store=store, fields=page.fields, host=request.host_url)
    if not chosen:
        return sheet.response(None, meta={"result_count": 0})
    data = sheet.posts(store.memory.posts[post_id] for post_id in chosen)
    meta = {"newest_id": str(chosen[0]), "oldest_id": str(chosen[-1]), "result_count": len(chosen)}
    if end - len(chosen) > start:
        meta["next_token"] = params.write_token(chosen[-1])
    return sheet.response(f"[{','.join(data)}]", meta=meta)


@reads.get("/tweets")
@endpoint("tweets")
def tweets() -> Response:
    params.refuse_unknown(request.args, known={"ids"})
    wanted, fields, store = params.ids(request.args), params.fields(request.args), town().store
    with store.lock:
        sheet = Sheet(store=store, fields=fields, host=request.host_url)
        found = [post for post_id in wanted if (post := store.visible_post(post_id, to=caller().id))]
        data = sheet.posts(found)
        shown = {post.id for post in found}
        sheet.errors += [_absent(post_id, parameter="ids") for post_id in wanted if post_id not in shown]
        return sheet.response(f"[{','.join(data)}]" if data else None)


def _absent(post_id: int, *, parameter: str) -> dict[str, str]:
    """Deleted, or there but not for everybody's eyes."""
    problem = not_authorized if town().store.post(post_id) else not_found
    return problem(post_id, kind="tweet", parameter=parameter)


@reads.get("/tweets/<tweet_id>")
@endpoint("tweets")
def tweet(tweet_id: str) -> Response:
    params.refuse_unknown(request.args, known=())
    fields, store = params.fields(request.args), town().store
    with store.lock:
        post_id = params.snowflake(tweet_id, parameter="id")
        post = store.visible_post(post_id, to=caller().id)
        if post is None:
            return as_json({"errors": [_absent(post_id, parameter="id")]})
        sheet = Sheet(store=store, fields=fields, host=request.host_url)
        (data,) = sheet.posts([post])
        return sheet.response(data)


@reads.get("/tweets/search/recent")
@endpoint("search")
def search_recent() -> Response:
    params.refuse_unknown(request.args, known=SEARCH)
    by = "next_token" if "next_token" in request.args else "pagination_token"
    page = params.page(request.args, least=10, default=10, by=by)
    week = now_ms() - SEARCH_DAYS_MS
    for name in ("since_id", "start_time"):
        if name in request.args and page.since < first_id_at(week) - 1:
            raise invalid(
                name,
                request.args[name],
                f"'{name}' must be a tweet id or a moment after [{iso(week)}]: search covers seven days",
            )
    page.since = max(page.since, first_id_at(week))
    matches = search.parse(request.args.get("query", ""))
    store = town().store
    with store.lock:
        recent = store.memory.timeline[bisect_right(store.memory.timeline, page.since) :]
        found = [post_id for post_id in recent if matches(store.memory.posts[post_id], store)]
        return _slice(found, page=page, window=0)
