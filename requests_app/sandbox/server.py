"""The HTTP server: a thread per connection, connections kept alive."""

from __future__ import annotations

import io
import threading
from http import HTTPStatus
from typing import Any

from flask import Flask
from werkzeug.serving import BaseWSGIServer, ThreadedWSGIServer, WSGIRequestHandler
from werkzeug.test import run_wsgi_app

from .doors import HANG_UP

MAX_BODY = 64 * 1024 * 1024
BODILESS = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)


class KeepAliveHandler(WSGIRequestHandler):
    """HTTP/1.1 for real: clients walk thousands of pages over one connection.

    werkzeug's own bridge closes after each answer, for a body left unread would be taken for the
    next request; this one reads every body whole before the app sees it.
    """

    protocol_version = "HTTP/1.1"
    # Head and body leave in one piece, at once.
    wbufsize = -1
    disable_nagle_algorithm = True
    timeout = 75

    def run_wsgi(self) -> None:
        body = self._body()
        if body is None:
            return
        environ = self.make_environ()
        environ["wsgi.input"] = io.BytesIO(body)
        # A list, because werkzeug hands the app a copy of the environment.
        hung_up: list[bool] = []
        environ[HANG_UP] = hung_up
        pieces, status, headers = run_wsgi_app(self.server.app, environ, buffered=True)
        if hung_up:
            self.close_connection = True
            return
        self._answer(int(status.split(None, 1)[0]), b"".join(pieces), list(headers.items()))

    def _body(self) -> bytes | None:
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdigit() or int(length) > MAX_BODY:
            self.close_connection = True
            self._answer(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                b"Send a Content-Length of at most 64 MB.",
                [("Content-Type", "text/plain")],
            )
            return None
        return self.rfile.read(int(length))

    def _answer(self, status: int, body: bytes, headers: list[tuple[str, str]]) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if status not in BODILESS and "content-length" not in {name.lower() for name, _ in headers}:
            self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD" and status not in BODILESS:
            self.wfile.write(body)
        self.wfile.flush()

    def version_string(self) -> str:
        return "rehearsal"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: the demo polls every second."""

    def connection_dropped(self, error: BaseException, environ: dict[str, Any] | None = None) -> None:
        self.close_connection = True


class Server(ThreadedWSGIServer):
    daemon_threads = True
    # Open connections must not hold back the stop.
    block_on_close = False
    request_queue_size = 256


class Running:
    """A server in a thread of its own; `stop()` returns within a second."""

    def __init__(self, app: Flask, *, host: str, port: int) -> None:
        self.http: BaseWSGIServer = Server(host, port, app, handler=KeepAliveHandler)
        self.port = self.http.port
        self._thread = threading.Thread(
            target=self.http.serve_forever, kwargs={"poll_interval": 0.2}, name="http", daemon=True
        )

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.http.shutdown()
        self.http.server_close()
