"""A pretend Bluesky: its people, their records and sessions, and what tests order of it. `bluesky_doors` answers for it."""

import base64
import hashlib
import json
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

POST = "app.bsky.feed.post"
LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
ACCESS_LIFE, REFRESH_LIFE = timedelta(hours=2), timedelta(days=90)


@dataclass
class Stored:
    record: dict[str, Any]
    cid: str
    indexed_at: datetime
    # That of its first version, which a notification keeps.
    first_cid: str


@dataclass
class Person:
    did: str
    handle: str
    name: str
    password: str
    app_password: str
    records: dict[tuple[str, str], Stored] = field(default_factory=dict)
    labels: list[dict[str, Any]] = field(default_factory=list)


class Double:
    """Server, network and reader in one, as much of each as the connector asks for."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.people: dict[str, Person] = {}
        self.tokens: dict[str, tuple[str, str, float]] = {}
        self.blobs: dict[str, bytes] = {}
        self.faults: list[tuple[str, str]] = []
        # Method names, in the order in which they were called; and what was put, as it came.
        self.calls: list[str] = []
        self.put: list[dict[str, Any]] = []
        self.hidden_from: set[str] = set()
        self.closed_threads: set[str] = set()
        self.labels: dict[str, list[dict[str, Any]]] = {}
        self.preferences: dict[str, Any] = {}
        self.page, self.base, self.latest = 100, "", datetime.fromtimestamp(0, UTC)
        self.writes_left = 5000
        self.released = threading.Event()

    # --- what tests say and see ---------------------------------------------------

    def person(self, handle: str, *, name: str = "") -> Person:
        did = "did:plc:" + base64.b32encode(hashlib.sha256(handle.encode()).digest()).decode().lower()[:24]
        return self.people.setdefault(
            did, Person(did, handle, name, password="main password", app_password="abcd-efgh-ijkl-mnop")
        )

    def say(self, person: Person, text: str, *, in_reply_to: str = "", **more: Any) -> str:
        """A post as an application writes it: those named by handle become facets."""
        record: dict[str, Any] = {"$type": POST, "text": text, "createdAt": spelled(self.now()), "langs": ["es"]}
        record |= {"facets": self._mentions(text)} if self._mentions(text) else {}
        if in_reply_to:
            answered = self.stored(in_reply_to)
            strong = {"uri": in_reply_to, "cid": answered.cid}
            record["reply"] = {"root": answered.record.get("reply", {}).get("root", strong), "parent": strong}
        rkey = self.next_key()
        self.store(person, POST, rkey, record | more)
        return f"at://{person.did}/{POST}/{rkey}"

    def store(self, person: Person, collection: str, rkey: str, record: dict[str, Any]) -> Stored:
        with self.lock:
            old = person.records.get((collection, rkey))
            cid = cid_of(record)
            stored = Stored(record, cid, *((old.indexed_at, old.first_cid) if old else (self.now(), cid)))
            person.records[collection, rkey] = stored
            return stored

    def blob(self, content: bytes, *, kind: str = "image/jpeg") -> dict[str, Any]:
        name = _cid(b"\x01\x55", content)
        self.blobs[name] = content
        return {"$type": "blob", "ref": {"$link": name}, "mimeType": kind, "size": len(content)}

    def find(self, uri: str) -> Stored | None:
        did, collection, rkey = uri.removeprefix("at://").split("/")
        return self.people[did].records.get((collection, rkey)) if did in self.people else None

    def stored(self, uri: str) -> Stored:
        found = self.find(uri)
        assert found, uri
        return found

    def remove(self, uri: str) -> None:
        did, collection, rkey = uri.removeprefix("at://").split("/")
        del self.people[did].records[collection, rkey]

    def posts(self, *, by: Person | None = None) -> list[tuple[str, Person, Stored]]:
        """Oldest first."""
        with self.lock:
            found = [
                (f"at://{person.did}/{POST}/{rkey}", person, stored)
                for person in self.people.values()
                for (collection, rkey), stored in person.records.items()
                if collection == POST and (by is None or by is person)
            ]
        return sorted(found, key=lambda one: one[2].indexed_at)

    def session(self, person: Person, *, scope: str = "com.atproto.appPass", life: timedelta = ACCESS_LIFE) -> dict:
        return {
            "accessJwt": self._token(person, "access", scope=scope, life=life),
            "refreshJwt": self._token(person, "refresh", scope="com.atproto.refresh", life=REFRESH_LIFE),
            "did": person.did,
            "handle": person.handle,
            "didDoc": {
                "id": person.did,
                "service": [{"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": self.base}],
            },
        }

    def fail(self, method: str, fault: str) -> None:
        """The next call of it fails; `fault` as in `worlds.World.fail`, or "expired"."""
        self.faults.append((method, fault))

    def now(self) -> datetime:
        """Never the same moment twice, so that order is order."""
        with self.lock:
            self.latest = max(datetime.now(UTC), self.latest + timedelta(microseconds=1))
            return self.latest

    def next_key(self) -> str:
        number = int(self.now().timestamp() * 1_000_000) << 10
        return "".join(LETTERS[number >> shift & 31] for shift in range(60, -1, -5))

    # --- parts ----------------------------------------------------------------------

    def _token(self, person: Person, kind: str, *, scope: str, life: timedelta) -> str:
        ends = (self.now() + life).timestamp()
        claims = {"sub": person.did, "exp": int(ends), "scope": scope, "jti": str(len(self.tokens))}
        token = ".".join(_segment(part) for part in ({"alg": "none"}, claims, {"signed": kind}))
        self.tokens[token] = (person.did, kind, ends)
        return token

    def _mentions(self, text: str) -> list[dict[str, Any]]:
        facets = []
        for person in self.people.values():
            start = text.encode().find(f"@{person.handle}".encode())
            if start >= 0:
                feature = {"$type": "app.bsky.richtext.facet#mention", "did": person.did}
                end = start + len(person.handle) + 1
                facets.append({"index": {"byteStart": start, "byteEnd": end}, "features": [feature]})
        return facets


def spelled(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def cid_of(record: dict[str, Any]) -> str:
    return _cid(b"\x01\x71", json.dumps(record, sort_keys=True).encode())


def _cid(kind: bytes, content: bytes) -> str:
    binary = kind + b"\x12\x20" + hashlib.sha256(content).digest()
    return "b" + base64.b32encode(binary).decode().lower().rstrip("=")


def _segment(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
