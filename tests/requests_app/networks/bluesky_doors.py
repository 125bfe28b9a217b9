"""What the pretend Bluesky answers, method by method, in the protocol's own words."""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import regex
from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.requests_app.networks.bluesky_double import POST, Double, Person, Stored, cid_of, spelled

TID = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
# What is done, and then answered as if it were not.
AFTER = ("dropped", "malformed")
# Longer than any test's timeout, and no test waits for it.
HANG_SECONDS = 5


class Problem(Exception):
    """An answer in the protocol's own form."""

    def __init__(self, status: int, name: str, message: str = "", **headers: str) -> None:
        super().__init__(name)
        self.status, self.name, self.message, self.headers = status, name, message, headers


@contextmanager
def running() -> Iterator[Double]:
    """A double on a free port."""
    double = Double()
    server = make_server("127.0.0.1", 0, _app(double), threaded=True, request_handler=Silent)
    double.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield double
    double.released.set()
    server.shutdown()
    thread.join()
    server.server_close()


class Silent(WSGIRequestHandler):
    def log_request(self, *_facts: Any) -> None:
        pass


def _app(double: Double) -> Flask:
    app = Flask("bluesky")

    @app.route("/xrpc/<method>", methods=["GET", "POST"])
    def answer(method: str) -> Response:
        double.calls.append(method)
        fault = next((fault for name, fault in double.faults if name == method), "")
        if fault:
            double.faults.remove((method, fault))
        try:
            if fault and fault not in AFTER:
                _strike(double, fault)
            response = jsonify(DOORS[method](double))
        except Problem as problem:
            response = jsonify(error=problem.name, message=problem.message)
            response.status_code = problem.status
            response.headers.update(problem.headers)
        except KeyError as missing:
            response = jsonify(error="InvalidRequest", message=f"missing {missing}")
            response.status_code = 400
        if fault == "malformed":
            response = Response("<!doctype html><title>Just a moment</title>", mimetype="text/html")
        if fault == "dropped":
            request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        if method.startswith("com.atproto.repo."):
            reset = int(datetime.now(UTC).timestamp()) + 3600
            response.headers.setdefault("ratelimit-limit", "5000")
            response.headers.setdefault("ratelimit-remaining", str(double.writes_left))
            response.headers.setdefault("ratelimit-reset", str(reset))
        return response

    @app.errorhandler(HTTPException)
    def strange(error: HTTPException) -> tuple[Response, int]:
        return jsonify(error="XRPCNotSupported", message="no such method"), error.code or 500

    return app


def _strike(double: Double, fault: str) -> None:
    reset = str(int(datetime.now(UTC).timestamp()) + 120)
    match fault:
        case "server_error":
            raise Problem(500, "InternalServerError", "Internal Server Error")
        case "rate_limited":
            limits = {"ratelimit-limit": "5000", "ratelimit-remaining": "0", "ratelimit-reset": reset}
            raise Problem(429, "RateLimitExceeded", "Rate Limit Exceeded", **limits)
        case "unauthorized":
            raise Problem(401, "AuthenticationRequired", "Invalid token")
        case "expired":
            raise Problem(400, "ExpiredToken", "Token has expired")
        case "hangs":
            double.released.wait(HANG_SECONDS)
            raise Problem(503, "NotEnoughResources")
        case _:
            raise AssertionError(fault)


def _caller(double: Double, kind: str = "access") -> Person:
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token:
        raise Problem(401, "AuthMissing", "Authentication Required")
    did, its_kind, ends = double.tokens.get(token, ("", "", 0.0))
    if its_kind != kind:
        raise Problem(400, "InvalidToken", "Token could not be verified")
    if ends < datetime.now(UTC).timestamp():
        raise Problem(400, "ExpiredToken", "Token has expired")
    return double.people[did]


def _create_session(double: Double) -> Any:
    body = request.get_json()
    for person in double.people.values():
        if body["identifier"] in (person.did, person.handle):
            if body["password"] == person.app_password:
                return double.session(person)
            if body["password"] == person.password:
                return double.session(person, scope="com.atproto.access")
    raise Problem(401, "AuthenticationRequired", "Invalid identifier or password")


def _refresh_session(double: Double) -> Any:
    """The old refresh token stays good for a while, as on the real one."""
    return double.session(_caller(double, "refresh"))


def _get_session(double: Double) -> Any:
    person = _caller(double)
    return {"did": person.did, "handle": person.handle, "active": True}


def _describe_server(double: Double) -> Any:
    return {"did": "did:web:localhost", "availableUserDomains": [".test"]}


def _get_profile(double: Double) -> Any:
    return _profile(double.people[request.args["actor"]])


def _list_notifications(double: Double) -> Any:
    reader, reasons = _caller(double), request.args.getlist("reasons")
    found = [
        {**_bare(uri, person, stored), "cid": stored.first_cid, "reason": reason, "isRead": False}
        for uri, person, stored in double.posts()
        for reason in _reasons(reader, person, stored)
        if not reasons or reason in reasons
    ]
    # Its moment here is what the author's clock claims, where that is slow.
    for one in found:
        one["indexedAt"] = min(one["indexedAt"], one["record"]["createdAt"])
    found.sort(key=lambda one: str(one["indexedAt"]), reverse=True)
    return _paged(double, found, "notifications")


def _reasons(reader: Person, author: Person, stored: Stored) -> Iterator[str]:
    """Also told of answers to those who answered us, as on the real one."""
    if author is reader:
        return
    record = stored.record
    features = [feature for facet in record.get("facets", []) for feature in facet["features"]]
    if any(feature.get("did") == reader.did for feature in features):
        yield "mention"
    reply = record.get("reply", {})
    if any(reply.get(end, {}).get("uri", "").startswith(f"at://{reader.did}/") for end in ("parent", "root")):
        yield "reply"
    if record.get("embed", {}).get("record", {}).get("uri", "").startswith(f"at://{reader.did}/"):
        yield "quote"


def _get_posts(double: Double) -> Any:
    uris = request.args.getlist("uris")
    if len(uris) > 25:
        raise Problem(400, "InvalidRequest", "too many uris")
    return {"posts": [view for uri in uris if (view := _view(double, uri)) and uri not in double.hidden_from]}


def _get_post_thread(double: Double) -> Any:
    uri = request.args["uri"]
    if uri in double.hidden_from:
        return {"thread": {"$type": "app.bsky.feed.defs#blockedPost", "uri": uri, "blocked": True}}
    view = _view(double, uri)
    if view is None:
        raise Problem(400, "NotFound", f"Post not found: {uri}")
    return {"thread": {"$type": "app.bsky.feed.defs#threadViewPost", "post": view}}


def _get_author_feed(double: Double) -> Any:
    _caller(double)
    person = double.people[request.args["actor"]]
    feed = [{"post": _view(double, uri)} for uri, _person, _stored in reversed(double.posts(by=person))]
    reposted = [
        {"post": _view(double, stored.record["subject"]["uri"]), "reason": {"$type": "#reasonRepost"}}
        for (collection, _rkey), stored in person.records.items()
        if collection == "app.bsky.feed.repost"
    ]
    return _paged(double, reposted + feed, "feed")


def _put_record(double: Double) -> Any:
    body = request.get_json()
    person, record, key = _writer(double, body), body["record"], (body["collection"], body["rkey"])
    _valid(double, body)
    with double.lock:
        double.put.append(body)
        standing = person.records.get(key)
        if standing and standing.cid == cid_of(record):
            return _written(person, key, standing)
        if "swapRecord" in body and body["swapRecord"] != (standing.cid if standing else None):
            raise Problem(400, "InvalidSwap", f"Record was at {standing and standing.cid}")
        double.writes_left -= 2
        return _written(person, key, double.store(person, *key, record))


def _create_record(double: Double) -> Any:
    body = request.get_json()
    person, key = _writer(double, body), (body["collection"], body.get("rkey") or double.next_key())
    if key in person.records:
        raise Problem(500, "InternalServerError", "Internal Server Error")
    _valid(double, body | {"rkey": key[1]})
    double.writes_left -= 3
    return _written(person, key, double.store(person, *key, body["record"]))


def _get_record(double: Double) -> Any:
    uri = "at://{repo}/{collection}/{rkey}".format(**request.args)
    found = double.find(uri)
    if found is None:
        raise Problem(400, "RecordNotFound", f"Could not locate record: {uri}")
    return {"uri": uri, "cid": found.cid, "value": found.record}


def _delete_record(double: Double) -> Any:
    body = request.get_json()
    _writer(double, body).records.pop((body["collection"], body["rkey"]), None)
    return {}


def _upload_blob(double: Double) -> Any:
    _caller(double)
    return {"blob": double.blob(request.get_data(), kind=request.headers["Content-Type"])}


def _get_preferences(double: Double) -> Any:
    return {"preferences": double.preferences}


def _put_preferences(double: Double) -> Any:
    double.preferences |= request.get_json()
    return {"preferences": double.preferences}


DOORS: dict[str, Callable[[Double], Any]] = {
    "com.atproto.server.createSession": _create_session,
    "com.atproto.server.refreshSession": _refresh_session,
    "com.atproto.server.getSession": _get_session,
    "com.atproto.server.describeServer": _describe_server,
    "com.atproto.repo.putRecord": _put_record,
    "com.atproto.repo.createRecord": _create_record,
    "com.atproto.repo.getRecord": _get_record,
    "com.atproto.repo.deleteRecord": _delete_record,
    "com.atproto.repo.uploadBlob": _upload_blob,
    "app.bsky.actor.getProfile": _get_profile,
    "app.bsky.feed.getPosts": _get_posts,
    "app.bsky.feed.getPostThread": _get_post_thread,
    "app.bsky.feed.getAuthorFeed": _get_author_feed,
    "app.bsky.notification.listNotifications": _list_notifications,
    "app.bsky.notification.getPreferences": _get_preferences,
    "app.bsky.notification.putPreferencesV2": _put_preferences,
}


def _writer(double: Double, body: dict[str, Any]) -> Person:
    person = _caller(double)
    if body["repo"] not in (person.did, person.handle):
        raise Problem(401, "AuthenticationRequired")
    return person


def _valid(double: Double, body: dict[str, Any]) -> None:
    record = body["record"]
    if body["collection"] != POST:
        return
    text = record["text"]
    if not TID.fullmatch(body["rkey"]):
        raise Problem(400, "InvalidRequest", "Invalid record key")
    if len(regex.findall(r"\X", text)) > 300 or len(text.encode()) > 3000:
        raise Problem(400, "InvalidRequest", "Record/text must not be longer than 300 graphemes")
    images = record.get("embed", {}).get("images", [])
    if any(image["image"]["ref"]["$link"] not in double.blobs for image in images):
        raise Problem(400, "BlobNotFound", "Could not find blob")


def _written(person: Person, key: tuple[str, str], stored: Stored) -> Any:
    return {"uri": f"at://{person.did}/{key[0]}/{key[1]}", "cid": stored.cid, "validationStatus": "valid"}


def _paged(double: Double, found: list[dict[str, Any]], name: str) -> Any:
    start = int(request.args.get("cursor", 0))
    end = start + min(int(request.args.get("limit", 50)), double.page)
    return {name: found[start:end]} | ({"cursor": str(end)} if end < len(found) else {})


def _profile(person: Person) -> dict[str, Any]:
    return {"did": person.did, "handle": person.handle, "displayName": person.name, "labels": person.labels}


def _bare(uri: str, person: Person, stored: Stored) -> dict[str, Any]:
    return {
        "uri": uri,
        "cid": stored.cid,
        "author": _profile(person),
        "record": stored.record,
        "indexedAt": spelled(stored.indexed_at),
    }


def _view(double: Double, uri: str) -> dict[str, Any] | None:
    stored = double.find(uri)
    if stored is None:
        return None
    person = double.people[uri.split("/")[2]]
    view = _bare(uri, person, stored) | {"labels": double.labels.get(uri, [])}
    view["viewer"] = {"replyDisabled": True} if uri in double.closed_threads else {}
    images = stored.record.get("embed", {}).get("images", [])
    shown = [
        {"fullsize": f"{double.base}/img/{image['image']['ref']['$link']}", "thumb": "", "alt": image["alt"]}
        for image in images
    ]
    return view | ({"embed": {"$type": "app.bsky.embed.images#view", "images": shown}} if shown else {})
