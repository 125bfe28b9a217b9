"""The HTTP server: cheroot's threads, with connections kept alive, since clients walk thousands of pages over one."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import Any

from cheroot import wsgi
from flask import Flask

from .doors import HANG_UP

# Each ordered "hang" holds one of them until the stop.
THREADS = 24
MAX_BODY = 64 * 1024 * 1024


class Gateway(wsgi.Gateway_10):
    """Can close a connection without a word, as a network does whose answer is lost."""

    def get_environ(self) -> dict[str, Any]:  # type: ignore[override]
        environ: dict[str, Any] = super().get_environ()  # type: ignore[no-untyped-call]
        return environ | {HANG_UP: []}

    def start_response(self, *answer: Any, **more: Any) -> Any:
        if self.env[HANG_UP]:
            self.req.close_connection = True
            # Nothing of the answer gets through; cheroot takes the broken pipe for a client that left.
            with suppress(OSError):
                self.req.conn.socket.shutdown(socket.SHUT_RDWR)
        return super().start_response(*answer, **more)


class Running:
    """A server in a thread of its own; `stop()` returns within a second or so."""

    def __init__(self, app: Flask, *, host: str, port: int) -> None:
        self.http = wsgi.Server(
            (host, port), app, numthreads=THREADS, request_queue_size=256, timeout=75, shutdown_timeout=1
        )
        self.http.gateway = Gateway
        self.http.max_request_body_size = MAX_BODY
        self.http.server_name = "rehearsal"
        self.http.prepare()
        self.port: int = self.http.bind_addr[1]
        self._thread = threading.Thread(target=self.http.serve, name="http", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.http.stop()
