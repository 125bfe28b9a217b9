"""Downloads: what strangers' servers hand over, from public addresses only, within a bounded time and size."""

import socket
from contextlib import suppress
from functools import partial
from ipaddress import ip_address
from threading import Timer
from time import monotonic
from typing import Any, cast
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool

TIMEOUT = (3.05, 20)
# All in all. A server that lets a byte trickle now and then would keep a worker for ever.
LONGEST = 60.0
CHUNK = 64 * 1024


class NotPublic(ValueError):
    """The address leads into somebody's own network, where strangers have no business."""


def download(url: str, *, most: int, home: str = "") -> bytes:
    """The bytes, or the first ones of more than `most`. Raises what requests raises, and ValueError.

    Only https, and only from public addresses, wherever a redirect leads; but from `home`, an address that the operator
    or an administrator chose themselves, as it is.
    """
    opened: list[socket.socket] = []
    watch = Timer(LONGEST, _hang_up, [opened])
    watch.daemon = True
    watch.start()
    try:
        with _session(opened, home=home) as session, session.get(url, timeout=TIMEOUT, stream=True) as answer:
            answer.raise_for_status()
            return _read(answer, most=most)
    finally:
        watch.cancel()


def _read(answer: requests.Response, *, most: int) -> bytes:
    until, content = monotonic() + LONGEST, bytearray()
    for chunk in answer.iter_content(CHUNK):
        content += chunk
        if len(content) > most:
            break
        if monotonic() > until:
            raise requests.Timeout("it took too long")
    return bytes(content)


def _session(opened: list[socket.socket], *, home: str) -> requests.Session:
    session = requests.Session()
    # Whatever has no adapter is refused, also when a redirect leads there.
    session.adapters.clear()
    session.mount("https://", _ToStrangers(opened))
    if home:
        parts = urlsplit(home)
        session.mount(f"{parts.scheme}://{parts.netloc}/", HTTPAdapter())
    return session


def _hang_up(opened: list[socket.socket]) -> None:
    for one in opened:
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)


class _ToStrangers(HTTPAdapter):
    """Where the town's own proxy goes out for us, that proxy decides where to."""

    def __init__(self, opened: list[socket.socket]) -> None:
        self.opened = opened
        super().__init__()

    def get_connection_with_tls_context(self, *args: Any, **options: Any) -> HTTPSConnectionPool:
        pool = cast(HTTPSConnectionPool, super().get_connection_with_tls_context(*args, **options))
        if pool.proxy is None:
            pool.ConnectionCls = partial(_Connection, opened=self.opened)  # type: ignore[assignment]
        return pool


class _Connection(HTTPSConnection):
    """Looks at where it is connected before it says a word: a name may lead elsewhere the second time it is asked for."""

    def __init__(self, *args: Any, opened: list[socket.socket], **options: Any) -> None:
        self.opened = opened
        super().__init__(*args, **options)

    def connect(self) -> None:
        super().connect()
        self.opened.append(self.sock)

    def _new_conn(self) -> socket.socket:
        connected = super()._new_conn()
        address = ip_address(connected.getpeername()[0])
        if not address.is_global or address.is_multicast:
            connected.close()
            raise NotPublic("not a public address")
        self.opened.append(connected)
        return connected
